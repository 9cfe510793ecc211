"""The queue as operators see it: how long who waits, and what has no verdict for too long."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from web.fleet.jobs import UNFINISHED, Priority
from web.storage import Job, JobState, SubmissionRow

MISSING_MS = 120_000
"""A submission that somebody waits for, without a verdict for so long, is an alarm."""
SHOWN_MAX = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Jobs of one kind that wait."""

    target: str
    language: str
    needs: str
    count: int
    oldest_ms: int
    """Age of the one that waits longest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A submission without a verdict for too long, or given up."""

    code: str
    problem: str
    state: JobState
    age_ms: int
    tries: int
    fault: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueView:
    """All of it at one instant."""

    waiting: tuple[Waiting, ...]
    held: int
    missing: tuple[Missing, ...]
    failed: int


def view(session: Session, now_ms: int) -> QueueView:
    counts = states(session)
    return QueueView(
        waiting=tuple(waiting(session, now_ms)),
        held=counts.get(JobState.HELD.value, 0),
        missing=tuple(_missing(session, now_ms)),
        failed=counts.get(JobState.FAILED.value, 0),
    )


def states(session: Session) -> dict[str, int]:
    """How many jobs stand where."""
    rows = session.exec(select(Job.state, func.count()).group_by(col(Job.state))).all()
    return dict(rows)


def waiting(session: Session, now_ms: int) -> list[Waiting]:
    """By what a runner must offer, the longest wait first."""
    kind = (col(Job.target), col(Job.language), col(Job.needs))
    rows = session.connection().execute(
        sa.select(*kind, func.count(), func.min(Job.queued_at_ms))
        .where(col(Job.state) == JobState.QUEUED.value)
        .group_by(*kind)
    )
    found = [
        Waiting(
            target=target,
            language=language,
            needs=needs,
            count=count,
            oldest_ms=max(0, now_ms - since),
        )
        for target, language, needs, count, since in rows
    ]
    return sorted(found, key=lambda one: -one.oldest_ms)


def count_missing(session: Session, now_ms: int) -> int:
    """Submissions that wait or are judged for too long; those given up are counted apart."""
    found = session.exec(
        select(func.count())
        .select_from(Job)
        .where(
            col(Job.state).in_(UNFINISHED),
            Job.queued_at_ms < now_ms - MISSING_MS,
            Job.priority <= Priority.SUBMIT,
        )
    ).one()
    return int(found)


def _missing(session: Session, now_ms: int) -> list[Missing]:
    late = col(Job.queued_at_ms) < now_ms - MISSING_MS
    unjudged = [JobState.QUEUED.value, JobState.HELD.value, JobState.FAILED.value]
    rows = session.exec(
        select(Job, SubmissionRow)
        .join(SubmissionRow, col(SubmissionRow.id) == Job.submission_id)
        .where(col(Job.state).in_(unjudged), late, Job.priority <= Priority.SUBMIT)
        .order_by(col(Job.id).desc())
        .limit(SHOWN_MAX)
    ).all()
    return [
        Missing(
            code=row.code,
            problem=row.problem,
            state=JobState(job.state),
            age_ms=now_ms - job.queued_at_ms,
            tries=job.tries,
            fault=job.fault,
        )
        for job, row in rows
    ]
