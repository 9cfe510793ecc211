"""A submission is judged on each of its problem's targets: one job and one judgement for each.

What it is worth is what it is worth everywhere: the most severe verdict and the lowest score, once
all of them are there.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from judge.targets import TARGETS, Target, TargetId
from judge.verdicts import Verdict, together
from problems.package import Package
from web.fleet import jobs
from web.storage import Job, JobState, JudgementRow


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionTarget:
    """How a submission stands on one target; `verdict` is None until it is judged there."""

    target: str
    state: JobState
    verdict: Verdict | None

    @property
    def unfinished(self) -> bool:
        return self.state in jobs.UNFINISHED


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
class TargetOffer:
    """One of a problem's targets as its page tells of it."""

    target: Target
    here: bool
    """Whether this installation judges on it."""
    lacks: tuple[str, ...]
    """The problem's languages that are not judged on it."""


def target_offers(
    package: Package, offered: Mapping[str, Collection[str]]
) -> tuple[TargetOffer, ...]:
    """A problem's targets, and what this installation makes of them."""
    found = []
    for target in package.targets:
        languages = package.problem.languages
        taken = [la for la in languages if target in targets_for(package, la, offered)]
        lacks = tuple(la for la in languages if la not in taken)
        found.append(TargetOffer(TARGETS[target.value], bool(taken), lacks))
    return tuple(found)


def of_submission(session: Session, submission_id: int) -> tuple[SubmissionTarget, ...]:
    """All of a submission's, in the package's order of targets."""
    jobs = session.exec(
        select(Job.target, Job.state)
        .where(Job.submission_id == submission_id)
        .order_by(col(Job.id))
    ).all()
    verdicts = dict(
        session.exec(
            select(JudgementRow.target, JudgementRow.verdict).where(
                JudgementRow.submission_id == submission_id,
                col(JudgementRow.superseded_at_ms).is_(None),
            )
        ).all()
    )
    return tuple(
        SubmissionTarget(
            target=target,
            state=JobState(state),
            verdict=Verdict(verdicts[target]) if target in verdicts else None,
        )
        for target, state in jobs
    )


def leading(targets: Sequence[SubmissionTarget], wanted: str = "") -> SubmissionTarget:
    """The one to be shown: that asked for; else one under way, a fault of ours, the worst."""
    for one in targets:
        if one.target == wanted:
            return one
    for one in targets:
        if one.unfinished:
            return one
    without = [one for one in targets if one.verdict is None]
    if without:
        return without[0]
    worst = together(one.verdict for one in targets if one.verdict is not None)
    return next(one for one in targets if one.verdict is worst)
