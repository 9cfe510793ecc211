"""The runner's side of its talk with whoever gives it work."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from judge.events import Event
from judge.runner.wire import Hello, Phase, TakenJob
from judge.values import Judgement


class Link(Protocol):
    """Where jobs come from and judgements go.

    LinkFault when it can't be reached, Outdated when it speaks another version.
    """

    def hello(self, hello: Hello) -> None:
        """Tell what this runner offers."""

    def phase(self, phase: Phase) -> None:
        """Tell how far this runner's start has come."""

    def take(self, offers: Mapping[str, Sequence[str]]) -> TakenJob | None:
        """Wait a while for a job; None when there was none."""

    def blob(self, job: TakenJob, sha256: str) -> bytes:
        """A file of this job."""

    def heartbeat(self, job: TakenJob) -> None:
        """Keep the lease. Raises LeaseLost when the job is another's now."""

    def events(self, job: TakenJob, first: int, events: Sequence[Event]) -> None:
        """Report progress."""

    def hand_in(self, job: TakenJob, judgement: Judgement, stages_s: dict[str, float]) -> None:
        """Give the judgement, and how long its stages took; accepted once."""

    def hand_back(
        self, job: TakenJob, reason: str, *, final: bool = False, untried: bool = False
    ) -> None:
        """Give the job back unjudged; `untried` when that was no try."""
