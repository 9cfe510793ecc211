"""Whether a concurrent history could have come from a sequential object, by search.

The algorithm is Wing and Gong's ("Testing and Verifying Concurrent Objects", JPDC 17, 1993) with
Lowe's cache of visited configurations ("Testing for Linearizability", CCPE 29(4), 2017). It is
exponential at worst, so it has a budget, and may answer *unknown*. It is the plain algorithm that
the faster checkers here are tested against.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Generic, TypeVar

State = TypeVar("State", bound=Hashable)
Doing = TypeVar("Doing")

NEVER = float("inf")


class Outcome(Enum):
    """What the search says; `UNKNOWN` when its budget is spent."""

    LINEARIZABLE = "linearizable"
    VIOLATION = "violation"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Call(Generic[Doing]):
    """One operation of a history with what it gave back; `end` is NEVER for one that did not."""

    doing: Doing
    start: float
    end: float


class Model(Generic[State, Doing]):
    """A sequential object: a value to begin with, and what an operation makes of it."""

    initial: State

    def after(self, state: State, doing: Doing) -> State | None:
        """The state after the operation with its result; None where it can't give that here."""
        raise NotImplementedError


def check(
    calls: Sequence[Call[Doing]], model: Model[State, Doing], *, configurations_max: int = 100_000
) -> Outcome:
    """Whether there is an order of the calls, within their spans, that the model allows.

    A call that never came back may have happened at any time after its start, or not at all.
    """
    ordered = sorted(calls, key=lambda call: (call.start, call.end))
    must = sum(1 << n for n, call in enumerate(ordered) if call.end != NEVER)
    seen: set[tuple[int, State]] = set()
    waiting = [(0, model.initial)]
    while waiting:
        done, state = waiting.pop()
        if done & must == must:
            return Outcome.LINEARIZABLE
        if (done, state) in seen:
            continue
        if len(seen) >= configurations_max:
            return Outcome.UNKNOWN
        seen.add((done, state))
        first_end = min(call.end for n, call in enumerate(ordered) if not done >> n & 1)
        for n, call in enumerate(ordered):
            if done >> n & 1 or call.start > first_end:
                continue  # another ended before this one began: that one comes first
            following = model.after(state, call.doing)
            if following is not None:
                waiting.append((done | 1 << n, following))
    return Outcome.VIOLATION
