"""What of a package's data candidates see: never what an interactor knows."""

import pytest

from problems.package import Package, load

INTERACTIVE = b"problem_format_version: 2025-09\nname: x\ntype: interactive\n"
PLAIN = b"problem_format_version: 2025-09\nname: x\n"


def package(problem: bytes, **sample: bytes) -> Package:
    files = {f"data/sample/1.{ending.replace('_', '.')}": text for ending, text in sample.items()}
    return load({"problem.yaml": problem, "output_validator/v.py": b"", **files}, slug="x")


def test_an_interactive_samples_secret_is_not_shown() -> None:
    secret = package(INTERACTIVE, **{"in": b"42\n", "ans": b"42\n"})
    assert secret.samples == ()
    assert secret.public_file("samples/1.in") is None


def test_an_interaction_is_shown_instead() -> None:
    (sample,) = package(
        INTERACTIVE, **{"in": b"42", "ans": b"", "interaction": b"<1\n>2\n"}
    ).samples
    assert sample.interaction == b"<1\n>2\n"
    assert sample.input is None
    assert [file.name for file in sample.downloads] == ["1.interaction"]


@pytest.mark.parametrize(
    ("more", "shown", "offered"),
    [
        ({}, (b"i", b"a"), (b"i", b"a")),
        ({"out": b"o"}, (b"i", b"o"), (b"i", b"o")),
        ({"in_statement": b"s", "in_download": b"d"}, (b"s", b"a"), (b"d", b"a")),
        ({"ans_statement": b"s", "ans_download": b"d"}, (b"i", b"s"), (b"i", b"d")),
    ],
)
def test_what_is_shown_and_offered_has_the_formats_order(
    more: dict[str, bytes], shown: tuple[bytes, bytes], offered: tuple[bytes, bytes]
) -> None:
    found = package(PLAIN, **{"in": b"i", "ans": b"a"}, **more)
    (sample,) = found.samples
    assert (sample.input, sample.output) == shown
    assert (found.public_file("samples/1.in"), found.public_file("samples/1.ans")) == offered


def test_an_interactive_sample_shows_what_the_package_says_to_show() -> None:
    (sample,) = package(
        INTERACTIVE,
        **{"in": b"42", "ans": b"", "in_statement": b"a number", "in_download": b"none"},
    ).samples
    assert sample.input == b"a number"
    assert sample.output is None


def test_only_what_is_public_can_be_had() -> None:
    files = {"problem.yaml": PLAIN, "data/secret/1.in": b"", "data/secret/1.ans": b""}
    found = load({**files, "attachments/tool/run.py": b"x"}, slug="x")
    assert found.public_file("attachments/tool/run.py") == b"x"
    for path in ("data/secret/1.in", "samples/../secret/1.in", "attachments/../problem.yaml", ""):
        assert found.public_file(path) is None
