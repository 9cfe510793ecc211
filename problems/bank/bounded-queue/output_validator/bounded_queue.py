"""Conduct a bounded queue: hand out what each thread does, and judge what came of it.

What a queue can't show is oracles.histories' to say. In timed runs the queue works by itself in
blocks, each with a secret of its own that is told when it begins; between them it is conducted, and
now and then a whole run is.
"""

import random
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from oracles.conductor import (
    BLOCK_PATIENCE_S,
    NO_WAIT,
    Conducted,
    ConductedHistory,
    Performed,
    Step,
)
from oracles.feedback import Rejected, Rejection, accept, reject
from oracles.histories import QueueHistory, QueueOperation, Result, check_queue, rejection_of
from oracles.linearizability import NEVER

KNOWN_RESULTS = (Result.OK, Result.TIMEOUT, Result.CLOSED)
ASLEEP_US = 4_000
"""Who waits that long is asleep, and has to be woken."""
FAR_US = 500_000
"""A deadline that none of those who are woken comes near."""
FULLY_ONE_IN = 8
"""Of so many timed runs one is conducted from its beginning to its end."""
BLOCKS = 4
PAUSE_THREADS, PAUSE_OPERATIONS = 4, 12
"""What is conducted between two blocks."""
BRIM_MAX = 128
FULL_OPERATIONS = 400
WATCHDOG_MS = 2000


def main() -> None:
    """Read what is to be done, conduct it, and judge."""
    input_path, _, feedback = sys.argv[1:4]
    heading, *lines = Path(input_path).read_text(encoding="ascii").splitlines()
    kind, *numbers = heading.split()
    try:
        if kind == "run":
            capacity, watchdog_ms = map(int, numbers)
            accept(feedback, play(capacity, watchdog_ms, [script(line) for line in lines]))
        else:
            timed(*map(int, numbers), outcome=Path(feedback) / "outcome.txt")
            accept(feedback)
    except Rejected as rejected:
        reject(feedback, rejected.rejection)


def script(line: str) -> list[Step]:
    """One thread's operations: p<item>[@us], g[@us], c, and s<us> for a pause before the next."""
    steps: list[Step] = []
    pause_us = 0
    for word in line.split():
        name, _, wait = word[1:].partition("@")
        wait_us = int(wait) if wait else NO_WAIT
        if word[0] == "s":
            pause_us += int(name)
            continue
        steps.append(Step(word[0], int(name or 0), wait_us, pause_us=pause_us))
        pause_us = 0
    return steps


def play(capacity: int, watchdog_ms: int, scripts: Sequence[Sequence[Step]]) -> dict[str, float]:
    """One queue, from its making to its end; the counters. Raises Rejected."""
    with Conducted() as process:
        process.ask("n", capacity)
        history = process.play(scripts, watchdog_ms)
        judge(history, capacity)
        process.ask("f")
        ended = process.stop()
    counters = {}
    if is_wake_up(scripts, capacity):
        counters["wake_up_us"] = wake_up_us(history.performed, capacity)
    if ended is not None and (counters or is_idle(scripts)):
        counters["idle_cpu_ms"] = round(ended.cpu_ns / 1e6, 1)
    return counters


def is_idle(scripts: Sequence[Sequence[Step]]) -> bool:
    """Whether each thread does one thing, and nothing is ever pushed: who spins uses CPU time."""
    kinds = [step.kind for steps in scripts for step in steps]
    return len(kinds) == len(scripts) and "g" in kinds and "p" not in kinds


def is_wake_up(scripts: Sequence[Sequence[Step]], capacity: int) -> bool:
    """Whether one waits for each of another's operations, for long enough to have gone to sleep.

    Pops that wait for pushes; or pushes that wait for pops, once the first have filled the queue.
    """
    if len(scripts) != 2:
        return False
    waiting, waking = scripts
    kinds = {step.kind for step in waiting}, {step.kind for step in waking}
    if kinds not in (({"g"}, {"p"}), ({"p"}, {"g"})):
        return False
    filling = capacity if kinds[0] == {"p"} else 0
    far = all(step.b > FAR_US and step.pause_us == 0 for step in waiting)
    late = all(step.b == NO_WAIT and step.pause_us >= ASLEEP_US for step in waking)
    return far and late and len(waiting) == filling + len(waking)


def wake_up_us(performed: Sequence[Performed], capacity: int) -> float:
    """How late, at the median, who waits hears of what it waited for.

    The worse of two medians: of those that had a deadline, and of those that had none. Less what a
    thread of the harness needs to hear of an operation: on a busy machine both take longer.
    """
    in_order = sorted(performed, key=lambda one: one.end_ns)
    waited = [one for one in in_order if not one.step.pause_us]
    waking = [one for one in in_order if one.step.pause_us]
    filling = capacity if waited[0].step.kind == "p" else 0
    late: dict[bool, list[int]] = {}
    for slept, woke in zip(waited[filling:], waking, strict=True):
        late.setdefault(slept.step.b == NO_WAIT, []).append(slept.end_ns - woke.start_ns)
    heard = median(woke.start_ns - woke.handed_ns for woke in waking)
    return round(max(0.0, max(median(one) for one in late.values()) - heard) / 1000, 1)


def judge(history: ConductedHistory, capacity: int) -> None:
    """Raises Rejected where it was no queue's."""
    zero = min((one.start_ns for one in history.performed), default=0) - 1
    operations = tuple(operation_of(one, zero) for one in history.performed)
    found = check_queue(QueueHistory(operations, capacity, stuck=history.stuck))
    if found is not None:
        raise Rejected(found)
    if history.stuck:
        waiting = [one for one in operations if one.result == Result.PENDING]
        sentences = ("Somebody did not come back.", "有操作没有返回。")
        raise Rejected(rejection_of("deadlock", sentences, waiting, waiting))


def operation_of(one: Performed, zero: int) -> QueueOperation:
    """An operation as the oracle takes it, with times since `zero`."""
    kind, ended = one.step.kind, one.end_ns > 0
    if ended and one.result not in ((0,) if kind == "c" else KNOWN_RESULTS):
        raise Rejected(
            Rejection(
                "note",
                f"An operation came back with {one.result}, which is none of its results.",
                f"一次操作返回了 {one.result}，这不是它可能的结果。",
            )
        )
    start = one.start_ns - zero
    return QueueOperation(
        thread=one.thread,
        kind=kind,
        argument=one.step.a if kind == "p" else 0,
        result=one.result if ended else Result.PENDING,
        item=one.value,
        start=start,
        end=one.end_ns - zero if ended else NEVER,
        deadline=0 if kind == "c" or one.step.b == NO_WAIT else start + 1000 * one.step.b,
    )


def timed(seed: int, capacity: int, operations: int, threads: int = 4, *, outcome: Path) -> None:
    """A timed run; what both programs of a pair must agree in goes to `outcome`."""
    rng = random.Random(seed)
    with Conducted() as process:
        process.ask("n", capacity, rng.getrandbits(64))
        if rng.randrange(FULLY_ONE_IN) == 0:
            judge(process.play(drawn(rng, FULL_OPERATIONS), WATCHDOG_MS), capacity)
            outcome.with_name("conducted").touch()
            told = []
        else:
            told = [block(process, rng, one, capacity, threads) for one in blocks(rng, operations)]
        process.ask("f")
        process.stop()
    outcome.write_text("\n".join(told), encoding="ascii")


def blocks(rng: random.Random, operations: int) -> list[int]:
    """How many operations each block has: nobody knows where one ends before it does."""
    cuts = sorted(rng.randrange(operations) for _ in range(BLOCKS - 1))
    return [end - start for start, end in zip([0, *cuts], [*cuts, operations], strict=True)]


def block(
    process: Conducted, rng: random.Random, operations: int, capacity: int, threads: int
) -> str:
    """One block, and some operations that are conducted; what came of the block."""
    turns = threads < 2 or rng.random() < 0.2
    secret = rng.getrandbits(64)
    if turns:
        done = process.ask("T", secret, operations, patience_s=BLOCK_PATIENCE_S)
    else:
        done = process.ask("M", secret, operations, threads, patience_s=BLOCK_PATIENCE_S)
    if done.value:
        raise Rejected(
            Rejection(
                "note",
                f"In a timed run {done.value} items came out of order, were never pushed, or found "
                "room in a full queue.",
                f"计时运行中有 {done.value} 个元素次序错误、从未压入，或进入了已满的队列。",
            )
        )
    judge(process.play(between(rng, capacity), WATCHDOG_MS), capacity)
    return f"{done.result:016x}"


def between(rng: random.Random, capacity: int) -> list[list[Step]]:
    """What is conducted after a block: a few at once, or one who goes over the brim."""
    if capacity > BRIM_MAX or rng.random() < 0.5:
        return drawn(rng, PAUSE_OPERATIONS)
    pushes = [Step("p", rng.getrandbits(64), 0) for _ in range(capacity + 2)]
    return [pushes + [Step("g", 0, 0)] * (capacity + 2)]


def drawn(rng: random.Random, each: int) -> list[list[Step]]:
    """As many pushes as pops by several threads, the values drawn now."""
    half = PAUSE_THREADS // 2
    pushes = [[Step("p", rng.getrandbits(64), NO_WAIT) for _ in range(each)] for _ in range(half)]
    return pushes + [[Step("g", 0, NO_WAIT)] * each for _ in range(half)]


main()
