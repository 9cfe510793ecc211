"""A submission in, a judgement out: compile → run tests → grade → measure → judgement."""

import dataclasses
from collections.abc import Sequence

from judge.benching import Measured, measure
from judge.compiling import Built, build_submission
from judge.errors import JudgeProgramFault
from judge.events import Event, Stage
from judge.examining import JUDGE_LIMITS, install_judge_program
from judge.grading import Grader
from judge.languages.base import ENVIRONMENT
from judge.sandbox import Arena, Command, User
from judge.scoring import judge_performance, score
from judge.shrinking import shrink_tail
from judge.task import Task
from judge.values import (
    Artifact,
    BuildKind,
    CounterReading,
    FreshTests,
    Judgement,
    Problem,
    Testcase,
    TestResult,
    Witness,
)
from judge.verdicts import Verdict, most_severe

SHRINKING_RUNS_MAX = 80
WITNESS_INPUT_BYTES_MAX = 64_000
"""A larger input explains nothing, and is not worth keeping to be replayed."""
FAILURES_MAX = 3
"""After this many failed tests the rest of a build are not run: the verdict stands."""
FAILED_WALL_MS_MAX = 10_000.0
"""The same when failed tests took this long: an endless loop need not be waited for thrice."""


def judge_submission(task: Task) -> Judgement:
    """Judge a submission, reporting each step.

    Raises JudgeFault when something of ours fails; no verdict follows then.
    """
    task.report(Event(stage=Stage.COMPILING, done=0, total=1))
    built = build_submission(
        task.submission, task.problem, task.bench.sandbox, task.bench.workshop.prepare
    )
    task.report(Event(stage=Stage.COMPILING, done=1, total=1))
    if any(one.artifact is None for one in built):
        return _conclude(task, Verdict.COMPILE_ERROR, built, (), Measured())
    with task.bench.sandbox.arena(task.problem.limits) as arena:
        tests = _run_tests(task, built, arena)
        verdict = most_severe((Verdict.ACCEPTED, *(test.verdict for test in tests)))
        measured = Measured()
        if verdict is Verdict.ACCEPTED and not task.samples_only:
            measured = measure(task, _plain(built), arena)
            if measured.unfit:
                verdict = Verdict.INCONCLUSIVE
            tests = (*tests, *measured.failures)
            verdict = most_severe((verdict, *(test.verdict for test in measured.failures)))
    return _conclude(task, verdict, built, tests, measured)


def _plain(built: tuple[Built, ...]) -> Artifact:
    program = next(one.artifact for one in built if one.build.kind is BuildKind.PLAIN)
    assert program is not None
    return program


def _run_tests(task: Task, built: tuple[Built, ...], arena: Arena) -> tuple[TestResult, ...]:
    """Every testcase of every build, until a build has failed often enough."""
    own_files = frozenset(file.name for file in task.submission.files)
    grader = Grader(
        task.problem,
        arena,
        task.bench.workshop,
        task.bench.sandbox.target,
        language=task.submission.language,
        own_files=own_files,
    )
    cases = _cases(task, arena)
    plan = [(one, [case for case in cases if one.build.kind in case.builds]) for one in built]
    total = sum(len(part) for _, part in plan)
    results: list[TestResult] = []
    for one, part in plan:
        assert one.artifact is not None
        if part:
            grader.install(one.artifact, one.build.kind)
        failed_ms: list[float] = []
        for case in part:
            if len(failed_ms) >= FAILURES_MAX or sum(failed_ms) >= FAILED_WALL_MS_MAX:
                break
            result = grader.grade(case)
            if result.verdict is not Verdict.ACCEPTED:
                failed_ms.append(result.wall_ms)
            first = all(other.verdict is not result.verdict for other in results)
            results.append(_with_evidence(task, result, case, grader, first=first))
            if not case.secret:
                task.report(_tested(results, total))
            if arena.candidate.spent:
                return tuple(results)
        _report_secret_tests(task, results, one.build.kind, total)
    return tuple(results)


def _tested(results: list[TestResult], total: int) -> Event:
    last = results[-1]
    return Event(
        stage=Stage.TESTING,
        done=len(results),
        total=total,
        label=last.name if last.build is BuildKind.PLAIN else f"{last.name} ({last.build})",
        verdict=last.verdict,
        cpu_ms=last.cpu_ms,
        memory_bytes=last.memory_bytes_peak,
    )


def _report_secret_tests(
    task: Task, results: list[TestResult], kind: BuildKind, total: int
) -> None:
    """All of a build's at once: when each of them ended is something that it can tell."""
    secret = [test.verdict for test in results if test.secret and test.build is kind]
    if secret:
        verdict = most_severe(secret)
        task.report(Event(stage=Stage.TESTING, done=len(results), total=total, verdict=verdict))


def _cases(task: Task, arena: Arena) -> tuple[Testcase, ...]:
    """The package's testcases, then those that nobody has seen before."""
    problem = task.problem
    if task.samples_only:
        return tuple(case for case in problem.testcases if case.sample)
    if problem.generator is None:
        return problem.testcases
    command = install_judge_program(problem.generator, arena.judge, task.bench.workshop)
    fresh = (
        _generate(task, tests, number, command, arena)
        for tests in problem.fresh
        for number in range(1, tests.count + 1)
    )
    return (*problem.testcases, *fresh)


def _generate(
    task: Task, tests: FreshTests, number: int, command: tuple[str, ...], arena: Arena
) -> Testcase:
    seed = str(task.bench.seed())
    arguments = tuple(word.replace("{seed}", seed) for word in tests.arguments)
    execution = arena.judge.run(
        Command(arguments=(*command, *arguments), user=User.HARNESS, environment=ENVIRONMENT),
        JUDGE_LIMITS,
    )
    if not execution.clean:
        raise JudgeProgramFault(
            f"{task.problem.slug}'s generator",
            f"{' '.join(arguments)}: {execution.ending}, code {execution.exit_code}: "
            f"{execution.stderr[-400:].decode(errors='replace')}",
        )
    return Testcase(
        name=f"{tests.group}-{number}",
        group=tests.group,
        input=execution.stdout,
        fresh=True,
        builds=tests.builds,
    )


def _with_evidence(
    task: Task, result: TestResult, case: Testcase, grader: Grader, *, first: bool
) -> TestResult:
    """The result with what may be shown: shrunk where it can be, hidden where it is secret."""
    if result.verdict is Verdict.ACCEPTED:
        return result
    if case.secret:
        # Number, group and kind of failure, no more: what a program says itself, its exit code and
        # a sanitizer's report included, may be the secret input.
        return dataclasses.replace(result, witness=None, note="", note_zh="")
    if task.problem.shrink_lines and case.fresh and first:
        return _shrunk(task, result, case, grader)
    return _with_input(result, case.input) if first else result


def _shrunk(task: Task, result: TestResult, case: Testcase, grader: Grader) -> TestResult:
    """Fewer lines of the same input that fail the same way, each part of it run again."""
    head, *lines = case.input.splitlines(keepends=True)
    best = result
    runs = 0

    def fails(part: Sequence[bytes]) -> bool:
        nonlocal best, runs
        if grader.spent:
            return False
        runs += 1
        task.report(Event(stage=Stage.SHRINKING, done=runs, total=SHRINKING_RUNS_MAX))
        again = grader.grade(dataclasses.replace(case, input=head + b"".join(part)))
        if again.verdict is not result.verdict:
            return False
        best = again
        return True

    smallest = shrink_tail(lines, fails, runs_max=SHRINKING_RUNS_MAX)
    witness = best.witness or Witness(kind="input", sentence_en=best.note, sentence_zh=best.note)
    shown = dataclasses.replace(result, note=best.note, note_zh=best.note_zh, witness=witness)
    return _with_input(shown, head + b"".join(smallest))


def _with_input(result: TestResult, content: bytes) -> TestResult:
    """The witness with what replays it; only for inputs that may be shown."""
    if result.witness is None or len(content) > WITNESS_INPUT_BYTES_MAX:
        return result
    text = content.decode(errors="replace")
    return dataclasses.replace(result, witness=dataclasses.replace(result.witness, input=text))


def _conclude(
    task: Task,
    verdict: Verdict,
    built: tuple[Built, ...],
    tests: tuple[TestResult, ...],
    measured: Measured,
) -> Judgement:
    ratio = measured.ratio
    counters = _read_counters(task.problem, tests)
    if verdict is Verdict.ACCEPTED:
        verdict = judge_performance(ratio, counters, measured.guard)
    others = {test.verdict for test in tests} - {verdict, Verdict.ACCEPTED}
    leading = [test for test in tests if test.verdict is verdict and test.witness is not None]
    return Judgement(
        verdict=verdict,
        score=score(verdict, tests, ratio, counters),
        too_close=verdict is Verdict.ACCEPTED and ratio is not None and ratio.too_close,
        also=tuple(sorted(others, key=lambda other: -other.severity)),
        builds=tuple(one.build for one in built),
        tests=tests,
        ratio=ratio,
        counters=counters,
        witness=leading[0].witness if leading else None,
        machine=dict(task.bench.sandbox.machine()),
        growth=measured.growth,
        guard=measured.guard,
        extras=measured.extras,
    )


def _read_counters(problem: Problem, tests: tuple[TestResult, ...]) -> tuple[CounterReading, ...]:
    """The worst value of each counter over the tests that report it and may be told of."""
    told = [test.counters for test in tests if not test.secret]
    readings = []
    for counter in problem.counters:
        values = [counters[counter.name] for counters in told if counter.name in counters]
        if values:
            readings.append(
                CounterReading(
                    name=counter.name, value=max(values), limit=counter.limit, full=counter.full
                )
            )
    return tuple(readings)
