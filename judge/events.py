"""What judging tells while it goes on, for pages and terminals."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from judge.verdicts import Verdict


class Stage(StrEnum):
    """Where a judging stands."""

    COMPILING = "compiling"
    TESTING = "testing"
    SHRINKING = "shrinking"
    MEASURING = "measuring"
    SCALING = "scaling"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One sign of progress: `done` of `total` in a stage; `verdict` where a test just ended."""

    stage: Stage
    done: int
    total: int
    label: str = ""
    verdict: Verdict | None = None
    cpu_ms: float = 0.0
    memory_bytes: int = 0


Report = Callable[[Event], None]
