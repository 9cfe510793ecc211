"""Multi-pass problems."""

from tests.conformance.case import AC, JUDGE_ERROR, RE, TL, WA, Case, package

_AGAIN = "the output validator must exit with code 42 and output the new input in nextpass.in"
_MOST = "It is a judge error to run more passes than specified by limits.validation_passes"
_BESIDE = "It is a judge error to create the nextpass.in file and exit with any other code than 42"
_KEPT = "All other files inside the feedback directory are guaranteed to persist between passes"
_EACH = "The time and memory limit apply for each invocation separately"

_ECHO = "print(input())\n"
_HEAD = """import os, sys
feedback = sys.argv[3]
got = sys.stdin.read().split()
def count():
    try: n = int(open(feedback + "count").read())
    except OSError: n = 0
    open(feedback + "count", "w").write(str(n + 1))
    return n + 1
def again(text):
    open(feedback + "nextpass.in", "w").write(text)
"""


def _passes(
    says: str,
    follows: str,
    validator: str,
    verdict: object,
    *,
    most: int | None = None,
    source: str = _ECHO,
    types: str = "multi-pass",
    **more: str,
) -> Case:
    limits = "time_limit: 1" + (f", validation_passes: {most}" if most else "")
    problem = f"problem_format_version: 2025-09\nname: x\ntype: {types}\nlimits: {{{limits}}}\n"
    files = package(problem, {"secret/1": ("1\n", "")}, output_validator__v__py="", **more)
    del files["output_validator/v/py"]
    files["output_validator/v.py"] = _HEAD + validator
    return Case(says, follows, files, source, verdict=verdict)  # type: ignore[arg-type]


CASES: list[Case] = [
    _passes("one pass is enough", _AGAIN, "sys.exit(42)", AC),
    _passes("a rejection in the first pass is wrong", _AGAIN, "sys.exit(43)", WA),
    _passes(
        "a rejection in the second pass is wrong",
        _AGAIN,
        "n = count()\nif n == 2: sys.exit(43)\nagain('2\\n')\nsys.exit(42)",
        WA,
    ),
    _passes(
        "a rejection in the tenth pass is wrong",
        _AGAIN,
        "n = count()\nif n == 10: sys.exit(43)\nagain('2\\n')\nsys.exit(42)",
        WA,
        most=10,
    ),
    _passes(
        "ten passes that are right are accepted",
        _AGAIN,
        "n = count()\nif got != [str(n)]: sys.exit(43)\nif n < 10: again(f'{n + 1}\\n')\n"
        "sys.exit(42)",
        AC,
        most=10,
    ),
    _passes(
        "a validator that asks for ever is at fault",
        _MOST,
        "again('2\\n')\nsys.exit(42)",
        JUDGE_ERROR,
        most=4,
    ),
    _passes(
        "there are two passes where nothing is said",
        _MOST,
        "n = count()\nif n < 3: again('2\\n')\nsys.exit(42)",
        JUDGE_ERROR,
    ),
    _passes(
        "an empty next input is a pass",
        _AGAIN,
        "n = count()\nif n == 2: sys.exit(43)\nagain('')\nsys.exit(42)",
        WA,
        source="import sys\nprint(sys.stdin.read())\n",
    ),
    _passes(
        "a next input beside a rejection is the validator's fault",
        _BESIDE,
        "again('2\\n')\nsys.exit(43)",
        JUDGE_ERROR,
    ),
    _passes(
        "the next input is gone in the next pass",
        _KEPT,
        "n = count()\nif n == 2: sys.exit(43 if os.path.exists(feedback + 'nextpass.in') else 42)\n"
        "again('2\\n')\nsys.exit(42)",
        AC,
    ),
    _passes(
        "a crash in the second pass is a crash",
        _EACH,
        "n = count()\nagain('2\\n') if n == 1 else None\nsys.exit(42)",
        RE,
        source="import sys\nif input() == '2': sys.exit(3)\nprint(1)\n",
    ),
    _passes(
        "each pass has the whole time",
        _EACH,
        "n = count()\nagain('2\\n') if n == 1 else None\nsys.exit(42)",
        AC,
        source="import time\nend = time.process_time() + 0.7\n"
        "while time.process_time() < end: pass\nprint(input())\n",
    ),
    _passes(
        "a loop in the second pass is out of time",
        _EACH,
        "n = count()\nagain('2\\n') if n == 1 else None\nsys.exit(42)",
        TL,
        source="while input() == '2': \n    while True: pass\n",
    ),
    _passes(
        "nextpass.in is nothing in a problem of one pass",
        _AGAIN,
        "again('2\\n')\nsys.exit(42)",
        AC,
        types="pass-fail",
    ),
    Case(
        "validation_passes without multi-pass is told",
        _MOST,
        package(
            "problem_format_version: 2025-09\nname: x\nlimits: {time_limit: 1, "
            "validation_passes: 3}\n"
        ),
        refused="type has no multi-pass",
    ),
    Case(
        "validation_passes of 1 is told",
        "optional int >= 2, only for multi-pass",
        package(
            "problem_format_version: 2025-09\nname: x\ntype: multi-pass\n"
            "limits: {time_limit: 1, validation_passes: 1}\n"
        ),
        refused="limits.validation_passes",
    ),
    Case(
        "multi-pass without a validator is told",
        "Multi-pass problems require a custom validator",
        package("problem_format_version: 2025-09\nname: x\ntype: multi-pass\n"),
        refused="multi-pass problem needs one",
    ),
    _passes(
        "interactive and multi-pass go together",
        _AGAIN,
        "",
        AC,
        types="[interactive, multi-pass]",
        source="print(int(input()) + 1)\n",
    ),
]
_BOTH = CASES[-1].files
assert isinstance(_BOTH, dict)
_BOTH["output_validator/v.py"] = """import os, sys
feedback = sys.argv[3]
second = os.path.exists(feedback + "second")
open(feedback + "second", "w").close()
n = 7 if second else 1
print(n, flush=True)
if sys.stdin.readline().strip() != str(n + 1): os._exit(43)
if not second: open(feedback + "nextpass.in", "w").close()
sys.exit(42)
"""
