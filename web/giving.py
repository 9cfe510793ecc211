"""Who waits for work is woken when there is some, without all of them asking the database at once.

A thousand runners may wait on one server. Those that offer the same take turns to look, and what
one of them has found missing the others need not look for, until there is news.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Hashable
from typing import TypeVar

from web.bell import Bell

Found = TypeVar("Found")

LOOK_S = 1.0
"""A ring of another server may be lost: somebody looks this often anyway."""


class Giver:
    """Of one server; `bell` rings when a job is queued."""

    def __init__(self, bell: Bell) -> None:
        self._bell = bell
        self._missing: dict[Hashable, tuple[int, float]] = {}
        """By what is offered: after how many rings, and when, nothing was found."""
        self._looking: dict[Hashable, asyncio.Event] = {}

    async def wait_for(
        self,
        offered: Hashable,
        look: Callable[[], Awaitable[Found | None]],
        go_on: Callable[[], Awaitable[bool]],
        timeout_s: float,
    ) -> Found | None:
        """What `look` finds; None after `timeout_s`, or when `go_on` says no."""
        deadline = time.monotonic() + timeout_s
        while True:
            rings = self._bell.rings
            found = await self._take_turns(offered, look)
            left_s = deadline - time.monotonic()
            if found is not None or left_s <= 0 or not await go_on():
                return found
            await self._bell.wait(min(LOOK_S, left_s), since=rings)

    async def _take_turns(
        self, offered: Hashable, look: Callable[[], Awaitable[Found | None]]
    ) -> Found | None:
        turn = (id(asyncio.get_running_loop()), offered)
        while turn in self._looking:
            await self._looking[turn].wait()
        rings, at = self._missing.get(offered, (-1, 0.0))
        if rings == self._bell.rings and time.monotonic() - at < LOOK_S:
            return None
        self._looking[turn] = asyncio.Event()
        try:
            rings = self._bell.rings
            found = await look()
            if found is None:
                self._missing[offered] = (rings, time.monotonic())
            return found
        finally:
            self._looking.pop(turn).set()
