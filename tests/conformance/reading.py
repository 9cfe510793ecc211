"""What a package may hold, what is none of it, and what is refused on reading."""

from tests.conformance.case import AC, LEGACY, PROBLEM, WA, Case, package

_NAMES = "the judging system shall behave as if all such files and directories were removed"
_DATA = "The directory data contains sample, secret, invalid_input, invalid_output, valid_output"
_KEYS = "Any unknown keys should be treated as an error"
_TYPE = "Must be either a single string or a non-empty sequence of strings, from the table"
_ANSWER = "If the test case exists, then an associated .ans file must exist"
_ORPHAN = "If the test case does not exist, then the other files must not exist"
_RIGHT = "print(3)\n"


def _beside(says: str, follows: str, verdict: object = AC, **files: str | bytes) -> Case:
    return Case(says, follows, {**package(), **files}, _RIGHT, verdict=verdict)  # type: ignore[arg-type]


def _told(says: str, follows: str, told: str, problem: str = PROBLEM, **files: str | bytes) -> Case:
    return Case(says, follows, {**package(problem), **files}, refused=told)


_GARBAGE = b"\x00\x05\x16\x07 not a test\xff"

CASES: list[Case] = [
    # ---- folders of data
    _beside("an invalid input is no test", _DATA, **{"data/invalid_input/1.in": "x\n"}),
    _beside(
        "an invalid output is no test",
        _DATA,
        **{
            "data/invalid_output/1.in": "1 2\n",
            "data/invalid_output/1.ans": "3\n",
            "data/invalid_output/1.out": "4\n",
        },
    ),
    _beside(
        "a valid output is no test",
        _DATA,
        **{
            "data/valid_output/1.in": "1 2\n",
            "data/valid_output/1.ans": "9\n",
            "data/valid_output/1.out": "9\n",
        },
    ),
    _beside("an illustration is no test", "Illustrations", **{"data/secret/1.png": _GARBAGE}),
    _told(
        "a folder that the format doesn't have is told",
        _DATA,
        "is in no folder of the format",
        **{"data/secrets/1.in": "1 2\n", "data/secrets/1.ans": "3\n"},
    ),
    _told(
        "a test without an answer is told",
        _ANSWER,
        "2.ans: is missing",
        **{"data/secret/2.in": "1 2\n"},
    ),
    _told(
        "an answer without its test is told",
        _ORPHAN,
        "2.in is missing",
        **{"data/secret/2.ans": "3\n"},
    ),
    _told(
        "an invalid output without an output is told",
        "They consist of three files",
        "1.out: is missing",
        **{"data/invalid_output/1.in": "1 2\n", "data/invalid_output/1.ans": "3\n"},
    ),
    # ---- left-overs of editors and systems
    *(
        _beside(f"{path} is no part of a package", _NAMES, **{path: _GARBAGE})
        for path in (
            "data/secret/._1.in",
            "data/secret/.DS_Store",
            "data/secret/1.in~",
            "data/secret/.hidden/2.in",
            "data/secret/Thumbs.db",
            "__MACOSX/data/secret/._1.in",
            "data/secret/#1.in#",
            "data/secret/2 copy.in",
            "submissions/accepted/.a.py.swp",
            ".git/config",
            "data/secret/数据.in",
        )
    ),
    # ---- problem.yaml
    _told(
        "a misspelt type is told with the nearest",
        _TYPE,
        "nearest known is 'interactive'",
        PROBLEM + "type: interactve\n",
    ),
    _told("a type twice is told", _TYPE, "twice", PROBLEM + "type: [pass-fail, pass-fail]\n"),
    _told("no type at all is told", _TYPE, "type", PROBLEM + "type: []\n"),
    _told(
        "submit-answer is told",
        _TYPE,
        "submit-answer is not judged",
        PROBLEM + "type: submit-answer\n",
    ),
    _told(
        "one unknown of two types is told",
        _TYPE,
        "type has 'multipass'",
        PROBLEM + "type: [interactive, multipass]\n",
    ),
    _told(
        "an interactive problem without a validator is told",
        "Interactive problems require a custom output validator",
        "interactive problem needs one",
        PROBLEM + "type: interactive\n",
    ),
    _told(
        "an unknown key is told with the nearest",
        _KEYS,
        "nearest known key is 'license'",
        PROBLEM + "licence: cc by\n",
    ),
    _told(
        "a legacy key in 2025-09 is told",
        _KEYS,
        "validation is a key of format legacy",
        PROBLEM + "validation: default\n",
    ),
    _told(
        "a 2025-09 key in legacy is told",
        _KEYS,
        "constants is a key of format 2025-09",
        LEGACY + "constants: {a: 1}\n",
    ),
    _told(
        "an unknown version is told",
        "Problem format version",
        "known are 2025-09",
        "problem_format_version: 2099-01\nname: x\n",
    ),
    _told(
        "a misspelt validation is told",
        "Must begin with one of default or custom",
        "validation is 'costum'",
        LEGACY + "validation: costum\n",
    ),
    _told("a list instead of keys is told", _KEYS, "where keys are wanted", "- a\n- b\n"),
    _told("what is no YAML is told", _KEYS, "is not YAML", "name: [\n"),
    _told("a date of month 13 is told", _KEYS, "is not YAML", "name: 2001-13-01\n"),
    _told("no language of ours is told", "languages", "none of", PROBLEM + "languages: [cobol]\n"),
    _told(
        "a static validator is told",
        "Static validator",
        "static validators are not run",
        **{"static_validator/v.py": ""},
    ),
    _told(
        "a static score is told",
        "Static validation test cases",
        "static validators are not run",
        **{"data/secret/test_group.yaml": "static_validation_score: pass-fail\n"},
    ),
    _told(
        "a grader is told", "Graders", "a custom grader is not run", LEGACY, **{"graders/g.py": ""}
    ),
    _told(
        "a custom grader's key is told",
        "Graders",
        "graders of packages are not run",
        LEGACY,
        **{"data/secret/testdata.yaml": "grading: custom\n"},
    ),
    _told(
        "a grader that accepts all is told",
        "Default Grader Specification",
        "what failed is never accepted",
        LEGACY,
        **{"data/secret/testdata.yaml": "grader_flags: always_accept\n"},
    ),
    # ---- both formats as they are
    Case(
        "a byte-order mark is forgiven",
        "All text files must not have a byte-order mark",
        package("\ufeff" + PROBLEM),
        _RIGHT,
        verdict=AC,
    ),
    Case(
        "credits and sources are ignored by right",
        "Credits",
        package(
            PROBLEM + "credits: {authors: A, testers: [{name: B, orcid: 1}]}\nsource: [{name: N}]\n"
            "license: cc by\nrights_owner: me\nuuid: 1\nembargo_until: 2030-01-01\nkeywords: [a]\n"
            "version: 1\nallow_file_writing: true\n"
        ),
        _RIGHT,
        verdict=AC,
    ),
    Case(
        "legacy's authors and sources are ignored by right",
        "Author",
        package(
            LEGACY + "author: A and B\nsource: S\nsource_url: http://x\nlicense: cc by-sa\n"
            "rights_owner: me\nkeywords: a b\nuuid: 1\ngrading: {show_test_data_groups: true}\n"
        ),
        _RIGHT,
        verdict=AC,
    ),
    Case(
        "legacy's on_reject changes no verdict",
        "on_reject",
        package(
            LEGACY,
            {"secret/1": ("", "3\n"), "secret/2": ("", "4\n")},
            **{
                "data__secret__testdata.yaml": "on_reject: continue\ngrading: default\nrange: 0 1\n"
            },
        ),
        _RIGHT,
        verdict=WA,
    ),
    Case(
        "a test in a folder of a group is a test",
        "The groups themselves can contain directories",
        package(PROBLEM, {"secret/a/b/1": ("", "4\n")}),
        _RIGHT,
        verdict=WA,
    ),
    Case(
        "an interactive test may lack its answer",
        "legacy, Interactive Problems",
        {
            "problem.yaml": "name: x\nvalidation: custom interactive\n",
            "data/secret/1.in": "",
            "output_validators/v.py": "raise SystemExit(42 if input() == '3' else 43)\n",
        },
        _RIGHT,
        verdict=AC,
    ),
    # ---- submissions
    _told(
        "a folder that says nothing is told",
        "Example submissions",
        "is not a known folder",
        **{"submissions/strange/a.py": ""},
    ),
    _told(
        "a misspelt permission is told",
        "permitted: subset of AC, WA, TLE, RTE",
        "permitted",
        **{
            "submissions/accepted/a.py": "",
            "submissions/submissions.yaml": "accepted/a.py: {permitted: [ACC]}\n",
        },
    ),
    _told(
        "an unknown key of a submission is told",
        _KEYS,
        "unknown key 'permited'",
        **{
            "submissions/accepted/a.py": "",
            "submissions/submissions.yaml": "accepted/a.py: {permited: [AC]}\n",
        },
    ),
    _told(
        "an entry point that isn't there is told",
        "entrypoint",
        "which the submission doesn't",
        **{
            "submissions/accepted/a/b.py": "",
            "submissions/submissions.yaml": "accepted/a: {entrypoint: c.py}\n",
        },
    ),
    _told(
        "an unknown tag is told",
        "DOMjudge, @EXPECTED_RESULTS@",
        "@EXPECTED_RESULTS@ has GREAT",
        **{"submissions/rejected/a.py": "# @EXPECTED_RESULTS@: GREAT\n"},
    ),
    # ---- samples
    _told(
        "an .interaction beside an .out is told",
        "It is an error to provide .out alongside .interaction",
        "may not be there beside",
        "problem_format_version: 2025-09\nname: x\ntype: interactive\n",
        **{
            "output_validator/v.py": "",
            "data/sample/1.in": "",
            "data/sample/1.ans": "",
            "data/sample/1.interaction": "",
            "data/sample/1.out": "",
        },
    ),
    _told(
        "two outputs to show are told",
        "it is an error to have both .out and .ans.statement",
        "may not be there beside",
        **{
            "data/sample/1.in": "",
            "data/sample/1.ans": "",
            "data/sample/1.out": "",
            "data/sample/1.ans.statement": "",
            "data/sample/1.ans.download": "",
        },
    ),
    # ---- what the format says must not be
    _told(
        "a test beside groups is told",
        "data/secret can only have test data groups or test cases, never both",
        "lies beside groups",
        **{"data/secret/a/1.in": "", "data/secret/a/1.ans": ""},
    ),
    _told(
        "settings in a folder of a group are told",
        "there are no test_group.yaml further down in the directory hierarchy",
        "only groups have settings",
        **{"data/secret/a/b/test_group.yaml": "args: []\n"},
    ),
    _told(
        "a test with the name of a folder is told",
        "A directory must not have the same name as a test case in the same directory",
        "has the name of a folder",
        **{"data/secret/1/x.txt": ""},
    ),
    _told(
        "a test called test_group is told",
        "a test case must not be named */test_group",
        "may not be called test_group",
        **{"data/sample/test_group.in": "", "data/sample/test_group.ans": ""},
    ),
    _told(
        "settings of a test that isn't there are told",
        _ORPHAN,
        "belongs to no test",
        **{"data/secret/9.yaml": "args: []\n"},
    ),
    _told(
        "an input to show without one to download is told",
        ".in.download and .in.statement must either both be present or both absent",
        "both or none",
        **{"data/secret/1.in.statement": ""},
    ),
    _told(
        "legacy's testdata.yaml in 2025-09 is told",
        "a YAML file test_group.yaml may be placed",
        "is legacy's name",
        **{"data/secret/testdata.yaml": "on_reject: break\n"},
    ),
    _told("a key twice is told", _KEYS, "'name' twice", PROBLEM + "name: y\n"),
    _told(
        "nesting without an end is told",
        _KEYS,
        "levels deep",
        **{"data/secret/test_group.yaml": "args: " + "[" * 100_000},
    ),
    _told(
        "a constant that is true is told",
        "Map of strings to int, float, or string",
        "a constant is a number or a text",
        PROBLEM + "constants: {a: true}\n",
    ),
    _told(
        "a file where the format has a folder is told",
        "Problem package structure overview",
        "has a folder there",
        statement="x",
    ),
    _told(
        "a folder where the format has a file is told",
        "Problem package structure overview",
        "has a file there",
        **{"systems.yaml/x": "x"},
    ),
    _told(
        "a submission in no folder is told",
        "Submission programs must be placed in a direct subdirectory of submissions",
        "lies in no folder",
        **{"submissions/a.py": ""},
    ),
    _told(
        "what could earn nothing is told",
        "two disjoint permitted sets are never applied to a single (submission, testcase) pair",
        "nothing in common",
        **{
            "submissions/accepted/a.py": "",
            "submissions/submissions.yaml": "accepted/*: {permitted: [WA]}\n",
        },
    ),
    _told(
        "a pattern that the format doesn't have is told",
        "Using ** to match any number of directories is not supported",
        "is no pattern",
        **{
            "submissions/accepted/a.py": "",
            "submissions/submissions.yaml": "'**/a.py': {permitted: [AC]}\n",
        },
    ),
    _told(
        "no permitted verdict at all is told",
        "All test cases must have a verdict in this subset",
        "permitted",
        **{
            "submissions/accepted/a.py": "",
            "submissions/submissions.yaml": "accepted/a.py: {permitted: []}\n",
        },
    ),
    _told(
        "scoring of a draft is told",
        "Problem format version",
        "of 2023-07-draft is not judged",
        "problem_format_version: 2023-07-draft\nname: x\ntype: scoring\n",
    ),
]
