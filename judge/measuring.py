"""Performance as a paired ratio with an interval.

Candidate and reference run in turn (ABBA) on the same fresh input, in one container on the same
CPUs; what is judged is the ratio of their costs, and its interval against the bar. Two sources of
noise fall out this way that an absolute limit has: how fast the machine is, and how busy just now.
"""

import math
import random
import statistics
from collections.abc import Sequence

from judge.values import Benchmark, Metric, Pair, Ratio

RESAMPLES = 2_000
CONFIDENCE = 0.99
"""Of the two-sided interval. docs/measurement.md says what this makes of the error at the bar."""
SPREAD_MAX = 1.5
"""Fresh inputs of one workload cost within some per cent of each other; half as much again is the
machine's doing."""


def ratio_of(pairs: Sequence[Pair], benchmark: Benchmark) -> Ratio:
    """The estimate and its percentile bootstrap interval.

    Estimated is the geometric mean over workloads of each workload's median ratio. The interval:
    Efron and Tibshirani, An Introduction to the Bootstrap, chapter 13.

    Deterministic: the resampling generator is seeded by a constant, so that the same pairs always
    give the same interval.
    """
    groups = [
        [math.log(p.candidate_ns / p.reference_ns) for p in pairs if p.workload == workload.name]
        for workload in benchmark.workloads
    ]
    rng = random.Random(20251)  # noqa: S311  (statistics, not secrecy)
    resampled = sorted(
        _location([rng.choices(group, k=len(group)) for group in groups]) for _ in range(RESAMPLES)
    )
    tail = (1 - CONFIDENCE) / 2
    return Ratio(
        estimate=math.exp(_location(groups)),
        low=math.exp(resampled[math.floor(tail * RESAMPLES)]),
        high=math.exp(resampled[math.ceil((1 - tail) * RESAMPLES) - 1]),
        limit=benchmark.limit,
        full=benchmark.full,
        metric=benchmark.metric,
        pairs=tuple(pairs),
    )


def _location(groups: Sequence[Sequence[float]]) -> float:
    return statistics.fmean(statistics.median(group) for group in groups)


def reference_spread(pairs: Sequence[Pair]) -> float:
    """How far the reference's own cost ranged: third over first quartile, the worst workload's.

    The candidate has no part in it, so it can't be made to look like a noisy machine.
    """
    costs: dict[str, list[int]] = {}
    for pair in pairs:
        costs.setdefault(pair.workload, []).append(pair.reference_ns)
    quartiles = (statistics.quantiles(group, n=4) for group in costs.values() if len(group) > 1)
    return max((third / max(first, 1.0) for first, _, third in quartiles), default=1.0)


def is_inconclusive(ratio: Ratio) -> bool:
    """The bar lies in the interval, and the machine was too unsteady for that to mean a thing."""
    return ratio.too_close and reference_spread(ratio.pairs) > SPREAD_MAX


def share_interval(hits: int, runs: int) -> tuple[float, float]:
    """The 95 % Wilson score interval of a share (Wilson, JASA 22, 1927)."""
    z2 = 1.959964**2
    middle = (hits + z2 / 2) / (runs + z2)
    reach = math.sqrt(z2) * math.sqrt(hits * (runs - hits) / runs + z2 / 4) / (runs + z2)
    return max(0.0, middle - reach), min(1.0, middle + reach)


def cost_ns(metric: Metric, *, cpu_ns: int, wall_ns: int) -> int:
    match metric:
        case Metric.CPU_TIME:
            return max(cpu_ns, 1)
        case Metric.WALL_TIME:
            return max(wall_ns, 1)


def orders(pairs: int) -> list[bool]:
    """Whether the candidate runs first, in each pair: ABBA, so that drift cancels."""
    return [index % 4 in (0, 3) for index in range(pairs)]
