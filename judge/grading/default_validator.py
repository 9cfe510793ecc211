"""The package format's default output validator: tokens compared, with its flags.

Source: problem package format 2025-09, section *Default Output Validator Specification*.
"""

import re
from dataclasses import dataclass
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal, DecimalException, localcontext
from math import isfinite

from judge.values import DefaultValidator

_FLOAT = re.compile(rb"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?\Z")
_TOKENS = re.compile(rb"\S+")
_TOKENS_AND_SPACES = re.compile(rb"\S+|\s+")
_SHOWN_BYTES = 200
_WIDE = Context(prec=60, Emax=MAX_EMAX, Emin=MIN_EMIN)


@dataclass(frozen=True, slots=True)
class Difference:
    """The first place where output and answer part: line number from 1, and both texts."""

    line: int
    expected: str
    got: str


def compare(output: bytes, answer: bytes, rules: DefaultValidator) -> Difference | None:
    """None when `output` is as good as `answer` under `rules`; else the first difference."""
    pattern = _TOKENS_AND_SPACES if rules.space_change_sensitive else _TOKENS
    written = pattern.finditer(output)
    line, seen = 1, 0
    for wanted in pattern.finditer(answer):
        got = next(written, None)
        at = got.start() if got is not None else len(output)
        line, seen = line + output.count(b"\n", seen, at), at
        if got is None or not _same(got[0], wanted[0], rules):
            return Difference(line, _show(wanted[0]), _show(got[0] if got else b""))
    extra = next(written, None)
    if extra is None:
        return None
    line += output.count(b"\n", seen, extra.start())
    return Difference(line, "", _show(extra[0]))


def _same(got: bytes, wanted: bytes, rules: DefaultValidator) -> bool:
    if got == wanted:
        return True
    if _tolerant(rules) and _FLOAT.match(wanted):
        return bool(_FLOAT.match(got)) and _close(got, wanted, rules)
    return not rules.case_sensitive and got.lower() == wanted.lower()


def _tolerant(rules: DefaultValidator) -> bool:
    return rules.float_absolute_tolerance is not None or rules.float_relative_tolerance is not None


def _close(got: bytes, wanted: bytes, rules: DefaultValidator) -> bool:
    """Either tolerance is enough."""
    given, right = float(got), float(wanted)
    if not (isfinite(given) and isfinite(right)):
        return _close_beyond_floats(got, wanted, rules)
    distance = abs(given - right)
    absolute = rules.float_absolute_tolerance
    relative = rules.float_relative_tolerance
    return (absolute is not None and distance <= absolute) or (
        relative is not None and distance <= relative * abs(right)
    )


def _close_beyond_floats(got: bytes, wanted: bytes, rules: DefaultValidator) -> bool:
    """The same where a number overflows: infinity less infinity would be any number."""
    with localcontext(_WIDE):
        try:
            right = Decimal(wanted.decode())
            distance = abs(Decimal(got.decode()) - right)
            bounds = (
                Decimal(rules.float_absolute_tolerance or 0),
                Decimal(rules.float_relative_tolerance or 0) * abs(right),
            )
        except DecimalException:  # an exponent beyond even these: only itself is close to it
            return False
    return any(distance <= bound for bound in bounds)


def _show(token: bytes) -> str:
    text = token[:_SHOWN_BYTES].decode(errors="replace")
    return text + "…" if len(token) > _SHOWN_BYTES else text
