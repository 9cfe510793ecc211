"""Performance as a paired ratio with an interval.

Candidate and reference run in turn (ABBA) on the same fresh input, in one container on the same
CPUs; what is judged is the ratio of their costs, and its interval against the bar. Two sources of
noise fall out this way that an absolute limit has: how fast the machine is, and how busy just now.
What may be said after how many rounds is sequential.py's.
"""

import math
import statistics
from collections.abc import Sequence

from judge.sandbox import Watch
from judge.sequential import interval
from judge.values import Benchmark, Execution, Metric, Pair, Ratio, Workload

UNBOUNDED = 1e6
"""The upper bound of a ratio of which nothing can be said yet; JSON has no infinity."""
STOLEN_SHARE_MAX = 0.05
"""Of a pair's time on its CPUs, given to others by the hypervisor."""
OTHERS_SHARE_MAX = 0.25
"""Of a pair's time on its CPUs, used by programs that aren't the pair's. Counters tick every 10 ms,
so that a quiet pair of 50 ms may show a fifth."""
DISCARDED_SHARE_MAX = 0.5
"""More of all pairs than this thrown away, and the machine was not fit to tell anything."""


def rounds_of(pairs: Sequence[Pair], benchmark: Benchmark) -> list[float]:
    """The logarithm of each round's ratio: the geometric mean over workloads, one pair of each.

    Disturbed pairs are left out; a round that lacks a workload isn't one yet.
    """
    by_workload = [
        [
            math.log(pair.candidate_cost / pair.reference_cost)
            for pair in pairs
            if pair.workload == workload.name and not pair.disturbed
        ]
        for workload in benchmark.workloads
    ]
    return [statistics.fmean(one) for one in zip(*by_workload, strict=False)]


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


def disturbance(watch: Watch, own_cpu_ns: int, metric: Metric) -> str:
    """What disturbed a pair too much to be kept; "" for nothing.

    Fixed beforehand and blind: it knows how long both programs ran together, and not which was
    faster. Other load costs wall time; it hardly costs CPU time, which is taken as it is.
    """
    have_ns = watch.wall_ns * watch.cpus
    if have_ns == 0:
        return ""
    if watch.stolen_ns > STOLEN_SHARE_MAX * have_ns:
        return "steal"
    others_ns = watch.busy_ns - own_cpu_ns
    if metric is Metric.WALL_TIME and others_ns > OTHERS_SHARE_MAX * have_ns:
        return "load"
    return ""


def is_inconclusive(ratio: Ratio) -> bool:
    """Whether the machine, not the program, kept us from telling."""
    return not is_decided(ratio) and ratio.discarded > DISCARDED_SHARE_MAX * len(ratio.pairs)


def share_interval(hits: int, runs: int) -> tuple[float, float]:
    """The 95 % Wilson score interval of a share (Wilson, JASA 22, 1927)."""
    z2 = 1.959964**2
    middle = (hits + z2 / 2) / (runs + z2)
    reach = math.sqrt(z2) * math.sqrt(hits * (runs - hits) / runs + z2 / 4) / (runs + z2)
    return max(0.0, middle - reach), min(1.0, middle + reach)


def cost(metric: Metric, execution: Execution) -> int:
    """What a run cost: ns, or bytes."""
    measured = execution.measurement
    match metric:
        case Metric.CPU_TIME:
            return max(measured.cpu_ns, 1)
        case Metric.WALL_TIME:
            return max(measured.wall_ns, 1)
        case Metric.PEAK_MEMORY:
            return max(measured.memory_bytes_peak, 1)


def candidate_first(number: int) -> bool:
    """The order of round `number`, from 0: ABBA, so that drift cancels."""
    return number % 4 in (0, 3)
