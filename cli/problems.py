"""`judge problems`: the bank, and new packages."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from cli.console import fail, faults_explained, out
from cli.verify import bank_folders
from judge.languages import LANGUAGES
from problems import skeleton
from problems.package import load, load_folder

app = typer.Typer(no_args_is_help=True, help="Problems: list the bank, make a new package.")


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
                f"{package.name('en')} · {package.name('zh')}",
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
        for path, content in files.items():
            place = folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
        out.print(f"made {folder} ({len(files)} files); next: judge verify {folder}")
