"""A submission is judged on each of its problem's targets: one job and one judgement for each.

What it is worth is what it is worth everywhere: the most severe verdict and the lowest score, once
all of them are there.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from judge.targets import TARGETS, Target, TargetId
from judge.verdicts import Verdict, most_severe
from problems.package import Package
from web.tables import Job, JobState, JudgementRow

UNFINISHED = (JobState.QUEUED, JobState.HELD)


@dataclass(frozen=True, slots=True)
class Part:
    """How a submission stands on one target."""

    job: Job
    judged: JudgementRow | None

    @property
    def target(self) -> str:
        return self.job.target

    @property
    def state(self) -> JobState:
        return JobState(self.job.state)

    @property
    def unfinished(self) -> bool:
        return self.state in UNFINISHED

    @property
    def verdict(self) -> Verdict | None:
        return None if self.judged is None else Verdict(self.judged.verdict)


def targets_for(
    package: Package, language: str, offered: Mapping[str, Collection[str]]
) -> tuple[TargetId, ...]:
    """Where an answer in this language is judged here, in the package's order.

    On Linux always; elsewhere where a registered runner has proved that it can (`offered`:
    languages by target). An installation without such a runner judges without that target, and
    says so.
    """
    return tuple(
        target
        for target in package.targets
        if language in TARGETS[target.value].languages
        and (target is TargetId.LINUX or language in offered.get(target.value, ()))
    )


@dataclass(frozen=True, slots=True)
class Place:
    """One of a problem's targets as its page tells of it."""

    target: Target
    here: bool
    """Whether this installation judges on it."""
    lacks: tuple[str, ...]
    """The problem's languages that are not judged on it."""


def places(package: Package, offered: Mapping[str, Collection[str]]) -> tuple[Place, ...]:
    """A problem's targets, and what this installation makes of them."""
    found = []
    for target in package.targets:
        languages = package.problem.languages
        taken = [la for la in languages if target in targets_for(package, la, offered)]
        lacks = tuple(la for la in languages if la not in taken)
        found.append(Place(TARGETS[target.value], bool(taken), lacks))
    return tuple(found)


def of_submission(session: Session, submission_id: int) -> tuple[Part, ...]:
    """All of a submission's, in the package's order of targets."""
    jobs = session.exec(
        select(Job).where(Job.submission_id == submission_id).order_by(col(Job.id))
    ).all()
    judged = {
        row.target: row
        for row in session.exec(
            select(JudgementRow).where(JudgementRow.submission_id == submission_id)
        )
    }
    return tuple(Part(job, judged.get(job.target)) for job in jobs)


def leading(parts: Sequence[Part], wanted: str = "") -> Part:
    """The one to be shown: that asked for; else one under way, a fault of ours, the worst."""
    for part in parts:
        if part.target == wanted:
            return part
    for part in parts:
        if part.unfinished:
            return part
    without = [part for part in parts if part.judged is None]
    if without:
        return without[0]
    worst = most_severe(part.verdict for part in parts if part.verdict is not None)
    return next(part for part in parts if part.verdict is worst)
