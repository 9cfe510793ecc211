"""`judge verify` on packages of both formats: validators, time limit, matrix, and going on."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from judge.task import TargetSlot
from problems.package import load_folder
from problems.verification import VerifiedPackage, Wanted, verify_package

pytestmark = pytest.mark.docker

ROOT = Path(__file__).parents[2]
ADDS = "a, b = map(int, input().split())\nprint(a + b)\n"
SLOW = "import time\nend = time.process_time() + {s}\nwhile time.process_time() < end: pass\n"
NEW = "problem_format_version: 2025-09\nname: Sum\n"
DATA = {
    "data/sample/1.in": "1 2\n",
    "data/sample/1.ans": "3\n",
    "data/secret/a/1.in": "2 2\n",
    "data/secret/a/1.ans": "4\n",
    "data/secret/b/1.in": "5 5\n",
    "data/secret/b/1.ans": "10\n",
}
CHECKS = """import sys
words = sys.stdin.read().split()
sys.exit(42 if len(words) == 2 and all(word.isdecimal() for word in words) else 43)
"""


def made(folder: Path, **files: str) -> Path:
    for path, text in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    return folder


def verified(folder: Path, slot: TargetSlot, *, every_test: bool = False) -> VerifiedPackage:
    package = load_folder(folder)
    wanted = Wanted(samples=package.submissions, every_test=every_test)
    return verify_package(package, wanted, [slot], lambda _line: None)


def verify(*words: str | Path, code: int) -> tuple[str, str]:
    done = subprocess.run(
        [sys.executable, "-m", "cli", "verify", *map(str, words)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout, done.stderr


@pytest.mark.parametrize("version", ["2025-09", "legacy"])
def test_a_package_earns_what_the_formats_own_tools_say(
    tmp_path: Path, slot: TargetSlot, version: str
) -> None:
    problem = f"problem_format_version: {version}\nname: Sum\n"
    folder = made(
        tmp_path / "sum",
        **{"problem.yaml": problem, ".timelimit": "1\n"},
        **DATA,
        **{
            "submissions/accepted/a.py": ADDS,
            "submissions/accepted/folder/main.cpp": '#include "add.h"\nint main() { add(); }\n',
            "submissions/accepted/folder/add.h": "#include <iostream>\ninline void add() "
            "{ int a, b; std::cin >> a >> b; std::cout << a + b << '\\n'; }\n",
            "submissions/wrong_answer/zero.py3": "print(0)\n",
            "submissions/run_time_error/crash.py": ADDS + "raise SystemExit(1)\n",
            "submissions/time_limit_exceeded/loop.py": "while True: pass\n",
            "submissions/accepted/Main.java": "class Main {}\n",
        },
    )
    done = verified(folder, slot)
    assert all(one.as_expected for one in done.submissions)
    (note,) = done.notes
    assert note.startswith("accepted/Main.java is not judged: has no source of a known language")
    assert {one.sample.name: list(one.got) for one in done.submissions} == {
        "accepted/a.py": ["accepted"],
        "accepted/folder": ["accepted"],
        "wrong_answer/zero.py3": ["wrong-answer"],
        "run_time_error/crash.py": ["runtime-error"],
        "time_limit_exceeded/loop.py": ["time-limit"],
    }


def test_what_a_submission_lacks_of_its_folder_is_told(tmp_path: Path, slot: TargetSlot) -> None:
    """Wrong answer and a crash: the folder wrong_answer permits no crash in format 2025-09."""
    folder = made(
        tmp_path / "sum",
        **{"problem.yaml": NEW, ".timelimit": "1\n"},
        **DATA,
        **{
            "submissions/wrong_answer/both.py": "n = input().split()[0]\nprint(0)\n"
            "raise SystemExit(1 if n == '5' else 0)\n",
            "submissions/submissions.yaml": "wrong_answer/easy.py:\n"
            "  secret/a: {permitted: [AC]}\n  secret/b: {permitted: [WA]}\n",
            "submissions/wrong_answer/easy.py": "a, b = map(int, input().split())\n"
            "print(a + b if a < 5 else 0)\n",
        },
    )
    by_name = {one.sample.name: one.unmet for one in verified(folder, slot).submissions}
    assert by_name == {
        "wrong_answer/both.py": "runtime-error is not expected",
        "wrong_answer/easy.py": "",
    }


def test_the_validators_are_tried_and_all_is_told(tmp_path: Path, slot: TargetSlot) -> None:
    folder = made(
        tmp_path / "sum",
        **{"problem.yaml": NEW, ".timelimit": "1\n"},
        **DATA,
        **{
            "data/secret/b/2.in": "five five\n",
            "data/secret/b/2.ans": "10\n",
            "data/invalid_input/good.in": "1 2\n",
            "data/invalid_input/bad.in": "1\n",
            "data/invalid_output/same.in": "1 2\n",
            "data/invalid_output/same.ans": "3\n",
            "data/invalid_output/same.out": "3\n",
            "data/valid_output/other.in": "1 2\n",
            "data/valid_output/other.ans": "3\n",
            "data/valid_output/other.out": "4\n",
            "input_validators/words.py": CHECKS,
            "input_validators/grammar.ctd": "INT(0, 9) SPACE INT(0, 9) NEWLINE EOF\n",
            "submissions/accepted/a.py": ADDS,
            "statement/problem.en.md": "Let $x_1_2$ be.\n",
        },
    )
    done = verified(folder, slot)
    err = "\n".join(done.faults)
    for said in (
        "statement (en): the formula $x_1_2$ can't be set",
        "data/secret/b/2: input_validators/words.py refuses its input (code 43)",
        "data/secret/b/2: input_validators/grammar.ctd refuses its input",
        "data/invalid_input/good: no input validator refuses it",
        "data/invalid_output/same: the default validator accepts its output",
        "data/valid_output/other: the default validator refuses its output",
    ):
        assert said in err
    assert "invalid_input/bad" not in err
    assert [one.sample.name for one in done.submissions] == ["accepted/a.py"], "it goes on"


def test_a_time_limit_is_measured_and_kept(tmp_path: Path) -> None:
    folder = made(
        tmp_path / "sum",
        **{"problem.yaml": NEW + "limits: {time_resolution: 0.5}\n"},
        **DATA,
        **{
            "submissions/accepted/fast.py": ADDS,
            "submissions/accepted/slow.py": SLOW.format(s=0.6) + ADDS,
            "submissions/time_limit_exceeded/loop.py": "while True: pass\n",
        },
    )
    out, err = verify(folder, "--matrix", code=0)
    assert "accepted/slow.py takes 0.6" in err
    assert (folder / ".timelimit").read_text() == "1.5\n"
    assert "sum (1.5 s)" in out
    assert "TL 1.5" in out
    assert load_folder(folder).time_limit_known, "the next time"


def test_a_fault_of_the_package_does_not_stop_the_rest(tmp_path: Path) -> None:
    good = {"submissions/accepted/a.py": ADDS, ".timelimit": "1\n", **DATA}
    broken = made(tmp_path / "broken", **{"problem.yaml": NEW + "limits: {memory: 4}\n"}, **good)
    faulty = made(
        tmp_path / "faulty",
        **{"problem.yaml": NEW, "output_validator/v.py": "raise SystemExit(int(input()) == 4)\n"},
        **good,
        **{"submissions/accepted/b.py": ADDS},
    )
    fine = made(tmp_path / "fine", **{"problem.yaml": NEW}, **good)
    out, err = verify(broken, faulty, fine, code=2)
    assert "broken/problem.yaml: limits.memory" in err
    assert err.count("it may only exit with 42 or 43") >= 2
    assert "fine/accepted/a.py" in out


def test_points_are_told(tmp_path: Path, slot: TargetSlot) -> None:
    folder = made(
        tmp_path / "sum",
        **{"problem.yaml": NEW + "type: scoring\n", ".timelimit": "1\n"},
        **DATA,
        **{
            "data/secret/a/test_group.yaml": "max_score: 30\n",
            "data/secret/b/test_group.yaml": "max_score: 70\n",
            "submissions/accepted/a.py": ADDS,
            "submissions/partial/small.py": "a, b = map(int, input().split())\n"
            "print(a + b if a < 5 else 0)\n",
            "submissions/submissions.yaml": "partial: {permitted: [AC, WA], score: 30}\n",
        },
    )
    done = verified(folder, slot)
    assert all(one.as_expected for one in done.submissions)
    by_name = {one.sample.name: one.judgement for one in done.submissions}
    whole, part = by_name["accepted/a.py"], by_name["partial/small.py"]
    assert whole is not None
    assert part is not None
    assert (whole.score, part.score) == (100, 30)
    assert [group.points for group in part.points] == [30, 30, 0]


def test_bounds_by_groups_and_entry_points_count(tmp_path: Path, slot: TargetSlot) -> None:
    busy = "import time\nend = time.process_time() + {s}\nwhile time.process_time() < end: pass\n"
    folder = made(
        tmp_path / "sum",
        **{"problem.yaml": NEW + "limits: {time_resolution: 0.1}\n"},
        **DATA,
        **{
            "submissions/accepted/several/main.py": "raise SystemExit(1)\n",
            "submissions/accepted/several/right.py": ADDS,
            "submissions/mixed/slow.py": "n = input()\n"
            "if n != '1 2':\n    while True: pass\n"
            + busy.format(s=0.3)
            + "a, b = map(int, n.split())\nprint(a + b)\n",
            "submissions/submissions.yaml": "accepted/several: {entrypoint: right.py}\n"
            "mixed/*.py:\n  sample: {use_for_time_limit: lower}\n"
            "  secret: {use_for_time_limit: upper}\n",
        },
    )
    done = verified(folder, slot)
    assert done.faults == []
    assert all(one.as_expected for one in done.submissions), done
    assert done.time_limit_s is not None
    assert 0.6 <= done.time_limit_s <= 0.9, "twice the sample's 0.3 s"


def test_who_sleeps_for_ever_is_slow_enough(tmp_path: Path, slot: TargetSlot) -> None:
    """It uses no CPU time: what it was stopped for is what counts."""
    folder = made(
        tmp_path / "talk",
        **{
            "problem.yaml": NEW + "type: interactive\nlimits: {time_resolution: 0.2}\n",
            "data/secret/1.in": "",
            "data/secret/1.ans": "",
            "output_validator/v.py": "raise SystemExit(42 if input() == 'hello' else 43)\n",
            "submissions/accepted/says.py": "print('hello', flush=True)\n",
            "submissions/time_limit_exceeded/never.py": "import time\ntime.sleep(1000)\n",
        },
    )
    done = verified(folder, slot)
    assert done.faults == []
    assert all(one.as_expected for one in done.submissions), done
    assert done.time_limit_s == 0.2


def test_many_slots_judge_beside_each_other_and_tell_in_the_packages_order(tmp_path: Path) -> None:
    names = [f"submissions/accepted/{letter}.py" for letter in "abcd"]
    wrong = {"submissions/wrong_answer/zero.py": "print(0)\n"}
    files = dict.fromkeys(names, ADDS) | wrong | DATA | {"problem.yaml": NEW, ".timelimit": "1\n"}
    package = made(tmp_path / "sum", **files)
    said, _ = verify(package, "--json", "--slots", "3", code=0)
    results = json.loads(said)
    assert [one["submission"] for one in results] == [
        *(name.removeprefix("submissions/") for name in names),
        "wrong_answer/zero.py",
    ]
    assert [list(one["got"]) for one in results] == [["accepted"]] * 4 + [["wrong-answer"]]
