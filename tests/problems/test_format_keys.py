"""The one list of the format's keys and files: against schema, document, and what is read."""

from pathlib import Path

import pytest

from judge.errors import PackageFault
from problems import format_keys
from problems.format_keys import (
    CASE,
    GROUP,
    LEGACY,
    LIMITS,
    NEW,
    PARTS,
    PROBLEM,
    SUBMISSION,
    Support,
    as_table,
)
from problems.format_report import by_support, used_parts
from problems.package import load
from problems.schema import LimitsYaml, ProblemYaml, SubmissionYaml, TestGroupYaml

DOCUMENT = Path(__file__).parents[2] / "docs" / "problem-format.md"
MINIMAL = {"data/secret/1.in": b"", "data/secret/1.ans": b""}


@pytest.mark.parametrize(
    ("places", "model"),
    [
        ((PROBLEM,), ProblemYaml),
        ((LIMITS,), LimitsYaml),
        ((GROUP, CASE), TestGroupYaml),
        ((SUBMISSION,), SubmissionYaml),
    ],
)
def test_the_schema_has_the_lists_keys_and_no_others(places: tuple[str, ...], model: type) -> None:
    listed = {part.name for part in PARTS if part.place in places}
    assert listed == set(model.model_fields) - {"tests"}  # type: ignore[attr-defined]


def test_the_document_has_the_list() -> None:
    assert as_table() in DOCUMENT.read_text()


def test_nothing_is_listed_twice() -> None:
    assert len({(part.place, part.name) for part in PARTS}) == len(PARTS)


def test_what_is_not_done_says_why() -> None:
    assert all(part.note for part in PARTS if part.support is Support.REFUSED)


@pytest.mark.parametrize("version", [NEW, LEGACY])
@pytest.mark.parametrize("place", [PROBLEM, LIMITS, GROUP, CASE, SUBMISSION])
def test_a_key_of_the_other_version_is_told(place: str, version: str) -> None:
    other = LEGACY if version == NEW else NEW
    for name in format_keys.keys_of(place, other) - format_keys.keys_of(place, version):
        with pytest.raises(PackageFault, match=name):
            format_keys.check_keys(place, [name], version=version, at="here")


def test_refused_folders_are_refused() -> None:
    for part in PARTS:
        if part.place != format_keys.FILE or part.support is not Support.REFUSED:
            continue
        version = part.formats[0]
        files = {
            **MINIMAL,
            "problem.yaml": f"problem_format_version: {version}\nname: x\n".encode(),
            f"{part.name}x.py": b"",
        }
        with pytest.raises(PackageFault, match=part.note):
            load(files, slug="x")


def test_a_report_names_what_a_package_uses() -> None:
    files = {
        **MINIMAL,
        "problem.yaml": b"problem_format_version: 2025-09\nuuid: 1\nlimits: {memory: 64}\n",
        "static_validator/v.py": b"",
        "data/secret/1.files/a": b"",
        "data/secret/test_group.yaml": b"args: [a]\n",
        "submissions/submissions.yaml": b"a: {permitted: [AC]}\n",
        "solution/solution.en.md": b"",
    }
    used = used_parts(files)
    done = {one.part.name for one in by_support(used, Support.DONE)}
    assert done >= {"memory", "args", "permitted", ".files/", ".in", "submissions/"}
    assert {one.part.name for one in by_support(used, Support.IGNORED)} == {"uuid", "solution/"}
    (refused,) = by_support(used, Support.REFUSED)
    assert refused.part.name == "static_validator/"
    assert refused.at == "static_validator/v.py"
