"""What a package says of targets."""

import pytest

from judge.errors import PackageFault
from judge.verdicts import Verdict
from problems import BANK
from problems.package import load, load_folder
from problems.tree import read_folder


@pytest.mark.parametrize(
    ("systems", "message"),
    [
        (b"targets: [windows]", "targets"),
        (b"targets: []", "targets"),
        (b"line_ends: both", "line_ends"),
        (b"targets: [windows-native]", "no interactive"),
        (b"targets: [windows-wine, linux]", "linux must be the first of targets"),
    ],
)
def test_what_a_package_may_not_say_of_targets(systems: bytes, message: str) -> None:
    files = dict(read_folder(BANK / "write-ahead-log"))
    only_linux = files["systems.yaml"].replace(b"benchmark:\n", b"benchmark:\n  targets: [linux]\n")
    files["systems.yaml"] = only_linux + systems + b"\n"
    with pytest.raises(PackageFault, match=message):
        load(files, slug="x")


def test_planted_programs_may_earn_something_else_on_another_target() -> None:
    package = load_folder(BANK / "atomic-save")
    by_name = {one.name: one for one in package.submissions}
    waits = by_name["rejected/never_waits.c"]
    assert waits.expected_for("linux") == {Verdict.ACCEPTED}
    assert waits.expected_for("windows-wine") == {Verdict.WRONG_ANSWER}
