"""Files of the kernel's control groups: the engine's of a container, and the whole host's.

A peak inside a container never falls, so between tests it is reset from outside. Docker Desktop
and remote engines show no such files: then memory is the largest process's, labelled so.
"""

from dataclasses import dataclass
from pathlib import Path

ROOT = Path("/sys/fs/cgroup")

_V1 = ("memory/docker/{id}", "memory/system.slice/docker-{id}.scope")
_V2 = ("system.slice/docker-{id}.scope", "docker/{id}")


class MemoryPeak:
    """The peak of a container's memory since the last reset, in bytes; None where unseen."""

    def __init__(self, container_id: str, root: Path = ROOT) -> None:
        self._file = _find(container_id, root)

    @property
    def visible(self) -> bool:
        return self._file is not None

    def reset(self) -> None:
        if self._file is not None:
            try:
                # v1 takes any number as "start anew"; v2 does since kernel 6.12.
                self._file.write_text("0")
            except OSError:
                self._file = None

    def read(self) -> int | None:
        if self._file is None:
            return None
        try:
            return int(self._file.read_text())
        except (OSError, ValueError):
            return None


def _find(container_id: str, root: Path) -> Path | None:
    patterns = [(p, "memory.max_usage_in_bytes") for p in _V1] + [(p, "memory.peak") for p in _V2]
    for pattern, name in patterns:
        file = root / pattern.format(id=container_id) / name
        if file.exists():
            return file
    return None


@dataclass(frozen=True, slots=True)
class BusyTime:
    """How long CPUs have run programs since the host started, to the nanosecond or so."""

    busy_ns: int
    of_these_alone: bool
    """Whether it is that of the CPUs asked for; else of all the host's, which is no less."""


def busy_time(cpus: str, root: Path = ROOT) -> BusyTime | None:
    """How long these CPUs ("0,1") were busy, where the host tells: version 1 does it by CPU."""
    try:
        used = (root / "cpuacct/cpuacct.usage_percpu").read_text().split()
        those = sum(int(used[int(number)]) for number in cpus.split(","))
        return BusyTime(those, of_these_alone=True)
    except (OSError, IndexError, ValueError):
        pass
    try:
        lines = dict(line.split() for line in (root / "cpu.stat").read_text().splitlines())
        return BusyTime(1000 * int(lines["usage_usec"]), of_these_alone=False)
    except (OSError, KeyError, ValueError):
        return None
