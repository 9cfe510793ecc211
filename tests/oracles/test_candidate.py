"""The harness's end of the candidate's program: a thread of the test stands for the supervisor."""

import os
import secrets
import select
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from oracles.candidate import Candidate, CandidateEnded
from oracles.interact import without_cr

Program = Callable[[int, int], None]
REPORT = struct.pack("<IiiIQQ", 0, 3, 0, 0, 0, 0)


@contextmanager
def started_by_us(
    program: Program, monkeypatch: pytest.MonkeyPatch, *, ends_after_s: float = 0.0
) -> Iterator[list[bool]]:
    """Serve one start: `program` gets the pipe ends, its end is reported as exit code 3.

    It ends so long after it hung up; whether it was killed meanwhile is in the list afterwards.
    """
    killed: list[bool] = []
    name = f"test-{secrets.token_hex(8)}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listening:
        listening.bind("\0" + name)
        listening.listen()
        listening.settimeout(10)

        def serve() -> None:
            connection, _ = listening.accept()
            with connection:
                _, fds, _, _ = socket.recv_fds(connection, 1, 2)
                reads, writes = fds
                program(reads, writes)
                for fd in fds:
                    os.close(fd)
                killed.append(bool(select.select([connection], [], [], ends_after_s)[0]))
                connection.send(REPORT)
                connection.recv(1)  # "K", or the harness is gone

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        monkeypatch.setenv("JUDGE_PEER", name)
        yield killed
        thread.join(timeout=10)
        assert not thread.is_alive()


def echo(reads: int, writes: int) -> None:
    while data := os.read(reads, 65536):
        os.write(writes, data)


def test_lines_go_there_and_back(monkeypatch: pytest.MonkeyPatch) -> None:
    with started_by_us(echo, monkeypatch), Candidate() as program:
        program.write(b"put 1 2\nget 1\n")
        assert program.readline() == b"put 1 2"
        assert program.readline() == b"get 1"
        program.close_input()
        with pytest.raises(CandidateEnded, match="it ended"):
            program.readline()
        ended = program.wait(timeout_s=5)
        assert ended is not None
        assert ended[:3] == (0, 3, 0)


def test_a_line_end_of_windows_is_no_part_of_the_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUDGE_LINE_ENDS", "crlf")
    with started_by_us(echo, monkeypatch), Candidate() as program:
        program.write(b"a\r\nb\r\r\n")
        assert (program.readline(), program.readline()) == (b"a", b"b\r")
        program.close_input()


def test_a_program_that_is_gone_silent_or_deaf_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    with started_by_us(lambda _reads, _writes: None, monkeypatch), Candidate() as program:
        with pytest.raises(CandidateEnded, match="it ended"):
            program.readline()
        with pytest.raises(CandidateEnded, match="it closed its input"):
            program.write(b"x")
    release = threading.Event()

    def wait(_reads: int, _writes: int) -> None:
        release.wait(10)

    with started_by_us(wait, monkeypatch), Candidate(timeout_s=0.05) as program:
        with pytest.raises(CandidateEnded, match="it does not answer"):
            program.readline()
        with pytest.raises(CandidateEnded, match="it does not read its input"):
            program.write(b"x" * 1_000_000)
        release.set()
        program.kill()
        program.kill()  # twice is no error


def test_who_hung_up_has_a_moment_to_end_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed meanwhile, it could not be told how it ended."""

    def hang_up(_reads: int, _writes: int) -> None:
        pass

    started = started_by_us(hang_up, monkeypatch, ends_after_s=0.1)
    with started as killed, pytest.raises(CandidateEnded), Candidate() as program:
        program.readline()
    assert killed == [False]


def test_a_line_without_an_end_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    def flood(_reads: int, writes: int) -> None:
        for _ in range(17):
            os.write(writes, b"x" * 65536)

    with (
        started_by_us(flood, monkeypatch),
        Candidate() as program,
        pytest.raises(CandidateEnded, match="over 1 MiB"),
    ):
        program.readline()


@pytest.mark.parametrize(
    "pieces",
    [
        *((b"a\r\nb\rc\r\n"[:cut], b"a\r\nb\rc\r\n"[cut:]) for cut in (1, 2, 3, 4)),
        (b"\r", b"\r", b"\n\r"),
        (b"a\r",),
    ],
)
def test_an_interactor_sees_lines_as_linux_ends_them_wherever_a_piece_ends(
    pieces: tuple[bytes, ...],
) -> None:
    source, into = os.pipe()
    reads = without_cr(source)
    for piece in pieces:
        os.write(into, piece)
        time.sleep(0.05)  # so that each piece is read by itself
    os.close(into)
    with os.fdopen(reads, "rb") as told:
        assert told.read() == b"".join(pieces).replace(b"\r\n", b"\n")
