"""`judge verify --matrix` against the CPU time of the programs that it runs, in one run.

    .venv/bin/python benchmarks/verifying.py [TESTS] [SUBMISSIONS]

Makes a package (80 tests, 15 submissions by default, half of them C++, half Python, each of some
50 ms a test), and verifies all of it on one slot. Prints the wall time, what the programs used by
the sandbox's own count, and the ratio; exits with 1 where it is over 2.
"""

import sys
import time

from cli.local import local_slot
from problems.package import load
from problems.verification import Wanted, verify_package

RATIO_MAX = 2.0
_PYTHON = """import time
while time.process_time() < 0.05: pass
a, b = map(int, input().split())
print(a + b)  # {number}
"""
_CPP = """#include <cstdio>
#include <ctime>
int main() {{
  while (clock() < 50000) {{}}
  int a, b;
  if (scanf("%d%d", &a, &b) != 2) return 1;
  printf("%d\\n", a + b);  // {number}
}}
"""


def package(tests: int, submissions: int) -> dict[str, bytes]:
    """Sums in four groups, and answers that are all right."""
    files = {"problem.yaml": "problem_format_version: 2025-09\nname: x\nlimits: {time_limit: 1}\n"}
    for number in range(tests):
        stem = f"data/secret/{'abcd'[number % 4]}/{number:03}"
        files[f"{stem}.in"], files[f"{stem}.ans"] = f"{number} 2\n", f"{number + 2}\n"
    for number in range(submissions):
        ending, source = (("cpp", _CPP), ("py", _PYTHON))[number % 2]
        files[f"submissions/accepted/{number:02}.{ending}"] = source.format(number=number)
    return {path: text.encode() for path, text in files.items()}


def main() -> None:
    tests, submissions = map(int, (*sys.argv[1:], *("80", "15")[len(sys.argv) - 1 :]))
    made = load(package(tests, submissions), slug="sums")
    with local_slot() as slot:
        started = time.monotonic()
        wanted = Wanted(samples=made.submissions, every_test=True)
        done = verify_package(made, wanted, [slot], lambda _line: None)
        wall_s = time.monotonic() - started
    judged = [one.judgement for one in done.submissions if one.judgement is not None]
    results = [test for judgement in judged for test in judgement.tests]
    cpu_s = sum(test.cpu_ms for test in results) / 1000
    print(f"{tests} tests, {submissions} submissions: {len(results)} runs, {wall_s:.1f} s")
    print(
        f"the programs' CPU time: {cpu_s:.1f} s; ratio {wall_s / cpu_s:.2f} (at most {RATIO_MAX})"
    )
    if wall_s > RATIO_MAX * cpu_s:
        sys.exit(1)


if __name__ == "__main__":
    main()
