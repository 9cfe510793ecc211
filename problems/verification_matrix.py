"""A package's submissions by its groups of tests: for `judge verify --matrix` and the page."""

from collections.abc import Sequence
from dataclasses import dataclass

from judge.values import Judgement, Limits, Problem, TestResult
from judge.verdicts import Verdict, together

NEAR = 2.0
"""A figure between a limit by this and a limit times this is near it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixCell:
    """What one submission's tests of a group came to: the verdict, and the most that one took."""

    verdict: Verdict
    cpu_ms: float
    wall_ms: float
    memory_bytes: int
    near_time: bool
    near_memory: bool
    failing: int
    """How many of the group's tests were not passed."""
    tests: int

    @property
    def near(self) -> bool:
        return self.near_time or self.near_memory


def groups_of(problem: Problem) -> list[str]:
    """Groups of tests in the order in which they are run, fresh ones last."""
    fixed = dict.fromkeys(case.group for case in problem.testcases)
    return [*fixed, *dict.fromkeys(tests.group for tests in problem.fresh)]


def cell_of(judgement: Judgement, group: str, limits: Limits) -> MatrixCell | None:
    """The cell of one group; None where none of its tests was run."""
    tests = [test for test in judgement.tests if test.group == group]
    if not tests:
        return None
    verdict = together(test.verdict for test in tests)
    return MatrixCell(
        verdict=verdict,
        cpu_ms=max(test.cpu_ms for test in tests),
        wall_ms=max(test.wall_ms for test in tests),
        memory_bytes=max(test.memory_bytes_peak for test in tests),
        near_time=_near_time(tests, limits),
        near_memory=_near_memory(tests, limits),
        failing=sum(test.verdict is not Verdict.ACCEPTED for test in tests),
        tests=len(tests),
    )


def _near_time(tests: Sequence[TestResult], limits: Limits) -> bool:
    """Whether a test's time is near its limit; of what was stopped nobody knows."""
    times = [test.cpu_ms for test in tests if test.verdict is not Verdict.TIME_LIMIT]
    return any(limits.cpu_ms / NEAR < time < limits.cpu_ms * NEAR for time in times)


def _near_memory(tests: Sequence[TestResult], limits: Limits) -> bool:
    peaks = [test.memory_bytes_peak for test in tests if test.verdict is not Verdict.MEMORY_LIMIT]
    return any(peak > limits.memory_bytes / NEAR for peak in peaks)
