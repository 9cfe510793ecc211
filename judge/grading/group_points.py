"""Points of a scoring problem, by its test data groups.

Source: package format 2025-09, *Scoring problems*. A test that was not run is one that failed.
"""

import math
from collections.abc import Iterable, Sequence

from judge.errors import JudgeProgramFault
from judge.points import Aggregation, GroupPoints
from judge.values import Problem, Testcase, TestResult
from judge.verdicts import Verdict

SECRET = "secret"  # noqa: S105  (a folder of the format)
_ROUNDING = 1e-6


def group_points(problem: Problem, results: Sequence[TestResult]) -> tuple[GroupPoints, ...]:
    """Points of `secret`, then of each of its groups; empty for a problem without points.

    Raises JudgeProgramFault where a validator gave a group more than it is worth.
    """
    rule = problem.points
    if rule is None:
        return ()
    cases = [case for case in problem.testcases if case.is_in(SECRET)]
    parts = []
    for group in rule.groups:
        own = [case for case in cases if case.is_in(group.name)]
        points = _aggregated(group.aggregation, group.max_points, own, results)
        if not all(is_passed(problem, wanted, results) for wanted in group.requires):
            points = 0.0
        _require_at_most(group.name, points, group.max_points)
        parts.append(GroupPoints(name=group.name, points=points, max_points=group.max_points))
    if not rule.groups:
        whole = _aggregated(rule.aggregation, rule.max_points, cases, results)
    elif rule.aggregation is Aggregation.PASS_FAIL:
        whole = rule.max_points if _all_passed(cases, results) else 0.0
    elif rule.aggregation is Aggregation.MIN:
        whole = min(part.points for part in parts)
    else:
        whole = sum(part.points for part in parts)
    if not all(is_passed(problem, wanted, results) for wanted in rule.requires):
        whole = 0.0
    _require_at_most(SECRET, whole, rule.max_points)
    return (GroupPoints(name=SECRET, points=whole, max_points=rule.max_points), *parts)


def is_passed(problem: Problem, group: str, results: Sequence[TestResult]) -> bool:
    """Whether every test of a group was run, and passed in every build."""
    return _all_passed([case for case in problem.testcases if case.is_in(group)], results)


def _all_passed(cases: Iterable[Testcase], results: Sequence[TestResult]) -> bool:
    failed = {one.name for one in results if one.verdict is not Verdict.ACCEPTED}
    passed = {one.name for one in results} - failed
    return all(case.name in passed for case in cases)


def _aggregated(
    how: Aggregation, most: float, cases: Sequence[Testcase], results: Sequence[TestResult]
) -> float:
    if how is Aggregation.PASS_FAIL:
        return most if _all_passed(cases, results) else 0.0
    failed = {one.name for one in results if one.verdict is not Verdict.ACCEPTED}
    earned: dict[str, float] = {}
    for one in results:
        if one.name not in failed:
            # In several builds the least counts.
            earned[one.name] = min(earned.get(one.name, math.inf), one.points or 0.0)
    each = [earned.get(case.name, 0.0) for case in cases]
    return min(each, default=0.0) if how is Aggregation.MIN else sum(each)


def _require_at_most(name: str, points: float, most: float) -> None:
    if points > most * (1 + _ROUNDING) + _ROUNDING:
        raise JudgeProgramFault(
            "output_validator",
            f"its score.txt files give {name} {points:g} points; max_score is {most:g}",
        )
