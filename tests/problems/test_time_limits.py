"""Time limits by measurement, and patterns of submissions: the format's own arithmetic."""

import pytest

from judge.errors import PackageFault
from problems.globs import matches
from problems.package import load
from problems.time_limits import Timed, TimeRule, compute

RULE = TimeRule(known_s=None, ac_to_time_limit=2.0, time_limit_to_tle=1.5, resolution_s=1.0)
_OWN_MULTIPLIERS = """problem_format_version: 2025-09
limits: {time_resolution: 0.1, time_multipliers: {ac_to_time_limit: 4}}
"""


@pytest.mark.parametrize(
    ("seconds", "limit"), [(0.01, 1), (0.5, 1), (0.51, 2), (1.0, 2), (2.6, 6), (0.0, 1)]
)
def test_the_limit_is_the_smallest_multiple_that_fits(seconds: float, limit: float) -> None:
    assert compute(RULE, [Timed("a", seconds, upper=False)])[0] == limit


def test_the_slowest_that_must_be_in_time_decides() -> None:
    timed = [Timed("fast", 0.1, upper=False), Timed("slow", 0.9, upper=False)]
    limit, by = compute(RULE, [*timed, Timed("loop", 9.0, upper=True)])
    assert (limit, by.name) == (2, "slow")


def test_what_is_too_near_to_tell_apart_is_told() -> None:
    timed = [Timed("a", 0.9, upper=False), Timed("slow", 2.9, upper=True)]
    with pytest.raises(PackageFault, match=r"submissions/slow: takes 2.90 s, too little"):
        compute(RULE, timed)


def test_nothing_to_measure_by_is_told() -> None:
    with pytest.raises(PackageFault, match="nothing that a time limit could be measured by"):
        compute(RULE, [Timed("slow", 2.9, upper=True)])


@pytest.mark.parametrize(
    ("problem", "wanted"),
    [
        ("name: x\n", (5.0, 2.0, 1.0)),
        ("name: x\nlimits: {time_multiplier: 3, time_safety_margin: 1.5}\n", (3.0, 1.5, 1.0)),
        ("problem_format_version: 2025-09\nname: x\n", (2.0, 1.5, 1.0)),
        (_OWN_MULTIPLIERS, (4.0, 1.5, 0.1)),
    ],
)
def test_multipliers_are_the_formats(problem: str, wanted: tuple[float, float, float]) -> None:
    files = {"problem.yaml": problem.encode(), "data/secret/1.in": b"", "data/secret/1.ans": b""}
    rule = load(files, slug="x").time
    assert (rule.ac_to_time_limit, rule.time_limit_to_tle, rule.resolution_s) == wanted


@pytest.mark.parametrize(
    ("pattern", "path", "fits"),
    [
        ("accepted", "accepted/a.py", True),
        ("accepted/*", "accepted/a.py", True),
        ("accepted/*.py", "accepted/a.cpp", False),
        ("*/a.py", "accepted/a.py", True),
        ("*", "accepted/a.py", True),
        ("accepted/a", "accepted/ab", False),
        ("{accepted,rejected}/{a,b}.py", "rejected/b.py", True),
        ("{accepted,rejected}/{a,b}.py", "rejected/c.py", False),
        ("secret/*-easy", "secret/01-easy", True),
        ("secret/group1", "secret/group1/a/1", True),
        ("[ab].py", "a.py", False),
        ("**", "a/b", True),
        ("", "anything", True),
    ],
)
def test_patterns_are_the_formats(pattern: str, path: str, *, fits: bool) -> None:
    assert matches(pattern, path) is fits
