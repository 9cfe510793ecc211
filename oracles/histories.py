"""Histories of a bounded blocking queue: whether some order of the operations is a queue's.

Items are distinct, so linearizability is a matter of a few patterns (Bouajjani, Emmi, Enea and
Hamza, "On Reducing Linearizability to State Reachability", ICALP 2015; Emmi and Enea, "Sound,
Complete, and Tractable Linearizability Monitoring", POPL 2018): an item from nowhere or twice, two
items overtaking each other, a claim of emptiness or fullness that can't have been true. Deadlines
and close add their own. Each finding names the few operations that show it: that is the witness.
A pattern of a few operations is put to the plain search once more before it is told.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

from oracles import linearizability
from oracles.feedback import Rejection, Span
from oracles.linearizability import NEVER, Call, Outcome

LATE_NS = 150_000_000
"""Far more than a busy machine delays a thread."""
LATE_AS_A_RULE_NS, LATE_COUNT_MIN = 20_000_000, 6
"""A delay of that much is no accident where half of so many deadlines, or more, have it."""
EARLY_NS = 250_000
"""A deadline is checked by the caller's clock; two clocks may differ a little."""
SHOWN_MAX = 10


class Result(IntEnum):
    """How an operation came back."""

    OK = 0
    TIMEOUT = 1
    CLOSED = 2
    PENDING = -1
    """It did not."""


_RESULTS = {
    Result.OK: "ok",
    Result.TIMEOUT: "timeout",
    Result.CLOSED: "closed",
    Result.PENDING: "still waiting",
}
_WORDS = {"p": "push", "g": "pop", "c": "close"}


@dataclass(frozen=True, eq=False)
class QueueOperation:
    """One operation; times in ns since the start, `end` NEVER for one that did not come back."""

    thread: int
    kind: str
    """p, g or c: push, pop, close."""
    argument: int
    """What was pushed."""
    result: int
    """One of `Result`; any other number is shown as it is."""
    item: int
    """What was popped."""
    start: float
    end: float
    deadline: float = 0
    """0 for none."""

    @property
    def span(self) -> Span:
        end = None if self.end == NEVER else self.end / 1000
        return Span(lane=f"thread {self.thread}", start_us=self.start / 1000, end_us=end)

    def __str__(self) -> str:
        what = f"push {self.argument}" if self.kind == "p" else _WORDS[self.kind]
        if self.kind == "g" and self.result == Result.OK:
            outcome = f"→ {self.item}"
        elif self.kind == "c" and self.end != NEVER:
            outcome = ""
        else:
            known = self.result in list(Result)
            outcome = f"→ {_RESULTS[Result(self.result)] if known else self.result}"
        until = "…" if self.end == NEVER else f"{self.end / 1000:.1f}"
        words = f"thread {self.thread}  {self.start / 1000:.1f}–{until} µs  {what} {outcome}"
        return words.rstrip()


def rejection_of(
    verdict: str,
    sentences: tuple[str, str],
    operations: Collection[QueueOperation],
    failing: Collection[QueueOperation] = (),
) -> Rejection:
    """A history as a witness: the first few operations by their start, those that fail marked."""
    shown = sorted(operations, key=lambda one: one.start)[:SHOWN_MAX]
    return Rejection(
        kind="history",
        verdict=verdict,
        sentence_en=sentences[0],
        sentence_zh=sentences[1],
        steps=[str(one) for one in shown],
        operations=[one.span for one in shown],
        failing=[n for n, one in enumerate(shown) if one in failing],
    )


class BoundedQueue(linearizability.Model[tuple[int, ...], QueueOperation]):
    """The sequential queue: first in, first out, no more than its capacity."""

    def __init__(self, capacity: int) -> None:
        self.initial: tuple[int, ...] = ()
        self._capacity = capacity

    def after(self, state: tuple[int, ...], doing: QueueOperation) -> tuple[int, ...] | None:
        """Pushes and pops that succeeded; others change nothing, and are not looked at."""
        if doing.kind == "c" or doing.result not in (Result.OK, Result.PENDING):
            return state
        if doing.kind == "p":
            return (*state, doing.argument) if len(state) < self._capacity else None
        if doing.result == Result.PENDING:
            return state[1:] if state else None
        return state[1:] if state and state[0] == doing.item else None


@dataclass(frozen=True)
class QueueHistory:
    """All that was logged of one queue. `stuck`: at the end somebody waited for ever."""

    operations: tuple[QueueOperation, ...]
    capacity: int
    stuck: bool = False

    def of_kind(self, kind: str) -> list[QueueOperation]:
        return [one for one in self.operations if one.kind == kind]

    def good_pushes(self) -> list[QueueOperation]:
        return [one for one in self.of_kind("p") if one.result == Result.OK]

    def popped(self) -> dict[int, QueueOperation]:
        """By item, the first pop that gave it."""
        found: dict[int, QueueOperation] = {}
        for pop in self.of_kind("g"):
            if pop.result == Result.OK:
                found.setdefault(pop.item, pop)
        return found


def check_queue(history: QueueHistory) -> Rejection | None:
    """What shows that this was no bounded queue; None where nothing does."""
    popped = history.popped()
    return (
        _from_nowhere(history)
        or _overtaking(history, popped)
        or _too_full(history, popped)
        or _untimely(history)
        or _late_as_a_rule(history)
        or _false_fullness(history, popped)
        or _false_emptiness(history, popped)
        or _waiting_in_vain(history, popped)
    )


def confirmed(
    rejection: Rejection, operations: Sequence[QueueOperation], capacity: int
) -> Rejection:
    """The rejection, once the plain search agrees on these few operations.

    AssertionError where it does not: then the fault is this module's, and no candidate's.
    """
    calls = [Call(one, one.start, one.end) for one in operations]
    outcome = linearizability.check(calls, BoundedQueue(capacity))
    assert outcome is Outcome.VIOLATION, f"{outcome}: {rejection.sentence_en}"
    return rejection


def _from_nowhere(history: QueueHistory) -> Rejection | None:
    """An item that nobody pushed, that came out twice, or before it went in."""
    pushed = {one.argument: one for one in history.of_kind("p")}
    before: dict[int, QueueOperation] = {}
    for pop in history.of_kind("g"):
        if pop.result != Result.OK:
            continue
        push, item = pushed.get(pop.item), pop.item
        if push is None or push.result in (Result.TIMEOUT, Result.CLOSED):
            found = rejection_of(
                "wrong-answer",
                (
                    f"Item {item} was popped and never successfully pushed.",
                    f"元素 {item} 被弹出，但从未成功压入。",
                ),
                [one for one in (push, pop) if one],
                [pop],
            )
            return confirmed(found, [pop], history.capacity)
        if item in before:
            involved = [push, before[item], pop]
            twice = (f"Item {item} was popped twice.", f"元素 {item} 被弹出两次。")
            found = rejection_of("wrong-answer", twice, involved, [pop])
            return confirmed(found, involved, history.capacity)
        if pop.end < push.start:
            early = (
                f"Item {item} was popped before it was pushed.",
                f"元素 {item} 在压入之前就被弹出。",
            )
            found = rejection_of("wrong-answer", early, [push, pop], [pop])
            return confirmed(found, [push, pop], history.capacity)
        before[item] = pop
    return None


def _overtaking(history: QueueHistory, popped: Mapping[int, QueueOperation]) -> Rejection | None:
    """A was pushed wholly before b, yet b was popped wholly before a (or a never)."""
    good = sorted(history.good_pushes(), key=lambda one: one.start)
    by_end = sorted(good, key=lambda one: one.end)
    latest: tuple[float, QueueOperation] | None = None
    at = 0  # of the pushes that ended before b's start, `latest` is the one popped last
    for b in good:
        while at < len(by_end) and by_end[at].end < b.start:
            a = by_end[at]
            start = popped[a.argument].start if a.argument in popped else NEVER
            if latest is None or start > latest[0]:
                latest = (start, a)
            at += 1
        pop_b = popped.get(b.argument)
        if latest is None or pop_b is None or pop_b.end >= latest[0]:
            continue
        a = latest[1]
        involved = [a, b, pop_b] + ([popped[a.argument]] if a.argument in popped else [])
        sentences = (
            f"{a.argument} was pushed before {b.argument}, but {b.argument} came out first.",
            f"{a.argument} 先于 {b.argument} 压入，但 {b.argument} 先出队。",
        )
        found = rejection_of("wrong-answer", sentences, involved, [pop_b])
        return confirmed(found, involved, history.capacity)
    return None


def _too_full(history: QueueHistory, popped: Mapping[int, QueueOperation]) -> Rejection | None:
    """Items surely inside at once: pushed before, and their pop not yet begun."""
    inside = [
        (one.end, popped[one.argument].start if one.argument in popped else NEVER, one)
        for one in history.good_pushes()
    ]
    enters = sorted(enter for enter, _, _ in inside)
    leaves = sorted(leave for _, leave, _ in inside)
    for moment in enters:
        count = bisect_right(enters, moment) - bisect_right(leaves, moment)
        if count > history.capacity:
            held = [one for enter, leave, one in inside if enter <= moment < leave]
            sentences = (
                f"{count} items were in a queue of capacity {history.capacity}.",
                f"容量为 {history.capacity} 的队列中有 {count} 个元素。",
            )
            return rejection_of("wrong-answer", sentences, held, held[-1:])
    return None


def _untimely(history: QueueHistory) -> Rejection | None:
    """Refused for a reason that can't have been: too early, before any close, or not after it."""
    closes = history.of_kind("c")
    first_close = min((one.start for one in closes), default=NEVER)
    closed_for_sure = min((one.end for one in closes), default=NEVER)
    for one in (*history.of_kind("p"), *history.of_kind("g")):
        word = _WORDS[one.kind]
        if one.result == Result.TIMEOUT and (
            one.deadline == 0 or one.end + EARLY_NS < one.deadline
        ):
            sentences = (
                f"A {word} timed out before its deadline.",
                f"一次 {word} 在截止时间之前就超时返回。",
            )
            return rejection_of("wrong-answer", sentences, [one], [one])
        if one.end != NEVER and one.deadline > one.start and one.end > one.deadline + LATE_NS:
            late_ms = round((one.end - one.deadline) / 1e6)
            sentences = (
                f"A {word} came back {late_ms} ms after its deadline.",
                f"一次 {word} 在截止时间之后 {late_ms} ms 才返回。",
            )
            return rejection_of("wrong-answer", sentences, [one], [one])
        if one.result == Result.CLOSED and one.end < first_close:
            sentences = (
                f"A {word} said closed before the queue was closed.",
                f"队列尚未关闭，{word} 却返回“已关闭”。",
            )
            return rejection_of("wrong-answer", sentences, [one, *closes[:1]], [one])
        if one.kind == "p" and one.result == Result.OK and one.start > closed_for_sure:
            closer = min(closes, key=lambda close: close.end)
            sentences = (
                f"Item {one.argument} was pushed into a closed queue.",
                f"元素 {one.argument} 被压入已关闭的队列。",
            )
            return rejection_of("wrong-answer", sentences, [closer, one], [one])
    return None


def _late_as_a_rule(history: QueueHistory) -> Rejection | None:
    """Half of all that came back after their deadlines did so long after them."""
    missed = [
        one
        for one in (*history.of_kind("p"), *history.of_kind("g"))
        if NEVER > one.end > one.deadline > one.start
    ]
    late = [one for one in missed if one.end > one.deadline + LATE_AS_A_RULE_NS]
    if len(missed) < LATE_COUNT_MIN or 2 * len(late) < len(missed):
        return None
    after_ms = LATE_AS_A_RULE_NS // 1_000_000
    share, share_zh = f"{len(late)} of {len(missed)}", f"{len(missed)} 次操作中有 {len(late)} 次"
    sentences = (
        f"{share} operations that missed their deadlines came back over {after_ms} ms after them.",
        f"错过截止时间的 {share_zh}在其后 {after_ms} ms 以上才返回。",
    )
    return rejection_of("wrong-answer", sentences, late[:SHOWN_MAX], late[:SHOWN_MAX])


def _false_fullness(
    history: QueueHistory, popped: Mapping[int, QueueOperation]
) -> Rejection | None:
    """Room that was there during the whole of a push makes "full" impossible."""
    may_be_inside = [
        one for one in history.of_kind("p") if one.result in (Result.OK, Result.PENDING)
    ]
    enters = sorted(one.start for one in may_be_inside)
    leaves = sorted(popped[one.argument].end for one in may_be_inside if one.argument in popped)
    for push in history.of_kind("p"):
        if push.result != Result.TIMEOUT:
            continue
        first, last = bisect_right(enters, push.start), bisect_right(enters, push.end)
        moments = (push.start, *enters[first:last])
        most = max(bisect_right(enters, at) - bisect_left(leaves, at) for at in moments)
        if most < history.capacity:
            sentences = (
                (
                    f"A push of {push.argument} timed out although there was room the whole time: "
                    f"{most} of {history.capacity} places at most were taken."
                ),
                (
                    f"压入 {push.argument} 超时返回，而其间一直有空位：{history.capacity} 个位置"
                    f"最多只占用了 {most} 个。"
                ),
            )
            return rejection_of("wrong-answer", sentences, [push], [push])
    return None


def _false_emptiness(
    history: QueueHistory, popped: Mapping[int, QueueOperation]
) -> Rejection | None:
    """An item that was inside during the whole of a pop makes "empty" impossible."""
    good = history.good_pushes()
    ends = sorted(one.end for one in good)
    for pop in history.of_kind("g"):
        said_empty = pop.result in (Result.CLOSED, Result.TIMEOUT)
        if not said_empty or not bisect_left(ends, pop.start):
            continue
        for one in good:
            gone = popped.get(one.argument)
            if one.end < pop.start and (gone is None or gone.start > pop.end):
                said, said_zh = (
                    ("closed", "已关闭") if pop.result == Result.CLOSED else ("timeout", "超时")
                )
                item = one.argument
                sentences = (
                    f"A pop said {said} although item {item} was in the queue the whole time.",
                    f"一次 pop 返回“{said_zh}”，而元素 {item} 一直在队列中。",
                )
                return rejection_of("wrong-answer", sentences, [one, pop], [pop])
    return None


def _waiting_in_vain(
    history: QueueHistory, popped: Mapping[int, QueueOperation]
) -> Rejection | None:
    """Somebody still waits at the end although they could go on."""
    pushes, pops, closes = (history.of_kind(kind) for kind in "pgc")
    waiting = [one for one in (*pushes, *pops) if one.result == Result.PENDING]
    if not waiting:
        return None
    inside = [one for one in history.good_pushes() if one.argument not in popped]
    poppers = [one for one in waiting if one.kind == "g"]
    pushers = [one for one in waiting if one.kind == "p"]
    count = len(waiting)
    if any(one.end != NEVER for one in closes):
        sentences = (
            f"{_are(count, 'thread')} still waiting although the queue is closed.",
            f"队列已关闭，仍有 {count} 个线程在等待。",
        )
        return rejection_of("deadlock", sentences, [*closes[:1], *waiting], waiting)
    if poppers and inside:
        there = _are(len(inside), "item")
        sentences = (
            f"A pop waits for ever although {there} in the queue: its wake-up was lost.",
            f"队列中有 {len(inside)} 个元素，pop 却一直等待：唤醒丢失了。",
        )
        return rejection_of("deadlock", sentences, [*inside[:3], *waiting[:6]], poppers)
    if pushers and len(inside) < history.capacity:
        taken = f"only {len(inside)} of {history.capacity} places are taken"
        sentences = (
            f"A push waits for ever although {taken}: its wake-up was lost.",
            f"{history.capacity} 个位置只占用了 {len(inside)} 个，push 却一直等待：唤醒丢失了。",
        )
        return rejection_of("deadlock", sentences, [*inside[:3], *waiting[:6]], pushers)
    if not history.stuck:
        return None
    late = any(one.deadline for one in waiting)
    sentences = (
        f"{_are(count, 'thread')} waiting and none can go on."
        + (" One is past its deadline." if late else ""),
        f"{count} 个线程在等待，谁也无法继续。" + ("其中有已过截止时间的。" if late else ""),
    )
    return rejection_of("deadlock", sentences, waiting, waiting)


def _are(count: int, noun: str) -> str:
    return f"1 {noun} is" if count == 1 else f"{count} {noun}s are"
