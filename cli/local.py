"""A local slot for commands that judge without a server, and their way to judge."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import typer

from cli.console import Steps
from judge.errors import HostUnfit
from judge.judging import judge_submission
from judge.targets import TARGETS, TargetId
from judge.task import Task
from judge.values import Judgement
from judge.verdicts import Verdict
from judge.workbench import Workbench
from judge.workshop import Workshop
from sandboxes import containers, images
from sandboxes.pool import FOOTINGS, ON_LINUX, Pool
from sandboxes.slots import cpusets
from web.jobs import TRIES_MAX


@contextmanager
def workbench(target: str = TargetId.LINUX.value, needs: str = "") -> Iterator[Workbench]:
    """One slot of this machine. Raises HostUnfit without an engine, an image, or what is needed."""
    if target not in FOOTINGS:
        raise HostUnfit(
            f"this machine's Linux containers can't judge for {target}: {', '.join(FOOTINGS)} are "
            "judged here; docs/windows.md says what a runner on Windows needs"
        )
    client = containers.connect()
    gpu = needs == "gpu"
    if gpu and not containers.gpus(client):
        raise HostUnfit(
            "this problem needs a GPU, and this machine's engine offers none; `judge doctor` says "
            "what it sees, docs/operations.md what a runner with one needs (Labels)"
        )
    images.ensure(client, Steps().say, images.RECIPES[TargetId(target)])
    cpus, owner = cpusets(1)[0], f"cli-{os.getpid()}"
    tools = Pool(client, cpus=cpus, owner=owner, gpu=gpu)
    pool = tools
    if FOOTINGS[target] is not ON_LINUX:
        pool = Pool(client, cpus=cpus, owner=f"{owner}-{target}", footing=FOOTINGS[target])
    try:
        yield Workbench(sandbox=pool, workshop=Workshop(pool, tools=tools))
    finally:
        for one in {pool, tools}:
            one.close()
        client.close()


def target_option(word: str) -> str:
    """A target's id, or "" for none. Raises BadParameter that names those that there are."""
    if word and word not in TARGETS:
        raise typer.BadParameter(f"there is no target {word!r}; there are {', '.join(TARGETS)}")
    return word


def judge_conclusively(task: Task) -> Judgement:
    """Judge, and again while this machine was too noisy to measure, as a server does."""
    for _ in range(TRIES_MAX - 1):
        judgement = judge_submission(task)
        if judgement.verdict is not Verdict.INCONCLUSIVE:
            return judgement
    return judge_submission(task)
