r"""For harnesses of packages: start, talk to, and kill the candidate's program.

A harness runs in a container of its own, as another user. The candidate's container listens on an
abstract Unix socket (named in JUDGE_PEER) and starts one program for each connection, on the ends
of two pipes that are sent over it; the connection then stands for the program's life.

    with Candidate() as program:
        program.write(b"put 1 2\n")
        line = program.readline()
        program.kill()      # SIGKILL; nothing of it is left afterwards, on disk or in memory

Where JUDGE_LINE_ENDS is crlf, programs end their lines so, and a harness sees them without the CR.
"""

import array
import contextlib
import os
import select
import socket
import struct
from typing import Self

LINE_BYTES_MAX = 1 << 20
_PIECE_BYTES = 4096
"""No more is written at once than a pipe takes whole when it is ready."""
_REPORT = struct.Struct("<IiiIQQ")
_REPORT_BYTES_MAX = 64


def ends_lines_by_crlf() -> bool:
    """Whether the program's lines end as Windows ends them."""
    return os.environ.get("JUDGE_LINE_ENDS") == "crlf"


class CandidateEnded(Exception):  # noqa: N818  (the program's doing, not an error of ours)
    """The program closed its output, or died, or did not answer in time."""


class Candidate:
    """One run of the candidate's program."""

    def __init__(self, timeout_s: float = 10.0) -> None:
        self._timeout_s = timeout_s
        program_in, self._to = os.pipe()
        self._from, program_out = os.pipe()
        self._control: socket.socket | None = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._control.connect("\0" + os.environ["JUDGE_PEER"])
        fds = array.array("i", [program_in, program_out])
        self._control.sendmsg([b"S"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, fds)])
        os.close(program_in)
        os.close(program_out)
        self._buffer = b""
        self._crlf = ends_lines_by_crlf()
        self._report: tuple[int, int, int] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def write(self, data: bytes) -> None:
        """Send bytes. Raises CandidateEnded when the program no longer reads."""
        view = memoryview(data)
        while view:
            _, ready, _ = select.select([], [self._to], [], self._timeout_s)
            if not ready:
                raise CandidateEnded("it does not read its input")
            try:
                view = view[os.write(self._to, view[:_PIECE_BYTES]) :]
            except BrokenPipeError:
                raise CandidateEnded("it closed its input") from None

    def readline(self) -> bytes:
        """One line without its end. Raises CandidateEnded at the end or after the timeout."""
        while b"\n" not in self._buffer:
            if len(self._buffer) > LINE_BYTES_MAX:
                raise CandidateEnded("it wrote a line of over 1 MiB")
            ready, _, _ = select.select([self._from], [], [], self._timeout_s)
            if not ready:
                raise CandidateEnded("it does not answer")
            piece = os.read(self._from, 65536)
            if not piece:
                raise CandidateEnded("it ended")
            self._buffer += piece
        line, self._buffer = self._buffer.split(b"\n", 1)
        return line[:-1] if self._crlf and line.endswith(b"\r") else line

    def close_input(self) -> None:
        """Let the program see the end of its input."""
        if self._to >= 0:
            os.close(self._to)
            self._to = -1

    def fds(self) -> tuple[int, int]:
        """(its output as it is, to read from; its input, to write to)."""
        return self._from, self._to

    def wait(self, timeout_s: float | None = None) -> tuple[int, int, int] | None:
        """(ending, exit code, signal) after its own end; None if it still runs."""
        assert self._control is not None, "it was killed"
        self._control.settimeout(timeout_s)
        try:
            data = self._control.recv(_REPORT_BYTES_MAX)
        except OSError:
            return None
        if len(data) == _REPORT.size:
            ending, code, signal, *_ = _REPORT.unpack(data)
            self._report = (ending, code, signal)
        return self._report

    def kill(self) -> None:
        """End it now, and wait until nothing of it is left."""
        if self._control is None:
            return
        with contextlib.suppress(OSError):
            self._control.settimeout(self._timeout_s)
            self._control.send(b"K")
            self._control.recv(_REPORT_BYTES_MAX)
        self._control.close()
        self._control = None
        self.close_input()
        os.close(self._from)
