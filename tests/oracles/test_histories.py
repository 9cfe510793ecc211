"""Each rule of the queue's histories by a pair: one that a queue shows, and one that it can't."""

import random

import pytest

from oracles import linearizability
from oracles.histories import (
    BoundedQueue,
    QueueHistory,
    QueueOperation,
    Result,
    check_queue,
    confirmed,
    rejection_of,
)
from oracles.linearizability import NEVER, Call, Outcome

MS = 1_000_000


def push(
    item: int, start: float, end: float, *, result: int = Result.OK, deadline: float = 0
) -> QueueOperation:
    return QueueOperation(0, "p", item, result, 0, start, end, deadline)


def pop(
    item: int, start: float, end: float, *, result: int = Result.OK, deadline: float = 0
) -> QueueOperation:
    return QueueOperation(1, "g", 0, result, item, start, end, deadline)


def close(start: float, end: float) -> QueueOperation:
    return QueueOperation(2, "c", 0, Result.OK, 0, start, end)


PENDING = Result.PENDING
TIMEOUT = Result.TIMEOUT
CLOSED = Result.CLOSED
# name: a history that a queue of capacity 2 shows; one that it can't; what is said of that.
PAIRS: dict[str, tuple[list[QueueOperation], list[QueueOperation], str]] = {
    "an item comes from somewhere": (
        [push(1, 0, 10), pop(1, 20, 30)],
        [push(1, 0, 10), pop(2, 20, 30)],
        "Item 2 was popped and never successfully pushed.",
    ),
    "what was refused is not inside": (
        [
            *(push(1, 0, 10), push(2, 11, 20), pop(1, 91 * MS, 92 * MS)),
            push(3, 40, 90 * MS, result=TIMEOUT, deadline=90 * MS),
        ],
        [push(1, 0, 90 * MS, result=TIMEOUT, deadline=90 * MS), pop(1, 91 * MS, 92 * MS)],
        "Item 1 was popped and never successfully pushed.",
    ),
    "full is said of a full queue": (
        [
            *(push(1, 0, 10), push(2, 11, 20), pop(1, 89 * MS, 95 * MS)),
            push(3, 40, 90 * MS, result=TIMEOUT, deadline=90 * MS),
        ],
        [push(1, 0, 10), push(2, 40, 90 * MS, result=TIMEOUT, deadline=90 * MS)],
        (
            "A push of 2 timed out although there was room the whole time: "
            "1 of 2 places at most were taken."
        ),
    ),
    "deadlines are kept as a rule": (
        [
            pop(
                0,
                n * 200 * MS,
                (n * 200 + (61 if n < 2 else 1)) * MS,
                result=TIMEOUT,
                deadline=n * 200 * MS + 1,
            )
            for n in range(6)
        ],
        [
            pop(
                0,
                n * 200 * MS,
                (n * 200 + (61 if n < 3 else 1)) * MS,
                result=TIMEOUT,
                deadline=n * 200 * MS + 1,
            )
            for n in range(6)
        ],
        "3 of 6 operations that missed their deadlines came back over 20 ms after them.",
    ),
    "an item comes out once": (
        [push(1, 0, 10), push(2, 20, 30), pop(1, 40, 50), pop(2, 60, 70)],
        [push(1, 0, 10), push(2, 20, 30), pop(1, 40, 50), pop(1, 60, 70)],
        "Item 1 was popped twice.",
    ),
    "an item goes in before it comes out": (
        [push(1, 0, 30), pop(1, 20, 40)],
        [pop(1, 0, 10), push(1, 20, 30)],
        "Item 1 was popped before it was pushed.",
    ),
    "the first in is the first out": (
        [push(1, 0, 30), push(2, 20, 40), pop(2, 50, 60), pop(1, 70, 80)],
        [push(1, 0, 10), push(2, 20, 40), pop(2, 50, 60), pop(1, 70, 80)],
        "1 was pushed before 2, but 2 came out first.",
    ),
    "what is overtaken need not come out at all": (
        [push(1, 0, 10), push(2, 20, 30), pop(1, 40, 50)],
        [push(1, 0, 10), push(2, 20, 30), pop(2, 40, 50)],
        "1 was pushed before 2, but 2 came out first.",
    ),
    "no more is inside than has room": (
        [push(1, 0, 10), push(2, 20, 30), push(3, 40, 60), pop(1, 50, 55)],
        [push(1, 0, 10), push(2, 20, 30), push(3, 40, 60), pop(1, 70, 80)],
        "3 items were in a queue of capacity 2.",
    ),
    "a deadline is waited for": (
        [pop(0, 0, 50 * MS, result=TIMEOUT, deadline=50 * MS)],
        [pop(0, 0, 10 * MS, result=TIMEOUT, deadline=50 * MS)],
        "A pop timed out before its deadline.",
    ),
    "who has no deadline does not time out": (
        [pop(0, 0, NEVER, result=PENDING)],
        [pop(0, 0, 50 * MS, result=TIMEOUT)],
        "A pop timed out before its deadline.",
    ),
    "a deadline is kept": (
        [pop(0, 0, 150 * MS, result=TIMEOUT, deadline=50 * MS)],
        [pop(0, 0, 350 * MS, result=TIMEOUT, deadline=50 * MS)],
        "A pop came back 300 ms after its deadline.",
    ),
    "closed is said after somebody closes": (
        [close(0, 20), pop(0, 10, 30, result=CLOSED)],
        [pop(0, 0, 10, result=CLOSED), close(20, 30)],
        "A pop said closed before the queue was closed.",
    ),
    "a closed queue takes nothing": (
        [close(0, 20), push(1, 10, 30)],
        [close(0, 20), push(1, 30, 40)],
        "Item 1 was pushed into a closed queue.",
    ),
    "a pop that waited saw it empty": (
        [push(1, 0, 10), pop(1, 5, 15), pop(0, 20, 60 * MS, result=TIMEOUT, deadline=60 * MS)],
        [push(1, 0, 10), pop(0, 20, 60 * MS, result=TIMEOUT, deadline=60 * MS)],
        "A pop said timeout although item 1 was in the queue the whole time.",
    ),
    "what is inside comes out of a closed queue": (
        [push(1, 0, 10), close(20, 30), pop(1, 40, 50), pop(0, 60, 70, result=CLOSED)],
        [push(1, 0, 10), close(20, 30), pop(0, 40, 50, result=CLOSED)],
        "A pop said closed although item 1 was in the queue the whole time.",
    ),
    "closing wakes who waits": (
        [pop(0, 0, 40, result=CLOSED), close(10, 20)],
        [pop(0, 0, NEVER, result=PENDING), close(10, 20)],
        "1 thread is still waiting although the queue is closed.",
    ),
    "an item wakes a pop that waits": (
        [push(1, 10, 20), pop(1, 0, 30)],
        [push(1, 10, 20), pop(0, 0, NEVER, result=PENDING)],
        "A pop waits for ever although 1 item is in the queue: its wake-up was lost.",
    ),
    "room wakes a push that waits": (
        [push(1, 0, 10), push(2, 11, 20), push(3, 21, NEVER, result=PENDING)],
        [
            push(1, 0, 10),
            push(2, 11, 20),
            push(3, 21, NEVER, result=PENDING),
            pop(1, 30, 40),
        ],
        "A push waits for ever although only 1 of 2 places are taken: its wake-up was lost.",
    ),
}


@pytest.mark.parametrize("rule", PAIRS)
def test_a_queue_shows_the_one_and_can_not_show_the_other(rule: str) -> None:
    good, bad, said = PAIRS[rule]
    assert check_queue(QueueHistory(tuple(good), capacity=2)) is None
    found = check_queue(QueueHistory(tuple(bad), capacity=2))
    assert found is not None
    assert found.sentence_en == said
    assert found.failing, "the operation that shows it is marked"
    assert any("一" <= character <= "鿿" for character in found.sentence_zh)


def test_who_waits_for_ever_is_told_of_where_nobody_could_go_on() -> None:
    waiting = (pop(0, 0, NEVER, result=PENDING),)
    assert check_queue(QueueHistory(waiting, capacity=2)) is None
    found = check_queue(QueueHistory(waiting, capacity=2, stuck=True))
    assert found is not None
    assert (found.verdict, found.sentence_en) == (
        "deadlock",
        "1 thread is waiting and none can go on.",
    )


def test_a_finding_that_the_plain_search_does_not_share_is_a_fault_of_ours() -> None:
    right = [push(1, 0, 10), pop(1, 20, 30)]
    with pytest.raises(AssertionError, match="LINEARIZABLE"):
        confirmed(rejection_of("wrong-answer", ("en", "zh"), right), right, capacity=2)


def random_history(rng: random.Random) -> list[QueueOperation]:
    """A true queue's, then perhaps with two results exchanged; operations in no order."""
    queue: list[int] = []
    made: list[QueueOperation] = []
    at, spread = 0.0, rng.choice((0.3, 1.0, 3.0))
    for item in range(1, rng.randint(3, 7)):
        at += rng.random()
        if queue and rng.random() < 0.5:
            made.append(pop(queue.pop(0), at - rng.random() * spread, at + rng.random() * spread))
        queue.append(item)
        at += rng.random()
        made.append(push(item, at - rng.random() * spread, at + rng.random() * spread))
    while queue and rng.random() < 0.7:
        at += rng.random()
        made.append(pop(queue.pop(0), at - rng.random() * spread, at + rng.random() * spread))
    pops = [one for one in made if one.kind == "g"]
    if len(pops) > 1 and rng.random() < 0.7:
        one, other = rng.sample(pops, 2)
        made = [each for each in made if each not in (one, other)]
        made += [pop(other.item, one.start, one.end), pop(one.item, other.start, other.end)]
    rng.shuffle(made)
    return made


def test_the_patterns_agree_with_the_plain_search_on_random_histories() -> None:
    rng = random.Random(20261126)
    seen = {True: 0, False: 0}
    for _ in range(1500):
        operations = random_history(rng)
        calls = [Call(one, one.start, one.end) for one in operations]
        plain = linearizability.check(calls, BoundedQueue(64))
        right = check_queue(QueueHistory(tuple(operations), capacity=64)) is None
        assert right is (plain is Outcome.LINEARIZABLE), [str(one) for one in operations]
        seen[right] += 1
    assert min(seen.values()) > 100, "both kinds were tried"
