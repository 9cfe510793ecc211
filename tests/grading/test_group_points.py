"""Points by groups: what the format says of sums, minima, and groups that others require."""

import dataclasses

import pytest

from judge.errors import JudgeProgramFault
from judge.grading.group_points import group_points
from judge.points import Aggregation, GroupRule, PointsRule
from judge.values import BuildKind, MemorySource, Problem, Testcase, TestResult
from judge.verdicts import Verdict
from problems.package import load

CASES = ("secret/a/1", "secret/a/2", "secret/b/1")


def problem(rule: PointsRule) -> Problem:
    files = {"problem.yaml": b"name: x\n", "data/secret/1.in": b"", "data/secret/1.ans": b""}
    cases = tuple(Testcase(name=n, group=n.rsplit("/", 1)[0], input=b"") for n in CASES)
    return dataclasses.replace(load(files, slug="x").problem, testcases=cases, points=rule)


def result(name: str, verdict: Verdict, points: float | None = None) -> TestResult:
    return TestResult(
        name=name,
        group=name.rsplit("/", 1)[0],
        build=BuildKind.PLAIN,
        sample=False,
        verdict=verdict,
        cpu_ms=1,
        wall_ms=1,
        memory_bytes_peak=0,
        memory_source=MemorySource.CGROUP,
        points=points,
    )


def rule(
    a: Aggregation, b: Aggregation, whole: Aggregation = Aggregation.SUM, *requires: str
) -> PointsRule:
    return PointsRule(
        max_points=100,
        aggregation=whole,
        groups=(
            GroupRule(name="secret/a", max_points=40, aggregation=a),
            GroupRule(name="secret/b", max_points=60, aggregation=b, requires=requires),
        ),
    )


PASS, SUM, MIN = Aggregation.PASS_FAIL, Aggregation.SUM, Aggregation.MIN
AC, WA = Verdict.ACCEPTED, Verdict.WRONG_ANSWER


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (rule(PASS, PASS), (60, 0, 60)),
        (rule(SUM, PASS), (80, 20, 60)),
        (rule(MIN, SUM), (60, 0, 60)),
        (rule(SUM, SUM, MIN), (20, 20, 60)),
        (rule(PASS, PASS, PASS), (0, 0, 60)),
        (rule(PASS, PASS, SUM, "secret/a"), (0, 0, 0)),
    ],
)
def test_points_are_added_up_as_the_format_says(
    given: PointsRule, wanted: tuple[float, float, float]
) -> None:
    results = [
        result("secret/a/1", AC, 20),
        result("secret/a/2", WA),
        result("secret/b/1", AC, 60),
    ]
    assert tuple(one.points for one in group_points(problem(given), results)) == wanted


def test_a_test_that_was_not_run_is_one_that_failed() -> None:
    points = group_points(problem(rule(PASS, PASS)), [result("secret/b/1", AC)])
    assert [one.points for one in points] == [60, 0, 60]


def test_a_test_that_fails_in_one_build_has_failed() -> None:
    results = [result("secret/b/1", AC, 60), result("secret/b/1", Verdict.MEMORY_ERROR)]
    points = group_points(problem(rule(PASS, SUM)), results)
    assert points[2].points == 0


def test_in_several_builds_the_least_counts() -> None:
    """And a test that is run in one build alone counts by that."""
    other = dataclasses.replace(result("secret/b/1", AC, 40), build=BuildKind.ADDRESS)
    points = group_points(problem(rule(PASS, SUM)), [result("secret/b/1", AC, 60), other])
    assert points[2].points == 40
    assert group_points(problem(rule(PASS, SUM)), [other])[2].points == 40


def test_more_than_a_group_is_worth_is_the_validators_fault() -> None:
    results = [result("secret/a/1", AC, 30), result("secret/a/2", AC, 30)]
    with pytest.raises(JudgeProgramFault, match="60 points; max_score is 40"):
        group_points(problem(rule(SUM, PASS)), results)


def test_a_problem_without_points_has_none() -> None:
    package = problem(rule(PASS, PASS))
    assert group_points(dataclasses.replace(package, points=None), []) == ()
