"""The timed runs of a submission: round after round, until the bar is cleared or all are spent."""

import statistics
from dataclasses import dataclass

from judge.errors import JudgeProgramFault
from judge.events import Event, Stage
from judge.grading import limits_for
from judge.growth import fit
from judge.measuring import candidate_first, is_decided, ratio_of
from judge.racing import Heat, Race
from judge.sandbox import Arena
from judge.task import Task
from judge.values import (
    Artifact,
    Benchmark,
    BuildKind,
    Execution,
    Growth,
    GrowthPoint,
    MemorySource,
    Pair,
    Ratio,
    TestResult,
    Workload,
)
from judge.verdicts import Verdict

GROWTH_HEATS = 3
PAIRS_FACTOR_MAX = 2
"""At most so many times the budget's pairs are run, where many are thrown away."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A ratio; or the timed runs that were wrong; or that this machine can't measure now."""

    ratio: Ratio | None = None
    growth: Growth | None = None
    failures: tuple[TestResult, ...] = ()
    unfit: bool = False


class _WrongRun(Exception):  # noqa: N818  (never leaves this module)
    def __init__(self, result: TestResult) -> None:
        super().__init__(result.note)
        self.result = result


def measure(task: Task, program: Artifact, arena: Arena) -> Measured:
    """Compare `program` with the package's reference in its language, over all workloads.

    A problem without a benchmark has no ratio, and nothing runs.
    """
    benchmark = task.problem.benchmark
    if benchmark is None:
        return Measured()
    fitness = task.bench.fitness
    check = fitness.current(task.bench, benchmark.limit) if fitness is not None else None
    if check is not None and not check.is_fit_for(benchmark.limit):
        return Measured(unfit=True)
    limits = limits_for(task.problem, task.submission.language, BuildKind.PLAIN)
    box = arena.candidate
    box.limit_memory(task.problem.limits.memory_bytes)
    race = Race(task.bench.sandbox, box, benchmark, limits, task.bench.seed)
    race.install(program, _reference(task))
    try:
        pairs = _run_rounds(task, race, benchmark)
        growth = _run_growth(task, race)
    except _WrongRun as wrong:
        return Measured(failures=(wrong.result,))
    ratio = ratio_of(pairs, benchmark, noise_floor=check.noise_floor if check is not None else 0.0)
    if fitness is not None and 3 * ratio.discarded > len(pairs):
        fitness.doubt()
    return Measured(ratio, growth)


def _run_rounds(task: Task, race: Race, benchmark: Benchmark) -> list[Pair]:
    for workload in benchmark.workloads:
        race.warm_up(workload)
    pairs: list[Pair] = []
    pairs_max = PAIRS_FACTOR_MAX * benchmark.rounds_max * len(benchmark.workloads)
    for number in range(benchmark.rounds_max):
        for workload in benchmark.workloads:
            kept = False
            while not kept and len(pairs) < pairs_max:
                heat = race.heat(workload, candidate_first=candidate_first(number))
                _check(task, workload, heat)
                pairs.append(heat.pair)
                kept = not heat.pair.disturbed
        done = number + 1
        task.report(Event(stage=Stage.MEASURING, done=done, total=benchmark.rounds_max))
        told = not task.confirming and is_decided(ratio_of(pairs, benchmark))
        if told or len(pairs) >= pairs_max:
            break
    return pairs


def _run_growth(task: Task, race: Race) -> Growth | None:
    """Some heats at each size; what starting costs, page faults and caches do is in it."""
    wanted = task.problem.growth
    if wanted is None:
        return None
    points = []
    for number, size in enumerate(wanted.sizes, start=1):
        workload = Workload(name=f"n = {size}", input=wanted.input.replace("{n}", str(size)))
        pairs = []
        for heat_number in range(GROWTH_HEATS):
            heat = race.heat(workload, candidate_first=candidate_first(heat_number))
            _check(task, workload, heat)
            pairs.append(heat.pair)
        points.append(
            GrowthPoint(
                size=size,
                candidate_cost=round(statistics.median(pair.candidate_cost for pair in pairs)),
                reference_cost=round(statistics.median(pair.reference_cost for pair in pairs)),
            )
        )
        task.report(Event(stage=Stage.SCALING, done=number, total=len(wanted.sizes)))
    return fit(points, wanted.expected)


def _check(task: Task, workload: Workload, heat: Heat) -> None:
    """Every timed run's output is checked: as long as they agree, both were at work."""
    reference, candidate = heat.reference, heat.candidate
    if not reference.clean:
        raise JudgeProgramFault(
            f"{task.problem.slug}'s reference",
            f"failed on workload {workload.name}: {reference.ending}, "
            f"code {reference.exit_code}: {reference.stderr[-300:].decode(errors='replace')}",
        )
    if not candidate.clean or candidate.stdout != reference.stdout:
        raise _WrongRun(_failure(workload, candidate))


def _failure(workload: Workload, candidate: Execution) -> TestResult:
    measured = candidate.measurement
    ended, ended_zh = "another result than the reference's", "结果与参考实现不同"
    if not candidate.clean:
        ended = ended_zh = candidate.ending
    verdict = Verdict.WRONG_ANSWER if candidate.clean else Verdict.RUNTIME_ERROR
    if candidate.ending.endswith("-limit"):
        verdict = Verdict(candidate.ending.replace("wall", "time").replace("cpu", "time"))
    return TestResult(
        name=f"timed run: {workload.name}",
        group="benchmark",
        build=BuildKind.PLAIN,
        sample=False,
        verdict=verdict,
        cpu_ms=measured.cpu_ms,
        wall_ms=measured.wall_ns / 1e6,
        memory_bytes_peak=measured.memory_bytes_peak,
        memory_source=MemorySource(measured.memory_source),
        note=f"in a timed run: {ended}",
        note_zh=f"计时运行中：{ended_zh}",
    )


def _reference(task: Task) -> Artifact:
    problem, language = task.problem, task.submission.language
    files = problem.references.get(language)
    if files is None:
        raise JudgeProgramFault(problem.slug, f"has no reference in {language}")
    name = f"{problem.slug}'s reference"
    includes = problem.includes.get(language, ())
    return task.bench.workshop.artifact(name, language, files, includes=includes)
