"""The keys of problem.yaml and systems.yaml that a form has, read and written.

Written into the text that is there: remarks, order and keys that the form doesn't have stay. The
text remains what counts; who writes it by hand sees it in the form.
"""

import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import YAMLError

from judge.errors import PackageFault
from problems import schema
from problems.tree import Tree

PROBLEM, SYSTEMS = "problem.yaml", "systems.yaml"
_BYTES_MAX = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class FreshRow:
    """One line of the form's table of fresh tests."""

    group: str
    count: int
    arguments: str
    """With spaces between."""
    builds: str
    """With spaces between."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsForm:
    """What the form shows; "" where a key isn't given, and the format's default holds."""

    name_en: str = ""
    name_zh: str = ""
    languages: tuple[str, ...] = ()
    time_limit: str = ""
    memory: str = ""
    output: str = ""
    license: str = ""
    minutes: str = ""
    skills: str = ""
    targets: tuple[str, ...] = ()
    benchmark_limit: str = ""
    benchmark_full: str = ""
    fresh: tuple[FreshRow, ...] = ()


def read(files: Tree) -> SettingsForm:
    """What the texts say. Raises PackageFault for a text that is no YAML."""
    problem, systems = _loaded(files, PROBLEM), _loaded(files, SYSTEMS)
    name = problem.get("name", "")
    names = name if isinstance(name, Mapping) else {"en": name}
    limits, bench = _mapping(problem, "limits"), _mapping(systems, "benchmark")
    return SettingsForm(
        name_en=_text(names.get("en")),
        name_zh=_text(names.get("zh")),
        languages=tuple(read_languages(problem)),
        time_limit=_text(limits.get("time_limit")),
        memory=_text(limits.get("memory")),
        output=_text(limits.get("output")),
        license=_text(problem.get("license")),
        minutes=_text(systems.get("minutes")),
        skills=", ".join(_words(systems, "skills")),
        targets=tuple(_words(systems, "targets") or ["linux"]),
        benchmark_limit=_text(bench.get("limit")),
        benchmark_full=_text(bench.get("full")),
        fresh=tuple(_rows(systems)),
    )


def _fresh(row: Mapping[str, Any]) -> FreshRow:
    count = row.get("count", 1)
    return FreshRow(
        group=_text(row.get("group")),
        count=count if isinstance(count, int) else 0,
        arguments=" ".join(_words(row, "arguments")),
        builds=" ".join(_words(row, "builds")) or "plain",
    )


def _words(of: Mapping[str, Any], key: str) -> list[str]:
    """A list of plain words; none for what is no list."""
    found = of.get(key)
    return [_text(one) for one in found] if isinstance(found, list) else []


def _rows(systems: Mapping[str, Any]) -> list[FreshRow]:
    found = systems.get("fresh")
    rows = found if isinstance(found, list) else []
    return [_fresh(row) for row in rows if isinstance(row, Mapping)]


def write(files: Tree, form: SettingsForm) -> dict[str, bytes]:
    """Both texts with what the form says in them; only those that change.

    Raises PackageFault for a text that is no YAML, or a value that is no number.
    """
    problem, systems = _loaded(files, PROBLEM), _loaded(files, SYSTEMS)
    _write_problem(problem, form)
    _write_systems(systems, form)
    changed = {}
    for path, content in ((PROBLEM, problem), (SYSTEMS, systems)):
        text = _dumped(content)
        if text != files.get(path, b"") and (content or path in files):
            changed[path] = text
    return changed


def _write_problem(problem: CommentedMap, form: SettingsForm) -> None:
    names = {"en": form.name_en, "zh": form.name_zh}
    for language, name in names.items():
        if not name:
            raise PackageFault(PROBLEM, f"name.{language} is empty; give a title in each language")
    current = problem.get("name")
    if not isinstance(current, CommentedMap):
        problem["name"] = CommentedMap()
    for language, name in names.items():
        _put(problem["name"], language, name)
    if form.languages and tuple(form.languages) != tuple(read_languages(problem)):
        problem["languages"] = _flow(form.languages)
    _put(problem, "license", form.license)
    limits = problem.get("limits")
    if not isinstance(limits, CommentedMap):
        limits = problem["limits"] = CommentedMap()
    _put(limits, "time_limit", _number(PROBLEM, "limits.time_limit", form.time_limit))
    _put(limits, "memory", _number(PROBLEM, "limits.memory", form.memory))
    _put(limits, "output", _number(PROBLEM, "limits.output", form.output))
    if not limits:
        del problem["limits"]


def read_languages(problem: Mapping[str, Any]) -> Sequence[str]:
    given = problem.get("languages", "all")
    return given.split() if isinstance(given, str) else _words(problem, "languages")


def _write_systems(systems: CommentedMap, form: SettingsForm) -> None:
    _put(systems, "minutes", _number(SYSTEMS, "minutes", form.minutes))
    skills = [one.strip() for one in form.skills.split(",") if one.strip()]
    if skills != _words(systems, "skills"):
        systems["skills"] = _flow(skills)
    if form.targets and list(form.targets) != (_words(systems, "targets") or ["linux"]):
        systems["targets"] = _flow(form.targets)
    bench = systems.get("benchmark")
    if isinstance(bench, CommentedMap):
        _put(bench, "limit", _number(SYSTEMS, "benchmark.limit", form.benchmark_limit))
        _put(bench, "full", _number(SYSTEMS, "benchmark.full", form.benchmark_full))
    if list(form.fresh) != _rows(systems):
        _write_fresh(systems, form.fresh)


def _write_fresh(systems: CommentedMap, rows: Sequence[FreshRow]) -> None:
    kept = CommentedSeq()
    for row in rows:
        one = CommentedMap()
        one.fa.set_flow_style()
        one["group"], one["count"] = row.group, row.count
        one["arguments"] = _flow(row.arguments.split())
        if row.builds.split() not in ([], ["plain"]):
            one["builds"] = _flow(row.builds.split())
        kept.append(one)
    if kept:
        systems["fresh"] = kept
    else:
        systems.pop("fresh", None)


def _put(mapping: CommentedMap, key: str, value: Any) -> None:  # noqa: ANN401  (YAML)
    """Set a key, leave it where it says the same, or take it away for ""."""
    if value == "":
        mapping.pop(key, None)
    elif mapping.get(key) != value:
        mapping[key] = value


def _number(place: str, key: str, text: str) -> int | float | str:
    text = text.strip()
    if not text:
        return ""
    try:
        value = float(text)
    except ValueError as error:
        raise PackageFault(place, f"{key}: “{text[:40]}” is no number") from error
    if not math.isfinite(value):
        raise PackageFault(place, f"{key}: “{text[:40]}” is no number")
    return int(value) if value == int(value) and "." not in text else value


def _flow(words: Sequence[str]) -> CommentedSeq:
    found = CommentedSeq(words)
    found.fa.set_flow_style()
    return found


def _text(value: Any) -> str:  # noqa: ANN401  (YAML)
    """A plain value's words; "" for what is none: of lists in lists there is no end."""
    return str(value) if isinstance(value, str | int | float) else ""


def _mapping(of: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = of.get(key)
    return found if isinstance(found, Mapping) else {}


def _yaml() -> YAML:
    made = YAML(typ="rt")
    made.preserve_quotes = True
    made.width = 200
    made.indent(mapping=2, sequence=4, offset=2)
    return made


def _loaded(files: Tree, path: str) -> CommentedMap:
    if path not in files:
        return CommentedMap()
    size = len(files[path])
    if size > _BYTES_MAX:
        raise PackageFault(path, f"has {size} bytes; a form reads {_BYTES_MAX} at most")
    schema.read_yaml(files[path], path)  # refuses what nests without end, and keys twice
    if any(
        isinstance(event, yaml.AliasEvent) for event in yaml.parse(files[path].decode("utf-8-sig"))
    ):
        raise PackageFault(path, "has an alias (*name), which the form can't show; write it out")
    try:
        found = _yaml().load(files[path].decode("utf-8-sig"))
    except (YAMLError, UnicodeDecodeError, ValueError, RecursionError) as error:
        said = " ".join(str(error).split())[:200]
        raise PackageFault(path, f"is not YAML in UTF-8: {said}") from error
    if found is None:
        return CommentedMap()
    if not isinstance(found, CommentedMap):
        raise PackageFault(path, "holds no keys")
    return found


def _dumped(content: CommentedMap) -> bytes:
    stream = io.BytesIO()
    _yaml().dump(content, stream)
    return stream.getvalue()
