"""Latencies that a harness took, read and combined."""

import json

import pytest

from judge.benchmark.latency import combined, read_requests
from judge.errors import JudgeProgramFault

MS = 1_000_000


def told(latencies_ms: list[float], *, rate: float = 1000, span_ms: float = 100) -> bytes:
    latencies_ns = [round(value * MS) for value in latencies_ms]
    return json.dumps(
        {"rate_per_s": rate, "span_ns": round(span_ms * MS), "latencies_ns": latencies_ns}
    ).encode()


def test_a_slow_answer_is_paid_for_by_all_who_waited_behind_it() -> None:
    # 100 requests, one a millisecond; the first took 50 ms, so that those after it waited as well.
    waited = [max(50.0 - number, 0.1) for number in range(100)]
    requests = read_requests(told(waited), "harness", 100 * MS)
    assert requests is not None
    found = combined("w", [requests], [requests])
    assert found is not None
    at = {row.percentile: row.candidate_ns / MS for row in found.rows}
    assert at[50.0] == pytest.approx(0.1, rel=0.01)
    assert at[90.0] == pytest.approx(40, rel=0.03)
    assert at[100.0] == pytest.approx(50, rel=0.01)
    assert (found.rate_per_s, found.requests) == (1000, 100)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (told([1.0] * 10, span_ms=150), "from outside the run took 100.0 ms"),
        (told([1.0] * 300, span_ms=90), "300 requests at 1000 a second"),
        (told([95.0] * 10, span_ms=90), "the slowest of 95.0 ms, in 90.0 ms"),
        (told([]), "no latencies"),
        (told([1.0], rate=0), "at a rate over 0"),
        (b"{}", "can't be read"),
        (b"[" * 100_000, "can't be read"),
    ],
)
def test_a_harness_that_contradicts_our_clock_is_a_judge_error_that_shows_both(
    content: bytes, complaint: str
) -> None:
    with pytest.raises(JudgeProgramFault, match="harness") as caught:
        read_requests(content, "harness", 100 * MS)
    assert complaint in str(caught.value)


def test_without_latencies_there_are_none() -> None:
    assert read_requests(None, "harness", MS) is None
    assert combined("w", [], []) is None
