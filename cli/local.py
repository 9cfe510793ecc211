"""A local slot for commands that judge without a server, and their way to judge."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from cli.console import Steps
from judge.judging import judge_submission
from judge.task import Task
from judge.values import Judgement
from judge.verdicts import Verdict
from judge.workbench import Workbench
from judge.workshop import Workshop
from sandboxes import containers, images
from sandboxes.pool import Pool
from sandboxes.slots import cpusets
from web.jobs import TRIES_MAX


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


def judge_conclusively(task: Task) -> Judgement:
    """Judge, and again while this machine was too noisy to measure, as a server does."""
    for _ in range(TRIES_MAX - 1):
        judgement = judge_submission(task)
        if judgement.verdict is not Verdict.INCONCLUSIVE:
            return judgement
    return judge_submission(task)
