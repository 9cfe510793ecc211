"""data/: testcases in the order of their names, samples first, with the flags of their groups."""

import re
import shlex
from collections.abc import Sequence

from judge.errors import PackageFault
from judge.values import BuildKind, DefaultValidator, Testcase
from problems import schema, tree
from problems.schema import ProblemYaml, TestGroupYaml

_FLAG_VALUES = ("float_tolerance", "float_absolute_tolerance", "float_relative_tolerance")


def read_testcases(
    files: tree.Tree, described: ProblemYaml, builds: dict[BuildKind, list[str]]
) -> tuple[Testcase, ...]:
    """All testcases. Raises PackageFault for an input without its answer."""
    inputs = [path for path in files if path.startswith("data/") and path.endswith(".in")]
    cases = [
        _testcase(path, files, described, builds)
        for path in sorted(inputs, key=lambda p: (not p.startswith("data/sample/"), _natural(p)))
    ]
    if not cases and "systems.yaml" not in files:
        raise PackageFault("data", "holds no testcase (*.in)")
    return tuple(cases)


def _natural(path: str) -> list[tuple[int, str]]:
    """Order 2 before 10."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", path)]


def _testcase(
    path: str, files: tree.Tree, described: ProblemYaml, builds: dict[BuildKind, list[str]]
) -> Testcase:
    stem = path.removesuffix(".in")
    if f"{stem}.ans" not in files and "interactive" not in str(described.type):
        raise PackageFault(f"{stem}.ans", f"is missing; {path} needs an answer")
    name = stem.removeprefix("data/")
    group = name.rsplit("/", 1)[0]
    return Testcase(
        name=name,
        group=group,
        input=files[path],
        answer=files.get(f"{stem}.ans", b""),
        sample=name.startswith("sample/"),
        builds=tuple(
            kind
            for kind, groups in builds.items()
            if any(
                group == wanted or group.startswith(f"{wanted}/") or not wanted for wanted in groups
            )
        ),
        validator_flags=_flags(stem, files, described),
    )


def _flags(stem: str, files: tree.Tree, described: ProblemYaml) -> tuple[str, ...]:
    """The nearest of: the case's own file, its group's, the groups above, problem.yaml."""
    folders = stem.split("/")
    candidates = [f"{stem}.yaml"]
    for depth in range(len(folders) - 1, 0, -1):
        folder = "/".join(folders[:depth])
        candidates += [f"{folder}/test_group.yaml", f"{folder}/testdata.yaml"]
    for place in candidates:
        if place not in files:
            continue
        found = schema.parse(TestGroupYaml, files[place], place)
        given = found.output_validator_args or found.output_validator_flags
        if given:
            return tuple(given if isinstance(given, list) else shlex.split(given))
    return tuple(described.validator_flags.split())


def parse_flags(flags: Sequence[str], place: str) -> DefaultValidator:
    """Flags of the default validator. Raises PackageFault for one that it doesn't have."""
    case = space = False
    tolerances: dict[str, float] = {}
    words = iter(flags)
    for word in words:
        if word == "case_sensitive":
            case = True
        elif word == "space_change_sensitive":
            space = True
        elif word in _FLAG_VALUES:
            tolerances[word] = _number(next(words, ""), word, place)
        else:
            raise PackageFault(
                place,
                f"the default validator has no flag '{word}'; known are case_sensitive, "
                f"space_change_sensitive, {', '.join(_FLAG_VALUES)}",
            )
    both = tolerances.get("float_tolerance")
    return DefaultValidator(
        case_sensitive=case,
        space_change_sensitive=space,
        float_absolute_tolerance=tolerances.get("float_absolute_tolerance", both),
        float_relative_tolerance=tolerances.get("float_relative_tolerance", both),
    )


def _number(text: str, word: str, place: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise PackageFault(place, f"{word} wants a number, not '{text}'") from error
