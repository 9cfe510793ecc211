"""The timed runs of a submission: round after round, until the bar is cleared or all are spent."""

from dataclasses import dataclass

from judge.benchmark.aa_check import AACheck, AAMonitor
from judge.benchmark.paired_runs import PAIRS_FACTOR_MAX, CheckedPairs, PairedRuns
from judge.benchmark.profiles import latencies, run_growth, run_scaling, run_tradeoff
from judge.benchmark.ratio import guard_of, is_decided, ratio_of
from judge.errors import JudgeProgramFault
from judge.events import Event, Stage
from judge.grading import ValidatorRunner, limits_for
from judge.performance import NO_EXTRAS, Benchmark, Extras, Growth, Pair, Ratio
from judge.sandbox import Arena
from judge.task import Task
from judge.values import Artifact, BuildKind, Shape, SourceFile, TestResult

CONFIRMING_ROUNDS = 31
"""Measured afresh for ranks: a number fixed beforehand, enough for a board of any size."""


@dataclass(frozen=True, slots=True)
class PerformanceResult:
    """Ratios; or the timed runs that were wrong; or that this machine can't measure now."""

    ratio: Ratio | None = None
    guard: Ratio | None = None
    growth: Growth | None = None
    extras: Extras = NO_EXTRAS
    failures: tuple[TestResult, ...] = ()
    unfit: bool = False


def measure_performance(
    task: Task, program: Artifact, arena: Arena, monitor: AAMonitor | None
) -> PerformanceResult:
    """Compare `program` with the package's reference in its language, over all workloads.

    Without a benchmark, or with none for this target, there is no ratio, and nothing runs.
    """
    benchmark = _benchmark_here(task)
    if benchmark is None:
        return PerformanceResult()
    check = monitor.current(benchmark.limit) if monitor is not None else None
    if check is not None and not check.is_fit_for(benchmark.limit):
        return PerformanceResult(unfit=True)
    pairs = _prepare(task, program, arena, benchmark)
    rounds = _run_rounds(task, pairs, benchmark)
    if isinstance(rounds, TestResult):
        return PerformanceResult(failures=(rounds,))
    measured = _ratios(rounds, benchmark, check)
    discarded = sum(1 for pair in rounds if pair.disturbed)
    if monitor is not None and 3 * discarded > len(rounds):
        monitor.doubt()
    return _with_profiles(measured, task, pairs, benchmark)


def _benchmark_here(task: Task) -> Benchmark | None:
    """The problem's benchmark, where it says something about this target."""
    measured_on = task.problem.measured_on
    elsewhere = bool(measured_on) and task.slot.sandbox.target.id not in measured_on
    return None if elsewhere else task.problem.benchmark


def _prepare(task: Task, program: Artifact, arena: Arena, benchmark: Benchmark) -> CheckedPairs:
    """Both programs side by side in the candidate's box, and who talks to them."""
    problem, slot, box = task.problem, task.slot, arena.candidate
    target = slot.sandbox.target
    limits = limits_for(problem, task.submission.language, BuildKind.PLAIN)
    box.limit_memory(problem.limits.memory_bytes)
    validator = None
    if problem.shape is Shape.INTERACTIVE:
        validator = ValidatorRunner(problem, arena.judge, slot.programs, target)
    runs = PairedRuns(slot.sandbox, box, limits, slot.seed, validator)
    runs.install(program, _reference(task))
    return CheckedPairs(runs, benchmark, problem, target)


def _run_rounds(task: Task, checked: CheckedPairs, benchmark: Benchmark) -> list[Pair] | TestResult:
    """All pairs, those that don't count too; or the first run that was wrong."""
    for workload in benchmark.workloads:
        checked.warm_up(workload)
    pairs: list[Pair] = []
    rounds_max = benchmark.rounds_max
    if task.confirming:
        rounds_max = min(CONFIRMING_ROUNDS, rounds_max)
    pairs_max = PAIRS_FACTOR_MAX * rounds_max * len(benchmark.workloads)
    for number in range(rounds_max):
        for workload in benchmark.workloads:
            kept = False
            while not kept and len(pairs) < pairs_max:
                pair = checked.pair(workload, number)
                if isinstance(pair, TestResult):
                    return pair
                pairs.append(pair)
                kept = not pair.disturbed
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


def _ratios(pairs: list[Pair], benchmark: Benchmark, check: AACheck | None) -> PerformanceResult:
    floor = check.noise_floor if check is not None else 0.0
    guarded = guard_of(benchmark)
    return PerformanceResult(
        ratio=ratio_of(pairs, benchmark, noise_floor=floor),
        guard=None if guarded is None else ratio_of(pairs, guarded, noise_floor=floor),
    )


def _with_profiles(
    measured: PerformanceResult, task: Task, checked: CheckedPairs, benchmark: Benchmark
) -> PerformanceResult:
    """With what is shown beside the ratio; the candidate can still go wrong in a run for that."""
    growth = run_growth(task, checked)
    if isinstance(growth, TestResult):
        return PerformanceResult(failures=(growth,))
    scaling = run_scaling(task, checked)
    if isinstance(scaling, TestResult):
        return PerformanceResult(failures=(scaling,))
    tradeoff = run_tradeoff(task, checked, _good(task))
    extras = Extras(scaling=scaling, latencies=latencies(checked, benchmark), tradeoff=tradeoff)
    return PerformanceResult(
        ratio=measured.ratio, guard=measured.guard, growth=growth, extras=extras
    )


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
    return task.slot.programs.artifact(name, language, files, includes=includes)
