"""What else the machine did while a pair was timed, from the host's own counters.

Passing on what a program writes, and starting and ending it, takes the runner and the engine time
on the same CPUs. That is told apart from what others do: else a program that writes much would be
taken for a busy neighbour.

How long CPUs were busy is taken from the control groups' accounts, which are exact: /proc/stat asks
at each tick of the clock who runs just then, and a program that is awake around ticks alone would
seem to be others for whom it is not.
"""

import contextlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic_ns, process_time_ns

import psutil

from judge.sandbox import Watch
from sandboxes import cgroups

_TICK_NS = 1_000_000_000 // (os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100)
_FOUND_FOR_NS = 30 * 1_000_000_000
_ENGINE_NAMES = ("dockerd", "containerd")
_IDLE, _IOWAIT, _STEAL = 3, 4, 7
"""Columns of /proc/stat, proc_stat(5)."""


@dataclass(frozen=True, slots=True)
class _Counters:
    busy_ns: int
    stolen_ns: int
    switches: int


class _Handlers:
    """The engine's processes, as they were found last: looking for them takes milliseconds."""

    def __init__(self) -> None:
        self._found_ns = -_FOUND_FOR_NS
        self._processes: list[psutil.Process] = []

    def cpu_ns(self) -> int:
        """What they and this process have used so far."""
        if monotonic_ns() - self._found_ns > _FOUND_FOR_NS:
            self._processes = [
                one
                for one in psutil.process_iter(["name"])
                if str(one.info["name"]).startswith(_ENGINE_NAMES)
            ]
            self._found_ns = monotonic_ns()
        return process_time_ns() + sum(_cpu_ns_of(one) for one in self._processes)


def _cpu_ns_of(process: psutil.Process) -> int:
    with contextlib.suppress(psutil.Error):  # it has ended
        times = process.cpu_times()
        return round((times.user + times.system) * 1e9)
    return 0


_handlers = _Handlers()


@contextmanager
def watched(
    cpus: str, stat: Path = Path("/proc/stat"), accounts: Path = cgroups.ROOT
) -> Iterator[Watch]:
    """A watch over these CPUs ("0,1"), filled in when the block ends; zeros where unseen."""
    watch = Watch()
    own_before_ns = _handlers.cpu_ns()
    before, started_ns = _read(cpus, stat), monotonic_ns()
    exact_before = cgroups.busy_time(cpus, accounts)
    yield watch
    exact_after = cgroups.busy_time(cpus, accounts)
    after = _read(cpus, stat)
    watch.wall_ns = monotonic_ns() - started_ns
    watch.cpus = len(cpus.split(","))
    watch.own_ns = max(0, _handlers.cpu_ns() - own_before_ns)
    watch.busy_ns = after.busy_ns - before.busy_ns
    # In a container the files may be those of its own group alone: then they hold far too little.
    whole = exact_before is not None and 2 * exact_before.busy_ns > before.busy_ns
    if exact_before is not None and exact_after is not None and whole:
        exact_ns = exact_after.busy_ns - exact_before.busy_ns
        alone = exact_after.of_these_alone
        watch.busy_ns = exact_ns if alone else min(watch.busy_ns, exact_ns)
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
