"""Quiet for timed pairs: while one runs, in whatever slot, no container is made or thrown away.

One for all slots of a machine's runner. Pairs run side by side, and so does housekeeping, but never
a pair beside housekeeping. Where both wait they take turns, so that neither starves.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Quiet:
    """Any number of timed pairs at once, or any number of containers being made or removed."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._timed = self._keeping = 0
        self._waiting_timed = self._waiting_keeping = 0
        self._pairs_turn = True
        """Who goes first where both wait: the side that did not come in last."""

    @contextmanager
    def timed(self) -> Iterator[None]:
        with self._condition:
            self._waiting_timed += 1
            self._condition.wait_for(
                lambda: self._keeping == 0 and (self._pairs_turn or self._waiting_keeping == 0)
            )
            self._waiting_timed -= 1
            self._timed += 1
            self._pairs_turn = False
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
                lambda: self._timed == 0 and (not self._pairs_turn or self._waiting_timed == 0)
            )
            self._waiting_keeping -= 1
            self._keeping += 1
            self._pairs_turn = True
        try:
            yield
        finally:
            with self._condition:
                self._keeping -= 1
                self._condition.notify_all()
