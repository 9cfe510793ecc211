"""Stress: two answers on the generator's inputs until they differ, and then the smallest input.

Both are judged by the package's own validator, so they differ where one is right and the other
isn't; that input is a test that tells them apart.
"""

import dataclasses
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from judge.building import Built, build_submission
from judge.errors import PackageFault
from judge.events import Event, Stage
from judge.grading import make_fresh_testcases, shrink_tail
from judge.judging import judge_built
from judge.runner import StressTask
from judge.task import TargetSlot, Task
from judge.values import BuildKind, Judgement, Problem, Submission, Testcase, TestResult, Witness
from judge.verdicts import Verdict
from problems import tree
from problems.mutation import only_plain
from problems.package import Package, load

AT_ONCE = 10
"""Inputs of each group that share a pair of containers."""
SHRINKING_RUNS_MAX = 60
SECONDS_MAX = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class StressResult:
    """What stress found: an input on which they differ, and what each made of it; or none."""

    inputs: int
    """How many were tried."""
    input: bytes | None = None
    left: TestResult | None = None
    right: TestResult | None = None


def require_generator(package: Package) -> None:
    """Raises PackageFault where there are no inputs to try, or nobody knows what is right."""
    if package.problem.generator is None or not package.problem.fresh:
        raise PackageFault(
            "systems.yaml", "has no fresh tests, so nothing makes inputs; add a generator"
        )
    if package.problem.validator is None:
        raise PackageFault(
            "output_validator", "is missing, so nobody knows what is right on a new input"
        )


def stress(
    problem: Problem,
    answers: tuple[Submission, Submission],
    slot: TargetSlot,
    seconds: float,
    say: Callable[[int], None],
) -> StressResult:
    """Try inputs for so long; `say` hears how many were tried. Raises PackageFault, JudgeFault."""
    plain = only_plain(problem)
    built = [build_submission(one, plain, slot.sandbox, slot.programs) for one in answers]
    for answer, programs in zip(answers, built, strict=True):
        if any(one.artifact is None for one in programs):
            said = programs[0].build.output[:300]
            raise PackageFault(answer.files[0].name, f"does not compile: {said}")
    deadline = time.monotonic() + seconds
    tried = 0
    while time.monotonic() < deadline:
        cases = _inputs(plain, slot)
        results = [
            _judged(plain, answer, programs, cases, slot)
            for answer, programs in zip(answers, built, strict=True)
        ]
        tried += len(cases)
        say(tried)
        for case in cases:
            left, right = (of_one.get(case.name) for of_one in results)
            if left is not None and right is not None and _differ(left, right):
                return _smallest(plain, answers, built, case, slot, tried)
    return StressResult(inputs=tried)


def _inputs(problem: Problem, slot: TargetSlot) -> tuple[Testcase, ...]:
    several = dataclasses.replace(
        problem, fresh=tuple(dataclasses.replace(one, count=AT_ONCE) for one in problem.fresh)
    )
    with slot.sandbox.arena(problem.limits) as arena:
        return make_fresh_testcases(several, arena.judge, slot.programs, slot.seed)


def _judged(
    problem: Problem,
    answer: Submission,
    built: tuple[Built, ...],
    cases: Sequence[Testcase],
    slot: TargetSlot,
) -> dict[str, TestResult]:
    asked = dataclasses.replace(problem, testcases=tuple(cases), fresh=(), generator=None)
    task = Task(submission=answer, problem=asked, slot=slot, every_test=True)
    return {test.name: test for test in judge_built(task, built).tests}


def _differ(left: TestResult, right: TestResult) -> bool:
    return (left.verdict is Verdict.ACCEPTED) != (right.verdict is Verdict.ACCEPTED)


def _smallest(
    problem: Problem,
    answers: tuple[Submission, Submission],
    built: Sequence[tuple[Built, ...]],
    case: Testcase,
    slot: TargetSlot,
    tried: int,
) -> StressResult:
    """The input, with as few of its lines as still tell the two apart."""

    def both(content: bytes) -> tuple[TestResult, TestResult] | None:
        part = dataclasses.replace(case, input=content)
        left, right = (
            _judged(problem, answer, programs, [part], slot).get(case.name)
            for answer, programs in zip(answers, built, strict=True)
        )
        if left is None or right is None or not _differ(left, right):
            return None
        return left, right

    best, results = case.input, both(case.input)
    if results is None:  # it differed by chance: told as it was
        return StressResult(inputs=tried, input=case.input)
    head, *lines = case.input.splitlines(keepends=True)

    def differs(part: Sequence[bytes]) -> bool:
        nonlocal best, results
        content = head + b"".join(part)
        found = both(content)
        if found is not None:
            best, results = content, found
        return found is not None

    if problem.shrink_lines or len(lines) > 1:
        shrink_tail(lines, differs, runs_max=SHRINKING_RUNS_MAX)
    left, right = results
    return StressResult(inputs=tried, input=best, left=left, right=right)


def judge_stress(content: bytes, task: StressTask) -> Judgement:
    """What a runner does for a job that asks for stress.

    A judgement whose witness is the input that was found; accepted where there was none.
    """
    package = load(tree.unpack(content), slug=task.problem)
    require_generator(package)
    other = next((one for one in package.submissions if one.name == task.other), None)
    if other is None:
        raise PackageFault(f"submissions/{task.other}", "is not there")

    def say(tried: int) -> None:
        task.report(Event(stage=Stage.TESTING, done=tried, total=tried))

    pair = (task.submission, other.submission)
    found = stress(package.problem, pair, task.slot, task.seconds, say)
    return _judgement(found, task)


def _judgement(found: StressResult, task: StressTask) -> Judgement:
    machine = dict(task.slot.sandbox.machine())
    if found.input is None or found.left is None or found.right is None:
        return Judgement(
            verdict=Verdict.ACCEPTED if found.input is None else Verdict.INCONCLUSIVE,
            score=0.0,
            too_close=False,
            also=(),
            builds=(),
            tests=(),
            machine={**machine, "inputs tried": str(found.inputs)},
        )
    mine, other = found.left, found.right
    told = f"After {found.inputs} inputs: it is {mine.verdict}, {task.other} is {other.verdict}."
    told_zh = (
        f"尝试 {found.inputs} 个输入后：它为 {mine.verdict}，{task.other} 为 {other.verdict}。"
    )
    text = found.input.decode(errors="replace")
    witness = Witness(kind="input", sentence_en=told, sentence_zh=told_zh, input=text)
    worse = mine if mine.verdict is not Verdict.ACCEPTED else other
    shown = dataclasses.replace(
        worse, name="stress", group="stress", build=BuildKind.PLAIN, witness=witness, note=told
    )
    return Judgement(
        verdict=worse.verdict,
        score=0.0,
        too_close=False,
        also=(),
        builds=(),
        tests=(shown,),
        witness=witness,
        machine={**machine, "inputs tried": str(found.inputs)},
    )
