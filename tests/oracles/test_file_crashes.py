"""What a crash after each system call of a save may leave, by pairs of logs."""

import pytest

from oracles.feedback import Rejected
from oracles.file_crashes import FileContent, SaveLog, merged

START = "start 1 100 10 linux"
END = ["return 0", "final new"]
SAVED = [
    START,
    "open temp 2 1",
    "write 2 0 10 1 0",
    "flush 2",
    "rename temp current 2 0",
    "flushdir",
    *END,
]


def without(*lines: str) -> list[str]:
    assert set(lines) <= set(SAVED)
    return [line for line in SAVED if line not in lines]


def replaced(old: str, *new: str) -> list[str]:
    at = SAVED.index(old)
    return [*SAVED[:at], *new, *SAVED[at + 1 :]]


def follow(lines: list[str]) -> SaveLog:
    log = SaveLog([line.split() for line in lines])
    log.follow(10)
    return log


@pytest.mark.parametrize(
    ("good", "bad", "verdict", "said"),
    [
        (SAVED, without("flush 2"), "not-durable", "not all on the disk"),
        (SAVED, without("flushdir"), "not-durable", "may still bring the old content back"),
        (
            replaced("flushdir", "flushall"),
            [START, "unlink current", "open current 2 1"],
            "not-durable",
            "no file of that name",
        ),
        (
            SAVED,
            [START, "truncate 1 0", "write 1 0 10 1 0", "flush 1", *END],
            "not-durable",
            "The old file itself is written",
        ),
        (
            replaced("write 2 0 10 1 0", "write 2 0 5 1 0", "write 2 5 5 1 0"),
            replaced("write 2 0 10 1 0", "write 2 0 5 1 0", "write 2 6 4 1 0"),
            "not-durable",
            "not all on the disk",
        ),
        (
            replaced("write 2 0 10 1 0", "write 2 0 10 1 1"),
            replaced("write 2 0 10 1 0", "write 2 0 10 0 0"),
            "not-durable",
            "not all on the disk",
        ),
        (
            [*without("flushdir")[:-2], "rename x y 3 0", "flushdir", *END],
            replaced("rename temp current 2 0", "rename elsewhere current 2 0"),
            "wrong-answer",
            "The new file was made elsewhere",
        ),
        (SAVED, replaced("flush 2", "mapped 2", "flush 2"), "wrong-answer", "mapped memory"),
    ],
)
def test_a_crash_leaves_a_whole_content_after_the_one_and_not_after_the_other(
    good: list[str], bad: list[str], verdict: str, said: str
) -> None:
    assert follow(good).ending.final == "new"
    with pytest.raises(Rejected, match=said) as caught:
        follow(bad)
    assert caught.value.rejection.verdict == verdict


def test_on_windows_a_flush_of_the_file_takes_its_new_name_along() -> None:
    lines = [*SAVED[:4], "rename temp current 2 0", "flush 2", *END]
    with pytest.raises(Rejected, match="may still bring the old content back"):
        follow(lines)
    follow([START.replace("linux", "windows"), *lines[1:]])


def test_written_through_is_flushed_at_once() -> None:
    lines = without("flush 2", "flushdir")
    through = [
        line.replace("write 2 0 10 1 0", "write 2 0 10 1 1").replace("current 2 0", "current 2 1")
        for line in lines
    ]
    follow(through)


def test_how_it_ended_is_told() -> None:
    ending = follow([*SAVED, "failed write", "reader new", "left temp"]).ending
    assert (ending.returned, ending.final, ending.reader) == ("0", "new", "new")
    assert (ending.failed, ending.left) == (True, ["temp"])


@pytest.mark.parametrize("line", ["rename temp", "write 2 0", "what is this", "flush"])
def test_a_line_that_is_none_is_an_error_and_no_finding(line: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  (the line itself)
        follow([START, line])


def test_a_long_log_is_cut_to_its_end() -> None:
    many = [START, *(["open a 3 0"] * 100), "truncate 1 0"]
    with pytest.raises(Rejected) as caught:
        follow(many)
    why = caught.value.rejection
    assert len(why.steps) == 40
    assert why.steps[why.failing[0]] == "cut file 1 to 0 bytes"
    assert why.steps[-1] == "⚡ crash"


def test_ranges_that_touch_are_one() -> None:
    assert merged([(0, 5)], (5, 10)) == ((0, 10),)
    assert merged([(0, 4)], (5, 10)) == ((0, 4), (5, 10))
    assert merged([(0, 4), (6, 9)], (3, 7)) == ((0, 9),)


def test_cutting_a_file_takes_what_was_flushed_along() -> None:
    file = FileContent()
    file.write(0, 10, same=True, durable=True)
    assert file.holds(10)
    file.truncate(5)
    assert not file.holds(5)
    file.flush()
    assert file.holds(5)


LONG = 20_000


@pytest.mark.parametrize(
    "lines",
    [
        ["rename new current 2 0"] * LONG,
        [
            line
            for n in range(2, LONG)
            for line in (f"write {n} 0 5 1 1", f"rename new current {n} 0")
        ],
        [f"write 9 {2 * n} 1 1 0" for n in range(LONG)],
    ],
    ids=["one file", "many files", "many places"],
)
def test_a_log_of_many_lines_is_judged(lines: list[str]) -> None:
    """In the square of its length a candidate would take all the time that a validator has."""
    begin = ["start 1 5 5 linux", "write 2 0 5 1 1"]
    text = [*begin, *lines, "rename new current 2 1", "return 0", "final new"]
    log = SaveLog([line.split() for line in text])
    log.follow(5)
    assert (log.ending.returned, log.ending.final) == ("0", "new")
