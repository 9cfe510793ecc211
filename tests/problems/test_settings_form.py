"""The settings form: it writes what it says into the texts, and leaves the rest as it was."""

import dataclasses

import pytest

from judge.errors import PackageFault
from problems import BANK, settings_form
from problems.package import load
from problems.settings_form import FreshRow
from tests.conftest import bank_package


@pytest.mark.parametrize("slug", sorted(path.parent.name for path in BANK.glob("*/problem.yaml")))
def test_what_is_read_and_written_unchanged_means_the_same(slug: str) -> None:
    package = bank_package(slug)
    changed = settings_form.write(package.tree, settings_form.read(package.tree))
    again = load({**package.tree, **changed}, slug=slug)
    assert dataclasses.replace(again.problem, version="") == dataclasses.replace(
        package.problem, version=""
    )
    assert again.skills == package.skills
    assert again.names == package.names


def test_a_value_is_changed_and_remarks_stay() -> None:
    tree = bank_package("bplus-tree").tree
    form = settings_form.read(tree)
    changed = settings_form.write(
        tree, dataclasses.replace(form, minutes="90", time_limit="12.5", name_zh="页上的 B+ 树")
    )
    package = load({**tree, **changed}, slug="bplus-tree")
    assert package.minutes == 90
    assert package.problem.limits.cpu_ms == 12_500
    assert package.names["zh"] == "页上的 B+ 树"
    text = changed["systems.yaml"].decode()
    assert "# As large pages as timed runs have" in text
    assert "# No AddressSanitizer there" in text


def test_groups_of_fresh_tests_are_added_changed_and_taken_away() -> None:
    tree = bank_package("bplus-tree").tree
    form = settings_form.read(tree)
    new = FreshRow(group="tiny", count=2, arguments="{seed} mixed 4 64", builds="plain address")
    rows = (*form.fresh[1:], new)
    changed = settings_form.write(tree, dataclasses.replace(form, fresh=rows))
    package = load({**tree, **changed}, slug="bplus-tree")
    groups = [(one.group, one.count, one.arguments) for one in package.problem.fresh]
    assert groups[0][0] == form.fresh[1].group
    assert groups[-1] == ("tiny", 2, ("{seed}", "mixed", "4", "64"))
    none = settings_form.write(tree, dataclasses.replace(form, fresh=()))
    assert b"fresh:" not in none["systems.yaml"]


@pytest.mark.parametrize(
    ("text", "words"),
    [(b"name: [", "is not YAML"), (b"- a", "no keys"), (b"\xff", "is not YAML")],
)
def test_a_text_that_cant_be_read_is_told(text: bytes, words: str) -> None:
    with pytest.raises(PackageFault, match=words):
        settings_form.read({"problem.yaml": text})


def test_a_number_that_is_none_is_told_with_its_key() -> None:
    tree = bank_package("bplus-tree").tree
    form = dataclasses.replace(settings_form.read(tree), memory="much")
    with pytest.raises(PackageFault, match=r"limits\.memory: “much” is no number"):
        settings_form.write(tree, form)
