"""What a candidate's program wrote, read without trust: a validator may not fail on any of it."""

import re

_INTEGER = re.compile(r"-?[0-9]{1,20}", re.ASCII)


def integer(word: str) -> int:
    """A decimal number of at most 20 digits. Raises ValueError, which `int` alone does not always.

    `int` takes `1_0` and the digits of other scripts; `str.isdigit` takes `²`, which `int` doesn't.
    """
    if not _INTEGER.fullmatch(word):
        raise ValueError(f"no integer: {word[:40]!r}")
    return int(word)
