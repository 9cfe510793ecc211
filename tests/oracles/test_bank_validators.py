"""What a candidate writes never makes a validator of the bank fail: it is accepted or rejected."""

import contextlib
import random
import runpy
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from judge.languages import ENVIRONMENT
from oracles.candidate import CandidateEnded
from oracles.feedback import ACCEPTED, REJECTED, Rejected

ROOT = Path(__file__).parents[2]
BANK = ROOT / "problems/bank"
HONEST = {
    "gpu-histogram": b" ".join([b"0"] * 256) + b"\n",
}
HOSTILE = (
    *("0", "-1", "7", "1_0", "x", "p", "g", "c", "\N{SUPERSCRIPT TWO}", "9" * 5000, "1e3", "nan"),
    *("\x00", "\N{ARABIC-INDIC DIGIT ONE}", "-", "stuck", "18446744073709551616"),
)
ROUNDS = 20


def validator_of(problem: str) -> Path:
    (validator,) = (BANK / problem / "output_validator").glob("*.py")
    return validator


def functions_of(problem: str) -> dict[str, Any]:
    """What a problem's validator defines, without running it."""
    return runpy.run_path(str(validator_of(problem)))


def run(problem: str, output: bytes, feedback: Path) -> subprocess.CompletedProcess[bytes]:
    validator = validator_of(problem)
    sample = BANK / problem / "data/sample/1"
    return subprocess.run(
        [sys.executable, validator, f"{sample}.in", f"{sample}.ans", f"{feedback}/"],
        input=output,
        capture_output=True,
        env={**dict(word.split("=", 1) for word in ENVIRONMENT), "PYTHONPATH": str(ROOT)},
        check=False,
    )


def spoilt(honest: bytes, rng: random.Random) -> bytes:
    """The honest words with one to three put out of place, one of them said by somebody hostile."""
    lines = [line.split(b" ") for line in honest.split(b"\n")]
    for _ in range(rng.randint(1, 3)):
        line = rng.choice(lines)
        at = rng.randrange(len(line))
        match rng.randrange(4):
            case 0:
                line[at:] = [b""]
            case 1:
                line.insert(at, rng.choice(HOSTILE).encode())
            case 2:
                line[at] = rng.randbytes(3)
            case _:
                line[at] = rng.choice(HOSTILE).encode()
    return b"\n".join(b" ".join(line) for line in lines)


def test_every_batch_problem_of_the_bank_is_looked_at() -> None:
    # Conversations are in tests/test_judging.py, what a conductor hears in test_conductor.py.
    interactive = {"write-ahead-log", "atomic-save", "bounded-queue", "bplus-tree"}
    assert set(HONEST) | interactive == {path.parent.name for path in BANK.glob("*/problem.yaml")}


@pytest.mark.parametrize("problem", HONEST)
def test_no_output_makes_a_validator_fail(problem: str, tmp_path: Path) -> None:
    rng = random.Random(problem)
    outputs = [HONEST[problem], b"", b"\xff\xfe\x00", b"9" * 100_000]
    outputs += [spoilt(HONEST[problem], rng) for _ in range(ROUNDS)]
    for number, output in enumerate(outputs):
        feedback = tmp_path / str(number)
        feedback.mkdir()
        (feedback / "nextpass.in").touch()
        done = run(problem, output, feedback)
        assert done.returncode in (ACCEPTED, REJECTED), (output[:300], done.stderr[-600:])


class Speaker:
    """In place of a program: says these lines, then hangs up."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = list(lines)

    def write(self, _: bytes) -> None:
        pass

    def readline(self) -> bytes:
        if not self._lines:
            raise CandidateEnded("it ended")
        return self._lines.pop(0).encode()


SAID = ("{}", "durable {}", "durable 1 {}", "read {} 1", "read 0 {}", "write {} 00", "write 0 {}")
SAID_OPENING = ("{}", "record {}", "record", "ready {}", "read {} {}", "write {} {}", "flush {}")


@pytest.mark.parametrize("word", [*HOSTILE, ""])
def test_no_word_makes_the_logs_validator_fail(word: str) -> None:
    wal = functions_of("write-ahead-log")
    for said in SAID:
        session = wal["Session"](Speaker([said.format(word, word)]), wal["Disk"](), [])
        with contextlib.suppress(Rejected):
            session.batch([(1, b"x")])
    for said in SAID_OPENING:
        session = wal["Session"](Speaker([said.format(word, word)]), wal["Disk"](), [])
        with contextlib.suppress(Rejected):
            session.open()


@pytest.mark.parametrize("line", ["flush", "record 00", "durable 1", "read 0 1"])
def test_who_talks_without_an_end_is_stopped(line: str) -> None:
    wal = functions_of("write-ahead-log")
    session = wal["Session"](Speaker([line] * 20_000), wal["Disk"](), [])
    with pytest.raises(Rejected):
        session.open()
    session = wal["Session"](Speaker([line] * 20_000), wal["Disk"](), [])
    with pytest.raises(Rejected):
        session.batch([(1, b"x"), (2, b"y")])
