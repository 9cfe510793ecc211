"""Slots: sets of CPUs that judge side by side without sharing one."""

import os

CPUS_PER_SLOT = 2


def cpusets(slots: int | None = None) -> tuple[str, ...]:
    """Each slot's CPUs, in the engine's notation ("0,1"); `max(1, cpus // 2)` slots by default."""
    usable = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else None
    cpus = usable if usable is not None else list(range(os.cpu_count() or 1))
    count = max(1, len(cpus) // CPUS_PER_SLOT) if slots is None else slots
    each = max(1, len(cpus) // count)
    return tuple(
        ",".join(str(cpu) for cpu in cpus[index * each : (index + 1) * each] or cpus[-1:])
        for index in range(count)
    )
