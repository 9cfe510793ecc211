"""A local slot for commands that judge without a server."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from cli.console import Steps
from judge.workbench import Workbench, Workshop
from sandboxes import containers, images
from sandboxes.pool import Pool
from sandboxes.slots import cpusets


@contextmanager
def workbench() -> Iterator[Workbench]:
    """One slot of this machine. Raises HostUnfit when there is no engine or no image."""
    client = containers.connect()
    images.ensure(client, Steps().say)
    pool = Pool(client, cpus=cpusets(1)[0], owner=f"cli-{os.getpid()}")
    try:
        yield Workbench(sandbox=pool, workshop=Workshop(pool))
    finally:
        pool.close()
        client.close()
