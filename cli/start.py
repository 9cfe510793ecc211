"""`judge start`: server, local runner and demo in one; `judge serve`: the server alone."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from cli import logs
from cli.console import EXIT_UNFIT, ProgressLines, fail, faults_explained, out, target_option
from cli.logs import LogKind
from cli.runner import TOKEN_VARIABLE
from cli.serving import load_bank, make_server, opened
from sandboxes import containers, images
from web.fleet import runners
from web.hiring import demo
from web.settings import Settings
from web.storage import Role, now_ms, transaction

LOCAL_RUNNER = "local"
STOP_S = 15
OFFERED_LOOK_S = 0.5
RESTART_S_MIN, RESTART_S_MAX = 0.5, 10.0
"""Waited before a dead runner is started again: twice as long each time that it dies early."""

DataDir = Annotated[Path | None, typer.Option(help="Where the database lies (JUDGE_DATA_DIR).")]
Listen = Annotated[str | None, typer.Option(help="Address to listen on (JUDGE_LISTEN).")]
Port = Annotated[int | None, typer.Option(help="Port to listen on (JUDGE_PORT).")]
PublicUrl = Annotated[str | None, typer.Option(help="Where people reach it, https://… .")]


def settings_from(
    data_dir: Path | None, listen: str | None, port: int | None, public_url: str | None
) -> Settings:
    """The environment's settings, with what the command line gives before them."""
    given = {"data_dir": data_dir, "listen": listen, "port": port, "public_url": public_url}
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        wrong = error.errors(include_url=False)[0]
        name = str(wrong["loc"][0])
        fail(
            f"{name.replace('_', '-')} is {wrong['input']!r}: {wrong['msg']}; set JUDGE_"
            f"{name.removeprefix('JUDGE_').upper()} or the option of that name right",
            EXIT_UNFIT,
        )


def start(
    data_dir: DataDir = None,
    listen: Listen = None,
    port: Port = None,
    public_url: PublicUrl = None,
    no_demo: Annotated[bool, typer.Option("--no-demo", help="No invented people.")] = False,
    new_demo: Annotated[
        bool, typer.Option("--new-demo", help="The demo anew, with the bank as it is now.")
    ] = False,
    target: Annotated[
        list[str] | None,
        typer.Option(
            help="For the local runner: linux, windows-wine; all that are set up if none."
        ),
    ] = None,
) -> None:
    """Run the judge on this machine: web pages, a local runner, and a demo campaign."""
    progress = ProgressLines()
    settings = settings_from(data_dir, listen, port, public_url)
    targets = [target_option(one) for one in target or ()]
    logs.set_up(LogKind(settings.log), "server")
    with faults_explained():
        with closing(containers.connect()) as client:
            images.ensure(client, progress.say)
        with opened(settings) as engine:
            if new_demo:
                with transaction(engine) as session:
                    demo.remove(session, now_ms())
            _serve_and_judge(settings, engine, progress, targets, with_demo=not no_demo)


def _serve_and_judge(
    settings: Settings,
    engine: Engine,
    progress: ProgressLines,
    targets: Sequence[str],
    *,
    with_demo: bool,
) -> None:
    packages = load_bank(engine)
    progress.say(f"{len(packages)} problems loaded")
    with transaction(engine) as session:
        plain = [package for package in packages if not package.needs]
        to_fill = with_demo and demo.ensure(session, plain, now_ms())
    if to_fill:
        progress.say("demo campaign opened; its people send their answers once the runner is ready")
    token = _register_local_runner(engine)
    server = make_server(settings, engine)
    runner = _LocalRunner(settings, token, progress, targets)
    threading.Thread(
        target=_announce, args=(server, settings, engine, progress, with_demo), daemon=True
    ).start()
    if to_fill:
        threading.Thread(target=_fill_demo, args=(engine,), daemon=True).start()
    try:
        server.run()
    finally:
        progress.say("stopping")
        runner.stop()


def serve(
    data_dir: DataDir = None,
    listen: Listen = None,
    port: Port = None,
    public_url: PublicUrl = None,
) -> None:
    """Run the web server alone; runners come from `judge runner`."""
    settings = settings_from(data_dir, listen, port, public_url)
    logs.set_up(LogKind(settings.log), "server")
    with faults_explained(), opened(settings) as engine:
        load_bank(engine)
        server = make_server(settings, engine)
        out.print(f"serving {settings.url}; `judge link ROLE` makes a sign-in link")
        server.run()


def _register_local_runner(engine: Engine) -> str:
    """A new token at each start: an old local runner can't come back with an old one."""
    with transaction(engine) as session:
        return runners.replace_token(session, LOCAL_RUNNER)


class _LocalRunner:
    """The runner beside the server: a process of its own, started again when it dies."""

    def __init__(
        self, settings: Settings, token: str, progress: ProgressLines, targets: Sequence[str]
    ) -> None:
        self._targets = targets
        self._settings = settings
        self._token = token
        self._steps = progress
        self._stopping = threading.Event()
        self._process = self._start()
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        self._watcher.start()

    def stop(self) -> None:
        self._stopping.set()
        self._watcher.join(timeout=STOP_S)  # it might be starting one just now
        self._process.terminate()
        try:
            self._process.wait(timeout=STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _watch(self) -> None:
        backoff_s = RESTART_S_MIN
        started = time.monotonic()
        while not self._stopping.wait(0.2):
            code = self._process.poll()
            if code is None:
                continue
            if time.monotonic() - started > RESTART_S_MAX:
                backoff_s = RESTART_S_MIN
            self._steps.say(f"the runner ended with code {code}; starting it again")
            if self._stopping.wait(backoff_s):
                return
            backoff_s = min(2 * backoff_s, RESTART_S_MAX)
            started = time.monotonic()
            self._process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        settings = self._settings
        listen = "127.0.0.1" if settings.listen == "0.0.0.0" else settings.listen  # noqa: S104
        return subprocess.Popen(
            [
                *(sys.executable, "-m", "cli.runner"),
                *("--server", f"http://{listen}:{settings.port}"),
                *(word for target in self._targets for word in ("--target", target)),
                *(
                    "--name",
                    f"{LOCAL_RUNNER}-{settings.port}",
                    "--exit-with-parent",
                    "--drain",
                    "5",
                ),
            ],
            env={**os.environ, TOKEN_VARIABLE: self._token},
            # Ctrl-C goes to the foreground group; the runner is stopped by us, after the server.
            start_new_session=True,
        )


def _fill_demo(engine: Engine) -> None:
    """Once a runner offers something: what is sent earlier is judged on Linux alone."""
    while True:
        with suppress(OperationalError):
            with Session(engine) as session:
                ready = runners.offered(session)
            if ready:
                with transaction(engine) as session:
                    demo.send(session, now_ms())
                return
        time.sleep(OFFERED_LOOK_S)


def _announce(
    server: object, settings: Settings, engine: Engine, progress: ProgressLines, with_demo: bool
) -> None:
    """Wait until the server serves; then print where, and a sign-in link for each role."""
    while not getattr(server, "started", False):
        time.sleep(0.02)
    roles = [Role.CANDIDATE] if with_demo else []
    with transaction(engine) as session:
        links = {
            role: demo.link_for(session, role, now_ms(), days=settings.invitation_days)
            for role in (*roles, Role.INTERVIEWER, Role.RECRUITER, Role.OPERATOR)
        }
    progress.say("serving")
    out.print(f"\n  {settings.url}\n")
    for role, secret in links.items():
        out.print(f"  {role:<12} {settings.url}/i/{secret}", soft_wrap=True)
    out.print("\n  Ctrl-C stops it. `scripts/judge --help` lists the other commands.\n")
