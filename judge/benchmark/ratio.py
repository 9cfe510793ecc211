"""Performance as a paired ratio with an interval.

Candidate and reference run in turn (ABBA) on the same fresh input, in one container on the same
CPUs; what is judged is the ratio of their costs, and its interval against the bar. Two sources of
noise fall out this way that an absolute limit has: how fast the machine is, and how busy just now.
What may be said after how many rounds is confidence_sequence.py's.
"""

import dataclasses
import math
import statistics
from collections.abc import Callable, Sequence

from judge.benchmark.confidence_sequence import (
    ROUNDS_MIN,
    WORST_SHARE,
    interval,
    worst_tenth,
)
from judge.performance import (
    UNBOUNDED,
    Benchmark,
    Metric,
    Pair,
    Ratio,
    Surroundings,
    Usage,
    Workload,
)

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


def rounds_of(
    pairs: Sequence[Pair],
    benchmark: Benchmark,
    together: Callable[[Sequence[float]], float] = statistics.fmean,
) -> list[float]:
    """The logarithm of each round's ratio: the geometric mean over workloads, one pair of each.

    Disturbed pairs are left out, and by the clock those beside others; a round that lacks a
    workload isn't one yet, and where disturbed pairs count there are no more rounds than wanted.
    """
    by_workload = [
        [
            math.log(candidate / reference)
            for candidate, reference in (
                costs_of(pair, benchmark)
                for pair in pairs
                if pair.workload == workload.name and _counts(pair, benchmark)
            )
        ]
        for workload in benchmark.workloads
    ]
    rounds = [together(one) for one in zip(*by_workload, strict=False)]
    return rounds[: benchmark.rounds_max]


def _counts(pair: Pair, benchmark: Benchmark) -> bool:
    if benchmark.keeps_disturbed:
        return True
    beside_others = pair.surroundings is not None and is_crowded(pair.surroundings)
    return not pair.disturbed and not (benchmark.metric.is_by_the_clock and beside_others)


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
        keeps_disturbed=benchmark.keeps_disturbed,
        noise_floor=noise_floor,
        pairs=tuple(pairs),
    )


def guards_of(pairs: Sequence[Pair], benchmark: Benchmark) -> tuple[Ratio, ...]:
    """The same pairs against the bars beside the bar, without the pairs.

    CPU time where that is not the metric, and time by the clock where it is; and the tail.
    """
    others = ((Metric.CPU_TIME, benchmark.cpu_limit), (Metric.WALL_TIME, benchmark.clock_limit))
    guards = [
        _guard(pairs, dataclasses.replace(benchmark, metric=metric, limit=limit, full=1.0))
        for metric, limit in others
        if limit is not None
    ]
    if benchmark.tail_limit is not None:
        guards.append(tail_of(pairs, benchmark, benchmark.tail_limit))
    return tuple(dataclasses.replace(one, pairs=()) for one in guards)


def _guard(pairs: Sequence[Pair], benchmark: Benchmark) -> Ratio:
    """One bar beside the bar. Where others were beside most pairs of a workload, all count.

    Others slow both runs alike, which makes the ratio's interval wide, not wrong. With no rounds at
    all by the clock, whoever sleeps would pass on a busy host.
    """
    kept = [pair for pair in pairs if benchmark.keeps_disturbed or not pair.disturbed]
    crowded: dict[str, list[bool]] = {}
    for one in kept:
        beside_others = one.surroundings is not None and is_crowded(one.surroundings)
        crowded.setdefault(one.workload, []).append(beside_others)
    mostly = any(2 * sum(those) > len(those) for those in crowded.values())
    all_count = benchmark.keeps_disturbed or mostly
    guard = ratio_of(kept, dataclasses.replace(benchmark, keeps_disturbed=all_count))
    return dataclasses.replace(guard, keeps_disturbed=benchmark.keeps_disturbed)


def tail_of(pairs: Sequence[Pair], benchmark: Benchmark, limit: float) -> Ratio:
    """Where the worst tenth of rounds begins, and what it surely reaches.

    Of a round counts the worst workload here: a slow run must not hide behind a quick one.

    Only the lower bound is stated: an upper one would need more rounds than a program that is clear
    is worth.
    """
    rounds = sorted(rounds_of(pairs, benchmark, max))
    low = worst_tenth(rounds, benchmark.rounds_max)
    at = min(len(rounds) - 1, math.ceil((1 - WORST_SHARE) * len(rounds)) - 1)
    return dataclasses.replace(
        ratio_of((), benchmark),
        estimate=math.exp(rounds[at]) if rounds else 1.0,
        low=0.0 if low is None else math.exp(low),
        limit=limit,
        full=1.0,
        rounds=len(rounds),
        quantile=1 - WORST_SHARE,
    )


def is_settled(guard: Ratio) -> bool:
    """Whether more rounds would hardly change what a bar beside the bar says."""
    if guard.quantile != 0.5:  # noqa: PLR2004
        return guard.too_slow or guard.estimate <= guard.limit
    return is_decided(guard) or (guard.rounds > 0 and guard.estimate <= guard.limit / 2)


def benchmark_of(ratio: Ratio) -> Benchmark:
    """What a stored ratio was measured by; its inputs are not kept."""
    names = dict.fromkeys(pair.workload for pair in ratio.pairs)
    return Benchmark(
        workloads=tuple(Workload(name=name, input="") for name in names),
        metric=ratio.metric,
        limit=ratio.limit,
        full=ratio.full,
        rounds_max=max(ratio.rounds_max, ratio.rounds),
        keeps_disturbed=ratio.keeps_disturbed,
    )


def is_decided(ratio: Ratio) -> bool:
    """The whole interval lies on one side of the bar."""
    return ratio.too_slow or ratio.high <= ratio.limit


def disturbance(around: Surroundings, reference: Usage, metric: Metric) -> str:
    """What disturbed a pair too much to be kept; "" for nothing.

    Fixed beforehand, and nothing in it is the candidate's: it knows what others did, and how often
    the reference was taken off its CPU. (A program that yields is counted as taken off, too; of
    the candidate's that would be its own say whether the pair is kept.) Other load costs wall time;
    it hardly costs CPU time, which is taken as it is.
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
    often = PREEMPTIONS_PER_S_MAX * reference.cpu_ns / 1e9
    return "switches" if reference.preemptions > often else ""


def is_crowded(around: Surroundings) -> bool:
    """Whether others used the slot's CPUs so much that no clock can be trusted there."""
    return around.others_ns > OTHERS_SHARE_MAX * around.wall_ns * around.cpus > 0


def is_inconclusive(ratio: Ratio) -> bool:
    """Whether the machine, not the program, kept us from telling.

    It did where half of the pairs had to be thrown away, or too few are there to say anything; and
    where half ran beside others, whom CPU time mostly does not notice: then "too close to call"
    would be said of the neighbours.
    Never where the machine was found to be fit: then the program did it.
    """
    if ratio.keeps_disturbed:
        return False
    hindered = sum(
        1
        for pair in ratio.pairs
        if pair.disturbed or (pair.surroundings is not None and is_crowded(pair.surroundings))
    )
    too_few = bool(ratio.pairs) and ratio.rounds < ROUNDS_MIN
    return not is_decided(ratio) and (too_few or hindered > DISCARDED_SHARE_MAX * len(ratio.pairs))


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
