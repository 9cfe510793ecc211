"""Wakes whoever waits for news: runners for jobs, pages for events.

Within one process; `listener` tells the other servers of the same database (postgres_notify.py).
"""

import asyncio
import threading
from collections.abc import Callable


class Wakeup:
    """Woken from any thread; waited for in the server's event loop."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: set[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = set()
        self.wakes = 0
        """So far: who remembers it before looking misses no wake-up while looking."""
        self.listener: Callable[[], None] | None = None

    def wake(self) -> None:
        """There is news."""
        self.wake_here()
        if self.listener is not None:
            self.listener()

    def wake_here(self) -> None:
        """Another server had news: told to nobody else."""
        with self._lock:
            self.wakes += 1
            waiting, self._waiting = self._waiting, set()
        for loop, event in waiting:
            if not loop.is_closed():
                loop.call_soon_threadsafe(event.set)

    async def wait(self, timeout_s: float, *, since: int) -> None:
        """Until there was a wake-up after the first `since` ones, or `timeout_s`."""
        event = asyncio.Event()
        entry = (asyncio.get_running_loop(), event)
        with self._lock:
            if self.wakes != since:
                return
            self._waiting.add(entry)
        try:
            await asyncio.wait_for(event.wait(), timeout_s)
        except TimeoutError:
            pass
        finally:
            with self._lock:
                self._waiting.discard(entry)
