"""The timed runs of a submission: round after round, until the bar is cleared or all are spent."""

import dataclasses
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass

from judge.benchmark.aa_check import AACheck, AAMonitor
from judge.benchmark.confidence_sequence import ROUNDS_MIN
from judge.benchmark.paired_runs import PAIRS_FACTOR_MAX, CheckedPairs, PairedRuns
from judge.benchmark.profiles import latencies, run_growth, run_scaling, run_tradeoff
from judge.benchmark.ratio import (
    guards_of,
    is_decided,
    is_inconclusive,
    is_settled,
    ratio_of,
)
from judge.errors import JudgeProgramFault
from judge.events import Event, Stage
from judge.grading import ValidatorRunner, limits_for
from judge.performance import NO_EXTRAS, Benchmark, Extras, Growth, Pair, Ratio, Workload
from judge.sandbox import Arena
from judge.task import Task
from judge.values import Artifact, BuildKind, Shape, SourceFile, TestResult

SLOT_TIME_MIN_S, SLOT_TIME_FACTOR = 60.0, 2.0
"""`slot_time_s` has the rule."""
CONFIRMING_ROUNDS = 31
"""Measured afresh for ranks: a number fixed beforehand, enough for a board of any size."""


@dataclass(frozen=True, slots=True)
class PerformanceResult:
    """Ratios; or the timed runs that were wrong; or that this machine can't measure now."""

    ratio: Ratio | None = None
    guards: tuple[Ratio, ...] = ()
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
    rounds = run_rounds(task, pairs, benchmark)
    if isinstance(rounds, TestResult):
        return PerformanceResult(failures=(rounds,))
    measured = _ratios(rounds, benchmark, check)
    ratio = measured.ratio
    assert ratio is not None
    if monitor is not None and is_inconclusive(ratio):
        if not monitor.ties_now(benchmark.limit):
            return PerformanceResult(unfit=True)
        # Then it was the program: its pairs count, and say what they say.
        kept = dataclasses.replace(benchmark, keeps_disturbed=True)
        measured = _ratios(rounds, kept, check)
    elif monitor is not None and 3 * ratio.discarded > len(rounds):
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


def run_rounds(task: Task, checked: CheckedPairs, benchmark: Benchmark) -> list[Pair] | TestResult:
    """All pairs, those that don't count too; or the first run that was wrong."""
    for workload in benchmark.workloads:
        checked.warm_up(workload)
    pairs: list[Pair] = []
    rounds_max = benchmark.rounds_max
    if task.confirming:
        rounds_max = min(CONFIRMING_ROUNDS, rounds_max)
    started_s = time.monotonic()
    for number in range(rounds_max):
        for workload in benchmark.workloads:
            failure = _run_pair(checked, workload, number, pairs)
            if failure is not None:
                return failure
        done = number + 1
        task.report(Event(stage=Stage.MEASURING, done=done, total=rounds_max))
        told = not task.confirming and _are_decided(pairs, benchmark)
        spent_s = time.monotonic() - started_s
        if told:
            break
        if spent_s > slot_time_s(pairs, benchmark):
            # Who took it all before anything can be told is not accepted for that.
            own_s = sum(pair.candidate.wall_ns for pair in pairs if pair.candidate) / 1e9
            took_it = done < ROUNDS_MIN and 2 * own_s > spent_s
            return checked.out_of_time() if took_it else pairs
    return pairs


def _run_pair(
    checked: CheckedPairs, workload: Workload, number: int, pairs: list[Pair]
) -> TestResult | None:
    """One more pair, and another where it was disturbed; no more, since each workload needs its."""
    for _ in range(PAIRS_FACTOR_MAX):
        pair = checked.pair(workload, number)
        if isinstance(pair, TestResult):
            return pair
        pairs.append(pair)
        if not pair.disturbed:
            break
    return None


def slot_time_s(pairs: Sequence[Pair], benchmark: Benchmark) -> float:
    """How long a submission's timed runs may hold a slot; after that the evidence decides.

    All rounds of a program at its bar, by what the reference took, and as much again: whoever takes
    longer is over the bar, which shows in few rounds, or spoils its own runs.
    """
    taken_ns: dict[str, list[int]] = {}
    for pair in pairs:
        if pair.reference is not None:
            taken_ns.setdefault(pair.workload, []).append(pair.reference.wall_ns)
    round_s = sum(statistics.median(one) for one in taken_ns.values()) / 1e9 * (1 + benchmark.limit)
    return SLOT_TIME_MIN_S + SLOT_TIME_FACTOR * benchmark.rounds_max * round_s


def _are_decided(pairs: list[Pair], benchmark: Benchmark) -> bool:
    """Over the bar surely, or every bar kept surely."""
    bar, guards = ratio_of(pairs, benchmark), guards_of(pairs, benchmark)
    if any(one.too_slow for one in (bar, *guards)):
        return True
    return is_decided(bar) and all(is_settled(one) for one in guards)


def _ratios(pairs: list[Pair], benchmark: Benchmark, check: AACheck | None) -> PerformanceResult:
    floor = check.noise_floor if check is not None else 0.0
    return PerformanceResult(
        ratio=ratio_of(pairs, benchmark, noise_floor=floor), guards=guards_of(pairs, benchmark)
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
        ratio=measured.ratio, guards=measured.guards, growth=growth, extras=extras
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
