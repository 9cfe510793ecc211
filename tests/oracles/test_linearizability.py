"""The plain search, by literal histories of a register and a queue."""

import pytest

from oracles.histories import BoundedQueue, QueueOperation, Result
from oracles.linearizability import NEVER, Call, Model, Outcome, check

Doing = tuple[str, int]


class Register(Model[int, Doing]):
    initial = 0

    def after(self, state: int, doing: Doing) -> int | None:
        what, value = doing
        if what == "write":
            return value
        return state if state == value else None


def history(*calls: tuple[str, int, float, float]) -> list[Call[Doing]]:
    return [Call((what, value), start, end) for what, value, start, end in calls]


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        (  # a read while it is written may see either; after it, only the new
            history(("write", 1, 0, 10), ("read", 0, 5, 8)),
            history(("write", 1, 0, 10), ("read", 0, 15, 18)),
        ),
        (  # once the new was seen the old is gone
            history(("write", 1, 0, 30), ("read", 0, 2, 4), ("read", 1, 6, 8)),
            history(("write", 1, 0, 30), ("read", 1, 2, 4), ("read", 0, 6, 8)),
        ),
        (  # a write that never came back may have happened at any time since, and only once
            history(("write", 1, 0, NEVER), ("read", 0, 5, 8), ("read", 1, 90, 95)),
            history(
                ("write", 1, 0, NEVER), ("read", 1, 5, 8), ("write", 2, 9, 10), ("read", 1, 20, 30)
            ),
        ),
    ],
)
def test_a_register_shows_the_one_and_not_the_other(
    good: list[Call[Doing]], bad: list[Call[Doing]]
) -> None:
    assert check(good, Register()) is Outcome.LINEARIZABLE
    assert check(bad, Register()) is Outcome.VIOLATION


def test_a_search_whose_budget_is_spent_says_that_it_does_not_know() -> None:
    together = [Call(QueueOperation(n, "p", n, Result.OK, 0, 0, 100), 0, 100) for n in range(1, 13)]
    # All orders of twelve pushes are to be tried before it is sure that 99 was never there.
    never = Call(QueueOperation(0, "g", 0, Result.OK, 99, 0, 100), 0, 100)
    assert check([*together, never], BoundedQueue(64), configurations_max=1000) is Outcome.UNKNOWN
    assert check(together, BoundedQueue(64), configurations_max=1000) is Outcome.LINEARIZABLE


def test_an_empty_history_is_anybodys() -> None:
    assert check([], Register()) is Outcome.LINEARIZABLE
