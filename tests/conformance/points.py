"""Scoring problems: points by test data groups."""

from tests.conformance.case import AC, JUDGE_ERROR, PROBLEM, WA, Case, package

_PROBLEM = "problem_format_version: 2025-09\nname: x\ntype: scoring\nlimits: {time_limit: 1}\n"
_SUM = "If a group uses sum aggregation, the group score is the sum of the scores of its test cases"
_MIN = "If a group uses min aggregation, then the group score is the minimum of these scores"
_PASS = "accepted verdict for all test cases in the group: the score is its maximum, otherwise 0"
_REQUIRE = "If the group is not run, the group score is 0"
_FILES = "score_multiplier.txt must contain a single floating-point number in the range [0,1]"
_ERRORS = "It is a judge error if (Scoring test cases)"
_KEYS = "Pass-fail problems must not specify max_score, score_aggregation or require_pass"
_GROUPS = {
    "secret/a/1": ("1\n", "1\n"), "secret/a/2": ("2\n", "2\n"),
    "secret/b/1": ("3\n", "3\n"), "secret/b/2": ("4\n", "4\n"),
}  # fmt: skip


def _right_up_to(most: int) -> str:
    return f"n = int(input())\nprint(n if n <= {most} else 0)\n"


def _grouped(a: str, b: str, **more: str) -> dict[str, str | bytes]:
    return package(
        _PROBLEM,
        _GROUPS,
        **{"data__secret__a__test_group.yaml": a, "data__secret__b__test_group.yaml": b},
        **more,
    )


_A, _B = "max_score: 40\n", "max_score: 60\n"
_JUDGED_BY = """import os, sys
feedback = sys.argv[3]
n = int(open(sys.argv[1]).read())
{how}
sys.exit(42)
"""


def _with_files(says: str, how: str, verdict: object, group: str = "sum", **points: float) -> Case:
    files = package(
        _PROBLEM,
        {"secret/1": ("1\n", ""), "secret/2": ("2\n", "")},
        **{
            "data__secret__test_group.yaml": f"score_aggregation: {group}\n",
            "output_validator__v.py": _JUDGED_BY.format(how=how),
        },
    )
    follows = _FILES if verdict is not JUDGE_ERROR else _ERRORS
    return Case(says, follows, files, "print(1)\n", verdict=verdict, points=points)  # type: ignore[arg-type]


def _write(name: str, text: str) -> str:
    return f'open(feedback + "{name}", "w").write({text})'


CASES: list[Case] = [
    Case(
        "all right has all points",
        _PASS,
        _grouped(_A, _B),
        _right_up_to(9),
        verdict=AC,
        points={"secret": 100, "secret/a": 40, "secret/b": 60},
    ),
    Case(
        "a group that fails in one test has none",
        _PASS,
        _grouped(_A, _B),
        _right_up_to(3),
        verdict=WA,
        points={"secret": 40, "secret/a": 40, "secret/b": 0},
    ),
    Case(
        "a later group counts though an earlier one failed",
        _PASS,
        _grouped(_A, _B),
        "n = int(input())\nprint(n if n > 2 else 0)\n",
        verdict=WA,
        points={"secret": 60, "secret/a": 0, "secret/b": 60},
    ),
    Case(
        "nothing right has nothing",
        _PASS,
        _grouped(_A, _B),
        _right_up_to(0),
        verdict=WA,
        points={"secret": 0, "secret/a": 0, "secret/b": 0},
    ),
    Case(
        "sum gives each test its part",
        _SUM,
        _grouped(_A, _B + "score_aggregation: sum\n"),
        _right_up_to(3),
        verdict=WA,
        points={"secret": 70, "secret/a": 40, "secret/b": 30},
    ),
    Case(
        "min gives the least",
        _MIN,
        _grouped(_A, _B + "score_aggregation: min\n"),
        _right_up_to(3),
        verdict=WA,
        points={"secret": 40, "secret/a": 40, "secret/b": 0},
    ),
    Case(
        "secret as minimum of its groups",
        _MIN,
        _grouped(
            _A,
            "max_score: 40\n",
            **{"data__secret__test_group.yaml": "max_score: 40\nscore_aggregation: min\n"},
        ),
        _right_up_to(3),
        verdict=WA,
        points={"secret": 0, "secret/a": 40, "secret/b": 0},
    ),
    Case(
        "a group that is required and failed takes its followers' points",
        _REQUIRE,
        _grouped(_A, _B + "require_pass: secret/a\n"),
        "n = int(input())\nprint(n if n > 1 else 0)\n",
        verdict=WA,
        points={"secret": 0, "secret/a": 0, "secret/b": 0},
    ),
    Case(
        "a group that is required and passed gives way",
        _REQUIRE,
        _grouped(_A, _B + "require_pass: [secret/a]\n"),
        _right_up_to(9),
        verdict=AC,
        points={"secret": 100, "secret/a": 40, "secret/b": 60},
    ),
    Case(
        "samples can be required",
        _REQUIRE,
        {
            **_grouped(_A, _B + "require_pass: sample\n"),
            "data/sample/1.in": "5\n",
            "data/sample/1.ans": "0\n",
        },
        _right_up_to(9),
        verdict=WA,
        points={"secret": 40, "secret/a": 40, "secret/b": 0},
    ),
    Case(
        "without groups each test is a part of the whole",
        _SUM,
        package(_PROBLEM, {f"secret/{n}": (f"{n}\n", f"{n}\n") for n in (1, 2, 3, 4)}),
        _right_up_to(3),
        verdict=WA,
        points={"secret": 75},
    ),
    Case(
        "secret as pass-fail is all or nothing",
        _PASS,
        package(
            _PROBLEM,
            {f"secret/{n}": (f"{n}\n", f"{n}\n") for n in (1, 2)},
            **{"data__secret__test_group.yaml": "score_aggregation: pass-fail\n"},
        ),
        _right_up_to(1),
        verdict=WA,
        points={"secret": 0},
    ),
    _with_files(
        "a multiplier is a share of the test's points",
        _write("score_multiplier.txt", "'0.5'"),
        AC,
        secret=50,
    ),
    _with_files("a score is the test's points", _write("score.txt", "str(10 * n)"), AC, secret=30),
    _with_files("a test without a score has all its points", "pass", AC, secret=100),
    _with_files(
        "the minimum of scores counts", _write("score.txt", "str(10 * n)"), AC, "min", secret=10
    ),
    _with_files(
        "a multiplier over 1 is the validator's fault",
        _write("score_multiplier.txt", "'1.5'"),
        JUDGE_ERROR,
    ),
    _with_files(
        "a score over the test's own is the validator's fault",
        _write("score.txt", "'51'"),
        JUDGE_ERROR,
    ),
    _with_files(
        "a score that is no number is the validator's fault",
        _write("score.txt", "'nan'"),
        JUDGE_ERROR,
    ),
    _with_files(
        "a negative score is the validator's fault", _write("score.txt", "'-1'"), JUDGE_ERROR
    ),
    _with_files(
        "both score files are the validator's fault",
        _write("score.txt", "'1'") + "\n" + _write("score_multiplier.txt", "'1'"),
        JUDGE_ERROR,
    ),
    _with_files(
        "a score beside a rejection is the validator's fault",
        _write("score.txt", "'1'") + "\nsys.exit(43)",
        JUDGE_ERROR,
    ),
    _with_files(
        "a score in a pass-fail group is the validator's fault",
        _write("score.txt", "'1'"),
        JUDGE_ERROR,
        "pass-fail",
    ),
    Case(
        "points in a pass-fail problem are told",
        _KEYS,
        package(PROBLEM, None, **{"data__secret__test_group.yaml": "max_score: 10\n"}),
        refused="pass-fail problems have no points",
    ),
    Case(
        "an unbounded score is told",
        "max_score: Must be a non-negative integer or unbounded",
        package(_PROBLEM, None, **{"data__secret__test_group.yaml": "max_score: unbounded\n"}),
        refused="max_score is unbounded",
    ),
    Case(
        "a group without max_score is told",
        "every test data group of secret needs to specify a non-default max_score",
        package(_PROBLEM, {"secret/a/1": ("", "")}),
        refused="max_score is unbounded",
    ),
    Case(
        "groups that are worth more than all are told",
        "It is a judge error if the score of secret exceeds its max_score",
        _grouped("max_score: 50\n", _B),
        refused="the groups come to 110",
    ),
    Case(
        "a later group can't be required",
        "must come lexicographically earlier",
        _grouped(_A + "require_pass: secret/b\n", _B),
        refused="require_pass names secret/b",
    ),
    Case(
        "a group with a sum can't be required",
        "Each group mentioned under require_pass must have pass-fail aggregation",
        _grouped(_A + "score_aggregation: sum\n", _B + "require_pass: secret/a\n"),
        refused="which is not pass-fail",
    ),
    Case(
        "pass-fail and scoring at once are told",
        "Two values listed as incompatible",
        package("problem_format_version: 2025-09\nname: x\ntype: [pass-fail, scoring]\n"),
        refused="both pass-fail and scoring",
    ),
    Case(
        "legacy's scoring is told",
        "Graders are programs that aggregate a result for the group",
        package("name: x\ntype: scoring\n"),
        refused="graders are not run",
    ),
    Case(
        "group 10 that is required is judged before group 2",
        "All groups listed in require_pass must come lexicographically earlier",
        package(
            _PROBLEM,
            {"secret/10/1": ("1\n", "1\n"), "secret/2/1": ("2\n", "2\n")},
            **{
                "data__secret__10__test_group.yaml": "max_score: 40\n",
                "data__secret__2__test_group.yaml": "max_score: 60\nrequire_pass: secret/10\n",
            },
        ),
        _right_up_to(9),
        verdict=AC,
        points={"secret": 100, "secret/10": 40, "secret/2": 60},
    ),
    Case(
        "fresh tests beside points are told",
        "The score of secret is determined by its groups or test cases",
        {
            **_grouped(_A, _B),
            "generators/g.py": "print(1)\n",
            "systems.yaml": "shape: program\n"
            "fresh: [{group: x, count: 1, arguments: ['{seed}']}]\n",
        },
        refused="fresh is given",
    ),
]
