"""The default output validator: its flags, from wherever they come, and what it compares."""

from tests.conformance.case import AC, LEGACY, PROBLEM, WA, Case, package

_FLOATS = "the token is accepted if |s-a| ≤ ε (Comparing floating-point tokens)"
_INHERITED = "Inherited from test_group.yaml (Test case configuration, output_validator_args)"
_CASE = "If case_sensitive is specified, the two tokens must be identical byte for byte"
_SPACE = "reject any submission output whose whitespace sequences differ from those in the answer"
_TOKENS = "compares the submission output and answer files token by token"
_KEYS = "Any unknown keys should be treated as an error"
_TWICE = "It is an error to provide any of the tolerance arguments more than once"
_OLD = "testdata.yaml in the closest ancestor group that has one will be used"


def _says(text: str) -> str:
    return f"import sys\nsys.stdout.buffer.write({text.encode()!r})\n"


def _compared(
    says: str,
    follows: str,
    answer: str,
    output: str,
    *,
    right: bool,
    problem: str = PROBLEM,
    **more: str,
) -> Case:
    files = package(problem, {"secret/1": ("", answer)}, **more)
    return Case(says, follows, files, _says(output), verdict=AC if right else WA)


_HALF = ("0.5\n", "0.5000001\n")
_TOLERANT = 'output_validator_args: [float_tolerance, "1e-6"]\n'
_IN_GROUP = {"data__secret__test_group.yaml": _TOLERANT}
_IN_CASE = {"data__secret__1.yaml": _TOLERANT}
_EMPTY_CASE = {"data__secret__1.yaml": "output_validator_args: []\n"}


def _under(flags: str) -> dict[str, str]:
    return {"data__secret__test_group.yaml": f"output_validator_args: [{flags}]\n"}


def _refused(says: str, flags: str, told: str, follows: str = _KEYS) -> Case:
    return Case(says, follows, package(PROBLEM, None, **_under(flags)), refused=told)


CASES: list[Case] = [
    # ---- where flags come from
    _compared(
        "a group's tolerance is used", _INHERITED, _HALF[0], _HALF[1], right=True, **_IN_GROUP
    ),
    _compared(
        "a case's own tolerance is used", _INHERITED, _HALF[0], _HALF[1], right=True, **_IN_CASE
    ),
    _compared("without a tolerance floats are words", _TOKENS, _HALF[0], _HALF[1], right=False),
    _compared(
        "an empty list of a case overrides its group's",
        _INHERITED,
        _HALF[0],
        _HALF[1],
        right=False,
        **_IN_GROUP,
        **_EMPTY_CASE,
    ),
    _compared(
        "a case that says something else keeps its group's flags",
        _INHERITED,
        _HALF[0],
        _HALF[1],
        right=True,
        **_IN_GROUP,
        **{"data__secret__1.yaml": "hint: look\n"},
    ),
    _compared(
        "a case's case_sensitive overrides its group's tolerance",
        _INHERITED,
        "Yes\n",
        "yes\n",
        right=False,
        **_IN_GROUP,
        **{"data__secret__1.yaml": "output_validator_args: [case_sensitive]\n"},
    ),
    Case(
        "a group below secret overrides secret's flags",
        _INHERITED,
        package(
            PROBLEM,
            {"secret/a/1": ("", "Yes\n")},
            **_under("case_sensitive"),
            **{"data__secret__a__test_group.yaml": "output_validator_args: []\n"},
        ),
        _says("yes\n"),
        verdict=AC,
    ),
    Case(
        "secret's flags reach its groups",
        _INHERITED,
        package(PROBLEM, {"secret/a/1": ("", "Yes\n")}, **_under("case_sensitive")),
        _says("yes\n"),
        verdict=WA,
    ),
    Case(
        "sample's flags are not secret's",
        _INHERITED,
        package(
            PROBLEM,
            {"sample/1": ("", "yes\n"), "secret/1": ("", "Yes\n")},
            **{"data__sample__test_group.yaml": "output_validator_args: [case_sensitive]\n"},
        ),
        _says("yes\n"),
        verdict=AC,
    ),
    _compared(
        "legacy's testdata.yaml has flags",
        _OLD,
        _HALF[0],
        _HALF[1],
        right=True,
        problem=LEGACY,
        **{"data__secret__testdata.yaml": "output_validator_flags: float_tolerance 1e-6\n"},
    ),
    _compared(
        "legacy's testdata.yaml of data holds below it",
        _OLD,
        _HALF[0],
        _HALF[1],
        right=True,
        problem=LEGACY,
        **{"data__testdata.yaml": "output_validator_flags: float_tolerance 1e-6\n"},
    ),
    _compared(
        "legacy's validator_flags and a group's are both given",
        "validator_flags will be passed as command-line arguments to each of the output validators",
        "Yes 0.5\n",
        "yes 0.5000001\n",
        right=False,
        problem=LEGACY + "validator_flags: case_sensitive\n",
        **{"data__secret__testdata.yaml": "output_validator_flags: float_tolerance 1e-6\n"},
    ),
    _compared(
        "legacy's later tolerance holds",
        _OLD,
        _HALF[0],
        _HALF[1],
        right=True,
        problem=LEGACY + "validator_flags: float_tolerance 1e-12\n",
        **{"data__secret__testdata.yaml": "output_validator_flags: float_tolerance 1e-6\n"},
    ),
    # ---- flags that are none
    _refused("a misspelt flag is told", "float_tolerence, 1e-6", "no flag 'float_tolerence'"),
    _refused("a tolerance without a number is told", "float_tolerance", "wants a number"),
    _refused("a tolerance that is no number is told", "float_tolerance, small", "not 'small'"),
    _refused("a negative tolerance is told", 'float_tolerance, "-1"', "not '-1'"),
    _refused("an infinite tolerance is told", "float_tolerance, inf", "not 'inf'"),
    _refused(
        "a tolerance twice is told",
        "float_tolerance, 1e-6, float_tolerance, 1e-7",
        "beside another tolerance",
        _TWICE,
    ),
    _refused(
        "a tolerance beside its half is told",
        "float_absolute_tolerance, 1e-6, float_tolerance, 1e-7",
        "beside another tolerance",
        _TWICE,
    ),
    Case(
        "a misspelt key of a group is told with the nearest",
        _KEYS,
        package(PROBLEM, None, **{"data__secret__test_group.yaml": "output_validator_arg: []\n"}),
        refused="nearest known key is 'output_validator_args'",
    ),
    Case(
        "a key of the other format is told",
        _KEYS,
        package(
            PROBLEM,
            None,
            **{"data__secret__test_group.yaml": "output_validator_flags: case_sensitive\n"},
        ),
        refused="is a key of format legacy",
    ),
    # ---- numbers
    *(
        _compared(
            f"{output} for {answer} under {flags} is {'right' if right else 'wrong'}",
            _FLOATS,
            f"{answer}\n",
            f"{output}\n",
            right=right,
            **_under(flags),
        )
        for answer, output, flags, right in (
            ("1000", "1001", "float_relative_tolerance, 1e-2", True),
            ("1000", "1001", "float_absolute_tolerance, 1e-2", False),
            ("0", "1e-9", "float_relative_tolerance, 1e-2", False),
            ("0.0314", "3.14000000e-2", "float_tolerance, 1e-9", True),
            ("5", "5.", "float_tolerance, 1e-9", True),
            ("5", ".5e1", "float_tolerance, 1e-9", True),
            ("5", "+5", "float_tolerance, 1e-9", True),
            ("5", "five", "float_tolerance, 1e-9", False),
            ("5", "nan", "float_tolerance, 1e9", False),
            ("5", "inf", "float_tolerance, 1e9", False),
            ("5", "0x5", "float_tolerance, 1e-9", False),
            ("5", "5e", "float_tolerance, 1e-9", False),
            ("five", "FIVE", "float_tolerance, 1e-9", True),
            ("1e999", "-1e999", "float_tolerance, 1e-9", False),
            ("1e999", "1e999", "float_tolerance, 1e-9", True),
            ("1e999", "7", "float_tolerance, 1e-9", False),
            ("-0", "0", "float_tolerance, 0", True),
        )
    ),
    _compared(
        "a number of 400 digits is not everything",
        _FLOATS,
        "1" * 400 + "\n",
        "7\n",
        right=False,
        **_under("float_tolerance, 1e-6"),
    ),
    _compared(
        "a number of 400 digits is itself",
        _FLOATS,
        "1" * 400 + "\n",
        "1" * 400 + "\n",
        right=True,
        **_under("float_tolerance, 1e-6"),
    ),
    _compared(
        "a number of 400 digits with the last one off is close",
        _FLOATS,
        "1" * 400 + "\n",
        "1" * 399 + "2\n",
        right=True,
        **_under("float_tolerance, 1e-6"),
    ),
    # ---- words and spaces
    _compared("letters' case is forgiven", _TOKENS, "Yes\n", "YES\n", right=True),
    _compared(
        "letters' case counts where asked",
        _CASE,
        "Yes\n",
        "YES\n",
        right=False,
        **_under("case_sensitive"),
    ),
    _compared("only ASCII letters have a case", _TOKENS, "É\n", "é\n", right=False),
    _compared("spaces are forgiven", _TOKENS, "1 2\n3\n", "1\n2  3", right=True),
    _compared(
        "spaces count where asked",
        _SPACE,
        "1 2\n",
        "1  2\n",
        right=False,
        **_under("space_change_sensitive"),
    ),
    _compared(
        "a missing last newline counts where asked",
        _SPACE,
        "1 2\n",
        "1 2",
        right=False,
        **_under("space_change_sensitive"),
    ),
    _compared(
        "the same spaces are right where asked",
        _SPACE,
        "1 2\n",
        "1 2\n",
        right=True,
        **_under("space_change_sensitive"),
    ),
    _compared("a vertical tab is a space", _TOKENS, "1 2\n", "1\v2\n", right=True),
    _compared("a no-break space is none", _TOKENS, "1 2\n", "1\u00a02\n", right=False),
    _compared("one word too many is wrong", _TOKENS, "1\n", "1 2\n", right=False),
    _compared("one word too few is wrong", _TOKENS, "1 2\n", "1\n", right=False),
    _compared("no output is wrong", _TOKENS, "1\n", "", right=False),
    _compared("no output is right where none is expected", _TOKENS, "", "", right=True),
]
