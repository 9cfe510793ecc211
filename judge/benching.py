"""The timed runs of a submission: round after round, until the bar is cleared or all are spent."""

from dataclasses import dataclass

from judge.course import PAIRS_FACTOR_MAX, Course, WrongRun
from judge.errors import JudgeProgramFault
from judge.events import Event, Stage
from judge.examining import Examiner
from judge.extras import latencies, run_growth, run_scaling, run_tradeoff
from judge.grading import limits_for
from judge.measuring import guard_of, is_decided, ratio_of
from judge.performance import NO_EXTRAS, Benchmark, Extras, Growth, Pair, Ratio
from judge.racing import Race
from judge.sandbox import Arena
from judge.task import Task
from judge.values import Artifact, BuildKind, Shape, SourceFile, TestResult

CONFIRMING_ROUNDS = 31
"""Measured afresh for ranks: a number fixed beforehand, enough for any board (ranking.py)."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Ratios; or the timed runs that were wrong; or that this machine can't measure now."""

    ratio: Ratio | None = None
    guard: Ratio | None = None
    growth: Growth | None = None
    extras: Extras = NO_EXTRAS
    failures: tuple[TestResult, ...] = ()
    unfit: bool = False


def measure(task: Task, program: Artifact, arena: Arena) -> Measured:
    """Compare `program` with the package's reference in its language, over all workloads.

    Without a benchmark, or with none for this target, there is no ratio, and nothing runs.
    """
    benchmark = task.problem.benchmark
    measured_on = task.problem.measured_on
    elsewhere = bool(measured_on) and task.bench.sandbox.target.id not in measured_on
    if benchmark is None or elsewhere:
        return Measured()
    fitness = task.bench.fitness
    check = fitness.current(task.bench, benchmark.limit) if fitness is not None else None
    if check is not None and not check.is_fit_for(benchmark.limit):
        return Measured(unfit=True)
    race = _race(task, arena)
    race.install(program, _reference(task))
    course = Course(task, race, benchmark)
    floor = check.noise_floor if check is not None else 0.0
    try:
        pairs = _run_rounds(task, course, benchmark)
        ratio = ratio_of(pairs, benchmark, noise_floor=floor)
        guarded = guard_of(benchmark)
        if fitness is not None and 3 * ratio.discarded > len(pairs):
            fitness.doubt()
        growth = run_growth(task, course)
        scaling = run_scaling(task, course)
        tradeoff = run_tradeoff(task, course, race, _good(task))
    except WrongRun as wrong:
        return Measured(failures=(wrong.result,))
    return Measured(
        ratio=ratio,
        guard=None if guarded is None else ratio_of(pairs, guarded, noise_floor=floor),
        growth=growth,
        extras=Extras(scaling=scaling, latencies=latencies(course, benchmark), tradeoff=tradeoff),
    )


def _race(task: Task, arena: Arena) -> Race:
    problem, box = task.problem, arena.candidate
    limits = limits_for(problem, task.submission.language, BuildKind.PLAIN)
    box.limit_memory(problem.limits.memory_bytes)
    examiner = None
    if problem.shape is Shape.INTERACTIVE:
        examiner = Examiner(problem, arena.judge, task.bench.workshop, task.bench.sandbox.target)
    return Race(task.bench.sandbox, box, limits, task.bench.seed, examiner)


def _run_rounds(task: Task, course: Course, benchmark: Benchmark) -> list[Pair]:
    for workload in benchmark.workloads:
        course.warm_up(workload)
    pairs: list[Pair] = []
    rounds_max = benchmark.rounds_max
    if task.confirming:
        rounds_max = min(CONFIRMING_ROUNDS, rounds_max)
    pairs_max = PAIRS_FACTOR_MAX * rounds_max * len(benchmark.workloads)
    for number in range(rounds_max):
        for workload in benchmark.workloads:
            kept = False
            while not kept and len(pairs) < pairs_max:
                pairs.append(course.pair(workload, number))
                kept = not pairs[-1].disturbed
        done = number + 1
        task.report(Event(stage=Stage.MEASURING, done=done, total=rounds_max))
        told = not task.confirming and _are_decided(pairs, benchmark)
        if told or len(pairs) >= pairs_max:
            break
    return pairs


def _are_decided(pairs: list[Pair], benchmark: Benchmark) -> bool:
    """Over the bar surely, or every bar kept surely."""
    bars = [ratio_of(pairs, one) for one in (benchmark, guard_of(benchmark)) if one is not None]
    return any(bar.too_slow for bar in bars) or all(is_decided(bar) for bar in bars)


def _reference(task: Task) -> Artifact:
    problem, language = task.problem, task.submission.language
    files = problem.references.get(language)
    if files is None:
        raise JudgeProgramFault(problem.slug, f"has no reference in {language}")
    return _built(task, "reference", files)


def _good(task: Task) -> Artifact | None:
    files = task.problem.good.get(task.submission.language)
    return None if files is None else _built(task, "good answer", files)


def _built(task: Task, what: str, files: tuple[SourceFile, ...]) -> Artifact:
    problem, language = task.problem, task.submission.language
    includes = problem.includes.get(language, ())
    name = f"{problem.slug}'s {what}"
    return task.bench.workshop.artifact(name, language, files, includes=includes)
