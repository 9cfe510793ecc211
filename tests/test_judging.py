"""Whole judgements in real containers: each language, each verdict, both package formats."""

import dataclasses
import os
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

from cli.submit import find_package, replaying
from judge.benchmark.confidence_sequence import ROUNDS_MAX, ROUNDS_MIN
from judge.building.self_test import proved_languages
from judge.errors import SandboxFault
from judge.events import Event, Stage
from judge.grading import test_run
from judge.judging import judge_submission
from judge.languages import LANGUAGES
from judge.languages.base import KIND_FLAGS
from judge.task import TargetSlot, Task
from judge.values import BuildKind, Judgement, SourceFile, Submission
from judge.verdicts import Verdict
from problems import skeleton
from problems.package import Package, load, load_folder
from problems.skeleton import make
from sandboxes import containers

pytestmark = pytest.mark.docker

PACKAGES = Path(__file__).parent / "packages"
HOG = "#include <vector>\nint main() { std::vector<char> v(1u << 30, 1); }"
# One that gives up at the limit of processes ends by itself, with code 1.
FORKS = "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass"
FLOOD = '#include <cstdio>\nint main() { for (;;) puts("spam spam spam"); }'
TRIES_MAX = 3
EXTENSIONS = {"c": "c", "cpp": "cpp", "rust": "rs", "python3": "py"}


def judge(
    slot: TargetSlot,
    package: Package,
    language: str,
    source: str,
    events: list[Event] | None = None,
) -> Judgement:
    """Once, and up to twice more where our machine was too noisy to tell, as a server asks."""
    name = f"{package.problem.solution_name}.{EXTENSIONS[language]}"
    task = Task(
        submission=Submission(
            problem=package.problem.slug,
            language=language,
            files=(SourceFile(name, source.encode()),),
        ),
        problem=package.problem,
        slot=slot,
        report=(events if events is not None else []).append,
    )
    for _ in range(TRIES_MAX - 1):
        judgement = judge_submission(task)
        if judgement.verdict is not Verdict.INCONCLUSIVE:
            return judgement
    return judge_submission(task)


@pytest.fixture(scope="module")
def total() -> Package:
    return load(skeleton.make("sum", shape="program", languages=list(LANGUAGES)), slug="sum")


def sample(package: Package, name: str) -> str:
    found = next(one for one in package.submissions if one.name == name)
    return found.submission.files[0].content.decode()


def test_every_language_proves_itself(slot: TargetSlot) -> None:
    complaints: list[str] = []
    assert proved_languages(slot.sandbox, complaints.append) == tuple(LANGUAGES)
    assert complaints == []


def test_a_language_with_one_build_kind_that_fails_is_not_offered(
    slot: TargetSlot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a host whose address randomisation ThreadSanitizer can't live with."""
    broken = {**KIND_FLAGS, BuildKind.THREAD: ("-fsanitize=thread", "-DX=", "-fno-such")}
    monkeypatch.setattr("judge.languages.base.KIND_FLAGS", broken)
    complaints: list[str] = []
    assert proved_languages(slot.sandbox, complaints.append) == ("rust", "python3")
    assert "its thread build fails" in complaints[0]


@pytest.mark.parametrize(
    ("language", "source", "verdict"),
    [
        ("c", "int main(void) { for (;;) {} }", Verdict.TIME_LIMIT),
        ("c", "#include <unistd.h>\nint main(void) { pause(); }", Verdict.TIME_LIMIT),
        ("c", "int main(void) { return 7; }", Verdict.RUNTIME_ERROR),
        ("cpp", "int main() { *(volatile int *)0 = 1; }", Verdict.RUNTIME_ERROR),
        ("cpp", HOG, Verdict.MEMORY_LIMIT),
        ("cpp", FLOOD, Verdict.OUTPUT_LIMIT),
        ("cpp", "int main() { return 0; }", Verdict.WRONG_ANSWER),
        ("cpp", "int main() { retrun 0; }", Verdict.COMPILE_ERROR),
        ("rust", 'fn main() { let x: u8 = "a"; }', Verdict.COMPILE_ERROR),
        ("rust", "fn main() { panic!() }", Verdict.RUNTIME_ERROR),
        ("python3", "print(1", Verdict.COMPILE_ERROR),
        ("python3", FORKS, Verdict.TIME_LIMIT),
        ("python3", "raise ValueError('x')", Verdict.RUNTIME_ERROR),
    ],
)  # fmt: skip
def test_each_fault_earns_its_verdict(
    slot: TargetSlot, total: Package, language: str, source: str, verdict: Verdict
) -> None:
    judgement = judge(slot, total, language, source)
    allowed = {verdict, Verdict.MEMORY_LIMIT} if source == FORKS else {verdict}
    assert judgement.verdict in allowed, judgement


@pytest.mark.parametrize(
    ("language", "source", "line"),
    [
        ("c", "int main(void) {\n  int x = ;\n  return 0;\n}", 2),
        ("cpp", "\n\nint main() { undefined(); }", 3),
        ("rust", "fn main() {\n    nothing();\n}", 2),
        ("python3", "x = 1\nif x\n    pass\n", 2),
    ],
)
def test_compilers_point_at_the_candidates_own_line(
    slot: TargetSlot, total: Package, language: str, source: str, line: int
) -> None:
    build = judge(slot, total, language, source).builds[0]
    assert build.diagnostics[0].line == line
    assert build.diagnostics[0].file.startswith("main.")


WARNS = "\n".join(f"int f{n}() {{ int unused_{n}; return {n}; }}" for n in range(400))
WARNS_IN_RUST = "\n".join(f"fn f{n}() {{ let x{n} = {n}; }}" for n in range(400))
# A megabyte of words on a right program, from its own macros.
LOUD = """#define W _Pragma("GCC warning \\"noise noise noise noise noise noise\\"")
#define A W W W W W W W W W W
#define B A A A A A A A A A A
#define C B B B B B B B B B B
C C C C C
#include <cstdio>
int main() { int a, b; if (scanf("%d %d", &a, &b) != 2) return 1; printf("%d\\n", a + b); }
"""


@pytest.mark.parametrize(
    ("language", "source", "error"),
    [
        ("c", WARNS + "\nint main(void) { return gone; }", "undeclared"),
        ("cpp", WARNS + "\nint main() { return gone; }", "was not declared"),
        ("rust", WARNS_IN_RUST + "\nfn main() { gone(); }", "cannot find function `gone`"),
        ("c", WARNS + "\nint gone(void);\nint main(void) { return gone(); }", "undefined symbol"),
        ("c", "int gone(void);\nint main(void) { return gone(); }", "undefined symbol: gone"),
    ],
)
def test_the_one_error_leads_however_many_warnings_there_are(
    slot: TargetSlot, total: Package, language: str, source: str, error: str
) -> None:
    build = judge(slot, total, language, source).builds[0]
    assert not build.ok
    assert error in build.output[:400]
    if build.diagnostics:
        severities = [one.severity for one in build.diagnostics]
        assert "undefined" in error or severities[0] == "error"


def test_words_cost_nothing(slot: TargetSlot, total: Package) -> None:
    judgement = judge(slot, total, "cpp", LOUD)
    assert judgement.verdict is Verdict.ACCEPTED
    assert len(judgement.builds[0].output) < 17_000


@pytest.mark.parametrize(
    "source",
    [
        "#include </dev/random>\nint main() {}",
        '#include "/etc/passwd"\nint main() {}',
        "int big[1u << 31] = {1}; int main() {}",
        "template <int N> struct S { S<N + 1> s; }; S<0> s; int main() {}",
        "#include __FILE__\n#include __FILE__\nint main() {}",
    ],
)  # fmt: skip
def test_a_hostile_compilation_is_a_compile_error(
    slot: TargetSlot, total: Package, source: str
) -> None:
    assert judge(slot, total, "cpp", source).verdict is Verdict.COMPILE_ERROR


def test_progress_is_reported_stage_by_stage(slot: TargetSlot, total: Package) -> None:
    events: list[Event] = []
    judge(slot, total, "cpp", sample(total, "accepted/ok.cpp"), events)
    stages = [event.stage for event in events]
    assert stages[0] is Stage.COMPILING
    assert stages.count(Stage.TESTING) == events[-1].total == 6


def test_right_answers_that_sleep_do_not_hold_a_slot_for_long(
    slot: TargetSlot, total: Package, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each within its limits; together over what a build's tests may take."""
    sleeper = "import time\ntime.sleep(0.3)\nprint(sum(map(int, input().split())))\n"
    assert judge(slot, total, "python3", sleeper).verdict is Verdict.ACCEPTED
    monkeypatch.setattr(test_run, "SLOT_TIME_MIN_MS", 250.0)
    monkeypatch.setattr(test_run, "SLOT_TIME_FACTOR", 0.0)
    judgement = judge(slot, total, "python3", sleeper)
    assert judgement.verdict is Verdict.TIME_LIMIT
    ran, told = judgement.tests
    assert ran.verdict is Verdict.ACCEPTED
    assert told.note.startswith("not run: ")


def test_a_wrong_answer_comes_with_its_first_difference(slot: TargetSlot, total: Package) -> None:
    judgement = judge(slot, total, "cpp", sample(total, "wrong_answer/difference.cpp"))
    assert judgement.witness is not None
    assert "expected 5, got -1" in judgement.witness.sentence_en


@pytest.mark.parametrize("folder", ["guess", "different"])
def test_public_packages_of_both_formats_verify(slot: TargetSlot, folder: str) -> None:
    package = load_folder(PACKAGES / folder)
    for one in package.submissions:
        judgement = judge_submission(
            Task(
                submission=one.submission,
                problem=package.problem,
                slot=slot,
                report=lambda event: None,  # noqa: ARG005
            )
        )
        assert judgement.verdict in one.expected, (one.name, judgement)


@pytest.mark.parametrize(
    ("language", "source"),
    [
        ("python3", "for _ in open(0):\n    print(7)\n"),
        ("python3", "import sys\nsys.stderr.write(sys.stdin.read())\nsys.exit(1)\n"),
        ("python3", "import sys\nsys.exit(ord(sys.stdin.read(1)))\n"),
        ("python3", "import os, sys\nos.kill(os.getpid(), ord(sys.stdin.read(1)) - 48)\n"),
    ],
)
def test_secret_data_is_not_shown(slot: TargetSlot, language: str, source: str) -> None:
    judgement = judge(slot, load_folder(PACKAGES / "different"), language, source)
    assert judgement.verdict is not Verdict.ACCEPTED
    secret = [test for test in judgement.tests if not test.sample]
    assert secret
    for test in secret:
        assert test.witness is None
        assert not test.note


def test_a_race_is_found_with_the_candidates_own_lines(slot: TargetSlot) -> None:
    package = find_package("bounded-queue")
    source = sample(package, "rejected/unlocked_size.cpp")
    judgement = judge(slot, package, "cpp", source)
    assert judgement.verdict is Verdict.DATA_RACE
    assert judgement.witness is not None
    assert "solution.cpp:" in judgement.witness.sentence_en


def test_a_leak_is_found_in_the_container(slot: TargetSlot) -> None:
    """LeakSanitizer stops its own threads by ptrace, which a profile may forget to allow."""
    package = find_package("bplus-tree")
    source = sample(package, "accepted/ok.c")
    leaking = source.replace(
        "void bt_open(int fresh) {",
        "#include <stdlib.h>\nvoid bt_open(int fresh) {\n  *(volatile char *)malloc(77) = 1;",
        1,
    )
    assert leaking != source
    judgement = judge(slot, package, "c", leaking)
    assert judgement.verdict is Verdict.MEMORY_ERROR
    assert judgement.witness is not None
    assert "leak" in judgement.witness.sentence_en


def test_options_of_a_sanitizer_in_the_program_are_refused_with_their_line(
    slot: TargetSlot,
) -> None:
    package = find_package("bounded-queue")
    source = sample(package, "rejected/unlocked_size.cpp")
    silencer = (
        'extern "C" const char *__tsan_default_options() '
        '{ return "report_bugs=0:exitcode=0:halt_on_error=0"; }\n'
        'extern "C" const char *__tsan_default_suppressions() { return "race:*"; }\n'
    )
    judgement = judge(slot, package, "cpp", source + silencer)
    assert judgement.verdict is Verdict.COMPILE_ERROR
    remark = judgement.builds[0].diagnostics[0]
    assert "__tsan_default_options" in remark.message
    assert (source + silencer).splitlines()[remark.line - 1].startswith('extern "C"')


def test_a_fault_of_a_store_is_shrunk_to_a_few_operations(slot: TargetSlot) -> None:
    package = find_package("bplus-tree")
    judgement = judge(slot, package, "c", sample(package, "wrong_answer/sibling.c"))
    assert judgement.verdict is Verdict.WRONG_ANSWER
    assert judgement.witness is not None
    assert len(judgement.witness.input.splitlines()) <= 12


def test_a_witness_replays(slot: TargetSlot, tmp_path: Path) -> None:
    package = find_package("bplus-tree")
    source = sample(package, "wrong_answer/sibling.c")
    first = judge(slot, package, "c", source).witness
    assert first is not None
    place = tmp_path / "witness.in"
    place.write_text(first.input)
    alone = dataclasses.replace(package, problem=replaying(package.problem, place))
    again = judge(slot, alone, "c", source)
    assert again.verdict is Verdict.WRONG_ANSWER
    assert again.witness is not None
    assert again.witness.sentence_en == first.sentence_en
    right = judge(slot, alone, "c", sample(package, "accepted/ok.c"))
    assert right.verdict is Verdict.ACCEPTED


@pytest.mark.parametrize(
    "text", ["run 1 2000\n", "run 2 700\ns30000 p1\n", "run 2 700\ng\ns30000 p1 s30000 p2\n"]
)
def test_an_input_by_hand_need_not_be_a_whole_test(
    slot: TargetSlot, tmp_path: Path, text: str
) -> None:
    package = find_package("bounded-queue")
    place = tmp_path / "by_hand.in"
    place.write_text(text)
    alone = dataclasses.replace(package, problem=replaying(package.problem, place))
    judgement = judge(slot, alone, "cpp", sample(package, "accepted/ok.cpp"))
    assert judgement.verdict is Verdict.ACCEPTED


def test_a_history_comes_with_what_its_picture_needs(slot: TargetSlot) -> None:
    package = find_package("bounded-queue")
    witness = judge(slot, package, "cpp", sample(package, "wrong_answer/lost_wakeup.cpp")).witness
    assert witness is not None
    assert len(witness.operations) == len(witness.steps) <= 10
    assert any(operation.end_us is None for operation in witness.operations)
    assert witness.input.startswith("run ")


def test_ratio_and_counter_come_from_outside_the_program(slot: TargetSlot) -> None:
    package = find_package("bplus-tree")
    judgement = judge(slot, package, "cpp", sample(package, "accepted/ok.cpp"))
    assert judgement.verdict is Verdict.ACCEPTED
    assert judgement.ratio is not None
    assert 0.6 < judgement.ratio.estimate < 1.6
    assert ROUNDS_MIN <= judgement.ratio.rounds <= ROUNDS_MAX


def test_a_harness_whose_starter_was_killed_is_not_blamed(slot: TargetSlot) -> None:
    """Killed with its container, in mid-test: a fault of ours, judged again."""
    package = find_package("write-ahead-log")
    file = SourceFile("solution.py", sample(package, "accepted/ok.py").encode())
    with closing(containers.connect()) as client:

        def kill(event: Event) -> None:
            if event.stage is Stage.TESTING and event.done == 1:
                time.sleep(0.2)
                owner = f"judge.owner=tests-{os.getpid()}"
                for container in client.containers.list(filters={"label": owner}):
                    if container.attrs["HostConfig"]["NetworkMode"] == "none":
                        container.kill()

        task = Task(
            submission=Submission(problem=package.problem.slug, language="python3", files=(file,)),
            problem=package.problem,
            slot=slot,
            report=lambda event: threading.Timer(0, kill, (event,)).start(),
        )
        with pytest.raises(SandboxFault):
            judge_submission(task)


def test_what_is_killed_remembers_nothing(slot: TargetSlot) -> None:
    """The log kept in a file instead of on the disk: the crash takes it, and that is seen."""
    package = find_package("write-ahead-log")
    source = sample(package, "accepted/ok.py")
    cheat = source.replace(
        "        self.disk.write(self.next_sector, data)\n",
        "        open('/tmp/log', 'ab').write(data)\n        open('/box/log', 'ab').write(data)\n",
    )
    assert cheat != source
    assert judge(slot, package, "python3", cheat).verdict is Verdict.NOT_DURABLE


TIMED = """#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int main(void) {{
  uint64_t steps, x;
  if (scanf("%lu %lu", &steps, &x) != 2) return 1;
  if (steps == 12000000) {{ {does} }}
  for (uint64_t i = 0; i < steps; i++) x = (x ^ (x >> 29)) * 0x9e3779b97f4a7c15u + i;
  printf("%lu\\n", x);
}}
"""


@pytest.mark.parametrize(
    ("does", "verdict", "note_zh"),
    [
        ("abort();", Verdict.RUNTIME_ERROR, "计时运行中："),
        ("for (;;) putchar(10);", Verdict.OUTPUT_LIMIT, "计时运行中："),
        ('puts("7"); return 0;', Verdict.WRONG_ANSWER, "计时运行中：结果与参考实现不同"),
    ],
)
def test_what_goes_wrong_in_a_timed_run_is_told_like_any_other_test(
    slot: TargetSlot, does: str, verdict: Verdict, note_zh: str
) -> None:
    judgement = judge(slot, load_folder(PACKAGES / "digest"), "c", TIMED.format(does=does))
    assert judgement.verdict is verdict
    failed = judgement.tests[-1]
    assert (failed.name, failed.verdict, failed.secret) == ("timed run: long", verdict, False)
    assert failed.note.startswith("in a timed run: ")
    assert failed.note_zh.startswith(note_zh)


def test_of_a_timed_run_whose_input_others_get_too_nothing_is_told(slot: TargetSlot) -> None:
    package = load_folder(PACKAGES / "digest")
    assert package.problem.benchmark is not None
    (workload,) = package.problem.benchmark.workloads
    fixed = dataclasses.replace(workload, input="12000000 5")
    benchmark = dataclasses.replace(package.problem.benchmark, workloads=(fixed,))
    problem = dataclasses.replace(package.problem, benchmark=benchmark)
    source = TIMED.format(does='fprintf(stderr, "%lu", x); abort();')
    judgement = judge(slot, dataclasses.replace(package, problem=problem), "c", source)
    failed = judgement.tests[-1]
    assert (failed.verdict, failed.secret) == (Verdict.RUNTIME_ERROR, True)
    assert (failed.note, failed.note_zh, failed.witness) == ("", "", None)


UNDECIDED = b"""import sys
from oracles.feedback import accept, reject, undecided

got = sys.stdin.read().split()
if "wrong" in got:
    reject(sys.argv[3], {"kind": "note", "sentence_en": "Wrong.", "sentence_zh": "\xe9\x94\x99"})
if "deep" in got:
    undecided(sys.argv[3], "Too many orders to try.", "\xe5\xa4\xaa\xe5\xa4\x9a")
accept(sys.argv[3])
"""


@pytest.mark.parametrize(
    ("source", "verdict"),
    [
        ("print('deep' if input() == '1' else 'fine')", Verdict.INCONCLUSIVE),
        ("print('deep' if input() != '5' else 'wrong')", Verdict.WRONG_ANSWER),
        ("print('fine')", Verdict.ACCEPTED),
    ],
)
def test_an_oracle_that_can_not_tell_is_inconclusive_unless_something_is_wrong_for_sure(
    slot: TargetSlot, source: str, verdict: Verdict
) -> None:
    files = dict(make("deep", shape="program", languages=["python3"]))
    files["systems.yaml"] = b"shape: program\n"
    for number in range(1, 6):
        files[f"data/secret/{number}.in"] = f"{number}\n".encode()
        files[f"data/secret/{number}.ans"] = b"\n"
    files["data/sample/1.ans"] = b"\n"
    files["output_validator/main.py"] = UNDECIDED
    assert judge(slot, load(files, slug="deep"), "python3", source).verdict is verdict


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("slug", ["bounded-queue", "write-ahead-log", "bplus-tree"])
def test_references_pass_a_hundred_times(slot: TargetSlot, slug: str) -> None:
    package = find_package(slug)
    source = sample(package, "accepted/ok.cpp")
    got = [judge(slot, package, "cpp", source).verdict for _ in range(100)]
    assert got == [Verdict.ACCEPTED] * 100
