"""A submission in, a judgement out: build → run the tests → measure → conclude."""

from judge.benchmark import (
    AAMonitor,
    PerformanceResult,
    is_inconclusive,
    measure_performance,
)
from judge.building import Built, build_submission
from judge.events import Event, Stage
from judge.grading import group_points, run_tests
from judge.scoring import performance_verdict, score
from judge.task import Task
from judge.values import Artifact, BuildKind, Judgement, TestResult
from judge.verdicts import Verdict, together
from judge.visibility import counter_readings

CONCLUSIVE_TRIES = 3
"""So often is a submission judged before it is given up as nothing that can be told."""


def judge_submission(task: Task, monitor: AAMonitor | None = None) -> Judgement:
    """Judge a submission, reporting each stage.

    `monitor` says whether the slot can measure now; without one it is measured all the same, and
    not to be ranked by. Raises JudgeFault when something of ours fails; no verdict follows then.
    """
    task.report(Event(stage=Stage.COMPILING, done=0, total=1))
    slot = task.slot
    built = build_submission(task.submission, task.problem, slot.sandbox, slot.programs)
    task.report(Event(stage=Stage.COMPILING, done=1, total=1))
    return judge_built(task, built, monitor)


def judge_built(
    task: Task, built: tuple[Built, ...], monitor: AAMonitor | None = None
) -> Judgement:
    """The same of what is compiled already, in the builds that the problem asks for."""
    if any(one.artifact is None for one in built):
        return _conclude(task, Verdict.COMPILE_ERROR, built, (), PerformanceResult())
    with task.slot.sandbox.arena(task.problem.limits) as arena:
        tests = run_tests(task, built, arena)
        verdict = together(test.verdict for test in tests)
        measured = PerformanceResult()
        if verdict is Verdict.ACCEPTED and not task.samples_only:
            measured = measure_performance(task, _plain(built), arena, monitor)
            tests = (*tests, *measured.failures)
            unfit = (Verdict.INCONCLUSIVE,) if measured.unfit else ()
            verdict = together((*unfit, *(test.verdict for test in tests)))
    return _conclude(task, verdict, built, tests, measured)


def judge_conclusively(task: Task) -> Judgement:
    """Judge, and again while this machine was too noisy to measure, as a server does."""
    for _ in range(CONCLUSIVE_TRIES - 1):
        judgement = judge_submission(task)
        if judgement.verdict is not Verdict.INCONCLUSIVE:
            return judgement
    return judge_submission(task)


def _plain(built: tuple[Built, ...]) -> Artifact:
    program = next(one.artifact for one in built if one.build.kind is BuildKind.PLAIN)
    assert program is not None
    return program


def _conclude(
    task: Task,
    verdict: Verdict,
    built: tuple[Built, ...],
    tests: tuple[TestResult, ...],
    measured: PerformanceResult,
) -> Judgement:
    ratio = measured.ratio
    counters = counter_readings(task.problem, tests, task.slot.sandbox.target.id)
    if verdict is Verdict.ACCEPTED:
        verdict = performance_verdict(ratio, counters, measured.guards)
    points = () if task.samples_only else group_points(task.problem, tests)
    others = {test.verdict for test in tests} - {verdict, Verdict.ACCEPTED}
    leading = [test for test in tests if test.verdict is verdict and test.witness is not None]
    return Judgement(
        verdict=verdict,
        score=score(verdict, tests, ratio, counters, points),
        too_close=verdict is Verdict.ACCEPTED and ratio is not None and ratio.too_close,
        also=tuple(sorted(others, key=lambda other: -other.severity)),
        builds=tuple(one.build for one in built),
        tests=tests,
        ratio=ratio,
        counters=counters,
        witness=leading[0].witness if leading else None,
        machine=dict(task.slot.sandbox.machine()),
        growth=measured.growth,
        guards=measured.guards,
        unfit=measured.unfit or (ratio is not None and is_inconclusive(ratio)),
        extras=measured.extras,
        points=points,
    )
