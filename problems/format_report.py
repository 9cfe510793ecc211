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
from problems.package import Package, load
from problems.publishing import TIME_LIMIT, unfit
from problems.tree import Files, Tree

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


@dataclass(frozen=True, slots=True, kw_only=True)
class FormatReport:
    """What would become of somebody's package here, before it is taken."""

    package: Package | None
    """None where it can't be judged at all; the first point says why."""
    done: tuple[str, ...]
    """Parts of the format that it uses and that are supported, by name."""
    ignored: tuple[str, ...]
    """Parts that are ignored by right."""
    no_part: tuple[str, ...]
    """Paths of files that are no part of a package."""
    points: tuple[str, ...]
    """What is not done here, each with its place."""


def report(files: Files, slug: str) -> FormatReport:
    """Look at a package's files, whether or not they can be judged."""
    used = used_parts(files)
    points = [
        f"{one.part.name} ({one.at}): {one.part.note}" for one in by_support(used, Support.REFUSED)
    ]
    package = None
    try:
        package = load(files, slug=slug)
    except PackageFault as fault:
        points.insert(0, str(fault))
    if package is not None:
        points += [f"submissions/{one.name}: {one.why}" for one in package.left_out]
        points += package.unsupported
        points += [str(fault) for fault in unfit(package) if fault.place != TIME_LIMIT]
    return FormatReport(
        package=package,
        done=_names(by_support(used, Support.DONE)),
        ignored=_names(by_support(used, Support.IGNORED)),
        no_part=files.ignored,
        points=tuple(points),
    )


def _names(parts: list[UsedPart]) -> tuple[str, ...]:
    return tuple(one.part.name for one in parts)
