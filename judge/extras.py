"""More than one number: growth with the input, scaling with threads, latencies, trade-offs.

None of them decides anything; they tell a wrong algorithm from a slow constant, a lock from a
queue. All are made of pairs as the bar is: the reference's beside the candidate's.
"""

import statistics
from collections.abc import Callable, Sequence

from judge.course import Course
from judge.errors import JudgeProgramFault
from judge.events import Event, Stage
from judge.growth import fit
from judge.latency import combined
from judge.measuring import candidate_first, cost, costs_of
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
from judge.racing import Race
from judge.scaling import law
from judge.task import Task
from judge.values import Artifact

GROWTH_HEATS = 3
SCALING_HEATS = 5
TRADEOFF_HEATS = 5


def run_growth(task: Task, course: Course) -> Growth | None:
    """Some pairs at each size; what starting costs, page faults and caches do is in it."""
    wanted, benchmark = task.problem.growth, task.problem.benchmark
    if wanted is None or benchmark is None:
        return None
    points = []
    for number, size in enumerate(wanted.sizes, start=1):
        workload = Workload(name=f"n = {size}", input=wanted.input.replace("{n}", str(size)))
        costs = [costs_of(pair, benchmark) for pair in course.some(workload, GROWTH_HEATS)]
        points.append(
            GrowthPoint(
                size=size,
                candidate_cost=round(statistics.median(mine for mine, _ in costs)),
                reference_cost=round(statistics.median(theirs for _, theirs in costs)),
            )
        )
        task.report(Event(stage=Stage.SCALING, done=number, total=len(wanted.sizes)))
    return fit(points, wanted.expected)


def run_scaling(task: Task, course: Course) -> Scaling | None:
    """Throughput with more and more threads, as many as the slot has CPUs at most."""
    wanted = task.problem.scaling
    if wanted is None:
        return None
    cpus = task.bench.sandbox.cpus
    usable = [threads for threads in wanted.threads if threads <= cpus]
    points = []
    for number, threads in enumerate(usable, start=1):
        workload = Workload(
            name=f"{threads} threads",
            input=wanted.input,
            threads=threads,
            operations=wanted.operations,
        )
        pairs = course.some(workload, SCALING_HEATS)
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


def latencies(course: Course, benchmark: Benchmark) -> tuple[Latency, ...]:
    """Of each workload whose harness took them, over all pairs that count."""
    found = []
    for workload in benchmark.workloads:
        heats = course.kept.get(workload.name, [])
        sides = [
            [run.requests for run in runs if run.requests is not None]
            for runs in ([h.candidate for h in heats], [h.reference for h in heats])
        ]
        one = combined(workload.name, *sides)
        if one is not None:
            found.append(one)
    return tuple(found)


def run_tradeoff(task: Task, course: Course, race: Race, good: Artifact | None) -> Tradeoff | None:
    """Candidate and reference by their pairs of the first workload; the best answer by a few more.

    The best one takes the candidate's place in the race: nothing of the candidate's runs after.
    """
    wanted, benchmark = task.problem.tradeoff, task.problem.benchmark
    if wanted is None or benchmark is None:
        return None
    workload = benchmark.workloads[0]
    heats = course.kept.get(workload.name, [])
    dots = [
        _dot("yours", [heat.candidate.usage() for heat in heats], wanted),
        _dot("ok", [heat.reference.usage() for heat in heats], wanted),
    ]
    if good is not None:
        race.replace_candidate(good)
        runs = [
            race.heat(workload, candidate_first=candidate_first(n)).candidate
            for n in range(TRADEOFF_HEATS)
        ]
        if not all(run.execution.clean and run.refused is None for run in runs):
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
