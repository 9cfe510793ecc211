"""What the ending of a run says by itself: the table from ending to verdict, in both languages."""

import dataclasses
import signal

import pytest

from judge.grading.run_ending import judge_ending
from judge.targets import LINUX, WINDOWS_WINE
from judge.values import (
    MEBIBYTE,
    Ending,
    Execution,
    Limits,
    Measurement,
    MemorySource,
    Problem,
    Shape,
)
from judge.verdicts import Verdict

PROBLEM = Problem(
    slug="x",
    version="1",
    shape=Shape.BATCH,
    languages=("c",),
    limits=Limits(memory_bytes=64 * MEBIBYTE, output_bytes=8 * MEBIBYTE),
    testcases=(),
    validator=None,
    solution_name="main",
)


def ended(
    ending: Ending,
    *,
    exit_code: int = 0,
    number: int = 0,
    stderr: bytes = b"",
    threads: tuple[int, int] = (0, 0),
) -> Execution:
    return Execution(
        ending=ending,
        exit_code=exit_code,
        signal=number,
        stdout=b"",
        stderr=stderr,
        measurement=Measurement(
            wall_ns=2_500_000_000,
            cpu_ns=1_234_000_000,
            memory_bytes_peak=1,
            memory_source=MemorySource.CGROUP,
            threads=threads[0],
            threads_asleep=threads[1],
        ),
    )


@pytest.mark.parametrize(
    ("execution", "verdict", "note", "note_zh"),
    [
        (ended(Ending.MEMORY_LIMIT), Verdict.MEMORY_LIMIT, "over 64 MiB", "超过 64 MiB"),
        (ended(Ending.OUTPUT_LIMIT), Verdict.OUTPUT_LIMIT, "over 8 MiB", "超过 8 MiB"),
        (ended(Ending.CPU_LIMIT), Verdict.TIME_LIMIT, "over 1234 ms CPU", "超过 1234 ms CPU"),
        (
            ended(Ending.WALL_LIMIT, threads=(2, 1)),
            Verdict.TIME_LIMIT,
            "still running after 2.5 s",
            "2.5 s 后仍在运行",
        ),
        (
            ended(Ending.WALL_LIMIT, threads=(1, 1)),
            Verdict.TIME_LIMIT,
            "still asleep after 2.5 s",
            "2.5 s 后仍在休眠",
        ),
        (
            ended(Ending.NOT_STARTED),
            Verdict.RUNTIME_ERROR,
            "the program could not be started",
            "程序无法启动",
        ),
        (ended(Ending.EXITED, exit_code=3), Verdict.RUNTIME_ERROR, "exit code 3", "退出码 3"),
        (ended(Ending.SIGNALLED, number=signal.SIGSEGV), Verdict.RUNTIME_ERROR, "SIGSEGV", ""),
        (ended(Ending.SIGNALLED, number=120), Verdict.RUNTIME_ERROR, "signal 120", ""),
        (
            ended(Ending.SIGNALLED, number=signal.SIGXFSZ),
            Verdict.OUTPUT_LIMIT,
            "a file grew over the limit",
            "文件大小超过上限",
        ),
    ],
)
def test_every_bad_ending_has_its_verdict_and_its_words(
    execution: Execution, verdict: Verdict, note: str, note_zh: str
) -> None:
    finding = judge_ending(execution, PROBLEM, LINUX)
    assert finding is not None
    assert (finding.verdict, finding.note, finding.note_zh) == (verdict, note, note_zh)


def test_of_a_clean_run_nothing_is_said() -> None:
    assert judge_ending(ended(Ending.EXITED), PROBLEM, LINUX) is None


def test_all_asleep_is_a_deadlock_where_the_problem_says_so_and_more_than_one_waits() -> None:
    waits = dataclasses.replace(PROBLEM, deadlock_when_idle=True)
    finding = judge_ending(ended(Ending.WALL_LIMIT, threads=(3, 3)), waits, LINUX)
    assert finding is not None
    assert finding.verdict is Verdict.DEADLOCK
    assert finding.note == "all 3 threads asleep after 2.5 s"
    for alone_or_busy in ((1, 1), (3, 2), (0, 0)):
        other = judge_ending(ended(Ending.WALL_LIMIT, threads=alone_or_busy), waits, LINUX)
        assert other is not None
        assert other.verdict is Verdict.TIME_LIMIT


def test_last_words_are_a_witness() -> None:
    crashed = ended(Ending.EXITED, exit_code=1, stderr=b"Traceback\nKeyError: 7\n")
    finding = judge_ending(crashed, PROBLEM, LINUX)
    assert finding is not None
    assert finding.witness is not None
    assert finding.witness.report == "Traceback\nKeyError: 7"
    silent = judge_ending(ended(Ending.EXITED, exit_code=1), PROBLEM, LINUX)
    assert silent is not None
    assert silent.witness is None


def test_a_code_of_windows_is_named() -> None:
    finding = judge_ending(ended(Ending.EXITED, exit_code=0xC0000005), PROBLEM, WINDOWS_WINE)
    assert finding is not None
    assert finding.note == "STATUS_ACCESS_VIOLATION (0xC0000005)"
