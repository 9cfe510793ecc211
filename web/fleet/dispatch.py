"""Who waits for work stands in line, so that a thousand who wait cost as much as one.

Those that offer the same form a line. Its head alone looks, when it is woken or each second;
when it has found a job, or waited long enough, the next is the head and looks at once. So a
new job wakes one of them and not all, and work goes round.
"""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Hashable
from contextlib import suppress
from typing import TypeVar

from web.fleet.wakeups import Wakeup

Found = TypeVar("Found")

LOOK_S = 1.0
"""A wake-up by another server may be lost: the head looks this often anyway."""
CHECK_S = 5.0
"""Whether those behind are still there is asked this often."""


class Dispatcher:
    """The lines of one server; `wakeup` tells when a job is queued."""

    def __init__(self, wakeup: Wakeup) -> None:
        self._wakeup = wakeup
        self._queues: dict[Hashable, deque[asyncio.Event]] = {}
        """By what is offered: an event for each who waits, set when it becomes the head."""

    async def wait_for(
        self,
        offered: Hashable,
        look: Callable[[], Awaitable[Found | None]],
        go_on: Callable[[], Awaitable[bool]],
        timeout_s: float,
    ) -> Found | None:
        """What `look` finds; None after `timeout_s`, or when `go_on` says no."""
        deadline = time.monotonic() + timeout_s
        key = (id(asyncio.get_running_loop()), offered)
        queue = self._queues.setdefault(key, deque())
        mine = asyncio.Event()
        queue.append(mine)
        try:
            while queue[0] is not mine:
                left_s = deadline - time.monotonic()
                if left_s <= 0 or not await go_on():
                    return None
                with suppress(TimeoutError):
                    await asyncio.wait_for(mine.wait(), min(CHECK_S, left_s))
            return await self._look_on(look, go_on, deadline)
        finally:
            queue.remove(mine)
            if queue:
                queue[0].set()
            elif self._queues.get(key) is queue:
                del self._queues[key]

    async def _look_on(
        self,
        look: Callable[[], Awaitable[Found | None]],
        go_on: Callable[[], Awaitable[bool]],
        deadline: float,
    ) -> Found | None:
        while True:
            wakes = self._wakeup.wakes
            found = await look()
            left_s = deadline - time.monotonic()
            if found is not None or left_s <= 0 or not await go_on():
                return found
            await self._wakeup.wait(min(LOOK_S, left_s), since=wakes)
