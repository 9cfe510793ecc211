"""`judge stress`: two answers against each other on the generator's inputs."""

import hashlib
from pathlib import Path
from typing import Annotated

import typer

from cli.console import EXIT_MISMATCH, err, fail, faults_explained, out, target_option
from cli.local import local_slot
from judge.languages import language_of_file
from judge.targets import TargetId
from judge.values import SourceFile, Submission
from problems.package import Package, load_folder
from problems.stress import SECONDS_MAX, require_generator, stress


def stress_answers(
    package: Annotated[Path, typer.Argument(help="A folder with problem.yaml.")],
    left: Annotated[str, typer.Argument(help="A source file, or a name below submissions/.")],
    right: Annotated[
        str, typer.Argument(help="The other; the first accepted answer if none.")
    ] = "",
    seconds: Annotated[
        float, typer.Option(min=1, max=SECONDS_MAX, help="How long to look.")
    ] = 60.0,
    save: Annotated[
        bool, typer.Option("--save", help="Make what is found a fixed test of the package.")
    ] = False,
    target: Annotated[
        str, typer.Option(callback=target_option, help="Where they are run.")
    ] = TargetId.LINUX.value,
) -> None:
    """Look for an input on which two answers of PACKAGE differ, and make it small.

    Exit code 1 where they differ, 0 where no input was found in the time.
    """
    with faults_explained():
        loaded = load_folder(package)
        require_generator(loaded)
        pair = (_answer(loaded, left), _answer(loaded, right or _first_right(loaded)))
        with local_slot(target, loaded.needs) as slot:
            found = stress(loaded.problem, pair, slot, seconds, _say)
        if found.input is None:
            out.print(f"no difference on {found.inputs} inputs")
            return
        for name, result in ((left, found.left), (right or "reference", found.right)):
            if result is not None:
                out.print(f"{name}: {result.verdict} {result.note}"[:300], markup=False)
        out.print(found.input.decode(errors="replace"), markup=False, highlight=False)
        if save:
            out.print(f"made {_save(package, found.input)}")
        raise typer.Exit(EXIT_MISMATCH)


def _say(tried: int) -> None:
    err.print(f"{tried} inputs tried")


def _first_right(package: Package) -> str:
    right = [one.name for one in package.submissions if one.name.startswith("accepted/")]
    if not right:
        fail("the package has no accepted answer; give the other one")
    return right[0]


def _answer(package: Package, name: str) -> Submission:
    for one in package.submissions:
        if one.name == name:
            return one.submission
    file = Path(name)
    if not file.is_file():
        known = ", ".join(one.name for one in package.submissions)
        fail(f"{name} is neither a file nor a submission of the package; those are {known}")
    language = language_of_file(file.name)
    if language is None or language.id not in package.problem.languages:
        fail(f"{name}: its language is not offered; {', '.join(package.problem.languages)} are")
    stem = language.answer_file(package.problem.solution_name)
    return Submission(
        problem=package.problem.slug,
        language=language.id,
        files=(SourceFile(stem, file.read_bytes()),),
    )


def _save(package: Path, content: bytes) -> Path:
    name = hashlib.sha256(content).hexdigest()[:8]
    place = package / "data" / "secret" / "found" / f"{name}.in"
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
        place.with_suffix(".ans").write_bytes(b"")
    except OSError as error:
        fail(f"{place} can't be written: {error.strerror}")
    return place
