"""What a validator says of an answer, in the feedback directory and by its exit code.

Imported anew at each test that is validated, where `dataclasses` would add a third to its time.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, NoReturn

from oracles.open_loop import OpenLoop

ACCEPTED, REJECTED = 42, 43


class Span(NamedTuple):
    """Where an operation of a history is drawn: in whose lane, from when to when, in µs."""

    lane: str
    start_us: float
    end_us: float | None
    """None for one that never came back."""


class Rejection(NamedTuple):
    """Why an answer is wrong, with the smallest evidence that shows it.

    `verdict` is one that docs/problem-format.md lists for validators. `steps` is the evidence as an
    ordered list (operations of a history, writes before a crash), `failing` the numbers, from 0, of
    those that show the fault; a history's `operations` are drawn, one a step.
    """

    kind: str
    sentence_en: str
    sentence_zh: str
    verdict: str = "wrong-answer"
    steps: Sequence[str] = ()
    failing: Sequence[int] = ()
    operations: Sequence[Span] = ()
    expected: str = ""
    got: str = ""


class Rejected(Exception):  # noqa: N818  (evidence, not an error of ours)
    """Found deep in a conversation or a check; holds the rejection."""

    def __init__(self, rejection: Rejection) -> None:
        super().__init__(rejection.sentence_en)
        self.rejection = rejection


def reject(feedback_directory: str, why: Rejection | Mapping[str, object]) -> NoReturn:
    """Write the witness, and exit with *rejected*. A mapping has the fields of a `Rejection`."""
    if isinstance(why, Rejection):
        why = {**why._asdict(), "operations": [span._asdict() for span in why.operations]}
    # A program's output may be no UTF-8, and json writes what can't be encoded as escapes.
    _write(feedback_directory, "witness.json", why)
    sys.exit(REJECTED)


def accept(
    feedback_directory: str,
    counters: Mapping[str, float] | None = None,
    loop: OpenLoop | None = None,
) -> NoReturn:
    """Write the counters (name to number), what an `OpenLoop` saw, and exit with *accepted*."""
    if loop is not None:
        _write(feedback_directory, "latencies.json", loop.report())
    _write(feedback_directory, "counters.json", dict(counters or {}))
    sys.exit(ACCEPTED)


def undecided(feedback_directory: str, sentence_en: str, sentence_zh: str) -> NoReturn:
    """Say that it can't be told, since a search's budget is spent, and exit.

    The submission is judged again, and counts for nothing where that does not help. Never for an
    answer that is wrong for sure.
    """
    reject(feedback_directory, Rejection("note", sentence_en, sentence_zh, verdict="inconclusive"))


def _write(directory: str, name: str, content: Mapping[str, object]) -> None:
    (Path(directory) / name).write_text(json.dumps(content), encoding="ascii")
