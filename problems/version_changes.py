"""What differs between two versions of a problem, as far as anybody's verdict or reading goes."""

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from judge.values import MEBIBYTE, Problem
from problems.package import Package


class ChangeKind(StrEnum):
    """What a change is about."""

    STATEMENT = "statement"
    """Texts, titles, what candidates download: it judges nothing."""
    TESTS = "tests"
    LIMITS = "limits"
    BARS = "bars"
    REFERENCES = "references"
    ANSWERS = "answers"
    """Languages, targets, and the file that is sent."""


@dataclass(frozen=True, slots=True)
class VersionChange:
    """One difference; `detail` names values, old → new, and is the same in each language."""

    kind: ChangeKind
    detail: str

    @property
    def judges(self) -> bool:
        """Whether a verdict or points could come out otherwise."""
        return self.kind is not ChangeKind.STATEMENT


_FIELDS: dict[str, ChangeKind | None] = {
    "slug": None,
    "version": None,
    "shape": ChangeKind.TESTS,
    "languages": ChangeKind.ANSWERS,
    "limits": ChangeKind.LIMITS,
    "testcases": ChangeKind.TESTS,
    "validator": ChangeKind.TESTS,
    "solution_name": ChangeKind.ANSWERS,
    "includes": ChangeKind.TESTS,
    "builds": ChangeKind.TESTS,
    "generator": ChangeKind.TESTS,
    "fresh": ChangeKind.TESTS,
    "shrink_lines": ChangeKind.TESTS,
    "passes_max": ChangeKind.TESTS,
    "points": ChangeKind.BARS,
    "validation_limits": ChangeKind.LIMITS,
    "compilation_limits": ChangeKind.LIMITS,
    "harness_starts": ChangeKind.TESTS,
    "benchmark": ChangeKind.BARS,
    "measured_on": ChangeKind.BARS,
    "growth": ChangeKind.BARS,
    "scaling": ChangeKind.BARS,
    "tradeoff": ChangeKind.BARS,
    "references": ChangeKind.REFERENCES,
    "good": ChangeKind.REFERENCES,
    "rules": ChangeKind.TESTS,
    "counters": ChangeKind.BARS,
    "language_time_factor": ChangeKind.LIMITS,
    "exact_line_ends": ChangeKind.TESTS,
    "deadlock_when_idle": ChangeKind.TESTS,
}
"""What each part of a problem is; a new one must be told, or a change of it would be no change."""
_AROUND = {
    "names": ChangeKind.STATEMENT,
    "samples": ChangeKind.STATEMENT,
    "attachments": ChangeKind.STATEMENT,
    "starter": ChangeKind.STATEMENT,
    "targets": ChangeKind.ANSWERS,
    "needs": ChangeKind.ANSWERS,
    "code_bytes_max": ChangeKind.ANSWERS,
}
"""Parts of a package around its problem."""
_SHOWN = ("names", "targets", "needs", "code_bytes_max")
_SHORT = 60


def version_changes(old: Package, new: Package) -> tuple[VersionChange, ...]:
    """All that differs, in the order of the fields of a problem; nothing for the same content."""
    return tuple(_changes(old, new))


def _changes(old: Package, new: Package) -> Iterator[VersionChange]:
    for language in sorted({*old.statements, *new.statements}):
        if old.statements.get(language) != new.statements.get(language):
            yield VersionChange(ChangeKind.STATEMENT, f"statement/problem.{language}")
    for name, kind in _AROUND.items():
        one, other = getattr(old, name), getattr(new, name)
        if one != other:
            shown = _words(name, one, other) if name in _SHOWN else name
            yield VersionChange(kind, shown)
    before, after = _judged(old.problem), _judged(new.problem)
    for name, of in _FIELDS.items():
        one, other = getattr(before, name), getattr(after, name)
        if of is not None and one != other:
            for detail in _details(name, one, other):
                yield VersionChange(of, detail)


def _judged(problem: Problem) -> Problem:
    """Without what people call its counters: that judges nothing."""
    counters = tuple(dataclasses.replace(one, labels={}) for one in problem.counters)
    return dataclasses.replace(problem, counters=counters)


def _details(name: str, old: object, new: object) -> Iterator[str]:
    """What of a field differs: values where they are short, else names or counts."""
    if dataclasses.is_dataclass(old) and type(old) is type(new):
        for field in dataclasses.fields(old):
            one, other = getattr(old, field.name), getattr(new, field.name)
            if one != other:
                yield _words(f"{name}.{field.name}", *_in_units(field.name, one, other))
    elif isinstance(old, tuple) and isinstance(new, tuple) and _named(old) and _named(new):
        yield from _members(name, old, new)
    elif isinstance(old, Mapping) and isinstance(new, Mapping):
        changed = sorted(key for key in {*old, *new} if old.get(key) != new.get(key))
        yield f"{name}: {', '.join(changed)}"
    else:
        yield _words(name, old, new)


def _in_units(name: str, *values: object) -> Iterator[object]:
    """Sizes in MiB and times in seconds, where that is what people say."""
    for value in values:
        if name.endswith("_bytes") and isinstance(value, int):
            yield f"{value / MEBIBYTE:g} MiB"
        elif name.endswith("_ms") and isinstance(value, int):
            yield f"{value / 1000:g} s"
        else:
            yield value


def _named(members: tuple[object, ...]) -> bool:
    return all(_key(one) for one in members)


def _key(one: object) -> str:
    return str(getattr(one, "name", "") or getattr(one, "group", ""))


def _members(name: str, old: tuple[object, ...], new: tuple[object, ...]) -> Iterator[str]:
    before = {_key(one): one for one in old}
    after = {_key(one): one for one in new}
    for sign, keys in (
        ("+", [key for key in after if key not in before]),
        ("−", [key for key in before if key not in after]),
        ("≠", [key for key in after if key in before and after[key] != before[key]]),
    ):
        if keys:
            more = f" … ({len(keys)})" if len(keys) > 4 else ""  # noqa: PLR2004
            yield f"{name} {sign} {', '.join(map(str, keys[:4]))}{more}"
    if before == after:
        yield f"{name}: order"


def _words(name: str, old: object, new: object) -> str:
    shown = f"{name}: {_value(old)} → {_value(new)}"
    return shown if len(shown) <= 2 * _SHORT else name


def _value(value: object) -> str:
    if isinstance(value, (tuple, list)):
        return ", ".join(map(str, value)) or "–"
    if isinstance(value, Mapping):
        return ", ".join(map(str, value.values()))
    return "–" if value is None else str(value)
