"""Performance as a paired ratio with an interval.

Candidate and reference run in turn (ABBA) on the same fresh input, in one container on the same
CPUs; what is judged is the ratio of their costs, and its interval against the bar. Two sources of
noise fall out this way that an absolute limit has: how fast the machine is, and how busy just now.
What may be said after how many rounds is confidence_sequence.py's.
"""

import dataclasses
import math
import statistics
from collections.abc import Sequence

from judge.benchmark.confidence_sequence import interval
from judge.performance import Benchmark, Metric, Pair, Ratio, Surroundings, Usage, Workload

UNBOUNDED = 1e6
"""The upper bound of a ratio of which nothing can be said yet; JSON has no infinity."""
STOLEN_SHARE_MAX = 0.05
"""A pair's time on its CPUs that the hypervisor may give to others."""
OTHERS_SHARE_MAX = 0.25
"""A pair's time on its CPUs that other programs may use. Counters tick every 10 ms, so that a quiet
pair of 50 ms may show a fifth."""
PREEMPTIONS_PER_S_MAX = 1000.0
"""How often a second of its CPU time a pair may be taken off its CPUs while others are at work.
A busy neighbour makes it 200 to 330; more often, and caches are cold each time."""
DISCARDED_SHARE_MAX = 0.5
"""More of all pairs than this hindered, and the machine was not fit to tell anything."""


def rounds_of(pairs: Sequence[Pair], benchmark: Benchmark) -> list[float]:
    """The logarithm of each round's ratio: the geometric mean over workloads, one pair of each.

    Disturbed pairs are left out; a round that lacks a workload isn't one yet.
    """
    by_workload = [
        [
            math.log(candidate / reference)
            for candidate, reference in (
                costs_of(pair, benchmark)
                for pair in pairs
                if pair.workload == workload.name and not pair.disturbed
            )
        ]
        for workload in benchmark.workloads
    ]
    return [statistics.fmean(one) for one in zip(*by_workload, strict=False)]


def costs_of(pair: Pair, benchmark: Benchmark) -> tuple[int, int]:
    """Candidate's and reference's cost by the benchmark's metric, from what was kept raw."""
    if pair.candidate is None or pair.reference is None:
        return pair.candidate_cost, pair.reference_cost
    return cost(benchmark.metric, pair.candidate), cost(benchmark.metric, pair.reference)


def ratio_of(pairs: Sequence[Pair], benchmark: Benchmark, *, noise_floor: float = 0.0) -> Ratio:
    """Median ratio over rounds and its interval; without bounds while there are too few rounds.

    Deterministic: the same pairs give the same interval.
    """
    rounds = rounds_of(pairs, benchmark)
    bounds = interval(rounds, benchmark.rounds_max)
    low, high = (0.0, UNBOUNDED) if bounds is None else (math.exp(bounds[0]), math.exp(bounds[1]))
    return Ratio(
        estimate=math.exp(statistics.median(rounds)) if rounds else 1.0,
        low=low,
        high=high,
        limit=benchmark.limit,
        full=benchmark.full,
        metric=benchmark.metric,
        rounds_max=benchmark.rounds_max,
        rounds=len(rounds),
        noise_floor=noise_floor,
        pairs=tuple(pairs),
    )


def guard_of(benchmark: Benchmark) -> Benchmark | None:
    """The same pairs judged by their CPU time, where that is not the metric already."""
    if benchmark.cpu_limit is None:
        return None
    return dataclasses.replace(
        benchmark, metric=Metric.CPU_TIME, limit=benchmark.cpu_limit, full=1.0, cpu_limit=None
    )


def benchmark_of(ratio: Ratio) -> Benchmark:
    """What a stored ratio was measured by; its inputs are not kept."""
    names = dict.fromkeys(pair.workload for pair in ratio.pairs)
    return Benchmark(
        workloads=tuple(Workload(name=name, input="") for name in names),
        metric=ratio.metric,
        limit=ratio.limit,
        full=ratio.full,
        rounds_max=max(ratio.rounds_max, ratio.rounds),
    )


def is_decided(ratio: Ratio) -> bool:
    """The whole interval lies on one side of the bar."""
    return ratio.too_slow or ratio.high <= ratio.limit


def disturbance(around: Surroundings, usages: Sequence[Usage], metric: Metric) -> str:
    """What disturbed a pair too much to be kept; "" for nothing.

    Fixed beforehand and blind: it knows what both programs used together, and not which was
    faster. Other load costs wall time; it hardly costs CPU time, which is taken as it is.
    """
    have_ns = around.wall_ns * around.cpus
    if have_ns == 0:
        return ""
    if around.stolen_ns > STOLEN_SHARE_MAX * have_ns:
        return "steal"
    if not is_crowded(around):
        return ""
    if metric.is_by_the_clock:
        return "load"
    cpu_s = sum(usage.cpu_ns for usage in usages) / 1e9
    preemptions = sum(usage.preemptions for usage in usages)
    return "switches" if preemptions > PREEMPTIONS_PER_S_MAX * cpu_s else ""


def is_crowded(around: Surroundings) -> bool:
    """Whether others used the slot's CPUs so much that no clock can be trusted there."""
    return around.others_ns > OTHERS_SHARE_MAX * around.wall_ns * around.cpus > 0


def is_inconclusive(ratio: Ratio) -> bool:
    """Whether the machine, not the program, kept us from telling.

    It did where half of the pairs had to be thrown away; and where half ran beside others, whom CPU
    time mostly does not notice: then "too close to call" would be said of the neighbours.
    """
    hindered = sum(
        1
        for pair in ratio.pairs
        if pair.disturbed or (pair.surroundings is not None and is_crowded(pair.surroundings))
    )
    return not is_decided(ratio) and hindered > DISCARDED_SHARE_MAX * len(ratio.pairs)


def cost(metric: Metric, usage: Usage) -> int:
    """What a run cost: ns, or bytes.

    Both runs of a pair do as many operations: their throughputs are compared by their times.
    """
    percentile = metric.percentile
    if percentile is not None:
        return max(usage.latencies_ns[str(percentile)], 1)
    match metric:
        case Metric.CPU_TIME:
            return max(usage.cpu_ns, 1)
        case Metric.PEAK_MEMORY:
            return max(usage.memory_bytes_peak, 1)
        case _:
            return max(usage.wall_ns, 1)


def is_candidate_first(number: int) -> bool:
    """The order of round `number`, from 0: ABBA, so that drift cancels."""
    return number % 4 in (0, 3)
