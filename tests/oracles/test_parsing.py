"""Numbers that somebody hostile wrote."""

import pytest

from oracles.parsing import integer


def test_a_number_is_what_c_prints() -> None:
    assert [integer(word) for word in ("0", "-17", "007", "18446744073709551615")] == [
        *(0, -17, 7, 18446744073709551615)
    ]


@pytest.mark.parametrize(
    "word",
    [
        *("", "-", "+1", "1_0", " 1", "1\n", "1.0", "1e3", "0x1f", "9" * 21, "9" * 5000),
        *("\N{SUPERSCRIPT TWO}", "\N{ARABIC-INDIC DIGIT ONE}", "\N{FULLWIDTH DIGIT ONE}"),
    ],
)
def test_nothing_else_is_one(word: str) -> None:
    with pytest.raises(ValueError, match="no integer"):
        integer(word)
