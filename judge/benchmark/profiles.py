"""More than one number: growth with the input, scaling with threads, latencies, trade-offs.

None of them decides anything; they tell a wrong algorithm from a slow constant, a lock from a
queue. All are made of pairs as the bar is: the reference's beside the candidate's.
"""

import statistics
from collections.abc import Callable, Sequence

from judge.benchmark.complexity_fit import fit
from judge.benchmark.latency import combined
from judge.benchmark.paired_runs import CheckedPairs
from judge.benchmark.ratio import cost, costs_of
from judge.benchmark.scalability_law import law
from judge.errors import JudgeProgramFault
from judge.events import Event, Stage
from judge.performance import (
    Benchmark,
    Growth,
    GrowthPoint,
    Latency,
    Metric,
    Pair,
    Scaling,
    ScalingPoint,
    Tradeoff,
    TradeoffDot,
    TradeoffTest,
    Usage,
    Workload,
)
from judge.task import Task
from judge.values import Artifact, TestResult

GROWTH_PAIRS = 3
SCALING_PAIRS = 5
TRADEOFF_RUNS = 5


def run_growth(task: Task, checked: CheckedPairs) -> Growth | TestResult | None:
    """Some pairs at each size; what starting costs, page faults and caches do is in it."""
    wanted, benchmark = task.problem.growth, task.problem.benchmark
    if wanted is None or benchmark is None:
        return None
    points = []
    for number, size in enumerate(wanted.sizes, start=1):
        workload = Workload(name=f"n = {size}", input=wanted.input.replace("{n}", str(size)))
        pairs = checked.pairs(workload, GROWTH_PAIRS)
        if isinstance(pairs, TestResult):
            return pairs
        costs = [costs_of(pair, benchmark) for pair in pairs]
        points.append(
            GrowthPoint(
                size=size,
                candidate_cost=round(statistics.median(own for own, _ in costs)),
                reference_cost=round(statistics.median(reference for _, reference in costs)),
            )
        )
        task.report(Event(stage=Stage.SCALING, done=number, total=len(wanted.sizes)))
    return fit(points, wanted.expected)


def run_scaling(task: Task, checked: CheckedPairs) -> Scaling | TestResult | None:
    """Throughput with more and more threads, as many as the slot has CPUs at most."""
    wanted = task.problem.scaling
    if wanted is None:
        return None
    cpus = task.slot.sandbox.cpus
    usable = [threads for threads in wanted.threads if threads <= cpus]
    points = []
    for number, threads in enumerate(usable, start=1):
        workload = Workload(
            name=f"{threads} threads",
            input=wanted.input,
            threads=threads,
            operations=wanted.operations,
        )
        pairs = checked.pairs(workload, SCALING_PAIRS)
        if isinstance(pairs, TestResult):
            return pairs
        points.append(
            ScalingPoint(
                threads=threads,
                candidate_per_s=_per_s(wanted.operations, pairs, lambda pair: pair.candidate),
                reference_per_s=_per_s(wanted.operations, pairs, lambda pair: pair.reference),
            )
        )
        task.report(Event(stage=Stage.SCALING, done=number, total=len(usable)))
    return Scaling(
        points=tuple(points),
        candidate=law([(point.threads, point.candidate_per_s) for point in points]),
        reference=law([(point.threads, point.reference_per_s) for point in points]),
        left_out=tuple(threads for threads in wanted.threads if threads > cpus),
    )


def _per_s(operations: int, pairs: Sequence[Pair], side: Callable[[Pair], Usage | None]) -> float:
    usages = [usage for usage in map(side, pairs) if usage is not None]
    return operations / statistics.median(usage.wall_ns / 1e9 for usage in usages)


def latencies(checked: CheckedPairs, benchmark: Benchmark) -> tuple[Latency, ...]:
    """What each workload's harness took, if it did, over all pairs that count."""
    found = []
    for workload in benchmark.workloads:
        kept = checked.kept.get(workload.name, [])
        sides = [
            [run.requests for run in runs if run.requests is not None]
            for runs in ([both.candidate for both in kept], [both.reference for both in kept])
        ]
        one = combined(workload.name, *sides)
        if one is not None:
            found.append(one)
    return tuple(found)


def run_tradeoff(task: Task, checked: CheckedPairs, good: Artifact | None) -> Tradeoff | None:
    """Candidate and reference by their pairs of the first workload; the best answer by a few more.

    The best one takes the candidate's place: nothing of the candidate's runs after.
    """
    wanted, benchmark = task.problem.tradeoff, task.problem.benchmark
    if wanted is None or benchmark is None:
        return None
    workload = benchmark.workloads[0]
    kept = checked.kept.get(workload.name, [])
    dots = [
        _dot("yours", [both.candidate.usage() for both in kept], wanted),
        _dot("ok", [both.reference.usage() for both in kept], wanted),
    ]
    if good is not None:
        runs = list(checked.runs_of(good, workload, TRADEOFF_RUNS))
        if not all(run.right for run in runs):
            raise JudgeProgramFault(
                f"{task.problem.slug}'s good answer", f"failed on workload {workload.name}"
            )
        dots.append(_dot("good", [run.usage() for run in runs], wanted))
    return Tradeoff(x=wanted.x, y=wanted.y, dots=tuple(dot for dot in dots if dot is not None))


def _dot(name: str, usages: Sequence[Usage], wanted: TradeoffTest) -> TradeoffDot | None:
    places = [(amount(wanted.x, usage), amount(wanted.y, usage)) for usage in usages]
    xs = [x for x, _ in places if x is not None]
    ys = [y for _, y in places if y is not None]
    if not xs or not ys:
        return None
    return TradeoffDot(name=name, x=statistics.median(xs), y=statistics.median(ys))


def amount(name: str, usage: Usage) -> float | None:
    """A metric's or a counter's amount in one run; None where the run has none."""
    if name in usage.counters:
        return usage.counters[name]
    try:
        return cost(Metric(name), usage)
    except (ValueError, KeyError):
        return None
