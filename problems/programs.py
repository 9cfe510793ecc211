"""A package's own programs, as the format lays them out: a file, or a folder of files.

Source: format 2025-09, *Programs*.
"""

import importlib.resources

from judge.errors import PackageFault
from judge.languages import LANGUAGES, language_of_file
from judge.values import SCRIPTS, JudgeProgram, SourceFile
from problems.tree import Tree

CHECKTESTDATA = ".ctd"
VIVA = ".viva"
_CHECKTESTDATA_MAIN = b"""import sys
from pathlib import Path
from checktestdata.pyctd import main

sys.argv = ["checktestdata", str(Path(__file__).with_name("specification.ctd"))]
try:
    main()
except SystemExit as end:
    sys.exit(42 if end.code in (None, 0, 42) else 43)
sys.exit(42)
"""


def below(files: Tree, folder: str) -> tuple[SourceFile, ...]:
    """All files in a folder, by their names below it."""
    return tuple(
        SourceFile(path.removeprefix(folder), content)
        for path, content in sorted(files.items())
        if path.startswith(folder)
    )


def program_paths(files: Tree, folder: str) -> tuple[str, ...]:
    """The programs that lie in a folder: its files, and its own folders with a "/" at the end."""
    found = set()
    for path in files:
        if path.startswith(folder):
            first, *more = path.removeprefix(folder).split("/")
            found.add(f"{folder}{first}/" if more else f"{folder}{first}")
    return tuple(sorted(found))


def read_program(files: Tree, path: str, name: str) -> JudgeProgram:
    """The program at `path`, a file or a folder (which ends with "/").

    Raises PackageFault where no one language can be told.
    """
    if not path.endswith("/"):
        inside: tuple[SourceFile, ...] = (SourceFile(path.rsplit("/", 1)[-1], files[path]),)
    else:
        inside = below(files, path)
    if {"build", "run"} & {file.name for file in inside}:
        return JudgeProgram(name=name, language=SCRIPTS, files=inside)
    return JudgeProgram(name=name, language=language_of(inside, path), files=inside)


def read_only_program(files: Tree, folder: str, name: str) -> JudgeProgram:
    """The one program that a folder like output_validator/ is, or holds."""
    paths = program_paths(files, folder)
    folders = [path for path in paths if path.endswith("/")]
    # Legacy packages put each validator into a folder of its own; there may be one.
    if len(folders) == len(paths) > 1:
        raise PackageFault(folder, f"holds {len(paths)} validators; there may be one")
    return read_program(files, folders[0] if len(paths) == len(folders) == 1 else folder, name)


def language_of(sources: tuple[SourceFile, ...], place: str) -> str:
    """The one language that files are in. Raises PackageFault for none, or more than one."""
    found = {language.id for file in sources if (language := language_of_file(file.name))}
    if found == {"c", "cpp"}:
        found = {"cpp"}
    if len(found) == 1:
        return found.pop()
    known = ", ".join(f".{language.extensions[0]}" for language in LANGUAGES.values())
    if not found:
        raise PackageFault(
            place, f"has no source of a known language ({known}), and no build script"
        )
    raise PackageFault(place, f"has sources of several languages: {', '.join(sorted(found))}")


def checktestdata(path: str, content: bytes) -> JudgeProgram:
    """A Checktestdata specification, as a program that reads the input and exits with 42 or not."""
    package = importlib.resources.files("checktestdata")
    library = tuple(
        SourceFile(f"checktestdata/{file.name}", file.read_bytes())
        for file in package.iterdir()
        if file.name.endswith(".py")
    )
    return JudgeProgram(
        name=path,
        language="python3",
        files=(
            SourceFile("main.py", _CHECKTESTDATA_MAIN),
            SourceFile("specification.ctd", content),
            *library,
        ),
    )
