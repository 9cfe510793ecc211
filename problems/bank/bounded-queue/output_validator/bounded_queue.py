"""Judge the log of a bounded queue: each thread did what it was told, and it was a queue.

What a queue can't show is oracles.histories' to say; the log itself is never shown.
"""

import sys
from pathlib import Path
from typing import NoReturn

from oracles.feedback import accept, reject
from oracles.histories import QueueHistory, QueueOperation, Result, check_queue, rejection_of
from oracles.linearizability import NEVER
from oracles.parsing import integer

IDLE_POPS = 4
"""So many threads, each with one pop of what never comes: who spins is seen by the CPU time."""


def operation_of(words: list[str]) -> QueueOperation:
    """A line of the log: thread, kind, argument, result, item, start, end, deadline.

    Raises ValueError for what the harness does not write: an answer shares its process with it.
    """
    thread, kind, *numbers = words
    argument, result, item, start, end, deadline = map(integer, numbers)
    if kind not in ("p", "g", "c") or (end == 0 and result != Result.PENDING):
        raise ValueError(words)
    return QueueOperation(
        thread=integer(thread),
        kind=kind,
        argument=argument,
        result=result,
        item=item,
        start=start,
        end=NEVER if result == Result.PENDING else end,
        deadline=deadline,
    )


def main() -> None:
    """Read the input, the log on standard input, and judge."""
    input_path, _, feedback = sys.argv[1:4]
    heading, *scripts = Path(input_path).read_text(encoding="ascii").splitlines()
    capacity = int(heading.split()[1])
    first, *lines = sys.stdin.read().split("\n")
    begun = first.split()
    if len(begun) != 2 or begun[0] not in ("ended", "stuck"):
        damaged(feedback, "The harness's log is missing.", "缺少测试日志。")
    try:
        cpu_ns = integer(begun[1])
        operations = tuple(operation_of(line.split()) for line in lines if line)
    except ValueError:
        damaged(feedback, "The harness's log is damaged.", "测试日志已损坏。")
    history = QueueHistory(operations, capacity, stuck=begun[0] == "stuck")
    told = [[word for word in line.split() if word[0] != "s"] for line in scripts]
    check_complete(history, told, feedback)
    found = check_queue(history)
    if found is not None:
        reject(feedback, found)
    accept(feedback, counters(operations, cpu_ns))


def damaged(feedback: str, en: str, zh: str) -> NoReturn:
    """Nothing can be read of what was done."""
    reject(feedback, rejection_of("wrong-answer", (en, zh), []))


def counters(operations: tuple[QueueOperation, ...], cpu_ns: int) -> dict[str, float]:
    """The CPU time of a test in which everybody waits."""
    idle = [one for one in operations if one.kind == "g" and one.result == Result.TIMEOUT]
    if len(operations) == IDLE_POPS == len(idle):
        return {"idle_cpu_ms": round(cpu_ns / 1e6, 1)}
    return {}


def check_complete(history: QueueHistory, scripts: list[list[str]], feedback: str) -> None:
    """Every operation of every script is there, in its order: an empty log would please."""
    for number, words in enumerate(scripts):
        logged = [one for one in history.operations if one.thread == number]
        wanted = [(word[0], int(word[1:].split("@")[0] or 0)) for word in words]
        got = [(one.kind, one.argument) for one in logged]
        pending = [one.result == Result.PENDING for one in logged]
        whole = history.stuck or (len(got) == len(wanted) and not any(pending))
        if got != wanted[: len(got)] or not whole or any(pending[:-1]):
            sentences = (
                f"The log of thread {number} is not what it was told to do.",
                f"线程 {number} 的日志与其任务不符。",
            )
            reject(feedback, rejection_of("wrong-answer", sentences, logged[-3:], logged[-1:]))
    if any(one.thread >= len(scripts) for one in history.operations):
        sentences = ("The log has a thread too many.", "日志中多出一个线程。")
        reject(feedback, rejection_of("wrong-answer", sentences, history.operations[:1]))


main()
