"""Local slots for commands that judge without a server."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager

from cli import slot_pools
from cli.console import ProgressLines
from judge.errors import HostUnfit
from judge.targets import TargetId
from judge.task import TargetSlot
from sandboxes import containers
from sandboxes.slots import cpusets


@contextmanager
def local_slot(target: str = TargetId.LINUX.value, needs: str = "") -> Iterator[TargetSlot]:
    """One slot of this machine. Raises as `local_slots` does."""
    with local_slots(1, target, needs) as (slot,):
        yield slot


@contextmanager
def local_slots(count: int, target: str, needs: str) -> Iterator[tuple[TargetSlot, ...]]:
    """So many, beside each other, and no two on one CPU while there are enough.

    Raises HostUnfit without an engine, an image, or what is needed.
    """
    gpu = needs == "gpu"
    with closing(containers.connect()) as client:
        targets = slot_pools.chosen_targets(client, [TargetId(target)])
        if gpu and not containers.gpus(client):
            raise HostUnfit(
                "this problem needs a GPU, and this machine's engine offers none; `judge doctor` "
                "says what it sees, docs/operations.md what a runner with one needs (Labels)"
            )
        slot_pools.ensure_images(client, targets, ProgressLines().say)
        made = slot_pools.make(client, targets, cpusets(count), name=f"cli-{os.getpid()}", gpu=gpu)
        try:
            yield tuple(pools.target_slot(target) for pools in made)
        finally:
            for pools in made:
                pools.close()
