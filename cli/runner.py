"""`judge runner`: take jobs from a server and judge them in local containers."""

import contextlib
import os
import platform
import signal
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from cli import logs, slot_pools
from cli.console import ProgressLines, fail, faults_explained, target_option
from cli.logs import LogKind
from cli.slot_pools import Offers, SlotPools, in_words
from judge.building import proved_languages
from judge.errors import JudgeFault, LinkFault, Outdated
from judge.runner import BlobCache, Hello, HttpLink, Phase, PhaseName, Slot, SlotLoop
from judge.targets import TARGETS, TargetId
from judge.values import Problem
from judge.version import VERSION
from problems import tree
from problems.mutation import MutantJudge
from problems.package import load
from problems.stress import judge_stress
from problems.verification import check_package
from sandboxes import containers, native_doctor
from sandboxes.doctor import State, examine
from sandboxes.host_pressure import suffering
from sandboxes.slots import cpusets

BACKOFF_S_MAX = 30.0
TOKEN_VARIABLE = "JUDGE_RUNNER_TOKEN"  # noqa: S105  (its name)
CACHE = Path.home() / ".cache" / "judge" / "packages"


def runner(
    server: Annotated[str, typer.Option(help="The server's address, https://…")],
    token: Annotated[
        str, typer.Option(envvar=TOKEN_VARIABLE, help="This runner's own token.")
    ] = "",
    token_file: Annotated[
        Path | None,
        typer.Option(help="The token in a file, read anew each time: change it without a stop."),
    ] = None,
    slots: Annotated[int, typer.Option(min=0, help="0: one for every two CPUs.")] = 0,
    name: Annotated[str, typer.Option(help="Names this runner's containers.")] = "runner",
    drain: Annotated[
        float, typer.Option(min=0, help="Seconds that a job in hand may go on after SIGTERM.")
    ] = 30.0,
    log: Annotated[
        LogKind, typer.Option(envvar="JUDGE_LOG", help="text, or json: an object a line.")
    ] = LogKind.TEXT,
    target: Annotated[
        list[str] | None,
        typer.Option(help="linux, windows-wine, …; repeatable. All that are set up if none."),
    ] = None,
    gpu: Annotated[
        bool, typer.Option("--gpu", help="Hand the machine's GPUs to programs; needs the label.")
    ] = False,
    cache: Annotated[Path, typer.Option(help="Where packages are kept by content.")] = CACHE,
    exit_with_parent: Annotated[
        bool, typer.Option(hidden=True, help="End when the process that started it does.")
    ] = False,
) -> None:
    """Judge for SERVER until stopped; SIGTERM finishes or hands back the job in hand."""
    logs.set_up(log, "runner")
    host = RunnerProcess(
        server=_checked_server(server),
        token=_token_source(token, token_file),
        name=name,
        drain_s=drain,
        cache=BlobCache(cache),
        targets=tuple(TargetId(target_option(one)) for one in target or ()),
        gpu=gpu,
        parent=os.getppid() if exit_with_parent else 0,
    )
    with faults_explained():
        host.run(slots or None)


def _checked_server(server: str) -> str:
    parts = urlsplit(server)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        fail(f"--server {server!r} is not an address; give one like https://judge.example.org")
    return server


def _token_source(token: str, token_file: Path | None) -> Callable[[], str]:
    """Where the token is asked for each time. Raises LinkFault when its file can't be read."""
    if token_file is None:
        if not token:
            fail(f"no token: give --token or --token-file, or set {TOKEN_VARIABLE}")
        return lambda: token

    def read() -> str:
        try:
            return token_file.read_text().strip()
        except OSError as error:
            raise LinkFault(
                f"the token file {token_file} can't be read: {error.strerror}"
            ) from error

    with faults_explained():
        read()
    return read


@dataclass(frozen=True, slots=True, kw_only=True)
class RunnerProcess:
    """One machine that judges for one server."""

    server: str
    token: Callable[[], str]
    name: str
    drain_s: float
    cache: BlobCache
    targets: tuple[TargetId, ...]
    """Asked for; none for those whose images are here."""
    gpu: bool
    parent: int
    stopping: threading.Event = field(default_factory=threading.Event)
    progress: ProgressLines = field(default_factory=ProgressLines)

    def run(self, slots: int | None) -> None:
        """Prove what can be offered, offer it, judge until told to stop."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.stopping.set())
        link = HttpLink(self.server, self.token)
        self._tell(link, Phase(name=PhaseName.CONTACT, detail=f"{platform.node()}, {VERSION}"))
        client = containers.connect()
        targets = slot_pools.chosen_targets(client, self.targets)
        slot_pools.ensure_images(client, targets, self.progress.say)
        sets = cpusets(slots)
        made = slot_pools.make(client, targets, sets, name=self.name, gpu=self.gpu)
        try:
            self._tell(link, _examined(targets))
            offers = self._prove(link, made[0])
            if self.stopping.is_set():
                return
            self._greet(link, offers, made[0], sets)
            self._judge(link, offers, made)
        finally:
            for pool in (pool for pools in made for pool in pools.pools.values()):
                pool.close()
                containers.sweep(client, pool.owner)
            link.close()

    def _judge(self, link: HttpLink, offers: Offers, made: list[SlotPools]) -> None:
        mutants = MutantJudge()
        runners = [
            SlotLoop(
                HttpLink(self.server, self.token),
                Slot(
                    {t.value: pools.target_slot(t) for t in pools.targets},
                    _read_package,
                    check_package,
                    mutants.judge,
                    judge_stress,
                ),
                offers=offers,
                cache=self.cache,
                suffering=suffering,
            )
            for pools in made
        ]
        threads = [threading.Thread(target=one.run, daemon=True) for one in runners]
        for thread in threads:
            thread.start()
        offered = f"{in_words(offers)} in {len(made)} slot(s)"
        self.progress.say(f"judging {offered}")
        self._tell(link, Phase(name=PhaseName.OFFERED, detail=offered))
        _wait(self.stopping, threads, parent=self.parent)
        outdated = next((one.outdated for one in runners if one.outdated is not None), None)
        why = "this runner is to be upgraded" if outdated is not None else "told to stop"
        self._tell(link, Phase(name=PhaseName.DRAINING, detail=why))
        for one in runners:
            one.stop()
        deadline = time.monotonic() + self.drain_s
        for thread in threads:
            thread.join(timeout=max(0.0, deadline - time.monotonic()))
        for one in runners:
            one.give_back()
        if outdated is not None:
            raise outdated

    def _tell(self, link: HttpLink, phase: Phase) -> None:
        """For the page that waits for us; who can't be told now is told the rest by `hello`."""
        with contextlib.suppress(LinkFault):
            link.phase(phase)

    def _prove(self, link: HttpLink, pools: SlotPools) -> Offers:
        """Smoke programs of all languages and targets; an engine that stutters is tried again."""
        while not self.stopping.is_set():
            try:
                proved = {
                    target.value: proved_languages(pools.pools[target], self.progress.say)
                    for target in pools.targets
                }
            except JudgeFault as fault:
                self.progress.say(f"the sandbox can't be proved yet: {fault}")
                self.stopping.wait(3)
                continue
            offers = {target: them for target, them in proved.items() if them}
            missing = [
                f"{target} {one}"
                for target, them in proved.items()
                for one in TARGETS[target].languages
                if one not in them
            ]
            without = f"; not {', '.join(missing)}" if missing else ""
            self._tell(
                link,
                Phase(
                    name=PhaseName.SMOKE,
                    good=not missing,
                    detail=f"{in_words(offers) or 'none'}{without}",
                ),
            )
            if offers:
                return offers
            fail("no language's smoke program works in the sandbox; run `judge doctor`")
        return {}

    def _greet(
        self, link: HttpLink, offers: Offers, pools: SlotPools, sets: tuple[str, ...]
    ) -> None:
        """Tell the server what is offered; while it can't be reached, say so and try again."""
        hello = Hello(
            version=VERSION,
            offers={target: list(them) for target, them in offers.items()},
            slots=len(sets),
            machine=dict(pools.pools[pools.targets[0]].machine()),
            cpus=list(sets),
        )
        said: tuple[object, ...] = ()
        backoff_s = 0.5
        while not self.stopping.is_set():
            try:
                link.hello(hello)
            except Outdated:
                raise
            except LinkFault as fault:
                if " 403 " in str(fault) or " 401 " in str(fault):
                    raise
                if fault.args != said:
                    self.progress.say(f"{fault}; trying again until it answers")
                    said = fault.args
                self.stopping.wait(backoff_s)
                backoff_s = min(2 * backoff_s, BACKOFF_S_MAX)
            else:
                return


def _examined(targets: Sequence[TargetId]) -> Phase:
    """What `judge doctor` says of this machine, in a line."""
    native = TargetId.WINDOWS_NATIVE in targets
    findings = list(native_doctor.describe() if native else examine())
    good = sum(finding.state is State.GOOD for finding in findings)
    worst = [finding.name for finding in findings if finding.state is not State.GOOD]
    detail = f"{good}/{len(findings)}" + (f"; see to {', '.join(worst[:6])}" if worst else "")
    return Phase(
        name=PhaseName.DOCTOR,
        good=all(finding.state is not State.BAD for finding in findings),
        detail=detail,
    )


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
