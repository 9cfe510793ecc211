"""`judge runner`: take jobs from a server and judge them in local containers."""

import logging
import os
import signal
import threading
import time
from types import FrameType
from typing import Annotated

import typer

from cli.console import Steps, fail, faults_explained
from judge.errors import JudgeFault, LinkFault
from judge.fitness import Fitness
from judge.http_link import HttpLink
from judge.runner import Runner, Slot
from judge.smoke import proved_languages
from judge.values import Problem
from judge.wire import Hello
from judge.workbench import Workbench
from judge.workshop import Workshop
from problems import tree
from problems.package import load
from sandboxes import containers, images
from sandboxes.pool import Pool
from sandboxes.quiet import Quiet
from sandboxes.slots import cpusets

VERSION = "0.1"
TARGETS = ("linux",)
DRAIN_S = 5.0
"""How long a job in hand may go on after SIGTERM before it is handed back."""
TOKEN_VARIABLE = "JUDGE_RUNNER_TOKEN"  # noqa: S105  (its name)


def runner(
    server: Annotated[str, typer.Option(help="The server's address, https://…")],
    token: Annotated[
        str, typer.Option(envvar=TOKEN_VARIABLE, help="This runner's own token.")
    ] = "",
    slots: Annotated[int, typer.Option(min=0, help="0: one for every two CPUs.")] = 0,
    name: Annotated[str, typer.Option(help="Names this runner's containers.")] = "runner",
    exit_with_parent: Annotated[
        bool, typer.Option(hidden=True, help="End when the process that started it does.")
    ] = False,
) -> None:
    """Judge for SERVER until stopped; SIGTERM finishes or hands back the job in hand."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s runner: %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    if not token:
        fail(f"no token: give --token, or set {TOKEN_VARIABLE}")
    with faults_explained():
        _run(server, token, slots=slots or None, name=name, exit_with_parent=exit_with_parent)


def _run(server: str, token: str, *, slots: int | None, name: str, exit_with_parent: bool) -> None:
    stopping = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopping.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    client = containers.connect()
    steps = Steps()
    images.ensure(client, steps.say)
    quiet = Quiet()
    pools = [
        Pool(client, cpus=cpus, owner=f"{name}-{index}", quiet=quiet)
        for index, cpus in enumerate(cpusets(slots))
    ]
    link = HttpLink(server, token)
    try:
        languages = _prove(pools[0], steps, stopping)
        if stopping.is_set():
            return
        _greet(link, languages, pools, stopping, steps)
        runners = [
            Runner(
                HttpLink(server, token),
                Slot(Workbench(pool, Workshop(pool), fitness=Fitness()), _read_package),
                languages=languages,
                targets=TARGETS,
            )
            for pool in pools
        ]
        threads = [threading.Thread(target=one.run, daemon=True) for one in runners]
        for thread in threads:
            thread.start()
        steps.say(f"judging {', '.join(languages)} in {len(pools)} slot(s)")
        _wait(stopping, threads, parent=os.getppid() if exit_with_parent else 0)
        for one in runners:
            one.stop()
        deadline = time.monotonic() + DRAIN_S
        for thread in threads:
            thread.join(timeout=max(0.0, deadline - time.monotonic()))
    finally:
        for pool in pools:
            pool.close()
        link.close()
        for index in range(len(pools)):
            containers.sweep(client, f"{name}-{index}")


def _prove(pool: Pool, steps: Steps, stopping: threading.Event) -> tuple[str, ...]:
    """Smoke programs of all languages; an engine that stutters is tried again."""
    while not stopping.is_set():
        try:
            languages = proved_languages(pool, steps.say)
        except JudgeFault as fault:
            steps.say(f"the sandbox can't be proved yet: {fault}")
            stopping.wait(3)
            continue
        if languages:
            return languages
        fail("no language's smoke program works in the sandbox; run `judge doctor`")
    return ()


def _greet(
    link: HttpLink,
    languages: tuple[str, ...],
    pools: list[Pool],
    stopping: threading.Event,
    steps: Steps,
) -> None:
    """Tell the server what is offered; while it can't be reached, say so and try again."""
    hello = Hello(
        version=VERSION,
        languages=list(languages),
        targets=list(TARGETS),
        slots=len(pools),
        machine=dict(pools[0].machine()),
    )
    said: tuple[object, ...] = ()
    while not stopping.is_set():
        try:
            link.hello(hello)
        except LinkFault as fault:
            if " 403 " in str(fault) or " 401 " in str(fault):
                raise
            if fault.args != said:
                steps.say(f"{fault}; trying again until it answers")
                said = fault.args
            stopping.wait(0.5)
        else:
            return


def _wait(stopping: threading.Event, threads: list[threading.Thread], *, parent: int) -> None:
    """Until told to stop, or all slots ended, or the parent is gone."""
    while not stopping.wait(0.5):
        if not any(thread.is_alive() for thread in threads):
            return
        if parent and os.getppid() != parent:
            return


def _read_package(content: bytes, slug: str) -> Problem:
    return load(tree.unpack(content), slug=slug).problem


if __name__ == "__main__":
    # Started by `judge start` as a module: half the memory of the whole command, which brings the
    # server's libraries along.
    typer.run(runner)
