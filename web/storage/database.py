"""The database: one engine a process, SQLite or PostgreSQL, with the same rule of one writer.

SQLite has one writer at a time by its nature. On PostgreSQL the same holds by an advisory lock for
all that people do, so that "look, then write" needs no second thought in either. What runners do by
the hundred each second takes row locks instead (`alone=False`).
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, create_engine, event, func, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from judge.errors import HostUnfit

MIGRATIONS = Path(__file__).parents[1] / "migrations"
BUSY_MS = 10_000
POOL_SIZE = 20
THREADS = 40
"""So many does a server have; Starlette's own number."""
_POSTGRES_OPTIONS = (
    "-c idle_in_transaction_session_timeout=10000 -c lock_timeout=10000 -c timezone=UTC"
)
"""A replica that is frozen in mid-transaction must not keep its locks from the others."""
_ONE_WRITER = 20261126
"""The number of the lock; any would do that nothing else in the database uses."""


def now_ms() -> int:
    """The one place where a process reads the calendar clock."""
    return time.time_ns() // 1_000_000


def clock_ms(session: Session) -> int:
    """What time it is for all servers of one database.

    On PostgreSQL its clock decides, so that a replica whose own clock jumps ends no lease early.
    """
    if session.get_bind().dialect.name != "postgresql":
        return now_ms()
    seconds = func.extract("epoch", func.clock_timestamp())
    return int(session.connection().execute(select(seconds * 1000)).scalar_one())


def open_engine(url: str) -> Engine:
    """An engine for `url`; for SQLite each connection is set up for a server's use."""
    if url.startswith("sqlite"):
        # As many as a server has threads; others would be opened and shut each time.
        engine = create_engine(url, pool_size=THREADS)
        event.listen(engine, "connect", _set_up_sqlite)
        return engine
    # A connection that a restart of the database broke is noticed before it is used.
    return create_engine(
        url,
        pool_size=POOL_SIZE,
        max_overflow=POOL_SIZE,
        pool_pre_ping=True,
        connect_args={"options": _POSTGRES_OPTIONS},
    )


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
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    try:
        command.upgrade(config, "head")
    except OperationalError as error:
        shown = make_url(url).render_as_string(hide_password=True)
        raise HostUnfit(f"the database {shown} can't be opened or written: {error.orig}") from error


_writers: WeakKeyDictionary[Engine, threading.Lock] = WeakKeyDictionary()


@contextmanager
def _next_writer(engine: Engine) -> Iterator[None]:
    """Writers of this process stand in line for SQLite's one lock.

    SQLite itself lets each of them sleep and try again: among forty, some never find it free. Who
    waited too long tries all the same, and is refused by the database.
    """
    lock = _writers.setdefault(engine, threading.Lock())
    mine = lock.acquire(timeout=BUSY_MS / 1000)
    try:
        yield
    finally:
        if mine:
            lock.release()


@contextmanager
def transaction(engine: Engine, *, alone: bool = True) -> Iterator[Session]:
    """A session that commits at the end, or leaves nothing behind.

    On SQLite it takes the write lock at once: a reader that turns writer half-way can only fail.
    With `alone` no other such transaction runs on PostgreSQL meanwhile, whatever the replica.
    """
    sqlite = engine.dialect.name == "sqlite"
    queue = _next_writer(engine) if sqlite else nullcontext()
    with queue, Session(engine, expire_on_commit=False) as session:
        if sqlite:
            session.connection().exec_driver_sql("BEGIN IMMEDIATE")
        elif alone:
            session.connection().execute(select(func.pg_advisory_xact_lock(_ONE_WRITER)))
        yield session
        session.commit()
