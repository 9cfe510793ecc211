"""The format's own comparison."""

import pytest

from judge.grading.default_validator import compare
from judge.values import DefaultValidator


@pytest.mark.parametrize(
    ("output", "answer", "rules", "same"),
    [
        (b"1 2\n3", b"1\n2 3\n", DefaultValidator(), True),
        (b"Yes", b"YES", DefaultValidator(), True),
        (b"Yes", b"YES", DefaultValidator(case_sensitive=True), False),
        (b"1  2\n", b"1 2\n", DefaultValidator(space_change_sensitive=True), False),
        (b"1.0001", b"1.0", DefaultValidator(float_absolute_tolerance=1e-3), True),
        (b"1001", b"1000.0", DefaultValidator(float_relative_tolerance=1e-2), True),
        (b"nan", b"1.0", DefaultValidator(float_absolute_tolerance=1e9), False),
        (b"1 2 3", b"1 2", DefaultValidator(), False),
        (b"1", b"1 2", DefaultValidator(), False),
        (b"", b"", DefaultValidator(), True),
        (b"1\0", b"1", DefaultValidator(), False),
    ],
)
def test_the_default_validator_compares_as_the_format_says(
    output: bytes, answer: bytes, rules: DefaultValidator, same: bool
) -> None:
    assert (compare(output, answer, rules) is None) is same


def test_a_difference_names_its_line() -> None:
    difference = compare(b"1\n2\n4\n", b"1\n2\n3\n", DefaultValidator())
    assert difference is not None
    assert (difference.line, difference.expected, difference.got) == (3, "3", "4")
