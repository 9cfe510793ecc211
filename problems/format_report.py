"""What a package uses of the format, and what becomes of each part here: for who imports it.

It looks at files that `package.load` would refuse, too, and so tells all at once.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from judge.errors import PackageFault
from problems import format_keys, schema
from problems.format_keys import FormatPart, Support
from problems.tree import Tree

_NOT_SHOWN = {"problem.yaml", "data/sample/", "data/secret/"}


@dataclass(frozen=True, slots=True)
class UsedPart:
    """A part of the format that a package uses, and where it does first."""

    part: FormatPart
    at: str


def used_parts(files: Tree) -> list[UsedPart]:
    """Keys and files of the format, each once, in the order of the list."""
    first: dict[FormatPart, str] = {}
    for part, at in (*_keys(files), *_files(files)):
        first.setdefault(part, at)
    order = {part: number for number, part in enumerate(format_keys.PARTS)}
    return sorted((UsedPart(p, at) for p, at in first.items()), key=lambda used: order[used.part])


def by_support(parts: list[UsedPart], support: Support) -> list[UsedPart]:
    return [used for used in parts if used.part.support is support]


def _keys(files: Tree) -> Iterator[tuple[FormatPart, str]]:
    described = _loaded(files, "problem.yaml")
    yield from _named(format_keys.PROBLEM, described, "problem.yaml")
    limits = described.get("limits")
    yield from _named(format_keys.LIMITS, limits, "problem.yaml")
    for path in sorted(files):
        if not re.fullmatch(r"data/.*\.yaml", path):
            continue
        is_group = path.endswith(("/test_group.yaml", "/testdata.yaml"))
        place = format_keys.GROUP if is_group else format_keys.CASE
        yield from _named(place, _loaded(files, path), path)
    place = "submissions/submissions.yaml"
    for entry in _loaded(files, place).values():
        yield from _named(format_keys.SUBMISSION, entry, place)
        for nested in entry.values() if isinstance(entry, Mapping) else ():
            yield from _named(format_keys.SUBMISSION, nested, place)


def _named(place: str, given: Any, at: str) -> Iterator[tuple[FormatPart, str]]:  # noqa: ANN401
    for key in given if isinstance(given, Mapping) else ():
        part = format_keys.part(place, str(key))
        if part is not None:
            yield part, at


def _loaded(files: Tree, path: str) -> Mapping[str, Any]:
    try:
        loaded = schema.read_yaml(files[path], path) if path in files else {}
    except PackageFault:
        return {}
    return loaded if isinstance(loaded, Mapping) else {}


def _files(files: Tree) -> Iterator[tuple[FormatPart, str]]:
    for path in sorted(files):
        for part in format_keys.PARTS:
            if part.place == format_keys.FILE and part.name not in _NOT_SHOWN:
                folder = part.name.endswith("/")
                if path.startswith(part.name) if folder else path == part.name:
                    yield part, path
            elif part.place == format_keys.DATA and path.startswith("data/"):
                endings = part.name.split()
                if any(path.endswith(e) or (e == ".files/" and e in path) for e in endings):
                    yield part, path
