"""What a package's validator says in its feedback folder, read and checked."""

import json
import math
import re
from collections.abc import Callable
from typing import Any

from judge.errors import JudgeProgramFault
from judge.grading.finding import Finding
from judge.values import Operation, Testcase, Witness
from judge.verdicts import Verdict

VERDICTS_OF_WITNESSES = (
    Verdict.WRONG_ANSWER,
    Verdict.DEADLOCK,
    Verdict.NOT_DURABLE,
    Verdict.DATA_RACE,
    Verdict.TIME_LIMIT,
    Verdict.RUNTIME_ERROR,
    Verdict.INCONCLUSIVE,
)

_FLOAT = re.compile(r"[+-]?(\d*\.\d+|\d+\.?)([eE][+-]?\d+)?")
_UNREADABLE = (ValueError, TypeError, AttributeError, KeyError, RecursionError)
"""What reading and picking apart somebody else's JSON can raise."""


def read_counters(content: bytes | None, program: str) -> dict[str, float]:
    """counters.json, by name; JudgeProgramFault, which names `program`, for all but numbers."""
    if content is None:
        return {}
    try:
        return {str(name): float(value) for name, value in json.loads(content).items()}
    except _UNREADABLE as error:
        raise JudgeProgramFault(
            program, f"its counters.json is not an object of numbers: {error}"
        ) from error


def points_of(
    testcase: Testcase,
    score: bytes | None,
    multiplier: bytes | None,
    *,
    accepted: bool,
    program: str,
) -> float | None:
    """What a test earned by score.txt or score_multiplier.txt (format 2025-09, *Scoring*).

    Raises JudgeProgramFault, which names `program`, for what the format calls a judge error.
    """

    def fault(what: str) -> JudgeProgramFault:
        return JudgeProgramFault(program, f"on {testcase.name} {what}")

    if score is None and multiplier is None:
        return testcase.max_points if accepted else None
    if not accepted:
        raise fault("it gave a score beside a rejection")
    if score is not None and multiplier is not None:
        raise fault("it gave both score.txt and score_multiplier.txt")
    if testcase.max_points is None:
        raise fault("it gave a score, and its group is pass-fail")
    if multiplier is not None:
        return testcase.max_points * _number(multiplier, 1.0, "score_multiplier.txt", fault)
    assert score is not None
    return _number(score, testcase.max_points, "score.txt", fault)


def _number(
    content: bytes, most: float, name: str, fault: Callable[[str], JudgeProgramFault]
) -> float:
    text = content.decode(errors="replace").strip()
    number = float(text) if _FLOAT.fullmatch(text) else math.nan
    if not 0 <= number <= most * (1 + 1e-9):
        raise fault(f"its {name} says '{text[:80]}'; it may be 0 to {most:g}")
    return number


def read_witness(content: bytes, message: str, program: str) -> Finding:
    """witness.json as a finding; the package may name a verdict of its own kind.

    Raises JudgeProgramFault, which names `program`, for what can't be read, or a verdict that isn't
    the package's to give.
    """
    try:
        parsed: dict[str, Any] = _encodable(json.loads(content))
        verdict = Verdict(parsed.pop("verdict", Verdict.WRONG_ANSWER))
        steps = tuple(str(step) for step in parsed.pop("steps", ()))
        failing = tuple(int(index) for index in parsed.pop("failing", ()))
        operations = tuple(_operation(one) for one in parsed.pop("operations", ()))
        counters = {str(k): float(v) for k, v in parsed.pop("counters", {}).items()}
        witness = Witness(steps=steps, failing=failing, operations=operations, **parsed)
    except _UNREADABLE as error:
        raise JudgeProgramFault(program, f"its witness.json can't be read: {error}") from error
    if verdict not in VERDICTS_OF_WITNESSES:
        raise JudgeProgramFault(program, f"its witness.json may not say {verdict}")
    if message:
        return Finding(verdict, message, witness=witness, counters=counters)
    return Finding(verdict, witness.sentence_en, witness.sentence_zh, witness, counters)


def _operation(fields: dict[str, Any]) -> Operation:
    end = fields["end_us"]
    return Operation(
        lane=str(fields["lane"]),
        start_us=float(fields["start_us"]),
        end_us=None if end is None else float(end),
    )


def _encodable(value: Any) -> Any:  # noqa: ANN401  (JSON)
    """JSON whose texts can be written as UTF-8: half a surrogate is a candidate's stray byte."""
    match value:
        case str():
            return value.encode("utf-8", "replace").decode()
        case list():
            return [_encodable(one) for one in value]
        case dict():
            return {key: _encodable(one) for key, one in value.items()}
        case _:
            return value
