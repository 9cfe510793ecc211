"""Requests that come at a fixed rate, however slow the program is, and how long each took.

A latency counts from the instant at which the request was *due*: one that waits because an earlier
one was slow has waited too. A harness that sends the next request only after the answer to the last
would leave that out: coordinated omission (Gil Tene, "How NOT to Measure Latency", 2013).
"""

import time


class OpenLoop:
    """One run's requests, numbered from 0.

    loop = OpenLoop(rate_per_s=2000, count=1000)
    while numbers := loop.due():        # sleeps until one is due; empty at the end
        ...
        loop.done(number)
    """

    def __init__(self, rate_per_s: float, count: int) -> None:
        self.rate_per_s, self.count = rate_per_s, count
        self._interval_ns = 1_000_000_000 / rate_per_s
        self._start_ns, self._next = time.monotonic_ns(), 0
        self._latencies_ns: dict[int, int] = {}

    def due(self) -> range:
        """Numbers of the requests that have come due since the last call, at least one."""
        if self._next == self.count:
            return range(0)
        first, now = self._next, time.monotonic_ns()
        wait_ns = self._start_ns + first * self._interval_ns - now
        if wait_ns > 0:
            time.sleep(wait_ns / 1e9)
            now = time.monotonic_ns()
        arrived = int((now - self._start_ns) / self._interval_ns) + 1
        self._next = min(self.count, max(arrived, first + 1))
        return range(first, self._next)

    def done(self, number: int) -> None:
        """The answer to this request is here."""
        due_ns = self._start_ns + number * self._interval_ns
        self._latencies_ns[number] = max(0, round(time.monotonic_ns() - due_ns))

    def report(self) -> dict[str, object]:
        """What the judge reads: latencies in ns by request, and our own clock's span."""
        return {
            "rate_per_s": self.rate_per_s,
            "span_ns": time.monotonic_ns() - self._start_ns,
            "latencies_ns": [self._latencies_ns[number] for number in sorted(self._latencies_ns)],
        }
