"""For harnesses of packages: start, talk to, and kill the candidate's program.

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
import json
import os
import select
import socket
import struct
import sys
import time

ACCEPTED, REJECTED = 42, 43
_REPORT = struct.Struct("<IiiIQQ")


class CandidateEnded(Exception):
    """The program closed its output, or died, or did not answer in time."""


class Candidate:
    """One run of the candidate's program."""

    def __init__(self, timeout_s=10.0):
        self._timeout_s = timeout_s
        their_in, self._to = os.pipe()
        self._from, their_out = os.pipe()
        self._control = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._control.connect("\0" + os.environ["JUDGE_PEER"])
        fds = array.array("i", [their_in, their_out])
        self._control.sendmsg([b"S"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, fds)])
        os.close(their_in)
        os.close(their_out)
        self._buffer = b""
        self._crlf = os.environ.get("JUDGE_LINE_ENDS") == "crlf"
        self.report = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kill()

    def write(self, data):
        """Send bytes. Raises CandidateEnded when the program no longer reads."""
        view = memoryview(data)
        while view:
            _, ready, _ = select.select([], [self._to], [], self._timeout_s)
            if not ready:
                raise CandidateEnded("it does not read its input")
            try:
                view = view[os.write(self._to, view[:4096]):]
            except BrokenPipeError:
                raise CandidateEnded("it closed its input") from None

    def readline(self):
        """One line without its end. Raises CandidateEnded at the end or after the timeout."""
        while b"\n" not in self._buffer:
            if len(self._buffer) > 1 << 20:
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

    def close_input(self):
        """Let the program see the end of its input."""
        if self._to >= 0:
            os.close(self._to)
            self._to = -1

    def fds(self):
        """(its output as it is, to read from; its input, to write to)."""
        return self._from, self._to

    def wait(self, timeout_s=None):
        """(ending, exit code, signal) after its own end; None if it still runs."""
        self._control.settimeout(timeout_s)
        try:
            data = self._control.recv(64)
        except (TimeoutError, OSError):
            return None
        if len(data) == _REPORT.size:
            self.report = _REPORT.unpack(data)[:3]
        return self.report

    def kill(self):
        """End it now, and wait until nothing of it is left."""
        if self._control is None:
            return
        try:
            self._control.settimeout(self._timeout_s)
            self._control.send(b"K")
            self._control.recv(64)
        except OSError:
            pass
        self._control.close()
        self._control = None
        self.close_input()
        os.close(self._from)


class OpenLoop:
    """Requests that come at a fixed rate, however slow the program is, and how long each took.

    A latency counts from the instant at which the request was *due*: one that waits because an
    earlier one was slow has waited too. (A harness that sends the next request only after the
    answer to the last would leave that out: coordinated omission.)

        loop = OpenLoop(rate_per_s=2000, count=1000)
        while (numbers := loop.due()):      # sleeps until one is due; empty at the end
            ...
            loop.done(number)
    """

    def __init__(self, rate_per_s, count):
        self.rate_per_s, self.count = rate_per_s, count
        self._interval_ns = 1_000_000_000 / rate_per_s
        self._start_ns, self._next = time.monotonic_ns(), 0
        self._latencies_ns = {}

    def due(self):
        """Numbers of the requests that have come due since the last call, at least one."""
        if self._next == self.count:
            return range(0)
        first, now = self._next, time.monotonic_ns()
        wait_ns = self._start_ns + first * self._interval_ns - now
        if wait_ns > 0:
            time.sleep(wait_ns / 1e9)
            now = time.monotonic_ns()
        arrived = int((now - self._start_ns) / self._interval_ns) + 1
        self._next = min(self.count, max(arrived, first + 1))
        return range(first, self._next)

    def done(self, number):
        """The answer to this request is here."""
        due_ns = self._start_ns + number * self._interval_ns
        self._latencies_ns[number] = max(0, round(time.monotonic_ns() - due_ns))

    def report(self):
        """What the judge reads: latencies in ns in the order of requests, and our own clock's span."""
        return {
            "rate_per_s": self.rate_per_s,
            "span_ns": time.monotonic_ns() - self._start_ns,
            "latencies_ns": [self._latencies_ns[number] for number in sorted(self._latencies_ns)],
        }


def reject(feedback_directory, witness):
    """Write the witness (a dict; see docs/problem-format.md) and exit with `rejected`."""
    # A program's output may be no UTF-8, and json writes what can't be encoded as escapes.
    with open(os.path.join(feedback_directory, "witness.json"), "w", encoding="ascii") as file:
        json.dump(witness, file)
    sys.exit(REJECTED)


def accept(feedback_directory, counters=None, loop=None):
    """Write the counters (name to number), what an OpenLoop saw, and exit with `accepted`."""
    if loop is not None:
        with open(os.path.join(feedback_directory, "latencies.json"), "w", encoding="ascii") as file:
            json.dump(loop.report(), file)
    with open(os.path.join(feedback_directory, "counters.json"), "w", encoding="utf-8") as file:
        json.dump(counters or {}, file)
    sys.exit(ACCEPTED)
