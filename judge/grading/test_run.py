"""Every testcase of every build of a submission, with the smallest evidence of what failed."""

import dataclasses
from collections.abc import Sequence

from judge.building import Built
from judge.events import Event, Stage
from judge.grading.fresh_testcases import make_fresh_testcases
from judge.grading.grader import Grader, limits_for
from judge.grading.group_points import SECRET, is_passed
from judge.grading.shrinking import shrink_tail
from judge.points import Aggregation, GroupRule
from judge.sandbox import Arena
from judge.task import Task
from judge.values import BuildKind, MemorySource, Testcase, TestResult, Witness
from judge.verdicts import Verdict
from judge.visibility import kept_result, may_be_reported, verdict_of_secret_tests

SHRINKING_RUNS_MAX = 80
WITNESS_INPUT_BYTES_MAX = 64_000
"""A larger input explains nothing, and is not worth keeping to be replayed."""
FAILED_WALL_MS_MAX = 10_000.0
"""The same when failed tests took this long: an endless loop need not be waited for thrice."""
SLOT_TIME_FACTOR, SLOT_TIME_MIN_MS = 1.5, 30_000.0
"""A build's tests may hold their slot so many times as long as all of them may compute, and this at
least: who sleeps until just before each limit would else keep others waiting for minutes."""
UNDECIDED_WALL_MS_MAX = 60_000.0
"""So long a build's tests may take on which no oracle could decide; another may fail for sure."""


def run_tests(task: Task, built: tuple[Built, ...], arena: Arena) -> tuple[TestResult, ...]:
    """Every testcase of every build, until a build has failed often enough."""
    grader = _grader(task, arena)
    cases = _testcases(task, arena)
    plan = [(one, [case for case in cases if one.build.kind in case.builds]) for one in built]
    total = sum(len(part) for _, part in plan)
    results: list[TestResult] = []
    for one, part in plan:
        assert one.artifact is not None
        if part:
            grader.install(one.artifact, one.build.kind)
        progress = _Progress(task, _slot_time_ms(task, one.build.kind, len(part)))
        for case in part:
            if progress.is_over():
                break
            if progress.is_too_long():
                results.append(_too_long(case, one.build.kind, progress.slot_time_ms))
                break
            if not progress.is_wanted(case, results):
                continue
            result = grader.grade(case)
            progress.saw(result)
            first = all(other.verdict is not result.verdict for other in results)
            results.append(_with_evidence(task, result, case, grader, first=first))
            if may_be_reported(case):
                task.report(_tested(results, total))
            if arena.candidate.spent:
                return tuple(results)
        _report_secret_tests(task, results, one.build.kind, total)
    return tuple(results)


class _Progress:
    """Which tests of a build need still be run."""

    def __init__(self, task: Task, slot_time_ms: float) -> None:
        self._problem = task.problem
        self._every = task.every_test
        self._failures_max = task.failures_max
        self.slot_time_ms = slot_time_ms
        self._taken_ms = 0.0
        self._failed_ms: list[float] = []
        self._undecided_ms = 0.0

    def saw(self, result: TestResult) -> None:
        self._taken_ms += result.wall_ms
        if result.verdict is Verdict.INCONCLUSIVE:
            self._undecided_ms += result.wall_ms
        elif result.verdict is not Verdict.ACCEPTED:
            self._failed_ms.append(result.wall_ms)

    def is_over(self) -> bool:
        """Whether the verdict stands. Where tests give points, each of them has its own say."""
        if self._undecided_ms >= UNDECIDED_WALL_MS_MAX:
            return True
        if self._every or self._problem.points is not None:
            return False
        enough = len(self._failed_ms) >= self._failures_max
        return enough or sum(self._failed_ms) >= FAILED_WALL_MS_MAX

    def is_too_long(self) -> bool:
        """Whether the tests so far have held the slot for longer than all may."""
        return self._taken_ms > self.slot_time_ms and not self._every

    def is_wanted(self, case: Testcase, results: Sequence[TestResult]) -> bool:
        """Whether a test can still change its group's points, or the verdict."""
        rule = self._problem.points
        if rule is None or self._every or not case.is_in(SECRET):
            return True
        parts = (GroupRule(name=SECRET, max_points=0, aggregation=rule.aggregation), *rule.groups)
        requires = {SECRET: rule.requires, **{group.name: group.requires for group in rule.groups}}
        for group in parts:
            if not case.is_in(group.name):
                continue
            if not all(is_passed(self._problem, one, results) for one in requires[group.name]):
                return False
            alone = group.name != SECRET or not rule.groups
            if alone and group.aggregation is not Aggregation.SUM:
                return all(
                    one.verdict is Verdict.ACCEPTED
                    for one in results
                    if one.group == group.name or one.group.startswith(f"{group.name}/")
                )
        return True


def _grader(task: Task, arena: Arena) -> Grader:
    return Grader(
        task.problem,
        arena,
        task.slot.programs,
        task.slot.sandbox.target,
        language=task.submission.language,
        own_files=frozenset(file.name for file in task.submission.files),
    )


def _testcases(task: Task, arena: Arena) -> tuple[Testcase, ...]:
    """The package's testcases, then those that nobody has seen before."""
    problem, slot = task.problem, task.slot
    if task.samples_only:
        return tuple(case for case in problem.testcases if case.sample)
    fresh = make_fresh_testcases(problem, arena.judge, slot.programs, slot.seed)
    return (*problem.testcases, *fresh)


def _slot_time_ms(task: Task, kind: BuildKind, tests: int) -> float:
    limits = limits_for(task.problem, task.submission.language, kind)
    return max(SLOT_TIME_MIN_MS, SLOT_TIME_FACTOR * tests * limits.cpu_ms)


def _too_long(case: Testcase, kind: BuildKind, slot_time_ms: float) -> TestResult:
    """In place of the test that would have come next."""
    seconds = slot_time_ms / 1000
    return TestResult(
        name=case.name,
        group=case.group,
        build=kind,
        sample=case.sample,
        verdict=Verdict.TIME_LIMIT,
        cpu_ms=0.0,
        wall_ms=0.0,
        memory_bytes_peak=0,
        memory_source=MemorySource.CGROUP,
        note=f"not run: the tests before it took over {seconds:.0f} s by the clock together",
        note_zh=f"未运行：之前的测试合计用时已超过 {seconds:.0f} 秒",
        secret=case.secret,
    )


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
    verdict = verdict_of_secret_tests(results, kind)
    if verdict is not None:
        task.report(Event(stage=Stage.TESTING, done=len(results), total=total, verdict=verdict))


def _with_evidence(
    task: Task, result: TestResult, case: Testcase, grader: Grader, *, first: bool
) -> TestResult:
    """The result with what is kept as evidence, made smaller where that can be done."""
    if result.verdict is Verdict.ACCEPTED or result.secret:
        return result if task.every_test else kept_result(result)
    decided = result.verdict is not Verdict.INCONCLUSIVE
    if decided and task.problem.shrink_lines and case.fresh and first:
        return _shrunk(task, result, case, grader)
    return _with_input(result, case.input) if first and not case.hidden_input else result


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
