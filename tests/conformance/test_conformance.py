"""Every case of the table: reading it, and judging its answer, in one pair of containers."""

import dataclasses
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from judge.building import Built
from judge.errors import JudgeProgramFault, PackageFault
from judge.events import Event
from judge.grading import group_points, run_tests
from judge.sandbox import Arena
from judge.task import TargetSlot, Task
from judge.values import Build, BuildKind, Limits, Problem, SourceFile, Submission
from judge.verdicts import Verdict, together
from problems.package import Package, load
from tests.conformance import comparison, dialogues, limits, passes, points, programs, reading
from tests.conformance.case import Case

PARTS = (comparison, dialogues, limits, passes, points, programs, reading)
CASES = [case for part in PARTS for case in part.CASES]
JUDGED = [case for case in CASES if case.verdict is not None]
REFUSED = [case for case in CASES if case.verdict is None]


def _silent(_event: Event) -> None:
    return


class Judging:
    """One pair of containers for case after case; another where a program took it along."""

    def __init__(self, slot: TargetSlot) -> None:
        self._slot = slot
        self._stack = ExitStack()
        self._arena: Arena | None = None

    def close(self) -> None:
        self._stack.close()
        self._arena = None

    def judge(self, package: Package, case: Case) -> tuple[Verdict, dict[str, float]]:
        """The verdict, and points by group; raises JudgeProgramFault for the package's fault."""
        problem = package.problem
        name = f"{problem.solution_name}.{_ENDINGS[case.language]}"
        files = (
            SourceFile(name, case.source.encode()),
            *(SourceFile(path, text.encode()) for path, text in case.more.items()),
        )
        artifact = self._slot.programs.artifact(
            case.says, case.language, files, includes=problem.includes.get(case.language, ())
        )
        task = Task(
            submission=Submission(problem=problem.slug, language=case.language, files=files),
            problem=problem,
            slot=self._slot,
            report=_silent,
        )
        build = Build(kind=BuildKind.PLAIN, ok=True, wall_ms=0, output="")
        arena = self._of(problem)
        try:
            results = run_tests(task, (Built(build, artifact),), arena)
        finally:
            if arena.candidate.spent:
                self.close()
        points = {group.name: group.points for group in group_points(problem, results)}
        return together(result.verdict for result in results), points

    def _of(self, problem: Problem) -> Arena:
        if self._arena is None:
            self._arena = self._stack.enter_context(self._slot.sandbox.arena(Limits()))
        self._arena.candidate.limit_memory(problem.limits.memory_bytes)
        return self._arena


_ENDINGS = {"c": "c", "cpp": "cpp", "rust": "rs", "python3": "py"}


@pytest.fixture(scope="module")
def judging(slot: TargetSlot) -> Iterator[Judging]:
    made = Judging(dataclasses.replace(slot))
    yield made
    made.close()


def test_the_table_is_as_large_as_it_should_be() -> None:
    assert len(CASES) >= 150
    names = [case.says for case in CASES]
    assert len(set(names)) == len(names)
    assert all(case.follows for case in CASES)


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.says)
def test_what_is_refused_is_told(case: Case) -> None:
    with pytest.raises(PackageFault) as told:
        load(case.tree, slug="x")
    assert case.refused in str(told.value)


@pytest.mark.docker
@pytest.mark.parametrize("case", JUDGED, ids=lambda case: case.says)
def test_the_verdict_is_the_authors(judging: Judging, case: Case) -> None:
    package = load(case.tree, slug="x")
    if case.verdict is Verdict.JUDGE_ERROR:
        with pytest.raises(JudgeProgramFault):
            judging.judge(package, case)
        return
    verdict, points = judging.judge(package, case)
    assert verdict is case.verdict
    assert points == pytest.approx(dict(case.points)) or not case.points
