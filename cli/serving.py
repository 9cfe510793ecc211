"""The web server of `judge start` and `judge serve`."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import uvicorn
from fastapi import FastAPI
from sqlalchemy import Engine

from judge.errors import HostUnfit, PackageFault
from problems import BANK
from problems.package import Package, load_folder
from web.app import create_app
from web.problems import catalogue
from web.services import services_of
from web.settings import Settings, check_reach
from web.storage import migrate, now_ms, open_engine, transaction


@contextmanager
def opened(settings: Settings) -> Iterator[Engine]:
    """The database, its schema brought up to date; the address is checked, the folder made."""
    check_reach(settings)
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise HostUnfit(
            f"the data folder {settings.data_dir} can't be made: {error.strerror}; "
            "give another with --data-dir"
        ) from error
    migrate(settings.database_url)
    engine = open_engine(settings.database_url)
    try:
        yield engine
    finally:
        engine.dispose()


def load_bank(engine: Engine) -> list[Package]:
    """Put the bank's problems, in their present version, into the database."""
    packages = [_load(path.parent) for path in sorted(BANK.glob("*/problem.yaml"))]
    with transaction(engine) as session:
        for package in packages:
            catalogue.add(
                session, package, now_ms(), author="bank", sentence="Loaded from the bank."
            )
    return packages


def _load(path: Path) -> Package:
    try:
        return load_folder(path)
    except PackageFault as fault:
        raise PackageFault(f"{path.name}/{fault.place}", fault.message) from fault


class StoppableServer(uvicorn.Server):
    """Lets those go who wait for news (runners, live pages) as soon as a signal comes."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        app = self.config.app
        assert isinstance(app, FastAPI)
        services_of(app).let_go()
        super().handle_exit(sig, frame)


def make_server(settings: Settings, engine: Engine) -> uvicorn.Server:
    """A server that is ready to run. Raises HostUnfit when its port is taken."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.listen, settings.port))
        except OSError as error:
            raise HostUnfit(
                f"{settings.listen}:{settings.port} can't be listened on: {error.strerror}; "
                "choose another with --port"
            ) from error
    config = uvicorn.Config(
        create_app(settings, engine),
        host=settings.listen,
        port=settings.port,
        log_level="warning",
        access_log=False,
        proxy_headers=settings.secure or settings.behind_proxy,
        forwarded_allow_ips="*" if settings.behind_proxy else "127.0.0.1",
        timeout_graceful_shutdown=3,
        server_header=False,
    )
    return StoppableServer(config)
