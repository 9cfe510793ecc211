"""Latencies that a package's harness took from outside the program, and what is made of them.

The harness lets requests come at a fixed rate and counts each latency from the instant at which its
request was due (oracles.open_loop), so that a slow answer is paid for by all who
waited behind it. Leaving them out is what Gil Tene called coordinated omission; the histogram is
his: HdrHistogram, here with three significant digits from 1 µs to 10 minutes.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from hdrh.histogram import HdrHistogram

from judge.errors import JudgeProgramFault
from judge.performance import PERCENTILES, Latency, LatencyRow

LOWEST_NS, HIGHEST_NS, DIGITS = 1_000, 600_000_000_000, 3
CLOCK_SLACK_NS = 2_000_000
"""By so much a harness's clock may run past ours: its last look is before it ends."""


@dataclass(frozen=True, slots=True)
class Requests:
    """One run's requests, in the order in which they came due."""

    rate_per_s: float
    latencies_ns: tuple[int, ...]

    def percentiles(self) -> dict[str, int]:
        histogram = _histogram([self])
        return {str(p): int(histogram.get_value_at_percentile(p)) for p in PERCENTILES}


def read_requests(content: bytes | None, program: str, wall_ns: int) -> Requests | None:
    """latencies.json of a run that took `wall_ns` by our clock; None where there is none.

    Raises JudgeProgramFault, which names `program`, where it can't be read or our clock differs.
    """
    if content is None:
        return None
    try:
        told = json.loads(content)
        rate, span_ns = float(told["rate_per_s"]), int(told["span_ns"])
        latencies = tuple(int(value) for value in told["latencies_ns"])
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise JudgeProgramFault(program, f"its latencies.json can't be read: {error}") from error
    if rate <= 0 or not latencies or min(latencies) < 0:
        raise JudgeProgramFault(program, "its latencies.json holds no latencies at a rate over 0")
    needed_ns = (len(latencies) - 1) / rate * 1e9
    if not needed_ns <= span_ns <= wall_ns + CLOCK_SLACK_NS or max(latencies) > span_ns:
        raise JudgeProgramFault(
            program,
            f"it tells of {len(latencies)} requests at {rate:g} a second, the slowest of "
            f"{max(latencies) / 1e6:.1f} ms, in {span_ns / 1e6:.1f} ms; from outside the run took "
            f"{wall_ns / 1e6:.1f} ms",
        )
    return Requests(rate, latencies)


def combined(
    workload: str, candidate: Sequence[Requests], reference: Sequence[Requests]
) -> Latency | None:
    """Both sides' percentiles over all of their runs; None without requests."""
    if not candidate or not reference:
        return None
    of_candidate, of_reference = _histogram(candidate), _histogram(reference)
    return Latency(
        workload=workload,
        rate_per_s=candidate[0].rate_per_s,
        requests=sum(len(run.latencies_ns) for run in candidate),
        rows=tuple(
            LatencyRow(
                percentile=p,
                candidate_ns=int(of_candidate.get_value_at_percentile(p)),
                reference_ns=int(of_reference.get_value_at_percentile(p)),
            )
            for p in PERCENTILES
        ),
    )


def _histogram(runs: Sequence[Requests]) -> HdrHistogram:
    histogram = HdrHistogram(LOWEST_NS, HIGHEST_NS, DIGITS)
    for run in runs:
        for value in run.latencies_ns:
            histogram.record_value(min(max(value, LOWEST_NS), HIGHEST_NS))
    return histogram
