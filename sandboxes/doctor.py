"""What this host has and lacks for judging: each finding with its remedy."""

import contextlib
import os
import platform
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import docker
import psutil

from judge.errors import HostUnfit, SandboxFault
from judge.sandbox import User
from judge.values import MEBIBYTE
from sandboxes import containers, images
from sandboxes.containers import Container, ContainerSpec, remaps_users
from sandboxes.host_pressure import host_shares
from sandboxes.images import Recipe
from sandboxes.slots import cpusets
from sandboxes.users import give_back, take

MEMORY_MIB_MIN = 3_000
DISK_MIB_MIN = 3_000
LOAD_PER_CPU_MAX = 0.7
HOST_SHARE_MAX = 0.4
STEAL_PERCENT_MAX = 2.0
MEMORY_STALL_PERCENT_MAX = 1.0
TSAN_RANDOM_BITS_MAX = 30
"""gcc 14's ThreadSanitizer places its shadow memory; with 32 bits it must restart itself, which
the engine's default seccomp profile forbids."""


class State(StrEnum):
    """How a finding stands."""

    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class HostFinding:
    """One thing looked at; `remedy` is what to do, "" when nothing is needed."""

    name: str
    state: State
    value: str
    remedy: str = ""


def examine(recipe: Recipe = images.LINUX) -> Iterator[HostFinding]:
    """Look at engine, images, cgroups, memory, disk, and what disturbs measuring."""
    try:
        client = containers.connect()
    except HostUnfit as unfit:
        yield HostFinding("engine", State.BAD, "does not answer", str(unfit))
        return
    with contextlib.closing(client):
        yield _engine(client)
        yield from _images(client, recipe)
        yield from _security(client)
        yield from _container(client)
        yield _gpu(client)
    yield _memory()
    yield from _kernel()
    yield _disk()
    yield _address_space()
    yield from _quiet()
    yield HostFinding("slots", State.GOOD, " | ".join(cpusets()))


def _engine(client: docker.DockerClient) -> HostFinding:
    version = client.version()
    value = (
        f"{version.get('Version')} on {version.get('Os')}, kernel {version.get('KernelVersion')}"
    )
    if version.get("Os") != "linux":
        remedy = "switch Docker Desktop to Linux containers, or see to windows-native (--target)"
        return HostFinding("engine", State.BAD, value, remedy)
    return HostFinding("engine", State.GOOD, value)


def _gpu(client: docker.DockerClient) -> HostFinding:
    """Only for problems that need one; what the engine itself knows of it."""
    found = containers.gpus(client)
    if found:
        remedy = "for problems that need it: judge runner --gpu, and the label gpu"
        return HostFinding("GPU", State.GOOD, ", ".join(found), remedy)
    return HostFinding("GPU", State.GOOD, "none, and none is needed but by problems that say so")


def _images(client: docker.DockerClient, recipe: Recipe) -> Iterator[HostFinding]:
    command = "judge images build" + ("" if recipe is images.LINUX else " windows-wine")
    for state, differing in images.report(client, recipe):
        name, size = f"image {state.name}", f"{state.size_bytes / 1e6:.0f} MB"
        if not state.present:
            yield HostFinding(name, State.BAD, "missing", f"run: {command}")
        elif not state.current:
            yield HostFinding(name, State.WARNING, f"{size}, out of date", f"run: {command}")
        elif differing:
            value = f"{size}, {len(differing)} packages not as locked"
            yield HostFinding(name, State.WARNING, value, "judge images list names them")
        else:
            yield HostFinding(name, State.GOOD, size)


def _security(client: docker.DockerClient) -> Iterator[HostFinding]:
    """Seccomp, which must be on, and the walls that can stand besides: on, or what they'd add."""
    info = client.info()
    options = " ".join(info.get("SecurityOptions") or [])
    if "seccomp" in options:
        yield HostFinding("seccomp", State.GOOD, "on, with the judge's own profile")
    else:
        yield HostFinding("seccomp", State.BAD, "off", "use a kernel and engine with seccomp")
    for name, on, adds, remedy in (
        (
            "userns-remap",
            "userns" in options,
            "root in a container would be nobody on the host",
            'set "userns-remap": "default" in /etc/docker/daemon.json',
        ),
        (
            "rootless engine",
            "rootless" in options,
            "an escape would end as an ordinary user",
            "run dockerd-rootless-setuptool.sh install, if cgroup v2 is delegated",
        ),
        (
            "gVisor",
            info.get("DefaultRuntime") == "runsc",
            "system calls would reach a kernel of its own, not the host's; timing is slower",
            'install runsc and set "default-runtime": "runsc" in /etc/docker/daemon.json',
        ),
    ):
        if on:
            yield HostFinding(name, State.GOOD, "on")
        else:
            yield HostFinding(name, State.GOOD, f"off; {adds}", remedy)


def _container(client: docker.DockerClient) -> Iterator[HostFinding]:
    """Make a real one, and see whether its counters can be read from here."""
    users = take(remapped=remaps_users(client))
    spec = ContainerSpec(
        owner=User.CANDIDATE,
        users=users,
        memory_bytes=64 * MEBIBYTE,
        scratch_bytes=MEBIBYTE,
        cpus=cpusets()[0],
    )
    try:
        container = Container(client, spec, "doctor")
    except SandboxFault as fault:
        give_back(users)
        yield HostFinding("container", State.BAD, "can't be made", str(fault))
        return
    try:
        seen = container.peak.visible
    finally:
        container.close()
        give_back(users)
    yield HostFinding("container", State.GOOD, "made, hardened, its supervisor answers")
    if seen:
        yield HostFinding(
            "memory figures", State.GOOD, "the container's own peak, reset for each test"
        )
    else:
        yield HostFinding(
            "memory figures",
            State.WARNING,
            "of the largest process only",
            "run the runner on the engine's own host to see its cgroup files",
        )


def _kernel() -> Iterator[HostFinding]:
    """What all containers together hold of the kernel; a runner takes no job where one is bad."""
    for one in host_shares():
        if one.suffers:
            yield HostFinding(one.name, State.BAD, one.words, one.remedy)
        elif one.share > HOST_SHARE_MAX:
            yield HostFinding(one.name, State.WARNING, one.words, one.remedy)
        else:
            yield HostFinding(one.name, State.GOOD, one.words)


def _memory() -> HostFinding:
    available = psutil.virtual_memory().available // MEBIBYTE
    if available < MEMORY_MIB_MIN:
        return HostFinding(
            "memory", State.WARNING, f"{available} MiB free", f"free {MEMORY_MIB_MIN} MiB a slot"
        )
    return HostFinding("memory", State.GOOD, f"{available} MiB free")


def _disk() -> HostFinding:
    free = shutil.disk_usage("/").free // MEBIBYTE
    if free < DISK_MIB_MIN:
        return HostFinding("disk", State.WARNING, f"{free} MiB free", f"free {DISK_MIB_MIN} MiB")
    return HostFinding("disk", State.GOOD, f"{free} MiB free")


def _address_space() -> HostFinding:
    bits = _number("/proc/sys/vm/mmap_rnd_bits")
    if bits is None:
        return HostFinding("ThreadSanitizer", State.GOOD, f"not limited here ({platform.system()})")
    if bits > TSAN_RANDOM_BITS_MAX:
        return HostFinding(
            "ThreadSanitizer",
            State.WARNING,
            f"{bits} bits of address randomness",
            f"sysctl vm.mmap_rnd_bits={TSAN_RANDOM_BITS_MAX - 2}, or thread builds may not start",
        )
    return HostFinding("ThreadSanitizer", State.GOOD, f"{bits} bits of address randomness")


def _quiet() -> Iterator[HostFinding]:
    """What disturbs timing: load, steal, swap, frequency scaling."""
    cpus = os.cpu_count() or 1
    load = psutil.getloadavg()[0] / cpus
    busy = load > LOAD_PER_CPU_MAX
    yield HostFinding(
        "load",
        State.WARNING if busy else State.GOOD,
        f"{load:.2f} a CPU",
        "stop what else runs here while it judges" if busy else "",
    )
    steal = getattr(psutil.cpu_times_percent(interval=0.3), "steal", 0.0)
    stolen = steal > STEAL_PERCENT_MAX
    yield HostFinding(
        "steal",
        State.WARNING if stolen else State.GOOD,
        f"{steal:.1f} %",
        "the hypervisor gives our CPUs to others: use dedicated ones" if stolen else "",
    )
    swap = psutil.swap_memory().used // MEBIBYTE
    yield HostFinding(
        "swap",
        State.WARNING if swap else State.GOOD,
        f"{swap} MiB used",
        "swapoff -a on a judging machine" if swap else "",
    )
    yield from _clocks()
    yield _siblings(cpusets())
    yield from _pressure()


def _clocks() -> Iterator[HostFinding]:
    """What makes a CPU's speed change by itself, and how it tells the time."""
    governor = _text("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor")
    scaled = governor not in ("", "performance")
    yield HostFinding(
        "CPU frequency",
        State.WARNING if scaled else State.GOOD,
        governor or "not scaled by this kernel",
        "cpupower frequency-set -g performance" if scaled else "",
    )
    turbo = _text("/sys/devices/system/cpu/intel_pstate/no_turbo") == "0" or (
        _text("/sys/devices/system/cpu/cpufreq/boost") == "1"
    )
    yield HostFinding(
        "turbo",
        State.WARNING if turbo else State.GOOD,
        "on: a CPU is faster while its neighbours idle" if turbo else "off, or not to be seen",
        "echo 1 > /sys/devices/system/cpu/intel_pstate/no_turbo (boost: echo 0)" if turbo else "",
    )
    throttled = sum(
        int(_text(str(path)) or 0)
        for path in Path("/sys/devices/system/cpu").glob(
            "cpu*/thermal_throttle/core_throttle_count"
        )
    )
    yield HostFinding(
        "heat",
        State.WARNING if throttled else State.GOOD,
        f"throttled {throttled} times since the start" if throttled else "no throttling seen",
        "better cooling, or fewer slots" if throttled else "",
    )
    source = _text("/sys/devices/system/clocksource/clocksource0/current_clocksource")
    slow = source in ("hpet", "acpi_pm", "jiffies", "refined-jiffies")
    yield HostFinding(
        "clock source",
        State.WARNING if slow else State.GOOD,
        source or f"not to be seen ({platform.system()})",
        "boot with clocksource=tsc tsc=reliable, if the CPU's clock is steady" if slow else "",
    )


def _siblings(sets: tuple[str, ...]) -> HostFinding:
    """Whether two slots share a core: they would slow each other down."""
    owner = {cpu: index for index, cpus in enumerate(sets) for cpu in cpus.split(",")}
    for cpu, index in owner.items():
        shared = _text(f"/sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list")
        for other in _cpu_list(shared):
            if owner.get(other, index) != index:
                return HostFinding(
                    "SMT",
                    State.WARNING,
                    f"CPUs {cpu} and {other} are one core, in two slots",
                    "fewer slots, or SMT off: echo off > /sys/devices/system/cpu/smt/control",
                )
    return HostFinding("SMT", State.GOOD, "no core is shared between slots")


def _cpu_list(text: str) -> Iterator[str]:
    """The CPUs of the kernel's notation: "0-1,4"."""
    for part in filter(None, text.split(",")):
        first, _, last = part.partition("-")
        yield from (str(cpu) for cpu in range(int(first), int(last or first) + 1))


def _pressure() -> Iterator[HostFinding]:
    """Memory that is fought for, and a quota on our own CPU time."""
    words = dict(
        word.split("=", 1)
        for word in _text("/proc/pressure/memory").partition("\n")[0].split()
        if "=" in word
    )
    stalled = float(words.get("avg60", 0))
    pressed = stalled > MEMORY_STALL_PERCENT_MAX
    yield HostFinding(
        "memory pressure",
        State.WARNING if pressed else State.GOOD,
        f"{stalled:.1f} % of the last minute" if words else "not told by this kernel",
        "free memory: something waits for it" if pressed else "",
    )
    quota = _number("/sys/fs/cgroup/cpu/cpu.cfs_quota_us") or 0
    unified = _text("/sys/fs/cgroup/cpu.max").split()
    limited = quota > 0 or (bool(unified) and unified[0] != "max")
    yield HostFinding(
        "CPU quota",
        State.WARNING if limited else State.GOOD,
        "this machine's CPU time is limited by its cgroup" if limited else "none",
        "give the runner whole CPUs (a cpuset) instead of a quota" if limited else "",
    )


def _text(path: str) -> str:
    try:
        return Path(path).read_text().strip()
    except OSError:
        return ""


def _number(path: str) -> int | None:
    text = _text(path)
    return int(text) if text.isdigit() else None
