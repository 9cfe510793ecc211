"""What else the machine did while a pair was timed, from the host's own counters."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic_ns

from judge.sandbox import Watch

_TICK_NS = 1_000_000_000 // (os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100)
_IDLE, _IOWAIT, _STEAL = 3, 4, 7
"""Columns of /proc/stat, proc_stat(5)."""


@dataclass(frozen=True, slots=True)
class _Counters:
    busy_ns: int
    stolen_ns: int
    switches: int


@contextmanager
def watched(cpus: str, stat: Path = Path("/proc/stat")) -> Iterator[Watch]:
    """A watch over these CPUs ("0,1"), filled in when the block ends; zeros where unseen."""
    watch = Watch()
    before, started_ns = _read(cpus, stat), monotonic_ns()
    yield watch
    after = _read(cpus, stat)
    watch.wall_ns = monotonic_ns() - started_ns
    watch.cpus = len(cpus.split(","))
    watch.busy_ns = after.busy_ns - before.busy_ns
    watch.stolen_ns = after.stolen_ns - before.stolen_ns
    watch.switches = after.switches - before.switches


def _read(cpus: str, stat: Path) -> _Counters:
    wanted = {f"cpu{number}" for number in cpus.split(",")}
    busy = stolen = switches = 0
    try:
        lines = stat.read_text().splitlines()
    except OSError:
        return _Counters(0, 0, 0)
    for line in lines:
        name, *words = line.split()
        if name in wanted:
            ticks = [int(word) for word in words[:8]]
            busy += sum(ticks) - ticks[_IDLE] - ticks[_IOWAIT] - ticks[_STEAL]
            stolen += ticks[_STEAL]
        elif name == "ctxt":
            switches = int(words[0])
    return _Counters(busy * _TICK_NS, stolen * _TICK_NS, switches)
