"""The database: one engine a process, SQLite set up for many readers and one writer."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from judge.errors import HostUnfit

MIGRATIONS = Path(__file__).parent / "migrations"
BUSY_MS = 10_000


def now_ms() -> int:
    """The one place where a server reads the calendar clock."""
    return time.time_ns() // 1_000_000


def open_engine(url: str) -> Engine:
    """An engine for `url`; for SQLite each connection is set up for a server's use."""
    engine = create_engine(url)
    if url.startswith("sqlite"):
        event.listen(engine, "connect", _set_up_sqlite)
    return engine


def _set_up_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401  (DB-API)
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_MS}",
        "temp_store=MEMORY",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def migrate(url: str) -> None:
    """Bring the database to the newest schema. Raises HostUnfit when it can't be written."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("sqlalchemy.url", url)
    try:
        command.upgrade(config, "head")
    except OperationalError as error:
        raise HostUnfit(f"the database {url} can't be opened or written: {error.orig}") from error


@contextmanager
def transaction(engine: Engine) -> Iterator[Session]:
    """A session that commits at the end, or leaves nothing behind.

    On SQLite it takes the write lock at once: a reader that turns writer half-way can only fail.
    """
    with Session(engine, expire_on_commit=False) as session:
        if engine.dialect.name == "sqlite":
            session.connection().exec_driver_sql("BEGIN IMMEDIATE")
        yield session
        session.commit()
