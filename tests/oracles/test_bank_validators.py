"""Validators of the bank: what a candidate says never makes one fail, and what they count."""

import ast
import contextlib
import random
import runpy
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from oracles.candidate import CandidateEnded
from oracles.feedback import Rejected

ROOT = Path(__file__).parents[2]
BANK = ROOT / "problems/bank"
HOSTILE = (
    *("0", "-1", "7", "1_0", "x", "p", "g", "c", "\N{SUPERSCRIPT TWO}", "9" * 5000, "1e3", "nan"),
    *("\x00", "\N{ARABIC-INDIC DIGIT ONE}", "-", "stuck", "18446744073709551616"),
)


def validator_of(problem: str) -> Path:
    (validator,) = (BANK / problem / "output_validator").glob("*.py")
    return validator


def functions_of(problem: str) -> dict[str, Any]:
    """What a problem's validator defines, without running it."""
    return runpy.run_path(str(validator_of(problem)))


def test_every_problem_of_the_bank_is_a_dialogue() -> None:
    # What is said in them is in tests/test_judging.py, what a conductor hears in test_conductor.py.
    for path in BANK.glob("*/problem.yaml"):
        assert "\ntype: interactive\n" in path.read_text(), path


def functions_of_gpu_harness() -> dict[str, Any]:
    """Those that its validator must agree with, without what needs a GPU."""
    harness = BANK / "gpu-histogram/include/python3/main.py"
    agreed: list[ast.stmt] = [
        one
        for one in ast.parse(harness.read_text()).body
        if isinstance(one, ast.FunctionDef) and one.name in ("data_of", "names_of")
    ]
    made: dict[str, Any] = {"random": random, "VALUES": 256}
    exec(compile(ast.Module(agreed, []), str(harness), "exec"), made)  # noqa: S102  (our own)
    return made


@pytest.mark.parametrize("skew", [0, 60, 100])
def test_a_histogram_is_counted_by_its_validator_as_by_hand(skew: int) -> None:
    gpu, harness = functions_of("gpu-histogram"), functions_of_gpu_harness()
    data = gpu["data_of"](5, 3000, skew)
    assert data == harness["data_of"](5, 3000, skew)
    names = gpu["names_of"](77)
    assert names == harness["names_of"](77)
    cuts = [1, 700, 3000]
    for cut, counts in zip(cuts, gpu["counts_up_to"](data, cuts), strict=True):
        assert counts == [data[:cut].count(byte) for byte in range(256)]
        other = data[:cut].translate(names)
        wanted = [other.count(byte) for byte in range(256)]
        assert gpu["renamed"](counts, names) == wanted
        gpu["check"](gpu["COUNTS"].pack(*wanted), wanted, cut)
        wrong = list(wanted)
        wrong[200] += 1
        with pytest.raises(Rejected, match="Byte 200 was counted too often"):
            gpu["check"](gpu["COUNTS"].pack(*wrong), wanted, cut)
    for told in (b"", b"\x00" * 1023, b"\x00" * 1025):
        with pytest.raises(Rejected, match="no 256 counts"):
            gpu["check"](told, [0] * 256, 1)


def test_a_blocks_digest_is_of_every_histogram_by_other_names() -> None:
    gpu = functions_of("gpu-histogram")
    names, counts = gpu["names_of"](3), list(range(256))
    first = gpu["digest_of"](counts, names)
    assert first != gpu["digest_of"](counts, names[1:] + names[:1])
    assert first != gpu["digest_of"](counts[::-1], names)


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
