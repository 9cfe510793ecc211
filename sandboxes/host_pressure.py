"""What the host's kernel holds for all containers together, and how near its bounds that is.

Programs leave kernel memory behind that outlives them for a while: names that were looked up and
are not there, memory cgroups of containers that are gone, pages of pipes. It is taken back when
memory is needed, but a host that does nothing else gets slow, and what is counted on the whole host
can run out for all. So `judge doctor` shows it, and a runner takes no job while a share is too
high; the jobs go to others meanwhile.
"""

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

MEMORY_CGROUPS_MAX = 65_535
"""The kernel has no more numbers for them, those of removed containers included."""
DENTRY_BYTES = 192
SUFFERING_SHARE = 0.8


@dataclass(frozen=True, slots=True)
class HostShare:
    """How much of something is used on this host, `share` of what there is, and what helps."""

    name: str
    words: str
    share: float
    remedy: str

    @property
    def suffers(self) -> bool:
        return self.share > SUFFERING_SHARE


def host_shares(proc: Path = Path("/proc")) -> tuple[HostShare, ...]:
    """All that this host tells; what it doesn't tell is left out."""
    return tuple(_shares(proc))


def suffering(proc: Path = Path("/proc")) -> str:
    """Why no job should be taken now; "" where nothing speaks against it."""
    return "; ".join(f"{one.name}: {one.words}" for one in host_shares(proc) if one.suffers)


def _shares(proc: Path) -> Iterator[HostShare]:
    memory = _memory_kib(proc)
    total = memory.get("MemTotal", 0)
    if total:
        kept = sum(memory.get(name, 0) for name in ("SUnreclaim", "KernelStack", "PageTables"))
        # The kernel's own should never be near a half of all.
        yield HostShare(
            "kernel memory",
            f"{kept >> 10} MiB that can't be taken back, of {total >> 10} MiB in all",
            2 * kept / total,
            "find out whose it is by slabtop; restart the host if it is nobody's",
        )
        names = _numbers(proc / "sys/fs/dentry-state")
        if len(names) > _NEGATIVE:
            bytes_kept = names[_NEGATIVE] * DENTRY_BYTES
            yield HostShare(
                "names that are not there",
                f"{names[_NEGATIVE]} of {names[0]} names in the kernel's cache",
                2 * bytes_kept / (total << 10),
                "sync; echo 2 > /proc/sys/vm/drop_caches",
            )
    cgroups = _memory_cgroups(proc)
    if cgroups:
        yield HostShare(
            "memory cgroups",
            f"{cgroups}, those of removed containers included",
            cgroups / MEMORY_CGROUPS_MAX,
            "echo 3 > /proc/sys/vm/drop_caches lets those of removed containers go",
        )
    yield from _tables(proc)


_NEGATIVE = 4
"""Where proc_sys_fs(5) has the number of negative dentries."""


def _tables(proc: Path) -> Iterator[HostShare]:
    """What is counted on the whole host, against its bound."""
    files = _numbers(proc / "sys/fs/file-nr")
    loads = _words(proc / "loadavg")
    threads = loads[3].partition("/")[2] if len(loads) > 3 else ""  # noqa: PLR2004  (proc_loadavg(5))
    for name, used, most, remedy in (
        ("open files", files[:1], files[2:3], "raise fs.file-max by sysctl"),
        (
            "asynchronous input and output",
            _numbers(proc / "sys/fs/aio-nr"),
            _numbers(proc / "sys/fs/aio-max-nr"),
            "find who holds it; no sandbox can ask for any",
        ),
        (
            "threads",
            [int(threads)] if threads.isdecimal() else [],
            _numbers(proc / "sys/kernel/threads-max"),
            "find who started them; a sandbox may have 256",
        ),
    ):
        if used and most and most[0] > 0:
            yield HostShare(name, f"{used[0]} of {most[0]}", used[0] / most[0], remedy)


def _memory_kib(proc: Path) -> Mapping[str, int]:
    found: dict[str, int] = {}
    for line in _text(proc / "meminfo").splitlines():
        name, _, rest = line.partition(":")
        words = rest.split()
        if words and words[0].isdecimal():
            found[name] = int(words[0])
    return found


def _memory_cgroups(proc: Path) -> int:
    for line in _text(proc / "cgroups").splitlines():
        words = line.split()
        if words[:1] == ["memory"] and len(words) > 2 and words[2].isdecimal():  # noqa: PLR2004
            return int(words[2])
    return 0


def _numbers(path: Path) -> list[int]:
    return [int(word) for word in _words(path) if word.isdecimal()]


def _words(path: Path) -> list[str]:
    return _text(path).split()


def _text(path: Path) -> str:
    with contextlib.suppress(OSError):
        return path.read_text()
    return ""
