"""`judge migrate`, `judge backup`, `judge restore` and `judge db copy`."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import Engine

from cli.console import ProgressLines, fail, faults_explained, out
from cli.serving import opened
from cli.start import DataDir, settings_from
from web.hiring import removal
from web.settings import database_url
from web.storage import migrate, open_engine, transfer

app = typer.Typer(help="Databases.", no_args_is_help=True)


@contextmanager
def _current(url: str) -> Iterator[Engine]:
    """A database with the newest schema."""
    migrate(url)
    engine = open_engine(url)
    try:
        yield engine
    finally:
        engine.dispose()


def migrate_database(data_dir: DataDir = None) -> None:
    """Bring the database to the newest schema; servers do so as they start."""
    with faults_explained(), opened(settings_from(data_dir, None, None, None)):
        out.print("the database has the newest schema")


def backup(
    file: Annotated[Path, typer.Argument(help="The file to write; it must not exist.")],
    data_dir: DataDir = None,
) -> None:
    """Write everything into one file, while the server goes on."""
    if file.exists():
        fail(f"{file} exists already; give another name")
    if not file.parent.is_dir():
        fail(f"{file.parent} is no folder; make it first")
    settings = settings_from(data_dir, None, None, None)
    partial = file.with_name(f".{file.name}.partial")
    partial.unlink(missing_ok=True)
    with faults_explained():
        try:
            with opened(settings) as source, _current(_sqlite(partial)) as target:
                rows = transfer.copy(source, target, ProgressLines().say)
                target.dispose()
                with target.connect() as connection:
                    # One file: nothing may be left in a journal beside it.
                    connection.exec_driver_sql("PRAGMA journal_mode=DELETE")
            partial.replace(file)
        finally:
            for left in file.parent.glob(f"{partial.name}*"):
                left.unlink(missing_ok=True)
    out.print(f"{rows} rows in {file}")


def restore(
    file: Annotated[Path, typer.Argument(help="What `judge backup` wrote.")],
    data_dir: DataDir = None,
) -> None:
    """Fill an empty database from a backup, and go on where it was taken."""
    if not file.is_file():
        fail(f"there is no file {file}")
    if file.read_bytes()[:15] != b"SQLite format 3":
        fail(f"{file} is not what `judge backup` writes")
    settings = settings_from(data_dir, None, None, None)
    with faults_explained(), _current(_sqlite(file)) as source, opened(settings) as target:
        rows = transfer.copy(source, target, ProgressLines().say)
    out.print(f"{rows} rows restored")


@app.command()
def scrub(data_dir: DataDir = None) -> None:
    """Take the bytes of removed rows out of the database's file; others wait meanwhile."""
    with faults_explained(), opened(settings_from(data_dir, None, None, None)) as engine:
        removal.scrub(engine)
        out.print("the database's file holds nothing of removed rows")


@app.command()
def copy(
    source: Annotated[str, typer.Argument(metavar="FROM", help="A SQLite file, or postgresql://…")],
    target: Annotated[str, typer.Argument(metavar="TO", help="Likewise; it must hold nothing.")],
    password_file: Annotated[
        Path | None, typer.Option(help="With the password of the postgresql:// address.")
    ] = None,
) -> None:
    """Move an installation, from SQLite to PostgreSQL say; stop the server first."""
    with faults_explained():
        urls = [_address(word, password_file) for word in (source, target)]
        if urls[0].startswith("sqlite") and not Path(source).is_file():
            fail(f"there is no file {source}")
        with _current(urls[0]) as reading, _current(urls[1]) as writing:
            rows = transfer.copy(reading, writing, ProgressLines().say)
    out.print(f"{rows} rows copied; start the server with JUDGE_DATABASE={target}")


def _address(word: str, password_file: Path | None) -> str:
    if "://" in word:
        return database_url(word, password_file)
    return _sqlite(Path(word))


def _sqlite(path: Path) -> str:
    return f"sqlite:///{path.resolve()}"
