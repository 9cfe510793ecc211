"""The conductor: it has the script, the times and the tokens, whatever the program says."""

import itertools
import os
import random
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from oracles import conductor
from oracles.candidate import CandidateEnded, Report
from oracles.conductor import PAYLOAD_BYTES_MAX, Conducted, Step, page_messages
from oracles.feedback import Rejected

ROOT = Path(__file__).parents[2]
KIT = ROOT / "problems/kit"
HEAD = struct.Struct("<IIQQQQQ")
BEGIN, END = 1, 2

Forger = Callable[[socket.socket], None]


class Life:
    """In place of the supervisor's connection: nothing is left to be killed."""

    def __init__(self, process: "subprocess.Popen[bytes] | None" = None) -> None:
        self._process = process
        self._told = Path(os.devnull).open("rb")  # noqa: SIM115  (closed with the connection)

    def send(self, _: bytes) -> None:
        if self._process is not None:
            self._process.kill()

    def fileno(self) -> int:
        return self._told.fileno()

    def settimeout(self, _: float) -> None:
        pass

    def recv(self, _: int) -> bytes:
        return b""

    def close(self) -> None:
        self._told.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()


@contextmanager
def harness(perform: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Conducted]:
    """A process with the Python kit whose `perform(asked)` is this text."""
    text = f"import time\nfrom conducted import Reply, run\n{perform}\nrun(perform)\n"

    def start(reads: int, writes: int) -> Life:
        return Life(
            subprocess.Popen(
                [sys.executable, "-c", text],
                stdin=reads,
                stdout=writes,
                env={"PYTHONPATH": str(KIT), "PYTHONDONTWRITEBYTECODE": "1"},
            )
        )

    monkeypatch.setattr(conductor, "start_program", start)
    monkeypatch.setattr(conductor, "wait_for", lambda *_: Report(0, 0, 0))
    with Conducted() as process:
        yield process


@contextmanager
def forger(body: Forger, monkeypatch: pytest.MonkeyPatch) -> Iterator[Conducted]:
    """A program that says on the channel whatever it likes."""

    def start(reads: int, _: int) -> Life:
        mine = socket.socket(fileno=os.dup(reads))

        def forge() -> None:
            with mine:
                body(mine)

        threading.Thread(target=forge, daemon=True).start()
        return Life()

    monkeypatch.setattr(conductor, "start_program", start)
    with Conducted() as process:
        yield process


def asked(channel: socket.socket) -> tuple[int, int]:
    """The number and the token of the next operation."""
    *_, number, token = HEAD.unpack_from(channel.recv(1 << 17))
    return number, token


def test_an_operation_is_done_and_its_times_are_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    body = (
        "def perform(asked):\n"
        "    time.sleep(0.02)\n"
        "    return Reply(asked.a + 1, asked.b, 7, asked.given)"
    )
    with harness(body, monkeypatch) as process:
        done = process.ask("x", 41, 5, given=b"abc")
    assert (done.result, done.value, done.extra, done.told) == (42, 5, 7, b"abc")
    assert 0 < done.handed_ns <= done.start_ns
    assert done.end_ns - done.start_ns >= 20_000_000


def test_each_scripts_steps_follow_one_another_and_scripts_run_side_by_side(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    body = "def perform(asked):\n    time.sleep(0.01)\n    return Reply(value=asked.a)"
    scripts = [[Step("x", 10 * n + i, pause_us=500) for i in range(5)] for n in range(4)]
    with harness(body, monkeypatch) as process:
        history = process.play(scripts, 2000)
    assert not history.stuck
    assert len(history.performed) == 20
    for number in range(4):
        own = [one for one in history.performed if one.thread == number]
        assert [one.value for one in own] == [10 * number + i for i in range(5)]
        assert all(a.end_ns <= b.start_ns for a, b in itertools.pairwise(own))
    ordered = history.performed
    assert any(a.end_ns > b.start_ns for a, b in itertools.pairwise(ordered))


def test_who_does_not_come_back_is_under_way_when_the_watchdog_barks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    body = "def perform(asked):\n    time.sleep(60 if asked.kind == 'w' else 0)"
    with harness(body, monkeypatch) as process:
        history = process.play([[Step("w")], [Step("x"), Step("x")]], 200)
    assert history.stuck
    assert [(one.step.kind, one.end_ns > 0) for one in history.performed].count(("w", False)) == 1
    assert sum(one.end_ns > 0 for one in history.performed) == 2


def test_a_program_that_ends_or_shuts_its_channel_is_said_to_have_ended(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    body = "import os\ndef perform(asked):\n    os._exit(0)"
    with harness(body, monkeypatch) as process, pytest.raises(CandidateEnded, match="it ended"):
        process.ask("x")
    with forger(lambda _: None, monkeypatch) as process, pytest.raises(CandidateEnded):
        process.ask("x")


def _end_without_beginning(channel: socket.socket) -> None:
    number, token = asked(channel)
    channel.send(HEAD.pack(END, 0, 1, 1, 1, number, token))


def _begin_twice(channel: socket.socket) -> None:
    number, token = asked(channel)
    for _ in range(2):
        channel.send(HEAD.pack(BEGIN, 0, 0, 0, 0, number, token))


def _guess_the_token(channel: socket.socket) -> None:
    number, token = asked(channel)
    channel.send(HEAD.pack(BEGIN, 0, 0, 0, 0, number, token ^ 1))


def _another_number(channel: socket.socket) -> None:
    number, token = asked(channel)
    channel.send(HEAD.pack(BEGIN, 0, 0, 0, 0, number + 1, token))


def _a_short_message(channel: socket.socket) -> None:
    asked(channel)
    channel.send(b"done")


def _a_length_that_lies(channel: socket.socket) -> None:
    number, token = asked(channel)
    channel.send(HEAD.pack(BEGIN, 9, 0, 0, 0, number, token))


def _too_long(channel: socket.socket) -> None:
    number, token = asked(channel)
    body = bytes(PAYLOAD_BYTES_MAX + 1)
    channel.send(HEAD.pack(BEGIN, len(body), 0, 0, 0, number, token) + body)


def _noise(channel: socket.socket) -> None:
    asked(channel)
    channel.send(random.Random(3).randbytes(HEAD.size))


@pytest.mark.parametrize(
    "forge",
    [
        _end_without_beginning,
        _begin_twice,
        _guess_the_token,
        _another_number,
        _a_short_message,
        _a_length_that_lies,
        _too_long,
        _noise,
    ],
)
def test_what_the_harness_did_not_write_is_refused(
    forge: Forger, monkeypatch: pytest.MonkeyPatch
) -> None:
    with forger(forge, monkeypatch) as process, pytest.raises(Rejected, match="not what it was"):
        process.ask("x")


def test_an_end_that_comes_after_its_end_is_nobodys(monkeypatch: pytest.MonkeyPatch) -> None:
    def twice(channel: socket.socket) -> None:
        number, token = asked(channel)
        for kind in (BEGIN, END, END):
            channel.send(HEAD.pack(kind, 0, 0, 0, 0, number, token))
        asked(channel)

    with forger(twice, monkeypatch) as process:
        process.ask("x")
        with pytest.raises(Rejected, match="not what it was"):
            process.ask("x")


def test_pages_go_in_messages_that_fit() -> None:
    pages = [bytes([n]) * 4096 for n in range(40)]
    messages = page_messages(pages)
    assert b"".join(messages) == b"".join(pages)
    assert all(len(one) <= PAYLOAD_BYTES_MAX for one in messages)
    assert page_messages([]) == ()


def test_copies_of_the_kit_are_the_kit() -> None:
    """A package is whole by itself, so it has copies; they are changed together."""
    copies = [
        path
        for path in (ROOT / "problems/bank").glob("*/include/*/conducted.*")
        if path.suffix != ".pyc"
    ]
    assert len(copies) >= 6
    for copy in copies:
        assert copy.read_bytes() == (KIT / copy.name).read_bytes(), copy
