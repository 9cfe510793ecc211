"""Windows programs under Wine: how they end, what they write, what they can't do.

`scripts/test windows` builds the images and runs this, and the bank's own submissions there.
"""

import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from judge.building.package_programs import PackagePrograms
from judge.building.self_test import proved_languages
from judge.judging import judge_submission
from judge.languages import LANGUAGES, language_of_file
from judge.targets import WINDOWS_WINE
from judge.task import TargetSlot, Task
from judge.values import Judgement, SourceFile, Submission
from judge.verdicts import Verdict
from problems import skeleton
from problems.package import Package, load, load_folder
from sandboxes import containers
from sandboxes.pool import ON_WINE, Pool
from sandboxes.slots import cpusets
from tests.attack_suite import Attack, read_attacks, read_windows_attacks

pytestmark = [pytest.mark.docker, pytest.mark.windows]

ATTACKS = [*read_windows_attacks(), *(one for one in read_attacks() if one.shape == "program")]
WALL_S_MAX = 60.0
GUESS = Path(__file__).parents[1] / "packages" / "guess"
RIGHT = b"""#include <stdio.h>
int main(void) { int a, b; scanf("%d %d", &a, &b); printf("%d\\n", a + b); }
"""


STRICT = b"""import sys
a, b = open(sys.argv[1]).read().split()
sys.exit(42 if sys.stdin.buffer.read() == b"%d\\n" % (int(a) + int(b)) else 43)
"""


INTERACTOR = b"""import sys
want = [b"hello\\n", b"a\\rb\\r\\n", b"x" * 70000 + b"\\n", b""]
got = []
for line in want:
    print("next", flush=True)
    got.append(sys.stdin.buffer.readline())
sys.exit(42 if got == want else 43)
"""
JUDGE = b"""import sys
from oracles.candidate import Candidate, CandidateEnded
from oracles.feedback import accept, reject
got = []
for life in range(2):
    with Candidate() as program:
        try:
            for turn in range(3):
                program.write(b"next\\n")
                got.append(program.readline())
            program.write(b"next\\n")
            program.readline()
        except CandidateEnded:
            program.wait(5)
if got == [b"hello", b"a\\rb\\r", b"x" * 70000] * 2:
    accept(sys.argv[3])
sys.exit(43)
"""
TALKER = b"""#include <stdio.h>
#include <stdlib.h>
#include <windows.h>
static volatile int at;
static int deeper(int n) {
  volatile char block[512];
  block[n % 512] = (char)n;
  at = n;
  return deeper(n + 1) + block[0];
}
int main(void) {
  char line[80];
  for (int turn = 0; fgets(line, sizeof line, stdin) && turn < 3; turn++) {
    if (turn == 0) puts("hello");
    if (turn == 1) puts("a\\rb\\r");
    if (turn == 2) { for (int i = 0; i < 70000; i++) putchar('x'); puts(""); }
    fflush(stdout);
  }
  END
  return 0;
}
"""


@dataclass(frozen=True)
class Windows:
    """One slot, and the sum of two numbers."""

    pool: Pool
    slot: TargetSlot
    package: Package

    def judge(
        self,
        source: bytes,
        *,
        name: str = "main.c",
        language: str = "c",
        package: Package | None = None,
    ) -> Judgement:
        task = Task(
            submission=Submission(
                problem="sum", language=language, files=(SourceFile(name, source),)
            ),
            problem=(package or self.package).problem,
            slot=self.slot,
            report=lambda event: None,  # noqa: ARG005
        )
        return judge_submission(task)


def sums(**replaced: bytes) -> Package:
    files = dict(skeleton.make("sum", shape="program", languages=list(LANGUAGES)))
    files["systems.yaml"] = files["systems.yaml"].replace(b"count: 5", b"count: 1")
    files["systems.yaml"] += replaced.get("systems", b"")
    if "validator" in replaced:
        files["output_validator/main.py"] = replaced["validator"]
    files["problem.yaml"] = files["problem.yaml"].replace(b"memory: 256", b"memory: 64")
    kind = replaced.get("kind", b"type: pass-fail")
    files["problem.yaml"] = files["problem.yaml"].replace(b"type: pass-fail", kind)
    return load(files, slug="sum")


@pytest.fixture(scope="module")
def windows() -> Iterator[Windows]:
    with closing(containers.connect()) as client:
        cpus = cpusets(1)[0]
        tools = Pool(client, cpus=cpus, owner="windows-tools")
        pool = Pool(client, cpus=cpus, owner="windows", footing=ON_WINE)
        slot = TargetSlot(sandbox=pool, programs=PackagePrograms(pool, tools=tools))
        yield Windows(pool, slot, sums())
        pool.close()
        tools.close()


def test_all_languages_are_proved(windows: Windows) -> None:
    complaints: list[str] = []
    proved = proved_languages(windows.pool, complaints.append)
    assert set(proved) == set(WINDOWS_WINE.languages), complaints


ENDINGS = {
    "*(volatile int *)0 = 1;": "STATUS_ACCESS_VIOLATION (0xC0000005)",
    "volatile int a = 1, b = 0; return a / b;": "STATUS_INTEGER_DIVIDE_BY_ZERO (0xC0000094)",
    '__asm__ volatile("ud2");': "STATUS_ILLEGAL_INSTRUCTION (0xC000001D)",
    "RaiseException(0xC0000374, 0, 0, NULL);": "STATUS_HEAP_CORRUPTION (0xC0000374)",
    "RaiseException(0xC0123456, 0, 0, NULL);": "an exception (0xC0123456)",
    "abort();": "exit code 3, which abort() ends with",
    "exit(300);": "exit code 300",
    "exit(255);": "exit code 255",
    "exit(256);": "exit code 256",
    "ExitProcess(5);": "exit code 5",
}


@pytest.mark.parametrize("statement", ENDINGS)
def test_an_ending_is_told_by_its_windows_name(windows: Windows, statement: str) -> None:
    source = (
        "#include <stdio.h>\n#include <stdlib.h>\n#include <windows.h>\n"
        f'int main(void) {{ puts("5"); fflush(stdout); {statement} return 0; }}\n'
    )
    judgement = windows.judge(source.encode())
    assert judgement.verdict is Verdict.RUNTIME_ERROR
    assert judgement.tests[0].note == ENDINGS[statement]


def test_a_deep_recursion_is_a_stack_overflow_whatever_its_frames(windows: Windows) -> None:
    for size in (64, 512, 4096, 100_000):
        source = (
            "static volatile int at;\nstatic int deeper(int n) {\n"
            f"  volatile char block[{size}];\n  block[n % {size}] = (char)n;\n  at = n;\n"
            "  return deeper(n + 1) + block[0];\n}\nint main(void) { return deeper(0); }\n"
        )
        judgement = windows.judge(source.encode())
        assert judgement.tests[0].note == "STATUS_STACK_OVERFLOW (0xC00000FD)", size


def test_line_ends_of_windows_are_forgiven_unless_the_problem_says_otherwise(
    windows: Windows,
) -> None:
    exact = sums(systems=b"line_ends: exact\n", validator=STRICT)
    forgiving = sums(validator=STRICT)
    binary = RIGHT.replace(b"{ int", b"{ _setmode(1, 0x8000); int").replace(
        b"#include <stdio.h>", b"#include <io.h>\n#include <stdio.h>"
    )
    assert windows.judge(RIGHT, package=forgiving).verdict is Verdict.ACCEPTED
    assert windows.judge(RIGHT, package=exact).verdict is Verdict.WRONG_ANSWER
    assert windows.judge(binary, package=exact).verdict is Verdict.ACCEPTED


@pytest.mark.parametrize("extension", ["c", "cpp", "py", "rs"])
def test_a_program_of_each_language_is_talked_to(windows: Windows, extension: str) -> None:
    package = load_folder(GUESS)
    (source,) = (GUESS / "submissions/accepted").glob(f"*.{extension}")
    language = language_of_file(source.name)
    assert language is not None
    judgement = windows.judge(
        source.read_bytes(), name=source.name, language=language.id, package=package
    )
    assert judgement.verdict is Verdict.ACCEPTED


@pytest.mark.parametrize("validator", [INTERACTOR, JUDGE], ids=["interactor", "harness"])
def test_who_talks_to_a_program_of_windows_sees_its_lines_without_cr(
    windows: Windows, validator: bytes
) -> None:
    starts = b"harness: starts\n" if validator is JUDGE else b""
    forgiving = sums(kind=b"type: interactive", systems=starts, validator=validator)
    assert windows.judge(TALKER.replace(b"END", b""), package=forgiving).verdict is Verdict.ACCEPTED
    exact = sums(
        kind=b"type: interactive", systems=starts + b"line_ends: exact\n", validator=validator
    )
    judgement = windows.judge(TALKER.replace(b"END", b""), package=exact)
    assert judgement.verdict is Verdict.WRONG_ANSWER


@pytest.mark.parametrize(
    ("statement", "note"),
    [
        *ENDINGS.items(),
        ("return deeper(0);", "STATUS_STACK_OVERFLOW (0xC00000FD)"),
    ],
)
def test_the_ending_of_who_is_talked_to_is_told_by_its_windows_name(
    windows: Windows, statement: str, note: str
) -> None:
    """The harness rejects as well: what ended the program leads."""
    rejects = JUDGE.replace(b"] * 2", b"] * 3")
    package = sums(kind=b"type: interactive", validator=rejects, systems=b"harness: starts\n")
    source = TALKER.replace(b"END", statement.encode())
    (test, *_) = windows.judge(source, package=package).tests
    assert test.verdict is Verdict.RUNTIME_ERROR
    assert test.note == note


def test_a_program_that_waits_alone_is_no_deadlock(windows: Windows) -> None:
    """Wine's own processes, which sleep beside it, don't count."""
    source = b"#include <windows.h>\nint main(void) { Sleep(INFINITE); }\n"
    judgement = windows.judge(source, package=sums(systems=b"deadlock_when_idle: true\n"))
    assert judgement.verdict is Verdict.TIME_LIMIT


def test_nothing_of_a_test_is_there_in_the_next(windows: Windows) -> None:
    """A value in the registry and a file would tell: each run has an installation of its own."""
    source = b"""#include <stdio.h>
#include <windows.h>
int main(void) {
  HKEY key;
  int a, b, before = GetFileAttributesA("C:\\\\work\\\\seen") != INVALID_FILE_ATTRIBUTES;
  before |= RegOpenKeyA(HKEY_CURRENT_USER, "Seen", &key) == ERROR_SUCCESS;
  fclose(fopen("C:\\\\work\\\\seen", "w"));
  RegCreateKeyA(HKEY_CURRENT_USER, "Seen", &key);
  scanf("%d %d", &a, &b);
  printf("%d\\n", before ? -1 : a + b);
}
"""
    assert windows.judge(source).verdict is Verdict.ACCEPTED


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_an_attack_is_contained(windows: Windows, attack: Attack) -> None:
    """What gets what it must not have answers right; a program for Linux alone does not compile."""
    extension = attack.path.name.rsplit(".", 1)[-1]
    started = time.monotonic()
    judgement = windows.judge(attack.source, name=f"main.{extension}", language=attack.language)
    verdict = judgement.verdict
    words = [(test.name, test.verdict, test.note) for test in judgement.tests]
    if verdict is Verdict.ACCEPTED:
        assert Verdict.ACCEPTED in attack.expected | attack.windows, words
    if attack.path.parent.name == "windows_attacks":
        assert verdict in attack.expected, words
    assert time.monotonic() - started < WALL_S_MAX
    assert windows.judge(RIGHT).verdict is Verdict.ACCEPTED, "the next honest answer"
