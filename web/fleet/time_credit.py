"""Time that a candidate waited for us is given back, by the server's clock.

A wait counts from when a submission was sent until a machine begins to judge it, or it is given up;
a judging that a fault of ours ended is part of the wait. Under five seconds nobody minds. Waits
that overlap are given back once. While something of the candidate's own is judged, nobody waits for
us: who sends one thing behind the other does not stop the clock. What was waited before that is
given back as it begins.
"""

from collections.abc import Sequence

from sqlmodel import Session, col, func, select

from web.storage import Job, JobState, JudgementRow, Sitting, SubmissionKind, SubmissionRow

UNNOTICED_MS = 5_000
_CREDITED = (SubmissionKind.SUBMIT.value, SubmissionKind.SAMPLES.value)


def grant(session: Session, job: Job, submission: SubmissionRow, now_ms: int) -> int:
    """Give back what this job's wait took, now that it is over; how much."""
    if submission.kind not in _CREDITED:
        return 0
    sitting = session.exec(
        select(Sitting).where(Sitting.person_id == submission.person_id).with_for_update()
    ).first()
    if sitting is None:
        return 0
    own = _own(session, sitting)
    earliest_ms = min(job.queued_at_ms, _waiting_since(session, own) or job.queued_at_ms)
    served_ms = _served_until(session, own, now_ms, but=job.id)
    given_ms = _uncredited(sitting, earliest_ms, served_ms, now_ms)
    if given_ms > 0:
        sitting.credit_ms += given_ms
        sitting.ends_at_ms += given_ms
        sitting.credited_until_ms = now_ms
        session.add(sitting)
    return given_ms


def running(session: Session, sitting_id: int, now_ms: int) -> int:
    """What would be given back if every wait in this sitting ended now."""
    sitting = session.get_one(Sitting, sitting_id)
    # Two questions: joined, a planner that has not yet seen a queue grow goes through all of it.
    own = _own(session, sitting)
    since_ms = _waiting_since(session, own)
    if since_ms is None:
        return 0
    return _uncredited(sitting, since_ms, _served_until(session, own, now_ms), now_ms)


def _own(session: Session, sitting: Sitting) -> Sequence[int | None]:
    return session.exec(
        select(SubmissionRow.id).where(
            SubmissionRow.person_id == sitting.person_id, col(SubmissionRow.kind).in_(_CREDITED)
        )
    ).all()


def _waiting_since(session: Session, own: Sequence[int | None]) -> int | None:
    """When the oldest of these that still waits was sent."""
    return session.exec(
        select(Job.queued_at_ms)
        .where(col(Job.submission_id).in_(own), Job.state == JobState.QUEUED.value)
        .order_by(col(Job.queued_at_ms))
        .limit(1)
    ).first()


def _served_until(
    session: Session, own: Sequence[int | None], now_ms: int, *, but: int | None = None
) -> int:
    """Until when one of these was judged, another job than `but`; now where one is just judged."""
    held = (
        select(Job.id)
        .where(col(Job.submission_id).in_(own), Job.state == JobState.HELD.value)
        .where(col(Job.id) != (but or 0))
        .limit(1)
    )
    if session.exec(held).first() is not None:
        return now_ms
    judged_at = select(func.max(JudgementRow.judged_at_ms)).where(
        col(JudgementRow.submission_id).in_(own)
    )
    return session.exec(judged_at).one() or 0


def _uncredited(sitting: Sitting, since_ms: int, served_ms: int, now_ms: int) -> int:
    """What a wait that began at `since_ms` took within the sitting, and was not given back yet."""
    if since_ms > sitting.ends_at_ms or now_ms - max(since_ms, served_ms) <= UNNOTICED_MS:
        return 0
    return max(0, now_ms - max(since_ms, served_ms, sitting.credited_until_ms))
