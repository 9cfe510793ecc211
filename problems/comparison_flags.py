"""Flags of the default output validator, as a package gives them.

Source: format 2025-09, *Default output validator specification*.
"""

from collections.abc import Sequence

from judge.errors import PackageFault
from judge.values import DefaultValidator

_FLAG_VALUES = ("float_tolerance", "float_absolute_tolerance", "float_relative_tolerance")


def parse_flags(flags: Sequence[str], place: str, *, strict: bool = True) -> DefaultValidator:
    """Flags of the default validator. Raises PackageFault for one that it doesn't have.

    `strict` refuses a tolerance that is given twice, as format 2025-09 does; else the last holds.
    """
    case = space = False
    tolerances: dict[str, float] = {}
    words = iter(flags)
    for word in words:
        if word == "case_sensitive":
            case = True
        elif word == "space_change_sensitive":
            space = True
        elif word in _FLAG_VALUES:
            if strict and (
                word in tolerances or ("float_tolerance" in (word, *tolerances) and tolerances)
            ):
                raise PackageFault(place, f"{word} is given beside another tolerance of its kind")
            tolerances[word] = _number(next(words, ""), word, place)
        else:
            raise PackageFault(
                place,
                f"the default validator has no flag '{word[:80]}'; known are case_sensitive, "
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
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number < float("inf"):
        raise PackageFault(place, f"{word} wants a number of 0 or more, not '{text[:80]}'")
    return number
