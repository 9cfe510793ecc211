"""All of an installation from one database into another: backup, restore, SQLite to PostgreSQL.

A backup is a SQLite file with the same tables, whatever database it was taken from. Source and
target have the same schema (both are migrated first), the source is read in one snapshot while its
server may go on, and the target must hold nothing.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy import Connection, Engine
from sqlmodel import SQLModel, func

import web.storage  # noqa: F401  (fills the metadata)
from judge.errors import HostUnfit

ROWS_AT_ONCE = 200

Say = Callable[[str], None]


def copy(source: Engine, target: Engine, say: Say) -> int:
    """Copy every row; how many. Raises HostUnfit when the target isn't empty, or rows are missing.

    Nothing is left in the target when it fails.
    """
    copied = 0
    with _snapshot(source) as reading, target.begin() as writing:
        _require_empty(writing)
        for table in SQLModel.metadata.sorted_tables:
            count = _copy_table(table, reading, writing)
            if count:
                say(f"{table.name}: {count} rows")
            copied += count
        if target.dialect.name == "postgresql":
            _set_sequences(writing)
    return copied


@contextmanager
def _snapshot(engine: Engine) -> Iterator[Connection]:
    """One instant of the source."""
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ")
        else:
            connection.exec_driver_sql("BEGIN")
        yield connection
        connection.rollback()


def _require_empty(connection: Connection) -> None:
    for table in SQLModel.metadata.sorted_tables:
        count = _count(connection, table)
        if count:
            raise HostUnfit(
                f"the target holds {count} rows in {table.name} already; give one that is empty"
            )


def _count(connection: Connection, table: sa.Table) -> int:
    return int(connection.execute(sa.select(func.count()).select_from(table)).scalar() or 0)


def _copy_table(table: sa.Table, reading: Connection, writing: Connection) -> int:
    """In the order of the primary key: a submission that another one confirms comes first."""
    rows = reading.execute(sa.select(table).order_by(*table.primary_key.columns)).mappings()
    copied = 0
    for part in rows.partitions(ROWS_AT_ONCE):
        writing.execute(table.insert(), [dict(row) for row in part])
        copied += len(part)
    found = _count(writing, table)
    if found != copied:
        raise HostUnfit(f"{table.name} has {found} rows after {copied} were copied")
    return copied


def _set_sequences(connection: Connection) -> None:
    """New rows get numbers after those that came along."""
    for table in SQLModel.metadata.sorted_tables:
        if "id" not in table.c:
            continue
        highest = connection.execute(sa.select(func.max(table.c.id))).scalar()
        if highest is not None:
            sequence = func.pg_get_serial_sequence(f'"{table.name}"', "id")
            connection.execute(sa.select(func.setval(sequence, highest)))
