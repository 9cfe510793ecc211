"""What is said of one run, before it is tied to a testcase."""

from dataclasses import dataclass, field

from judge.values import Witness
from judge.verdicts import Verdict

SHOWN_CHARACTERS = 2_000
"""So much is shown of what a program, or a package's program, says itself."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A verdict with its reason in both languages, and what a validator left besides."""

    verdict: Verdict
    note: str = ""
    note_zh: str = ""
    witness: Witness | None = None
    counters: dict[str, float] = field(default_factory=dict)
    next_input: bytes | None = None
    points: float | None = None
