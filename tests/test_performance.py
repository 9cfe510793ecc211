"""More than one number: what is read, fitted and drawn of timed runs."""

import dataclasses
import json
from pathlib import Path

import pytest

from judge.benchmark.latency import combined, read_requests
from judge.benchmark.ratio import guard_of, ratio_of
from judge.benchmark.scalability_law import law
from judge.errors import JudgeProgramFault, PackageFault
from judge.performance import (
    Benchmark,
    Latency,
    LatencyRow,
    Metric,
    Pair,
    Scaling,
    ScalingPoint,
    Surroundings,
    Tradeoff,
    TradeoffDot,
    Usage,
    Workload,
)
from judge.values import Judgement
from judge.verdicts import Verdict
from judge.visibility import shown_to_candidate
from problems import tree
from problems.package import load
from web import performance_charts

CREW = Path(__file__).parent / "packages" / "crew"
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


@pytest.mark.parametrize(
    ("contention", "crosstalk"), [(0.0, 0.0), (0.1, 0.0), (0.05, 0.01), (0.0, 0.02)]
)
def test_the_scaling_law_is_found_again(contention: float, crosstalk: float) -> None:
    def throughput(n: int) -> float:
        return 1000 * n / (1 + contention * (n - 1) + crosstalk * n * (n - 1))

    found = law([(n, throughput(n)) for n in (1, 2, 4, 8)])
    assert found is not None
    assert found.contention == pytest.approx(contention, abs=1e-9)
    assert found.crosstalk == pytest.approx(crosstalk, abs=1e-9)
    assert found.at(8) == pytest.approx(throughput(8))


def test_what_noise_makes_better_than_linear_is_linear() -> None:
    found = law([(1, 100.0), (2, 210.0), (4, 390.0)])
    assert found is not None
    assert found.contention >= 0
    assert found.crosstalk >= 0
    assert law([(1, 100.0)]) is None
    assert law([(2, 100.0), (4, 200.0)]) is None


def pair(cpu: int, wall: int) -> Pair:
    theirs = Usage(cpu_ns=100, wall_ns=100, memory_bytes_peak=1)
    mine = Usage(cpu_ns=cpu, wall_ns=wall, memory_bytes_peak=1)
    return Pair(
        workload="w",
        candidate_cost=wall,
        reference_cost=100,
        candidate_first=True,
        candidate=mine,
        reference=theirs,
    )


def test_cpu_time_is_bounded_where_the_clock_decides() -> None:
    benchmark = Benchmark(
        workloads=(Workload(name="w", input=""),),
        metric=Metric.WALL_TIME,
        limit=1.5,
        full=1.0,
        cpu_limit=2.0,
    )
    guard = guard_of(benchmark)
    assert guard is not None
    spinning = [pair(cpu=800, wall=101) for _ in range(8)]
    assert not ratio_of(spinning, benchmark).too_slow
    assert ratio_of(spinning, guard).too_slow
    assert ratio_of(spinning, guard).estimate == pytest.approx(8)


def test_what_others_did_meanwhile_is_not_a_candidates_to_see() -> None:
    benchmark = Benchmark(
        workloads=(Workload(name="w", input=""),), metric=Metric.CPU_TIME, limit=1.5, full=1.0
    )
    around = Surroundings(wall_ns=1, cpus=1, others_ns=5, stolen_ns=0, switches=77)
    noted = [dataclasses.replace(pair(cpu=100, wall=100), surroundings=around) for _ in range(8)]
    ratio = ratio_of(noted, benchmark)
    judgement = Judgement(
        verdict=Verdict.ACCEPTED,
        score=100,
        too_close=False,
        also=(),
        builds=(),
        tests=(),
        ratio=ratio,
        guard=ratio,
    )
    shown = shown_to_candidate(judgement)
    for one in (shown.ratio, shown.guard):
        assert one is not None
        assert {p.surroundings for p in one.pairs} == {None}
        assert one.pairs[0].candidate == ratio.pairs[0].candidate


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("metric: throughput", "metric: latency-p99", "interactive problem"),
        (", operations: 16000000}\nscaling", "}\nscaling", "has no operations"),
        ('"{operations} {seed} {threads}", threads: 2', '"{seed}", threads: 2', "must be in it"),
        ("threads: [1, 2, 4]", "threads: [2, 4]", "grow from 1"),
        ("x: peak-memory", "x: memory", "known here are cpu-time"),
        ("forbids: [own-allocator]", "forbids: [allocator]", "forbids"),
    ],
)
def test_what_could_not_be_measured_is_said_when_a_package_is_read(
    old: str, new: str, complaint: str
) -> None:
    files = tree.read_folder(CREW)
    text = files["systems.yaml"].decode()
    assert old in text
    with pytest.raises(PackageFault) as caught:
        load({**files, "systems.yaml": text.replace(old, new, 1).encode()}, slug="crew")
    assert complaint in str(caught.value)
    assert "systems.yaml" in str(caught.value)


def test_curves_lie_where_their_numbers_say() -> None:
    rows = [LatencyRow(percentile=p, candidate_ns=int(p), reference_ns=1) for p in (50, 90, 100)]
    drawn = performance_charts.latencies(
        Latency(workload="w", rate_per_s=1, requests=1, rows=tuple(rows))
    )
    reference, candidate = drawn.lines
    assert len(candidate.dots) == 2  # the slowest has no place on an axis of nines
    assert candidate.dots[0][1] > candidate.dots[1][1]  # higher is slower
    assert reference.dots[0][1] == reference.dots[1][1]
    points = (
        ScalingPoint(threads=1, candidate_per_s=100, reference_per_s=100),
        ScalingPoint(threads=2, candidate_per_s=50, reference_per_s=190),
    )
    scaling = performance_charts.scaling(
        Scaling(points=points, candidate=law([(1, 100), (2, 50)]), reference=None)
    )
    assert [line.name for line in scaling.lines] == ["fit", "reference", "candidate"]
    assert (scaling.y_low, scaling.y_high) == (0.0, 190)
    dots = performance_charts.tradeoff(
        Tradeoff(
            x="cpu-time",
            y="peak-memory",
            dots=(TradeoffDot(name="yours", x=1, y=2), TradeoffDot(name="ok", x=3, y=1)),
        )
    )
    (yours,), (ok,) = (line.dots for line in dots.lines)
    assert yours[0] < ok[0]
    assert yours[1] < ok[1]


@pytest.mark.parametrize(
    ("metric", "amount", "operations", "said"),
    [
        ("cpu-time", 12_340_000, 0, "12.34 ms"),
        ("throughput", 10_000_000, 20_000, "2 M/s"),
        ("throughput", 10_000_000, 0, "10.00 ms"),
        ("peak-memory", 3 * 1048576, 0, "3.00 MiB"),
        ("latency-p99", 1_234_000, 0, "1.23 ms"),
        ("flushes", 31.2, 0, "31.2"),
    ],
)
def test_amounts_have_their_units(metric: str, amount: float, operations: int, said: str) -> None:
    assert performance_charts.say(metric, amount, operations) == said
