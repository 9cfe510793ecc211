"""What of a package candidates see besides the statement: samples as they are shown, attachments.

Source: format 2025-09, *Samples* and *Priority of test case files*. The input of an interactive
sample is what the interactor knows, so it is shown only where the package says what to show.
"""

from dataclasses import dataclass

from judge.errors import PackageFault
from problems.description import Description
from problems.tree import Tree

_ATTACHMENTS = "attachments/"
_OVERRIDES = (".in.statement", ".ans.statement", ".out", ".in.download", ".ans.download")


@dataclass(frozen=True, slots=True)
class PublicFile:
    """A file for download, by the name that it is offered under."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample as the page shows it: input and output, or a log of the dialogue."""

    name: str
    input: bytes | None
    output: bytes | None
    interaction: bytes | None
    downloads: tuple[PublicFile, ...]


def attachments(files: Tree) -> tuple[PublicFile, ...]:
    """attachments/, by their names below it."""
    return tuple(
        PublicFile(path.removeprefix(_ATTACHMENTS), content)
        for path, content in sorted(files.items())
        if path.startswith(_ATTACHMENTS)
    )


def read_samples(files: Tree, description: Description) -> tuple[Sample, ...]:
    """All samples that have something to show. Raises PackageFault for files that contradict."""
    folder = "data/sample/"
    stems = {
        path.removesuffix(ending)
        for path in files
        for ending in (".in", ".interaction")
        if path.startswith(folder) and path.endswith(ending) and ".files/" not in path
    }
    samples = (_sample(stem, files, description) for stem in sorted(stems))
    return tuple(
        sample for sample in samples if sample.interaction is not None or sample.input is not None
    )


def _sample(stem: str, files: Tree, description: Description) -> Sample:
    name = stem.removeprefix("data/sample/")
    dialogue = description.interactive or description.multi_pass
    if dialogue and f"{stem}.interaction" in files:
        for ending in _OVERRIDES:
            if f"{stem}{ending}" in files:
                raise PackageFault(f"{stem}{ending}", f"may not be there beside {name}.interaction")
        log = files[f"{stem}.interaction"]
        return Sample(name, None, None, log, (PublicFile(f"{name}.interaction", log),))
    if f"{stem}.out" in files and f"{stem}.ans.statement" in files:
        raise PackageFault(f"{stem}.out", f"may not be there beside {name}.ans.statement")
    # What an interactor reads is not the program's input.
    own_in, own_ans = ((), ()) if description.interactive else ((".in",), (".ans",))
    return Sample(
        name,
        _first(files, stem, ".in.statement", *own_in),
        _first(files, stem, ".ans.statement", ".out", *own_ans),
        None,
        tuple(
            PublicFile(f"{name}{ending}", content)
            for ending, content in (
                (".in", _first(files, stem, ".in.download", *own_in)),
                (".ans", _first(files, stem, ".ans.download", ".out", *own_ans)),
            )
            if content is not None
        ),
    )


def _first(files: Tree, stem: str, *endings: str) -> bytes | None:
    return next((files[stem + ending] for ending in endings if stem + ending in files), None)
