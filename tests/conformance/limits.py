"""Limits: what they are by default, what a package may ask for, and whose fault it is."""

from tests.conformance.case import AC, JUDGE_ERROR, ML, OL, RE, TL, WA, Case, package

_MEMORY = "memory: optional int > 0, in MiB, system default 2048 (Limits)"
_OUTPUT = "output: optional int > 0, in MiB, system default 8 (Limits)"
_TIME = "time_limit: optional float > 0, in seconds (Limits)"
_VALIDATION = "validation_time, validation_memory, validation_output (Limits)"
_TYPES = "Any unknown keys should be treated as an error; the types of the table of Limits"


def _limited(limits: str) -> str:
    return f"problem_format_version: 2025-09\nname: x\nlimits: {{{limits}}}\n"


def _bad(says: str, limits: str, told: str) -> Case:
    return Case(says, _TYPES, package(_limited(limits)), refused=told)


def _validated(
    says: str, validator: str, verdict: object, *, limits: str = "", c: bool = False
) -> Case:
    ending = "c" if c else "py"
    given = "time_limit: 1" + (f", {limits}" if limits else "")
    files = package(_limited(given), **{f"output_validator__v.{ending}": validator})
    return Case(says, _VALIDATION, files, "print(3)\n", verdict=verdict)  # type: ignore[arg-type]


_DEEP_C = """#include <stdio.h>
static long down(long n) { volatile char room[256]; room[0] = (char)n;
  return n ? down(n - 1) + room[0] - room[0] + 1 : 0; }
int main(void) { return down(1000000) == 1000000 ? 42 : 43; }
"""
_ADDS = "a, b = map(int, input().split())\nprint(a + b)\n"

CASES: list[Case] = [
    Case(
        "a program may use 1 GiB where nothing is said",
        _MEMORY,
        package(_limited("time_limit: 5")),
        "x = bytearray(1 << 30)\n" + _ADDS,
        verdict=AC,
    ),
    Case(
        "over the memory limit is a memory limit",
        _MEMORY,
        package(_limited("time_limit: 2, memory: 64")),
        "x = bytearray(256 << 20)\nprint(3)\n",
        verdict=ML,
    ),
    Case(
        "16 MiB are enough for C",
        _MEMORY,
        package(_limited("time_limit: 1, memory: 16")),
        '#include <stdio.h>\nint main(void) { puts("3"); }\n',
        "c",
        AC,
    ),
    Case(
        "recursion may use all the memory",
        _MEMORY,
        package(),
        _DEEP_C.replace("return down(1000000) == 1000000 ? 42 : 43", 'down(1000000); puts("3")'),
        "c",
        AC,
    ),
    Case(
        "8 MiB of output are too much where nothing is said",
        _OUTPUT,
        package(),
        "print('3' * (9 << 20))\n",
        verdict=OL,
    ),
    Case(
        "2 MiB may be written where 4 are allowed",
        _OUTPUT,
        package(_limited("time_limit: 1, output: 4")),
        "print('3' + ' ' * (2 << 20))\n",
        verdict=AC,
    ),
    Case(
        "2 MiB are too much where 1 is allowed",
        _OUTPUT,
        package(_limited("time_limit: 1, output: 1")),
        "print('3' + ' ' * (2 << 20))\n",
        verdict=OL,
    ),
    Case(
        "a loop is out of time",
        _TIME,
        package(_limited("time_limit: 0.2")),
        "while True: pass\n",
        verdict=TL,
    ),
    Case(
        "sleep is out of time",
        _TIME,
        package(_limited("time_limit: 0.2")),
        "import time\ntime.sleep(1000)\n",
        verdict=TL,
    ),
    Case(
        "half a second is in time where a whole one is allowed",
        _TIME,
        package(),
        "import time\nwhile time.process_time() < 0.5: pass\n" + _ADDS,
        verdict=AC,
    ),
    Case(
        "a crash is a run time error",
        "Crashes for at least one case (Example submissions)",
        package(),
        "import os\nos.abort()\n",
        verdict=RE,
    ),
    Case(
        "an exit code of 1 is a run time error",
        "Crashes for at least one case",
        package(),
        "print(3)\nraise SystemExit(1)\n",
        verdict=RE,
    ),
    # ---- the package's programs
    _validated("a validator may recurse deeply", _DEEP_C, AC, c=True),
    _validated(
        "a validator may use 1 GiB", "import sys\nx = bytearray(1 << 30)\nsys.exit(42)\n", AC
    ),
    _validated(
        "a validator over its memory is at fault",
        "import sys\nx = bytearray(1 << 30)\nsys.exit(42)\n",
        JUDGE_ERROR,
        limits="validation_memory: 128",
    ),
    _validated(
        "a validator over its time is at fault",
        "while True: pass\n",
        JUDGE_ERROR,
        limits="validation_time: 1",
    ),
    _validated(
        "a validator over its output is at fault",
        "import sys\nprint('x' * (3 << 20))\nsys.exit(42)\n",
        JUDGE_ERROR,
        limits="validation_output: 1",
    ),
    _validated("a validator that exits with 0 is at fault", "pass\n", JUDGE_ERROR),
    _validated("a validator that exits with 1 is at fault", "raise SystemExit(1)\n", JUDGE_ERROR),
    _validated("a validator that crashes is at fault", "import os\nos.abort()\n", JUDGE_ERROR),
    _validated("a validator that says 43 rejects", "raise SystemExit(43)\n", WA),
    # ---- what a package may ask for
    _bad("4 MiB are told to be too little", "memory: 4", "limits.memory"),
    _bad("a negative memory is told", "memory: -1", "limits.memory"),
    _bad("a memory that is no number is told", "memory: lots", "limits.memory"),
    _bad("half a MiB is told", "memory: 512.5", "limits.memory"),
    _bad("a negative time limit is told", "time_limit: -1", "limits.time_limit"),
    _bad("a time limit of 0 is told", "time_limit: 0", "limits.time_limit"),
    _bad("a time limit that is no number is told", "time_limit: .nan", "limits.time_limit"),
    _bad("an infinite time limit is told", "time_limit: .inf", "limits.time_limit"),
    _bad("a time limit of a day is told", "time_limit: 86400", "limits.time_limit"),
    _bad("a negative output is told", "output: -1", "limits.output"),
    _bad(
        "a multiplier below 1 is told",
        "time_multipliers: {ac_to_time_limit: 0.5}",
        "ac_to_time_limit",
    ),
    _bad(
        "an unknown multiplier is told",
        "time_multipliers: {ac_to_limit: 2}",
        "nearest known key is 'ac_to_time_limit'",
    ),
    _bad("a resolution of 0 is told", "time_resolution: 0", "limits.time_resolution"),
    _bad("an unknown limit is told", "memori: 64", "nearest known key is 'memory'"),
    _bad("a limit of the other format is told", "time_multiplier: 3", "is a key of format legacy"),
    Case(
        "legacy has no time_limit",
        "legacy, Limits",
        package("name: x\nlimits: {time_limit: 1}\n"),
        refused="is a key of format 2025-09",
    ),
    Case(
        "a .timelimit that is no number is told",
        "legacy, .timelimit",
        {**package("name: x\n"), ".timelimit": "soon\n"},
        refused="says 'soon'",
    ),
    Case(
        "a .timelimit of nothing is told",
        "legacy, .timelimit",
        {**package("name: x\n"), ".timelimit": "nan\n"},
        refused="says 'nan'",
    ),
    Case(
        "a measured limit is used",
        _TIME,
        {**package("problem_format_version: 2025-09\nname: x\n"), ".timelimit": "0.2\n"},
        "import time\nwhile time.process_time() < 0.6: pass\nprint(3)\n",
        verdict=TL,
    ),
    Case(
        "limits that are no map are told",
        _TYPES,
        package("problem_format_version: 2025-09\nname: x\nlimits: 5\n"),
        refused="limits",
    ),
]
