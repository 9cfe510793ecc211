"""Conduct a candidate's functions: hand operations out one by one, and take their times from here.

Where the candidate's functions are linked with a harness (the library shape), whatever that process
tells is the candidate's claim. So it is told nothing before its time, and keeps nothing that
counts: we hold the script, give each operation when its turn has come, with a token that its
messages must carry, and hear of its beginning before the answer is called and of its end after it
returned. The instants are the kernel's, taken when a message was sent, however late we read it.
An operation that began can't be taken back, nor dated anew; one thread's follow one another.

The harness's half is the kit of problems/kit, a copy of which lies in a package's include/.

    with Conducted() as process:
        process.ask("n", 64)                      # one operation, and what came of it
        history = process.play(scripts, 700)      # many threads' operations, side by side
"""

import heapq
import select
import socket
import struct
import time
from collections.abc import Callable, Sequence
from secrets import randbits
from types import TracebackType
from typing import NamedTuple, Self

from oracles.candidate import CandidateEnded, Report, hung_up, kill_program, start_program, wait_for
from oracles.feedback import Rejected, Rejection

PAYLOAD_BYTES_MAX = 1 << 16
NO_WAIT = (1 << 64) - 1
"""As an operation's deadline: none."""
_HEAD = struct.Struct("<IIQQQQQ")
_INSTANT = struct.Struct("qq")
_STOP, _BEGIN, _END, _WORKERS, _QUESTION = 0, 1, 2, 3, 4
_ALONE = 1 << 31
"""In a kind: nothing else is under way, and the harness's sanitizer may know it."""
_SO_TIMESTAMPNS = 35
_ANCILLARY_BYTES = socket.CMSG_SPACE(_INSTANT.size)
CLOCK_STEP_NS_MAX = 1_000_000
"""The kernel tells instants of the wall clock, which somebody may set meanwhile."""
PATIENCE_S, BLOCK_PATIENCE_S = 10.0, 60.0
"""So long nothing may be heard: of single operations, by programs under a sanitizer, too; and of
blocks of timed work, which limits end long before."""


Server = Callable[[int], bytes]
"""From a question's number to at most PAYLOAD_BYTES_MAX bytes. May raise Rejected."""


class Step(NamedTuple):
    """One operation of a script: a letter, its numbers, and how long its thread pauses before."""

    kind: str
    a: int = 0
    b: int = 0
    c: int = 0
    given: bytes = b""
    pause_us: int = 0


class Performed(NamedTuple):
    """What became of a step; instants in ns of the wall clock, 0 for what has not come."""

    thread: int
    step: Step
    handed_ns: int
    start_ns: int
    end_ns: int
    result: int = 0
    value: int = 0
    extra: int = 0
    told: bytes = b""


class ConductedHistory(NamedTuple):
    """All that began, in the order of its beginnings."""

    performed: Sequence[Performed]
    stuck: bool
    """Whether nothing had ended for as long as the watchdog waits, and somebody was at it."""


class _Turn:
    """An operation that was handed out."""

    __slots__ = ("handed_ns", "number", "start_ns", "step", "thread", "token")

    def __init__(self, thread: int, step: Step, number: int, token: int) -> None:
        self.thread, self.step, self.number, self.token = thread, step, number, token
        self.handed_ns = self.start_ns = 0


class Conducted:
    """One process of the candidate's program, and all that we asked of it."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
        try:
            self._control = start_program(theirs.fileno(), theirs.fileno())
        except CandidateEnded:
            ours.close()
            raise
        finally:
            theirs.close()
        ours.settimeout(PATIENCE_S)
        self._channel = ours
        self._turns: dict[int, _Turn] = {}
        self._number = 0
        self._workers = 1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # The program first: it would notice that its channel was shut, and end as it likes.
        kill_program(self._control, PATIENCE_S)
        self._channel.close()
        self._control.close()

    def ask(
        self,
        kind: str,
        *numbers: int,
        given: bytes = b"",
        serve: Server | None = None,
        patience_s: float = PATIENCE_S,
    ) -> Performed:
        """One operation, with three numbers at most, by itself.

        Raises CandidateEnded where the program ends, and Rejected where the operation was not done
        or nothing was heard for `patience_s`: a block of timed work needs more than one operation.
        `serve` answers the harness's questions meanwhile: what it needs and does not have.
        """
        self._channel.settimeout(patience_s)
        a, b, c = (*numbers, 0, 0, 0)[:3]
        self._hand_out(0, Step(kind, a, b, c, given), alone=True)
        while True:
            done = self._hear(serve)
            if done is not None:
                return done

    def play(self, scripts: Sequence[Sequence[Step]], watchdog_ms: float) -> ConductedHistory:
        """Each script's steps one after the other, all scripts side by side.

        Ends when all have ended, or nothing has ended for `watchdog_ms` although somebody should:
        pauses count for nothing. Raises as `ask` does.
        """
        self._need_workers(len(scripts))
        offset_ns = _clock_offset_ns()
        performed: list[Performed] = []
        at = [0] * len(scripts)
        due = [
            (time.monotonic() + script[0].pause_us / 1e6, number)
            for number, script in enumerate(scripts)
            if script
        ]
        heapq.heapify(due)
        looking = select.poll()
        looking.register(self._channel, select.POLLIN)
        changed = time.monotonic()
        while due or self._turns:
            now = time.monotonic()
            while due and due[0][0] <= now:
                _, thread = heapq.heappop(due)
                self._hand_out(thread, scripts[thread][at[thread]])
                changed = now
            until = due[0][0] if due else changed + watchdog_ms / 1000
            if not looking.poll(max(0.0, (until - now) * 1000)):
                if not due and time.monotonic() - changed > watchdog_ms / 1000:
                    break
                continue
            done = self._hear()
            if done is None:
                continue
            performed.append(done)
            changed = time.monotonic()
            thread = done.thread
            at[thread] += 1
            if at[thread] < len(scripts[thread]):
                step = scripts[thread][at[thread]]
                if step.pause_us:
                    heapq.heappush(due, (changed + step.pause_us / 1e6, thread))
                else:
                    self._hand_out(thread, step)
        if abs(_clock_offset_ns() - offset_ns) > CLOCK_STEP_NS_MAX:
            raise Rejected(
                Rejection("note", "The clock was set.", "时钟被调整了。", verdict="inconclusive")
            )
        return self._history(performed)

    def stop(self) -> Report | None:
        """Say that this was all, and wait for the program's end: how it ended.

        None where a limit stopped it: then that is its ending.
        """
        for _ in range(self._workers):
            self._send(_HEAD.pack(_STOP, 0, 0, 0, 0, 0, randbits(64)))
        return wait_for(self._control, None)

    def _need_workers(self, count: int) -> None:
        if count <= self._workers:
            return
        self._hand_out(0, Step(chr(_WORKERS), count), alone=True)
        while self._hear() is None:
            pass
        self._workers = count

    def _hand_out(self, thread: int, step: Step, *, alone: bool = False) -> None:
        self._number += 1
        turn = _Turn(thread, step, self._number, randbits(64))
        self._turns[self._number] = turn
        turn.handed_ns = time.time_ns()
        kind, numbers = ord(step.kind) | alone * _ALONE, (step.a, step.b, step.c)
        head = _HEAD.pack(kind, len(step.given), *numbers, turn.number, turn.token)
        self._send(head + step.given)

    def _send(self, message: bytes) -> None:
        try:
            self._channel.send(message)
        except TimeoutError:
            raise _deaf() from None
        except OSError:
            raise hung_up(self._control, "it ended") from None

    def _hear(self, serve: Server | None = None) -> Performed | None:
        """The next message: an operation's end, or None for its beginning or a question."""
        try:
            message, ancillary, flags, _ = self._channel.recvmsg(
                _HEAD.size + PAYLOAD_BYTES_MAX, _ANCILLARY_BYTES
            )
        except TimeoutError:
            raise _deaf() from None
        except OSError:
            raise hung_up(self._control, "it ended") from None
        if not message:
            raise hung_up(self._control, "it ended")
        now_ns = time.time_ns()
        sent_ns = _instant(ancillary, now_ns)
        turn = self._turn_of(message, flags)
        kind, _, result, value, extra, *_ = _HEAD.unpack_from(message)
        if kind == _BEGIN and not turn.start_ns:
            turn.start_ns = max(turn.handed_ns, sent_ns or turn.handed_ns)
            return None
        if kind == _QUESTION and turn.start_ns and serve is not None:
            content = serve(result)
            self._send(
                _HEAD.pack(_QUESTION, len(content), 0, 0, 0, turn.number, turn.token) + content
            )
            return None
        if kind != _END or not turn.start_ns:
            raise not_as_told()
        del self._turns[turn.number]
        return Performed(
            turn.thread,
            turn.step,
            turn.handed_ns,
            turn.start_ns,
            max(turn.start_ns, sent_ns or now_ns),
            result,
            value,
            extra,
            message[_HEAD.size :],
        )

    def _turn_of(self, message: bytes, flags: int) -> _Turn:
        """Whose message it is. Raises Rejected where nobody's: the harness did not write it."""
        if len(message) < _HEAD.size or flags & socket.MSG_TRUNC:
            raise not_as_told()
        _, length, *_, number, token = _HEAD.unpack_from(message)
        turn = self._turns.get(number)
        if turn is None or turn.token != token or length != len(message) - _HEAD.size:
            raise not_as_told()
        return turn

    def _history(self, performed: list[Performed]) -> ConductedHistory:
        under_way = (
            Performed(turn.thread, turn.step, turn.handed_ns, turn.start_ns, 0)
            for turn in self._turns.values()
            if turn.start_ns
        )
        everything = sorted((*performed, *under_way), key=lambda one: one.start_ns)
        return ConductedHistory(everything, stuck=bool(self._turns))


def _instant(ancillary: list[tuple[int, int, bytes]], now_ns: int) -> int:
    """When the kernel says that a message was sent, in ns; 0 where it does not say."""
    for level, kind, data in ancillary:
        if level == socket.SOL_SOCKET and kind == _SO_TIMESTAMPNS and len(data) == _INSTANT.size:
            seconds, rest_ns = _INSTANT.unpack(data)
            return min(int(seconds) * 1_000_000_000 + int(rest_ns), now_ns)
    return 0


def _clock_offset_ns() -> int:
    """The wall clock less the monotonic one, by the best of some looks: one may be held up."""
    return -max(time.monotonic_ns() - time.time_ns() for _ in range(5))


def _deaf() -> Rejected:
    return Rejected(
        Rejection(
            "note",
            "The program did not answer, nor end.",
            "程序既不应答，也不结束。",
            verdict="time-limit",
        )
    )


def not_as_told() -> Rejected:
    return Rejected(
        Rejection(
            "note",
            "What the program says of its operations is not what it was asked to do.",
            "程序对其操作的说法与要求它做的不符。",
        )
    )


def page_messages(pages: Sequence[bytes]) -> Sequence[bytes]:
    """Pages of equal size, as few messages as they fit into."""
    if not pages:
        return ()
    each = max(1, PAYLOAD_BYTES_MAX // len(pages[0]))
    return [b"".join(pages[at : at + each]) for at in range(0, len(pages), each)]
