"""`judge problems`: the bank, new packages, and other people's."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from cli import problem_server
from cli.console import EXIT_MISMATCH, EXIT_UNREADABLE, fail, faults_explained, out
from cli.verify import bank_folders
from judge.languages import LANGUAGES
from problems import format_report, skeleton, tree
from problems.format_report import FormatReport
from problems.package import load, load_folder, slug_of
from problems.tree import Files

_SHOWN = 8
app = typer.Typer(no_args_is_help=True, help="Problems: list the bank, make a new package.")
app.command()(problem_server.pull)
app.command()(problem_server.push)
app.command("verify")(problem_server.verify_there)
app.command("mutate")(problem_server.mutate_there)
app.command("publish")(problem_server.publish_there)


@app.command("list")
def list_problems(
    folders: Annotated[
        list[Path] | None, typer.Argument(help="Packages' folders; the bank's if none.")
    ] = None,
) -> None:
    """List packages; each is read and checked."""
    with faults_explained():
        table = Table("problem", "title", "minutes", "languages", "tests", "version", box=None)
        for folder in folders or bank_folders():
            package = load_folder(folder)
            problem = package.problem
            count = len(problem.testcases) + sum(fresh.count for fresh in problem.fresh)
            table.add_row(
                problem.slug,
                escape(f"{package.name('en')} · {package.name('zh')}"),
                str(package.minutes),
                ", ".join(problem.languages),
                str(count),
                problem.version,
            )
        out.print(table)


@app.command()
def new(
    name: Annotated[str, typer.Argument(help="Its folder, and its name: a-z, 0-9, -.")],
    shape: Annotated[str, typer.Option(help="library or program.")] = "program",
    languages: Annotated[str, typer.Option(help="With commas between.")] = "cpp,python3",
) -> None:
    """Make a package that verifies green as it is; then replace its parts by yours."""
    with faults_explained():
        folder = Path(name)
        if folder.exists():
            fail(f"{folder} exists already; choose another name")
        if shape not in skeleton.SHAPES:
            fail(f"--shape {shape}: it can be {' or '.join(skeleton.SHAPES)}")
        wanted = [language.strip() for language in languages.split(",") if language.strip()]
        known = [language.id for language in LANGUAGES.values() if language.skeleton is not None]
        if not wanted or not set(wanted) <= set(known):
            fail(f"--languages {languages}: known are {', '.join(known)}")
        files = skeleton.make(folder.name, shape=shape, languages=wanted)
        load(files, slug=folder.name)
        _write(folder, files)
        out.print(f"made {folder} ({len(files)} files); next: judge verify {folder}")


@app.command("import")
def import_package(
    source: Annotated[Path, typer.Argument(help="A public package: a zip file, or a folder.")],
    into: Annotated[Path, typer.Option(help="Where its folder is made.")] = Path(),
    check: Annotated[bool, typer.Option("--check", help="Only say; make nothing.")] = False,
) -> None:
    """Take somebody else's package, and say what of it is supported, in the format's words.

    Exit codes: 0 when all of it is, 1 when some of it is not done here, 2 when it can't be judged
    (nothing is made then).
    """
    with faults_explained():
        files = _read_source(source)
        slug = slug_of(source.resolve().stem if source.is_file() else source.resolve().name)
        report = format_report.report(files, slug)
        _tell(report)
        if report.package is None:
            raise typer.Exit(EXIT_UNREADABLE)
        if not check:
            folder = into / slug
            _write(folder, files)
            out.print(f"made {folder} ({len(files)} files); next: judge verify {folder}")
        if report.points:
            raise typer.Exit(EXIT_MISMATCH)


def _read_source(source: Path) -> Files:
    if source.is_dir():
        return tree.read_folder(source)
    try:
        return tree.unpack(source.read_bytes())
    except OSError as error:
        fail(f"{source} can't be read: {error.strerror}")


def _tell(report: FormatReport) -> None:
    """One screen: what is supported, what is ignored by right, what isn't supported."""
    done = ", ".join(report.done)
    out.print(f"[bold]Supported[/bold]: {done}" if done else "Nothing to judge.")
    out.print("[bold]Ignored by right[/bold]: " + (", ".join(report.ignored) or "nothing"))
    if report.no_part:
        out.print(
            "[bold]No part of a package[/bold]: " + escape(_cut(report.no_part)), highlight=False
        )
    if report.package is not None:
        package, problem = report.package, report.package.problem
        count = len(problem.testcases)
        out.print(
            f"[bold]{escape(package.name('en'))}[/bold]: {problem.shape}, {count} tests, "
            f"{len(package.submissions)} submissions, languages {', '.join(problem.languages)}"
            + ("" if package.time_limit_known else "; judge verify measures its time limit")
        )
    out.print("[bold]Not supported[/bold]: " + ("" if report.points else "nothing"))
    for point in report.points:
        out.print(f"  ✕ {point}", markup=False, highlight=False)


def _cut(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_SHOWN])
    return shown if len(names) <= _SHOWN else f"{shown} and {len(names) - _SHOWN} more"


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    if folder.exists():
        fail(f"{folder} exists already; choose another place (--into), or remove it")
    try:
        for path, content in files.items():
            place = folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
    except OSError as error:
        fail(f"{folder} can't be made: {error.strerror}")
