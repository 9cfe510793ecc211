"""A PostgreSQL of the tests' own: a cluster in a folder, on loopback, thrown away at the end."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

ACCOUNT = "postgres"
"""Debian's account of that name: the server refuses to run as root."""
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "max_connections": "300",
    "shared_buffers": "64MB",
    "track_commit_timestamp": "on",
    "unix_socket_directories": "",
}


class Cluster:
    """One server; `durable` for tests that kill it."""

    def __init__(self, folder: Path, *, durable: bool = False) -> None:
        self.data = folder / "data"
        self._log = folder / "log"
        self.port = _free_port()
        self._settings = {**SETTINGS, "port": str(self.port)}
        if not durable:
            self._settings |= {
                "fsync": "off",
                "full_page_writes": "off",
                "synchronous_commit": "off",
            }
        shutil.chown(folder, ACCOUNT)
        self._as_account("initdb", "-D", str(self.data), "-A", "trust", "-U", "judge")

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://judge@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        options = " ".join(f"-c {name}='{value}'" for name, value in self._settings.items())
        self._as_account(
            "pg_ctl", "start", "-w", "-D", str(self.data), "-l", str(self._log), "-o", options
        )

    def stop(self, mode: str = "fast") -> None:
        """`immediate` is what a crash looks like."""
        self._as_account("pg_ctl", "stop", "-w", "-D", str(self.data), "-m", mode)

    def answers(self) -> bool:
        """Whether it takes connections."""
        engine = create_engine(self.url("postgres"))
        try:
            with engine.connect() as connection:
                connection.execute(text("SELECT 1"))
        except OperationalError:
            return False
        finally:
            engine.dispose()
        return True

    def create(self, database: str, *, template: str = "template1") -> str:
        """A new database; its address."""
        engine = create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f'CREATE DATABASE "{database}" TEMPLATE "{template}"'))
        engine.dispose()
        return self.url(database)

    def drop(self, database: str) -> None:
        engine = create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f'DROP DATABASE "{database}" WITH (FORCE)'))
        engine.dispose()

    def _as_account(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            ["/usr/sbin/runuser", "-u", ACCOUNT, "--", str(_binaries() / program), *arguments],
            cwd="/",
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        if done.returncode != 0:
            raise RuntimeError(f"{program}: {done.stderr.decode(errors='replace')}")


def _binaries() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not found:
        raise RuntimeError("PostgreSQL is not installed; scripts/test postgres installs it")
    return found[-1]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(folder: Path, *, durable: bool = False) -> Iterator[Cluster]:
    """A cluster that serves; stopped at the end, however that comes."""
    folder.chmod(0o755)
    for parent in folder.parents:
        if parent.stat().st_mode & 0o001 == 0:
            parent.chmod(parent.stat().st_mode | 0o011)
    cluster = Cluster(folder, durable=durable)
    cluster.start()
    try:
        yield cluster
    finally:
        for _ in range(3):
            try:
                cluster.stop("immediate")
            except RuntimeError:
                time.sleep(0.5)  # it may be starting just now
            else:
                break
