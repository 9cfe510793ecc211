"""How programs of a target speak."""

from judge.targets import TARGETS, WINDOWS_WINE


def test_line_ends_are_forgiven_on_windows_alone() -> None:
    said = b"1\r\n2\n\r3\r\n"
    assert TARGETS["linux"].text_of(said, exact_line_ends=False) == said
    assert WINDOWS_WINE.text_of(said, exact_line_ends=True) == said
    assert WINDOWS_WINE.text_of(said, exact_line_ends=False) == b"1\n2\n\r3\n"
