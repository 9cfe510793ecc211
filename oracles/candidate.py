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
import sys
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

LINE_BYTES_MAX = 1 << 20
ENDING_S = 1.0
"""So long a program that hung up may take to end."""
_PIECE_BYTES = 4096
"""No more is written at once than a pipe takes whole when it is ready."""
_REPORT = struct.Struct("<IiiIQQ")
_REPORT_BYTES_MAX = 64


def ends_lines_by_crlf() -> bool:
    """Whether the program's lines end as Windows ends them."""
    return os.environ.get("JUDGE_LINE_ENDS") == "crlf"


class CandidateEnded(Exception):  # noqa: N818  (the program's doing, not an error of ours)
    """The program closed its output, or died, or did not answer in time."""


class Report(NamedTuple):
    """How a program ended, as its supervisor saw it: `Ending` by number, exit code, signal."""

    ending: int
    code: int
    signal: int
    cpu_ns: int = 0
    """Used by all its processes, where no other program ran beside it."""

    @property
    def ended_well(self) -> bool:
        return self.ending == self.code == self.signal == 0


def start_program(reads: int, writes: int) -> socket.socket:
    """Start the program with these pipe ends as its input and output; what stands for its life.

    Raises CandidateEnded where none is started any more, since a limit was reached.
    """
    control = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    fds = array.array("i", [reads, writes])
    try:
        control.connect("\0" + os.environ["JUDGE_PEER"])
        control.sendmsg([b"S"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, fds)])
    except ConnectionError:
        control.close()
        raise CandidateEnded("it is not started any more: it has reached a limit") from None
    return control


def wait_for(control: int | socket.socket, timeout_s: float | None) -> Report | None:
    """The end of a program, once it has come; None for one that a limit stopped, or that runs."""
    if isinstance(control, int):
        control = socket.socket(fileno=os.dup(control))
    control.settimeout(timeout_s)
    try:
        data = control.recv(_REPORT_BYTES_MAX)
    except OSError:
        return None
    if len(data) != _REPORT.size:
        return None
    ending, code, signal, _, cpu_ns, _ = _REPORT.unpack(data)
    return Report(ending, code, signal, cpu_ns)


def hung_up(control: socket.socket, how: str) -> CandidateEnded:
    """What to raise where the program hung up, once it had a moment to end by itself.

    Who hangs up is about to end, mostly: killed meanwhile, it could not be told how it ended.
    """
    select.select([control], [], [], ENDING_S)
    return CandidateEnded(how)


def kill_program(control: socket.socket, timeout_s: float) -> None:
    """End it now, and wait until nothing of it is left; nothing where it has ended."""
    with contextlib.suppress(OSError):
        control.settimeout(timeout_s)
        control.send(b"K")
        while control.recv(_REPORT_BYTES_MAX):
            pass


class Candidate:
    """One run of the candidate's program."""

    def __init__(self, timeout_s: float = 10.0) -> None:
        self._timeout_s = timeout_s
        program_in, self._to = os.pipe()
        self._from, program_out = os.pipe()
        self._control: socket.socket | None = None
        try:
            self._control = start_program(program_in, program_out)
        except CandidateEnded:
            os.close(self._to)
            os.close(self._from)
            raise
        finally:
            os.close(program_in)
            os.close(program_out)
        self._buffer = b""
        self._crlf = ends_lines_by_crlf()
        self._report: Report | None = None

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
                raise self._hung_up("it closed its input") from None

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
                raise self._hung_up("it ended")
            self._buffer += piece
        line, self._buffer = self._buffer.split(b"\n", 1)
        return line[:-1] if self._crlf and line.endswith(b"\r") else line

    def _hung_up(self, how: str) -> CandidateEnded:
        assert self._control is not None, "it was killed"
        return hung_up(self._control, how)

    def close_input(self) -> None:
        """Let the program see the end of its input."""
        if self._to >= 0:
            os.close(self._to)
            self._to = -1

    def wait(self, timeout_s: float | None = None) -> Report | None:
        """How it ended, after its own end; None if it still runs, or a limit stopped it."""
        assert self._control is not None, "it was killed"
        self._report = wait_for(self._control, timeout_s) or self._report
        return self._report

    def kill(self) -> None:
        """End it now, and wait until nothing of it is left."""
        if self._control is None:
            return
        kill_program(self._control, self._timeout_s)
        self._control.close()
        self._control = None
        self.close_input()
        os.close(self._from)


def _reject_for_its_end(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """A harness that did not expect the program's end says *rejected*: it is not the harness's."""
    if not issubclass(kind, CandidateEnded):
        sys.__excepthook__(kind, error, trace)
        return
    with contextlib.suppress(OSError, IndexError):
        (Path(sys.argv[3]) / "judgemessage.txt").write_text(f"the program: {error}\n")
    os._exit(43)


sys.excepthook = _reject_for_its_end
