"""Who is to blame in a dialogue: who ends first, how, and what the interactor said."""

from judge.verdicts import Verdict
from tests.conformance.case import AC, JUDGE_ERROR, OL, RE, TL, WA, Case, package

_PROBLEM = (
    "problem_format_version: 2025-09\nname: x\ntype: interactive\nlimits: {time_limit: 0.5}\n"
)
_FIRST = (
    "the first to end decides: a validator that exits with 43 is the verdict, and a submission "
    "that has crashed by then is a run time error (Reporting a judgement; problemtools)"
)
_CODES = "Any other exit code, including 0, indicates that the validator did not operate properly"
_LIMIT = "output: optional int > 0, in MiB (Limits)"
_STREAMS = (
    "Standard in of the output validator corresponds to standard out of the submission, and "
    "standard out of the output validator corresponds to standard in of the submission"
)

# ---- interactors, in C++ and Python

_CPP_HEAD = """#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <string>
#include <unistd.h>
using namespace std;
"""
_INTERACTORS: dict[str, dict[str, str]] = {
    # Says a number, wants it doubled, then the end.
    "doubles": {
        "cpp": "int main() { cout << 21 << endl; string got; cin >> got; "
        'if (got != "42") return 43; cout << "right" << endl; return cin >> got ? 43 : 42; }',
        "py": "print(21, flush=True)\ngot = sys.stdin.readline().strip()\n"
        "if got != '42': sys.exit(43)\nprint('right', flush=True)\n"
        "sys.exit(43 if sys.stdin.readline() else 42)\n",
    },
    # The same, and goes as soon as it has its answer.
    "leaves": {
        "cpp": "int main() { cout << 21 << endl; string got; cin >> got; "
        'return got == "42" ? 42 : 43; }',
        "py": "print(21, flush=True)\ngot = sys.stdin.readline().strip()\n"
        "sys.exit(42 if got == '42' else 43)\n",
    },
    # Writes more than any pipe holds before it reads.
    "floods": {
        "cpp": 'int main() { for (int i = 0; i < 200000; i++) puts("21"); fflush(stdout); '
        'string got; cin >> got; return got == "42" ? 42 : 43; }',
        "py": "for _ in range(200000): print(21)\nsys.stdout.flush()\n"
        "sys.exit(42 if sys.stdin.readline().strip() == '42' else 43)\n",
    },
    # Goes on for ever, whatever it reads.
    "ignores": {
        "cpp": "int main() { cout << 21 << endl; for (;;) { string got; cin >> got; } }",
        "py": "print(21, flush=True)\nwhile True: sys.stdin.readline()\n",
    },
    # Shuts its output and goes on reading.
    "shuts": {
        "cpp": "int main() { cout << 21 << endl; close(1); string got, all; "
        'while (cin >> got) all += got; return all == "42" ? 42 : 43; }',
        "py": "import os\nprint(21, flush=True)\nos.close(1)\n"
        "os._exit(42 if sys.stdin.read().split() == ['42'] else 43)\n",
    },
    # Reads as fast as it can, for ever.
    "takes all": {
        "cpp": "int main() { static char some[1 << 16]; while (read(0, some, sizeof some) > 0) {} "
        "return 43; }",
        "py": "import os\nwhile os.read(0, 1 << 16): pass\nsys.exit(43)\n",
    },
    "crashes": {
        "cpp": "int main() { cout << 21 << endl; string got; cin >> got; abort(); }",
        "py": "print(21, flush=True)\nsys.stdin.readline()\nraise RuntimeError('broken')\n",
    },
    # Breaks at the end of its input, as careless interactors do.
    "careless": {
        "cpp": "int main() { cout << 21 << endl; string got; cin >> got; "
        'if (got == "42") return 42; if (got.empty()) abort(); return 43; }',
        "py": "print(21, flush=True)\nsys.exit(42 if input() == '42' else 43)\n",
    },
    "exits zero": {
        "cpp": "int main() { cout << 21 << endl; string got; cin >> got; return 0; }",
        "py": "print(21, flush=True)\nsys.stdin.readline()\nsys.exit(0)\n",
    },
}

# ---- answers, in C++ and Python

_ANSWERS: dict[str, dict[str, str]] = {
    "is right": {
        "cpp": "int main() { int n; cin >> n; cout << 2 * n << endl; }",
        "py": "print(2 * int(input()))\n",
    },
    "is wrong": {
        "cpp": "int main() { int n; cin >> n; cout << n << endl; string s; cin >> s; }",
        "py": "print(int(input()), flush=True)\nsys.stdin.read()\n",
    },
    "says nothing and ends": {"cpp": "int main() {}", "py": "pass\n"},
    "answers without reading": {
        "cpp": "int main() { cout << 7 << endl; }",
        "py": "print(7)\n",
    },
    "crashes at once": {"cpp": "int main() { abort(); }", "py": "import os\nos.abort()\n"},
    "exits with 3 at once": {"cpp": "int main() { return 3; }", "py": "sys.exit(3)\n"},
    "loops": {
        "cpp": "int main() { for (volatile int i = 0;; i++) {} }",
        "py": "while True: pass\n",
    },
    "sleeps": {
        "cpp": "int main() { for (;;) pause(); }",
        "py": "import time\ntime.sleep(1000)\n",
    },
    "never reads": {
        "cpp": "int main() { cout << 42 << endl; for (;;) pause(); }",
        "py": "import time\nprint(42, flush=True)\ntime.sleep(1000)\n",
    },
    "floods": {
        "cpp": 'int main() { for (;;) puts("spam spam spam spam"); }',
        "py": "while True: sys.stdout.write('spam spam spam spam\\n' * 1000)\n",
    },
    "is wrong, then crashes when nobody answers": {
        "cpp": "int main() { int n; cin >> n; cout << n << endl; string s; "
        "if (!(cin >> s)) abort(); }",
        "py": "print(int(input()), flush=True)\ninput()\n",
    },
    "is wrong, then writes on": {
        "cpp": "int main() { int n; cin >> n; for (;;) cout << n << endl; }",
        "py": "n = input()\nwhile True: print(n, flush=True)\n",
    },
    "is right, then crashes": {
        "cpp": "int main() { int n; cin >> n; cout << 2 * n << endl; string s; cin >> s; "
        "usleep(100000); abort(); }",
        "py": "import os, time\nprint(2 * int(input()), flush=True)\nsys.stdin.readline()\n"
        "time.sleep(0.1)\nos.abort()\n",
    },
    "is right, then exits with 3": {
        "cpp": "int main() { int n; cin >> n; cout << 2 * n << endl; string s; cin >> s; "
        "usleep(100000); return 3; }",
        "py": "import time\nprint(2 * int(input()), flush=True)\nsys.stdin.readline()\n"
        "time.sleep(0.1)\nsys.exit(3)\n",
    },
    "is right, then loops": {
        "cpp": "int main() { int n; cin >> n; cout << 2 * n << endl; "
        "for (volatile int i = 0;; i++) {} }",
        "py": "print(2 * int(input()), flush=True)\nwhile True: pass\n",
    },
    "is right, then sleeps": {
        "cpp": "int main() { int n; cin >> n; cout << 2 * n << endl; for (;;) pause(); }",
        "py": "import time\nprint(2 * int(input()), flush=True)\ntime.sleep(1000)\n",
    },
    "is right, then writes on": {
        "cpp": "int main() { int n; cin >> n; cout << 2 * n << endl; usleep(200000); "
        'for (int i = 0; i < 100000; i++) cout << "more\\n"; }',
        "py": "import time\nprint(2 * int(input()), flush=True)\ntime.sleep(0.2)\n"
        "for _ in range(100000): print('more', flush=True)\n",
    },
    "waits for the end of its input": {
        "cpp": "int main() { int n; cin >> n; string s; while (cin >> s) {} "
        "cout << 2 * n << endl; }",
        "py": "n = int(input())\nsys.stdin.read()\nprint(2 * n)\n",
    },
    "shuts its output and sleeps": {
        "cpp": "int main() { close(1); for (;;) pause(); }",
        "py": "import os, time\nos.close(1)\ntime.sleep(1000)\n",
    },
    "shuts its output and waits": {
        "cpp": "int main() { int n; cin >> n; cout << 2 * n << endl; close(1); string s; "
        "while (cin >> s) {} }",
        "py": "import os\nprint(2 * int(input()), flush=True)\nos.close(1)\nos.read(0, 100)\n"
        "os.read(0, 100)\nos._exit(0)\n",
    },
}


def _sources(kind: dict[str, str]) -> dict[str, str]:
    return {"cpp": _CPP_HEAD + kind["cpp"], "py": "import sys\n" + kind["py"]}


def _cases(answer: str, interactor: str, verdict: Verdict, follows: str) -> list[Case]:
    """The same in both languages: an answer in each, and an interactor in each."""
    made = []
    for language, ending in (("cpp", "cpp"), ("python3", "py")):
        program = _sources(_INTERACTORS[interactor])[ending]
        files = package(
            _PROBLEM,
            {"secret/1": ("21\n", "42\n")},
            **{f"output_validator__validate.{ending}": program},
        )
        made.append(
            Case(
                says=f"{language}: who {answer}, before an interactor that {interactor}",
                follows=follows,
                files=files,
                source=_sources(_ANSWERS[answer])[ending],
                language=language,
                verdict=verdict,
            )
        )
    return made


_TABLE: tuple[tuple[str, str, Verdict, str], ...] = (
    # Both end well.
    ("is right", "doubles", AC, _STREAMS),
    ("is wrong", "doubles", WA, _FIRST),
    ("is right", "leaves", AC, _STREAMS),
    # The program ends first, and well: the interactor's word, or it ended too early.
    ("says nothing and ends", "doubles", WA, _FIRST),
    ("says nothing and ends", "careless", WA, _FIRST),
    ("says nothing and ends", "ignores", WA, _FIRST),
    ("answers without reading", "floods", WA, _FIRST),
    ("answers without reading", "doubles", WA, _FIRST),
    # The program ends first, and badly: its own ending.
    ("crashes at once", "doubles", RE, _FIRST),
    ("crashes at once", "floods", RE, _FIRST),
    ("crashes at once", "careless", RE, _FIRST),
    ("crashes at once", "ignores", RE, _FIRST),
    ("exits with 3 at once", "doubles", RE, _FIRST),
    ("exits with 3 at once", "careless", RE, _FIRST),
    ("loops", "doubles", TL, _FIRST),
    ("loops", "floods", TL, _FIRST),
    ("sleeps", "doubles", TL, _FIRST),
    ("never reads", "floods", TL, _FIRST),
    ("floods", "leaves", WA, _FIRST),
    ("floods", "takes all", OL, _LIMIT),
    # The interactor ends first, and rejects.
    ("is wrong, then crashes when nobody answers", "leaves", WA, _FIRST),
    ("is wrong, then writes on", "leaves", WA, _FIRST),
    # The interactor ends first, and accepts: the program must end well, too.
    ("is right, then crashes", "leaves", RE, _FIRST),
    ("is right, then exits with 3", "leaves", RE, _FIRST),
    ("is right, then crashes", "doubles", RE, _FIRST),
    ("is right, then loops", "leaves", TL, _FIRST),
    ("is right, then sleeps", "leaves", TL, _FIRST),
    ("is right, then loops", "doubles", TL, _FIRST),
    ("is right, then writes on", "leaves", AC, _FIRST),
    # Streams that are shut before an end.
    ("waits for the end of its input", "shuts", AC, _STREAMS),
    ("shuts its output and waits", "doubles", AC, _STREAMS),
    ("shuts its output and sleeps", "careless", WA, _STREAMS),
    # An interactor that breaks by itself.
    ("is right", "exits zero", JUDGE_ERROR, _CODES),
    ("is wrong", "crashes", JUDGE_ERROR, _CODES),
)
CASES = [case for row in _TABLE for case in _cases(*row)]
