"""Quiet for timed pairs: while one runs, in whatever slot, no container is made or thrown away.

One for all slots of a machine's runner. Either kind of work waits for the other to end; where both
wait they take turns, so a pair waits for one container at most, and the pools never starve.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Quiet:
    """Any number of timed pairs at once, or one piece of housekeeping."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._timed = 0
        self._keeping = False
        self._waiting_timed = 0
        self._waiting_keeping = 0
        self._pairs_turn = True

    @contextmanager
    def timed(self) -> Iterator[None]:
        with self._condition:
            self._waiting_timed += 1
            self._condition.wait_for(
                lambda: not self._keeping and (self._pairs_turn or not self._waiting_keeping)
            )
            self._waiting_timed -= 1
            self._timed += 1
            self._pairs_turn = self._waiting_timed > 0
            self._condition.notify_all()
        try:
            yield
        finally:
            with self._condition:
                self._timed -= 1
                self._condition.notify_all()

    @contextmanager
    def housekeeping(self) -> Iterator[None]:
        with self._condition:
            self._waiting_keeping += 1
            self._condition.wait_for(
                lambda: (
                    not self._keeping
                    and self._timed == 0
                    and not (self._pairs_turn and self._waiting_timed)
                )
            )
            self._waiting_keeping -= 1
            self._keeping = True
        try:
            yield
        finally:
            with self._condition:
                self._keeping = False
                self._pairs_turn = True
                self._condition.notify_all()
