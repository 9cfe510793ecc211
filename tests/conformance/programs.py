"""Programs of a package: languages, folders, scripts, arguments, files, constants."""

from tests.conformance.case import AC, JUDGE_ERROR, PROBLEM, RE, WA, Case, package

_ENDINGS = "The language of files is inferred from their extension (languages table)"
_SCRIPTS = "may include one of two POSIX-compliant shell scripts, build and run (Other programs)"
_FOLDER = "a directory containing one or more such files (Other programs)"
_ARGS = "The submission will be run with the args sequence defined in the test.yaml file"
_FILES = "All files in this directory must be copied into the submission's working directory"
_CONSTANTS = "All constant sequences will be replaced by the value of the corresponding constant"
_INCLUDE = "The files should be copied to the submission files before compiling"
_ARGUMENTS = "output_validator_args are passed as additional arguments to the validator"

_C = "int main(void) { return 42; }\n"
_CPP = "#include <vector>\nint main() { std::vector<int> v(42); return (int)v.size(); }\n"
_PY = "raise SystemExit(42)\n"
_RIGHT, _WRONG = "print(3)\n", "print(4)\n"


def _validator(says: str, follows: str, verdict: object, **files: str) -> Case:
    named = {f"output_validator/{path}": text for path, text in files.items()}
    return Case(says, follows, {**package(), **named}, _RIGHT, verdict=verdict)  # type: ignore[arg-type]


def _with(says: str, follows: str, files: dict[str, str], source: str, verdict: object) -> Case:
    return Case(says, follows, {**package(), **files}, source, verdict=verdict)  # type: ignore[arg-type]


_CONSTANT = PROBLEM + "constants: {three: 3, name: three, pi: 3.5}\n"

CASES: list[Case] = [
    *(
        _validator(f"a validator in .{ending} runs", _ENDINGS, AC, **{f"v.{ending}": text})
        for ending, text in (
            ("c", _C),
            ("cc", _CPP),
            ("cpp", _CPP),
            ("cxx", _CPP),
            ("c++", _CPP),
            ("C", _CPP),
            ("py", _PY),
            ("py3", _PY),
        )
    ),
    _validator(
        "a validator of two C++ files is one program",
        _FOLDER,
        AC,
        **{
            "a.cpp": "int answer();\nint main() { return answer(); }\n",
            "b.cpp": "int answer() { return 42; }\n",
        },
    ),
    _validator(
        "a validator's header is found",
        _FOLDER,
        AC,
        **{
            "a.cpp": '#include "b.h"\nint main() { return ANSWER; }\n',
            "b.h": "#define ANSWER 42\n",
        },
    ),
    _validator(
        "a validator's header in a folder is found",
        _FOLDER,
        AC,
        **{
            "a.cpp": '#include "lib/b.h"\nint main() { return ANSWER; }\n',
            "lib/b.h": "#define ANSWER 42\n",
        },
    ),
    _validator(
        "a Python program of several files starts with __main__",
        _FOLDER,
        AC,
        **{
            "__init__.py": "",
            "helper.py": "ANSWER = 42\n",
            "__main__.py": "from helper import ANSWER\nraise SystemExit(ANSWER)\n",
        },
    ),
    _validator(
        "a README beside a validator does not matter",
        _FOLDER,
        AC,
        **{"v.py": _PY, "README": "how it is built\n"},
    ),
    _validator("run alone is the program", _SCRIPTS, AC, run="#!/bin/sh\nexit 42\n"),
    _validator(
        "build makes run", _SCRIPTS, AC, build="#!/bin/sh\ncc -o run main.c\n", **{"main.c": _C}
    ),
    _validator(
        "build may use c++ and python3",
        _SCRIPTS,
        AC,
        build="#!/bin/sh\nset -e\npython3 -c 'print(\"int main() { return 42; }\")' > m.cc\n"
        "c++ -o run m.cc\n",
    ),
    _validator(
        "run finds the files beside it",
        _SCRIPTS,
        AC,
        **{"run": '#!/bin/sh\nexec python3 "$(dirname "$0")/v.py" "$@"\n', "v.py": _PY},
    ),
    _validator(
        "a build that fails is the package's fault",
        _SCRIPTS,
        JUDGE_ERROR,
        build="#!/bin/sh\nexit 1\n",
    ),
    _validator(
        "a build that makes no run is the package's fault",
        _SCRIPTS,
        JUDGE_ERROR,
        build="#!/bin/sh\ntrue\n",
        **{"v.py": _PY},
    ),
    _validator(
        "a build can't read what is ours",
        _SCRIPTS,
        AC,
        build='#!/bin/sh\nif [ -r /etc/shadow ] || [ "$(id -u)" = 0 ]; then exit 1; fi\n'
        "printf '#!/bin/sh\\nexit 42\\n' > run\nchmod +x run\n",
    ),
    _validator(
        "a validator that does not compile is the package's fault",
        _FOLDER,
        JUDGE_ERROR,
        **{"v.c": "int main(void) { return }\n"},
    ),
    Case(
        "a validator in no language is told",
        _ENDINGS,
        {**package(), "output_validator/v.hs": "main = undefined\n"},
        refused="no source of a known language",
    ),
    Case(
        "a validator in two languages is told",
        _ENDINGS,
        {**package(), "output_validator/a.py": _PY, "output_validator/b.c": _C},
        refused="several languages: c, python3",
    ),
    Case(
        "a validator is given its arguments",
        _ARGUMENTS,
        {
            **package(),
            "data/secret/test_group.yaml": "output_validator_args: [a b, c]\n",
            "output_validator/v.py": "import sys\n"
            "raise SystemExit(42 if sys.argv[4:] == ['a b', 'c'] else 43)\n",
        },
        _RIGHT,
        verdict=AC,
    ),
    Case(
        "legacy's validator_flags are split into words",
        _ARGUMENTS,
        {
            **package("name: x\nvalidation: custom\nvalidator_flags: a b\n"),
            "data/secret/testdata.yaml": "output_validator_flags: c\n",
            "output_validators/v.py": "import sys\n"
            "raise SystemExit(42 if sys.argv[4:] == ['a', 'b', 'c'] else 43)\n",
        },
        _RIGHT,
        verdict=AC,
    ),
    Case(
        "legacy's validator in a folder of its own runs",
        "legacy, Output Validators",
        {**package("name: x\nvalidation: custom\n"), "output_validators/mine/v.py": _PY},
        _WRONG,
        verdict=AC,
    ),
    Case(
        "legacy's default validation does not ask a validator",
        "validation: default",
        {**package("name: x\n"), "output_validators/v.py": _PY},
        _WRONG,
        verdict=WA,
    ),
    Case(
        "legacy's two validators are told",
        "there may be one",
        {
            **package("name: x\nvalidation: custom\n"),
            "output_validators/a/v.py": _PY,
            "output_validators/b/v.py": _PY,
        },
        refused="holds 2 validators",
    ),
    Case(
        "legacy's missing validator is told",
        "validation: custom",
        package("name: x\nvalidation: custom\n"),
        refused="is missing",
    ),
    Case(
        "output_validators in 2025-09 is told",
        "output_validator/ (Package structure)",
        {**package(), "output_validators/v.py": _PY},
        refused="is of format legacy",
    ),
    Case(
        "output_validator in legacy is told",
        "output_validators/ (legacy, structure)",
        {**package("name: x\n"), "output_validator/v.py": _PY},
        refused="is of format 2025-09",
    ),
    # ---- arguments and files of a test
    _with(
        "a test's arguments are given to the program",
        _ARGS,
        {"data/secret/1.yaml": "args: [--sum, '3 4']\n"},
        "import sys\nprint(3 if sys.argv[1:] == ['--sum', '3 4'] else sys.argv)\n",
        AC,
    ),
    _with(
        "a group's arguments are given to its tests",
        _ARGS,
        {"data/secret/test_group.yaml": "args: [a]\n"},
        "import sys\nprint(3 if sys.argv[1:] == ['a'] else 4)\n",
        AC,
    ),
    _with(
        "a test's arguments override its group's",
        _ARGS,
        {"data/secret/test_group.yaml": "args: [a]\n", "data/secret/1.yaml": "args: []\n"},
        "import sys\nprint(3 if sys.argv[1:] == [] else 4)\n",
        AC,
    ),
    _with(
        "a test's files lie where the program runs",
        _FILES,
        {"data/secret/1.files/numbers.txt": "3\n", "data/secret/1.files/more/deep.txt": "x\n"},
        "import os\nassert os.path.exists('more/deep.txt')\nprint(open('numbers.txt').read())\n",
        AC,
    ),
    _with(
        "a test's .in file in .files is no test",
        _FILES,
        {"data/secret/1.files/2.in": "9 9\n"},
        _RIGHT,
        AC,
    ),
    _with(
        "files of one test are gone in the next",
        _FILES,
        {"data/secret/1.files/a.txt": "3\n", "data/secret/2.in": "", "data/secret/2.ans": "5\n"},
        "import os\nprint(3 if os.path.exists('a.txt') else 5)\n",
        AC,
    ),
    Case(
        "an interactive program has its arguments and files",
        _ARGS,
        {
            "problem.yaml": "problem_format_version: 2025-09\nname: x\ntype: interactive\n"
            "limits: {time_limit: 1}\n",
            "data/secret/1.in": "",
            "data/secret/1.ans": "",
            "data/secret/1.yaml": "args: [hello]\n",
            "data/secret/1.files/a.txt": "there\n",
            "output_validator/v.py": "raise SystemExit(42 if input() == 'hello there' else 43)\n",
        },
        "import sys\nprint(sys.argv[1], open('a.txt').read(), flush=True)\n",
        verdict=AC,
    ),
    # ---- constants
    Case(
        "a constant in a validator is its value",
        _CONSTANTS,
        {
            **package(_CONSTANT),
            "output_validator/v.py": "raise SystemExit(42 if int(input()) == {{three}} else 43)\n",
        },
        _RIGHT,
        verdict=AC,
    ),
    Case(
        "a constant in a group's arguments is its value",
        _CONSTANTS,
        {
            **package(_CONSTANT),
            "data/secret/test_group.yaml": "output_validator_args: ['{{name}}', '{{pi}}']\n",
            "output_validator/v.py": "import sys\n"
            "raise SystemExit(42 if sys.argv[4:] == ['three', '3.5'] else 43)\n",
        },
        _RIGHT,
        verdict=AC,
    ),
    Case(
        "a constant in test data stays as it is",
        "not replaced in test data files",
        {**package(_CONSTANT), "data/secret/1.ans": "{{three}}\n"},
        "print('{{' + 'three}}')\n",
        verdict=AC,
    ),
    Case(
        "a name that is no constant stays as it is",
        "Tags containing a name that is not defined",
        {
            **package(_CONSTANT),
            "output_validator/v.py": "same = '{{' + 'four}}' == '{{four}}'\n"
            "raise SystemExit(42 if same else 43)\n",
        },
        _RIGHT,
        verdict=AC,
    ),
    Case(
        "a constant in an included file is its value",
        _CONSTANTS,
        {**package(_CONSTANT), "include/python3/given.py": "THREE = {{three}}\n"},
        "from given import THREE\nprint(THREE)\n",
        verdict=AC,
    ),
    Case(
        "a constant with a bad name is told",
        "Names must match the regex",
        package(PROBLEM + "constants: {3rd: 3}\n"),
        refused="constants.3rd",
    ),
    Case(
        "a constant that is a list is told",
        "Map of strings to int, float, or string",
        package(PROBLEM + "constants: {a: [1]}\n"),
        refused="constants.a",
    ),
    # ---- included files
    Case(
        "an included file is beside the answer",
        _INCLUDE,
        {**package(), "include/default/data.txt": "3\n"},
        "import os\nhere = os.path.dirname(__file__)\n"
        "print(open(os.path.join(here, 'data.txt')).read())\n",
        verdict=AC,
    ),
    Case(
        "a language's file overrides the default",
        _INCLUDE,
        {**package(), "include/default/given.py": "N = 4\n", "include/python3/given.py": "N = 3\n"},
        "from given import N\nprint(N)\n",
        verdict=AC,
    ),
    Case(
        "an answer of several files is one program",
        "a directory of files (Programs)",
        package(),
        "from helper import N\nprint(N)\n",
        verdict=AC,
        more={"helper.py": "N = 3\n"},
    ),
    Case(
        "an answer in C++ may have a header",
        "a directory of files (Programs)",
        package(),
        '#include "n.h"\n#include <cstdio>\nint main() { printf("%d\\n", N); }\n',
        "cpp",
        AC,
        more={"n.h": "#define N 3\n"},
    ),
    Case(
        "a program that can't write leaves nothing",
        "allow_file_writing",
        package(),
        "open('left.txt', 'w').write('x')\nprint(3)\n",
        verdict=AC,
    ),
    Case(
        "a program that reads a file of nobody crashes",
        _FILES,
        package(),
        "print(open('numbers.txt').read())\n",
        verdict=RE,
    ),
]
