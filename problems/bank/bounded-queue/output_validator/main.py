"""Judge the log of a bounded queue: is there an order of its operations that a queue allows?

Items are distinct, so linearizability is a matter of a few patterns (Bouajjani, Emmi, Enea, Hamza,
"On Reducing Linearizability to State Reachability", ICALP 2015; Emmi and Enea, POPL 2018): an item
from nowhere or twice, two items overtaking each other, a claim of emptiness or fullness that can't
have been true. Deadlines and close add their own. Each finding names the few operations that show
it: that is the witness, the log itself is never shown.
"""

import sys
from bisect import bisect_left, bisect_right

sys.path.insert(0, "/usr/local/lib/judge")
from judge_harness import accept, reject  # noqa: E402

OK, TIMEOUT, CLOSED, PENDING = 0, 1, 2, -1
NEVER = float("inf")
LATE_NS = 150_000_000  # far more than a busy machine delays a thread
EARLY_NS = 2_000_000  # a deadline is checked by the caller's clock; two clocks may differ a little


class Op:
    """One operation of the log; times in ns since the start."""

    def __init__(self, words):
        self.thread = int(words[0])
        self.kind = words[1]
        self.argument, self.result, self.item, self.start, self.end, self.deadline = map(int, words[2:8])
        if self.result == PENDING or self.end == 0:
            self.end = NEVER

    def span(self):
        end = None if self.end == NEVER else self.end / 1000
        return {"lane": f"thread {self.thread}", "start_us": self.start / 1000, "end_us": end}

    def __str__(self):
        names = {OK: "ok", TIMEOUT: "timeout", CLOSED: "closed", PENDING: "still waiting"}
        what = {"p": f"push {self.argument}", "g": "pop", "c": "close"}[self.kind]
        if self.kind == "g" and self.result == OK:
            outcome = f"→ {self.item}"
        elif self.kind == "c" and self.end != NEVER:
            outcome = ""
        else:
            outcome = f"→ {names.get(self.result, self.result)}"
        until = "…" if self.end == NEVER else f"{self.end / 1000:.1f}"
        return f"thread {self.thread}  {self.start / 1000:.1f}–{until} µs  {what} {outcome}".rstrip()


def fail(feedback, verdict, en, zh, ops, failing=()):
    ordered = sorted(ops, key=lambda op: op.start)
    reject(
        feedback,
        {
            "kind": "history",
            "verdict": verdict,
            "sentence_en": en,
            "sentence_zh": zh,
            "steps": [str(op) for op in ordered[:10]],
            "operations": [op.span() for op in ordered[:10]],
            "failing": [i for i, op in enumerate(ordered[:10]) if op in failing],
        },
    )


def main():
    input_path, _, feedback = sys.argv[1:4]
    with open(input_path, encoding="ascii") as file:
        heading = file.readline().split()
        scripts = [[word for word in line.split() if word[0] != "s"] for line in file]
    capacity = int(heading[1])
    lines = sys.stdin.read().split("\n")
    first = lines[0].split()
    if len(first) != 2 or first[0] not in ("ended", "stuck"):
        fail(feedback, "wrong-answer", "The harness's log is missing.", "缺少测试日志。", [])
    try:
        ops = [Op(line.split()) for line in lines[1:] if line]
    except (ValueError, IndexError):
        fail(feedback, "wrong-answer", "The harness's log is damaged.", "测试日志已损坏。", [])
    check_complete(ops, scripts, first[0] == "stuck", feedback)
    check(ops, capacity, first[0] == "stuck", feedback)
    idle = [op for op in ops if op.kind == "g" and op.result == TIMEOUT]
    counters = {}
    if len(ops) == 4 and len(idle) == 4:
        counters["idle_cpu_ms"] = round(int(first[1]) / 1e6, 1)
    accept(feedback, counters)


def check_complete(ops, scripts, stuck, feedback):
    """Every operation of every script is there, in its order: an empty log would please all else."""
    for number, words in enumerate(scripts):
        logged = [op for op in ops if op.thread == number]
        wanted = [(word[0], int(word[1:].split("@")[0] or 0)) for word in words]
        got = [(op.kind, op.argument) for op in logged]
        whole = stuck or len(got) == len(wanted) and not any(op.result == PENDING for op in logged)
        if got != wanted[: len(got)] or not whole or any(op.result == PENDING for op in logged[:-1]):
            fail(feedback, "wrong-answer", f"The log of thread {number} is not what it was told to do.", f"线程 {number} 的日志与其任务不符。", logged[-3:], logged[-1:])
    if any(op.thread >= len(scripts) for op in ops):
        fail(feedback, "wrong-answer", "The log has a thread too many.", "日志中多出一个线程。", ops[:1])


def check(ops, capacity, stuck, feedback):
    pushes = [op for op in ops if op.kind == "p"]
    pops = [op for op in ops if op.kind == "g"]
    closes = [op for op in ops if op.kind == "c"]
    pushed = {op.argument: op for op in pushes}
    popped = {}
    for pop in pops:
        if pop.result != OK:
            continue
        push = pushed.get(pop.item)
        if push is None or push.result in (TIMEOUT, CLOSED):
            fail(feedback, "wrong-answer", f"Item {pop.item} was popped and never successfully pushed.", f"元素 {pop.item} 被弹出，但从未成功压入。", [op for op in (push, pop) if op], [pop])
        if pop.item in popped:
            fail(feedback, "wrong-answer", f"Item {pop.item} was popped twice.", f"元素 {pop.item} 被弹出两次。", [push, popped[pop.item], pop], [pop])
        if pop.end < push.start:
            fail(feedback, "wrong-answer", f"Item {pop.item} was popped before it was pushed.", f"元素 {pop.item} 在压入之前就被弹出。", [push, pop], [pop])
        popped[pop.item] = pop
    check_order(pushes, popped, feedback)
    check_capacity(pushes, popped, capacity, feedback)
    check_refusals(pushes, pops, popped, closes, capacity, feedback)
    check_waiting(pushes, pops, popped, closes, capacity, stuck, feedback)


def check_order(pushes, popped, feedback):
    """a was pushed wholly before b, yet b was popped wholly before a (or a never)."""
    good = sorted((op for op in pushes if op.result == OK), key=lambda op: op.start)
    by_end = sorted(good, key=lambda op: op.end)
    latest, at = None, 0  # of the pushes that ended before b's start, the one popped last
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
        fail(feedback, "wrong-answer", f"{a.argument} was pushed before {b.argument}, but {b.argument} came out first.", f"{a.argument} 先于 {b.argument} 压入，但 {b.argument} 先出队。", involved, [pop_b])


def check_capacity(pushes, popped, capacity, feedback):
    """Items surely inside at once: pushed before, and their pop not yet begun."""
    inside = [
        (op.end, popped[op.argument].start if op.argument in popped else NEVER, op)
        for op in pushes
        if op.result == OK
    ]
    enters = sorted(item[0] for item in inside)
    leaves = sorted(item[1] for item in inside)
    for moment in enters:
        count = bisect_right(enters, moment) - bisect_right(leaves, moment)
        if count > capacity:
            held = [op for enter, leave, op in inside if enter <= moment < leave]
            fail(feedback, "wrong-answer", f"{count} items were in a queue of capacity {capacity}.", f"容量为 {capacity} 的队列中有 {count} 个元素。", held, held[-1:])


def check_refusals(pushes, pops, popped, closes, capacity, feedback):
    """Refused for a reason that can't have been: too early, before any close, or not after it."""
    first_close = min((op.start for op in closes), default=NEVER)
    closed_for_sure = min((op.end for op in closes), default=NEVER)
    closer = min(closes, key=lambda op: op.end) if closes else None
    for op in [*pushes, *pops]:
        word = "push" if op.kind == "p" else "pop"
        if op.result == TIMEOUT and (op.deadline == 0 or op.end + EARLY_NS < op.deadline):
            fail(feedback, "wrong-answer", f"A {word} timed out before its deadline.", f"一次 {word} 在截止时间之前就超时返回。", [op], [op])
        if op.end != NEVER and op.deadline > op.start and op.end > op.deadline + LATE_NS:
            late_ms = round((op.end - op.deadline) / 1e6)
            fail(feedback, "wrong-answer", f"A {word} came back {late_ms} ms after its deadline.", f"一次 {word} 在截止时间之后 {late_ms} ms 才返回。", [op], [op])
        if op.result == CLOSED and op.end < first_close:
            fail(feedback, "wrong-answer", f"A {word} said closed before the queue was closed.", f"队列尚未关闭，{word} 却返回“已关闭”。", [op, *closes[:1]], [op])
        if op.kind == "p" and op.result == OK and op.start > closed_for_sure:
            fail(feedback, "wrong-answer", f"Item {op.argument} was pushed into a closed queue.", f"元素 {op.argument} 被压入已关闭的队列。", [closer, op], [op])
    good = [op for op in pushes if op.result == OK]
    ends = sorted((op.end, popped[op.argument].start if op.argument in popped else NEVER) for op in good)
    for pop in pops:
        # An item that was inside during the whole pop makes "empty" impossible.
        if pop.result == CLOSED or (pop.result == TIMEOUT and pop.deadline > pop.start):
            upto = bisect_left(ends, (pop.start, 0))
            inside = [op for op in good if op.end < pop.start and (op.argument not in popped or popped[op.argument].start > pop.end)]
            if upto and inside:
                said = "closed" if pop.result == CLOSED else "timeout"
                fail(feedback, "wrong-answer", f"A pop said {said} although item {inside[0].argument} was in the queue the whole time.", f"一次 pop 返回 {said}，而元素 {inside[0].argument} 一直在队列中。", [inside[0], pop], [pop])


def threads(ops):
    return "1 thread is" if len(ops) == 1 else f"{len(ops)} threads are"


def items(ops):
    return "1 item is" if len(ops) == 1 else f"{len(ops)} items are"


def check_waiting(pushes, pops, popped, closes, capacity, stuck, feedback):
    """Somebody still waits at the end although they could go on."""
    waiting = [op for op in [*pushes, *pops] if op.result == PENDING]
    if not waiting:
        return
    closed = any(op.end != NEVER for op in closes)
    inside = [op for op in pushes if op.result == OK and op.argument not in popped]
    poppers = [op for op in waiting if op.kind == "g"]
    pushers = [op for op in waiting if op.kind == "p"]
    if closed:
        op = waiting[0]
        fail(feedback, "deadlock", f"{threads(waiting)} still waiting although the queue is closed.", f"队列已关闭，仍有 {len(waiting)} 个线程在等待。", [*closes[:1], *waiting], waiting)
    if poppers and inside:
        fail(feedback, "deadlock", f"A pop waits for ever although {items(inside)} in the queue: its wake-up was lost.", f"队列中有 {len(inside)} 个元素，pop 却一直等待：唤醒丢失了。", [*inside[:3], *waiting[:6]], poppers)
    if pushers and len(inside) < capacity:
        fail(feedback, "deadlock", f"A push waits for ever although only {len(inside)} of {capacity} places are taken: its wake-up was lost.", f"{capacity} 个位置只占用了 {len(inside)} 个，push 却一直等待：唤醒丢失了。", [*inside[:3], *waiting[:6]], pushers)
    if stuck:
        late = [op for op in waiting if op.deadline]
        fail(feedback, "deadlock", f"{threads(waiting)} waiting and none can go on." + (" One is past its deadline." if late else ""), f"{len(waiting)} 个线程在等待，谁也无法继续。" + ("其中有已过截止时间的。" if late else ""), waiting, waiting)


main()
