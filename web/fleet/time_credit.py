"""Time that a candidate waited for us is given back, by the server's clock.

A wait counts from when a submission was sent until a machine begins to judge it, or it is given up;
a judging that a fault of ours ended is part of the wait. Under five seconds nobody minds. Waits
that overlap are given back once.
"""

from sqlmodel import Session, col, select

from web.storage import Job, JobState, Sitting, SubmissionKind, SubmissionRow

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
    given_ms = _uncredited(sitting, job.queued_at_ms, now_ms)
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
    mine = session.exec(
        select(SubmissionRow.id).where(
            SubmissionRow.person_id == sitting.person_id, col(SubmissionRow.kind).in_(_CREDITED)
        )
    ).all()
    since = session.exec(
        select(Job.queued_at_ms)
        .where(col(Job.submission_id).in_(mine), Job.state == JobState.QUEUED.value)
        .order_by(col(Job.queued_at_ms))
    ).first()
    return 0 if since is None else _uncredited(sitting, since, now_ms)


def _uncredited(sitting: Sitting, since_ms: int, now_ms: int) -> int:
    """What a wait that began at `since_ms` took within the sitting, and was not given back yet."""
    if since_ms > sitting.ends_at_ms or now_ms - since_ms <= UNNOTICED_MS:
        return 0
    return max(0, now_ms - max(since_ms, sitting.credited_until_ms))
