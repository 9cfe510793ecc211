"""Where a judging stands, summed up from its events."""

from collections.abc import Iterable
from dataclasses import dataclass

from judge.events import Event, Stage
from judge.verdicts import Verdict


@dataclass(frozen=True, slots=True)
class Progress:
    """The stage under way, how far it is, and the tests that ended."""

    stage: Stage | None
    done: int
    total: int
    tests: tuple[Event, ...]

    @property
    def passed(self) -> int:
        return sum(test.verdict is Verdict.ACCEPTED for test in self.tests)


def progress_of(events: Iterable[Event]) -> Progress:
    """Fold the events of one try."""
    stage, done, total = None, 0, 0
    tests: list[Event] = []
    for event in events:
        stage, done, total = event.stage, event.done, event.total
        if event.stage is Stage.TESTING:
            tests.append(event)
    return Progress(stage, done, total, tuple(tests))
