"""Commands that judge, run as a person runs them: exit codes, tables, JSON, packages as made."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from judge.benchmark.confidence_sequence import ROUNDS_MIN

pytestmark = pytest.mark.docker

ROOT = Path(__file__).parents[2]
PACKAGES = ROOT / "tests" / "packages"
BANK = ROOT / "problems" / "bank"


def judge(*words: str | Path, code: int) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "cli", *map(str, words)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout


@pytest.mark.parametrize("shape", ["library", "program"])
def test_a_new_package_verifies_green_as_made(tmp_path: Path, shape: str) -> None:
    folder = tmp_path / "my-problem"
    languages = "c,cpp,rust,python3"
    judge("problems", "new", folder, "--shape", shape, "--languages", languages, code=0)
    text = judge("verify", folder, code=0)
    assert "8 submissions, 0 not as expected" in text


def test_verify_tells_what_was_expected_and_what_it_got(tmp_path: Path) -> None:
    folder = tmp_path / "different"
    shutil.copytree(PACKAGES / "different", folder)
    rows = json.loads(judge("verify", folder, "--only", "average", "--json", code=0))
    assert {row["submission"] for row in rows} == {"accepted/average.cpp", "accepted/average.py"}
    assert all(row["as_expected"] and row["expected"] == ["accepted"] for row in rows)
    wrong = folder / "submissions" / "accepted" / "integers.py"
    shutil.copy(folder / "submissions" / "wrong_answer" / "integers.py", wrong)
    text = judge("verify", folder, "--only", "integers", code=1)
    assert "✕" in text
    assert "2 submissions, 1 not as expected" in text


def test_a_file_is_judged_without_a_server() -> None:
    accepted = BANK / "bplus-tree" / "submissions" / "accepted"
    judged = json.loads(judge("submit", "bplus-tree", accepted / "ok.c", "--json", code=0))
    assert judged["verdict"] == "accepted"
    assert judged["ratio"]["rounds"] >= ROUNDS_MIN
    assert len(judged["ratio"]["pairs"]) >= ROUNDS_MIN
    assert judged["growth"]["expected"] == "n log n"
    wrong = BANK / "write-ahead-log" / "submissions" / "wrong_answer" / "early_confirm.py"
    text = judge("submit", "write-ahead-log", wrong, code=1)
    assert "Not durable" in text
    assert "⚡ crash" in text


def test_the_doctor_names_each_finding() -> None:
    found = {one["name"]: one for one in json.loads(judge("doctor", "--json", code=0))}
    assert found["container"]["state"] == "good"
    assert "noise floor" in found["A/A check"]["value"] or "no tie" in found["A/A check"]["value"]
    assert all(one["remedy"] for one in found.values() if one["state"] != "good")
