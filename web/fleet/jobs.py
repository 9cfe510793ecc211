"""Jobs: taken, kept by a lease, judged once. The job row alone decides where a job stands.

    queued --take--> held --judgement--> judged
       ^               |
       +--lease ends---+--- after the third try ---> failed (counts for nothing)
          or inconclusive

Inconclusive by the program's own doing (an oracle's budget spent, the machine could measure) is
tried again once; twice in a row, in one submission or two, and it is recorded and counts.

A token, new with each take, is needed for everything a runner does with a job; a runner whose
lease ended holds an old one and is refused, whatever it brings.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from sqlalchemy import ColumnElement, Exists, Select, and_, case, or_, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col, select

from judge.runner import (
    LEASE_S,
    EventBatch,
    FileReference,
    HandBack,
    TakenJob,
    TakeRequest,
)
from judge.targets import TargetId
from judge.values import Judgement
from judge.verdicts import Verdict
from web.fleet import time_credit
from web.fleet.runners import KnownRunner
from web.refusals import Conflict
from web.storage import (
    Job,
    JobState,
    JudgementRow,
    JudgingEvent,
    MutantRow,
    ProblemVersion,
    RunnerRow,
    ShadowRun,
    StressRun,
    SubmissionFile,
    SubmissionKind,
    SubmissionRow,
    audit,
    digest,
    new_secret,
    stored_judgement,
)
from web.webhooks import outbox

TRIES_MAX = 3
LEASE_MS = LEASE_S * 1000
COUNT_FOR_NOTHING = (Verdict.JUDGE_ERROR, Verdict.INCONCLUSIVE)


COUNTED_INCONCLUSIVE = "counted inconclusive"
"""In the audit: a person should look at such a submission."""


class Priority(IntEnum):
    """What waits is taken in this order: lower goes first."""

    SAMPLES = 0
    """Somebody waits for them."""
    SUBMIT = 1
    CONFIRM = 5
    VERIFY = 7
    """Whoever makes a problem waits behind everybody who is asked one."""
    MUTANT = 8
    DEMO = 9
    """Nobody waits for the demo's own."""


FOR_AUTHORS = (Priority.VERIFY, Priority.MUTANT)
"""Jobs that runners of the wire's version 4 don't understand."""


def any_waiting(session: Session) -> bool:
    found = session.exec(select(Job.id).where(Job.state == JobState.QUEUED.value).limit(1))
    return found.first() is not None


def is_repeated(session: Session, job_id: int, token: str) -> bool:
    """Whether this very holder's judgement was accepted already, and only the answer was lost."""
    job = session.get(Job, job_id)
    return (
        job is not None and job.state == JobState.JUDGED.value and job.token_hash == digest(token)
    )


def take(
    session: Session,
    runner: KnownRunner,
    question: TakeRequest,
    now_ms: int,
    *,
    for_authors: bool = True,
) -> TakenJob | None:
    """Give the first waiting job that fits; one statement decides who gets it.

    Without `for_authors` none of those that only runners of the newest release understand.
    """
    secret = new_secret()
    first = (
        select(Job.id)
        .where(
            Job.state == JobState.QUEUED.value,
            or_(
                *(
                    and_(col(Job.target) == target, col(Job.language).in_(languages))
                    for target, languages in question.offers.items()
                )
            ),
            col(Job.needs).in_(["", *runner.labels]),
            *(() if for_authors else (col(Job.priority).not_in(FOR_AUTHORS),)),
        )
        .order_by(col(Job.priority), col(Job.id))
        .limit(1)
        # Nobody waits for a job that another is just taking (PostgreSQL; SQLite has one writer).
        .with_for_update(skip_locked=True)
    )
    taken = session.connection().execute(
        update(Job)
        .where(col(Job.id) == first.scalar_subquery())
        .values(
            state=JobState.HELD.value,
            tries=Job.tries + 1,
            runner_id=runner.id,
            token_hash=digest(secret),
            lease_until_ms=now_ms + LEASE_MS,
            taken_at_ms=now_ms,
        )
        .returning(col(Job.id))
    )
    number = taken.scalar()
    return None if number is None else _offer(session, int(number), secret)


def _offer(session: Session, job_id: int, secret: str) -> TakenJob:
    job = session.get_one(Job, job_id, populate_existing=True)
    row = session.get_one(SubmissionRow, job.submission_id)
    time_credit.grant(session, job, row, job.taken_at_ms)
    version = session.get_one(ProblemVersion, (row.problem, row.problem_version))
    return TakenJob(
        job=job_id,
        try_number=job.tries,
        token=secret,
        submission=row.code,
        problem=row.problem,
        problem_version=row.problem_version,
        package_sha256=version.package_sha256,
        language=row.language,
        target=job.target,
        files=[
            FileReference(name=row.file_name, sha256=row.source_sha256),
            *(FileReference(name=one.name, sha256=one.sha256) for one in _more(session, row)),
        ],
        entry=row.entry,
        mutant_of=_mutant_of(session, row),
        **_stress(session, row),
        samples_only=row.kind == SubmissionKind.SAMPLES.value,
        confirming=_confirms(session, row),
        every_test=row.kind == SubmissionKind.VERIFY.value,
        check=row.kind == SubmissionKind.CHECK.value,
        trace=job.trace,
    )


def _confirms(session: Session, row: SubmissionRow) -> bool:
    """Whether it is measured a fixed number of rounds: a confirmation, or the shadow of one."""
    if row.kind != SubmissionKind.SHADOW.value:
        return row.kind == SubmissionKind.CONFIRM.value
    original = session.exec(
        select(SubmissionRow.kind)
        .join(ShadowRun, col(ShadowRun.original_id) == col(SubmissionRow.id))
        .where(ShadowRun.shadow_id == row.id)
    ).one()
    return original == SubmissionKind.CONFIRM.value


def _mutant_of(session: Session, row: SubmissionRow) -> str:
    if row.kind != SubmissionKind.MUTANT.value:
        return ""
    return session.exec(select(MutantRow.answer).where(MutantRow.submission_id == row.id)).one()


def _stress(session: Session, row: SubmissionRow) -> dict[str, Any]:
    if row.kind != SubmissionKind.STRESS.value:
        return {}
    run = session.get_one(StressRun, row.id)
    return {"stress_against": run.other, "stress_s": run.seconds}


def _more(session: Session, row: SubmissionRow) -> Sequence[SubmissionFile]:
    """The files beside the first."""
    return session.exec(
        select(SubmissionFile)
        .where(SubmissionFile.submission_id == row.id)
        .order_by(col(SubmissionFile.name))
    ).all()


@dataclass(frozen=True, slots=True)
class HeldJob:
    """A job in its holder's hands: token and runner were checked.

    The rows are this module's, and for nobody else to look into.
    """

    job: Job
    submission: SubmissionRow
    runner: str

    @property
    def trace(self) -> str:
        return self.job.trace


def held(session: Session, runner: KnownRunner, job_id: int, token: str) -> HeldJob:
    """The job, if `runner` holds it by `token` now. Raises Conflict otherwise."""
    job = session.get(Job, job_id, with_for_update=True)
    if (
        job is None
        or job.state != JobState.HELD.value
        or job.runner_id != runner.id
        or job.token_hash != digest(token)
    ):
        raise Conflict(
            f"Job {job_id} is not yours (any more); drop it.", f"任务 {job_id} 已不归你所有。"
        )
    return HeldJob(job, session.get_one(SubmissionRow, job.submission_id), runner.name)


def extend_lease(session: Session, one: HeldJob, now_ms: int) -> None:
    one.job.lease_until_ms = now_ms + LEASE_MS
    session.add(one.job)


def may_read(session: Session, one: HeldJob, sha256: str) -> bool:
    """A runner reads what its job needs: the package and the sources, no other blob."""
    row = one.submission
    version = session.get_one(ProblemVersion, (row.problem, row.problem_version))
    more = (one.sha256 for one in _more(session, row))
    return sha256 in (version.package_sha256, row.source_sha256, *more)


def add_events(session: Session, one: HeldJob, batch: EventBatch, now_ms: int) -> None:
    """Append events; those that a repeated batch brings again are known by their number."""
    known = session.exec(
        select(JudgingEvent.number)
        .where(
            JudgingEvent.submission_id == one.job.submission_id,
            JudgingEvent.target == one.job.target,
            JudgingEvent.try_number == one.job.tries,
        )
        .order_by(col(JudgingEvent.number).desc())
    ).first()
    for number, event in enumerate(batch.events, start=batch.first):
        if known is not None and number <= known:
            continue
        session.add(
            JudgingEvent(
                submission_id=one.job.submission_id,
                target=one.job.target,
                try_number=one.job.tries,
                number=number,
                body=stored_judgement.encode_event(event),
                at_ms=now_ms,
            )
        )
    extend_lease(session, one, now_ms)


def hand_in(session: Session, one: HeldJob, judgement: Judgement, now_ms: int) -> int | None:
    """Record the judgement and close the job, together. Raises Conflict if there is one already.

    The number of the delivery that tells of it, where somebody wants to be told. A judgement that
    counts for nothing is not recorded: the job is tried again, and given up at last.
    """
    if judgement.verdict in COUNT_FOR_NOTHING:
        why = HandBack(reason=judgement.verdict.value)
        own = judgement.verdict is Verdict.INCONCLUSIVE and not judgement.unfit
        if not own:
            hand_back(session, one, why, now_ms)
            return None
        if not _was_inconclusive(session, one):
            # Its own judging was no wait for us.
            one.job.queued_at_ms = now_ms
            hand_back(session, one, why, now_ms)
            return None
        audit.note(session, "judge", COUNTED_INCONCLUSIVE, one.submission.code, now_ms)
    ratio = judgement.ratio
    session.add(
        JudgementRow(
            submission_id=one.job.submission_id,
            target=one.job.target,
            problem_version=one.submission.problem_version,
            tries=one.job.tries,
            judged_at_ms=now_ms,
            **stored_judgement.columns(judgement),
        )
    )
    if ratio is not None and ratio.noise_floor and one.job.target == TargetId.LINUX:
        _remember_noise(session, one.job, ratio.noise_floor, now_ms)
    one.job.state = JobState.JUDGED.value
    one.job.fault = ""
    session.add(one.job)
    try:
        session.flush()
    except IntegrityError as error:
        raise Conflict("This submission is judged already.", "此提交已评测。") from error
    return outbox.create_delivery(session, one.job.submission_id, one.job.target, now_ms)


_OF_CANDIDATES = (SubmissionKind.SUBMIT, SubmissionKind.SAMPLES, SubmissionKind.CONFIRM)


def _was_inconclusive(session: Session, one: HeldJob) -> bool:
    """Whether this submission's last try was, or its author's last submission for this problem."""
    if one.job.fault == Verdict.INCONCLUSIVE.value:
        return True
    row = one.submission
    if row.kind not in _OF_CANDIDATES:
        return False  # authors send many at once, which have nothing to do with each other
    before = session.exec(
        select(SubmissionRow.id)
        .where(
            SubmissionRow.person_id == row.person_id,
            SubmissionRow.problem == row.problem,
            SubmissionRow.kind == row.kind,
            col(SubmissionRow.id) < row.id,
        )
        .order_by(col(SubmissionRow.id).desc())
        .limit(1)
    ).first()
    verdict = session.exec(
        select(JudgementRow.verdict).where(
            JudgementRow.submission_id == before, JudgementRow.target == one.job.target
        )
    ).first()
    return verdict == Verdict.INCONCLUSIVE.value


def _remember_noise(session: Session, job: Job, noise_floor: float, now_ms: int) -> None:
    runner = session.get(RunnerRow, job.runner_id)
    if runner is not None:
        runner.offers = {**runner.offers, "noise_floor": noise_floor, "measured_at_ms": now_ms}
        session.add(runner)


def hand_back(session: Session, one: HeldJob, why: HandBack, now_ms: int) -> None:
    """Queue the job again, or give it up when that can't help or was tried often enough."""
    job = one.job
    job.fault = why.reason
    if why.untried and not why.final:
        job.tries -= 1
    give_up = why.final or job.tries >= TRIES_MAX
    job.state = JobState.FAILED.value if give_up else JobState.QUEUED.value
    job.token_hash = ""
    session.add(job)
    if give_up:
        time_credit.grant(session, job, one.submission, now_ms)


UNFINISHED = (JobState.QUEUED, JobState.HELD)


def unfinished(submission_id: Mapped[int] | Mapped[int | None]) -> Exists:
    """Whether a submission, by a column with its number, still waits or is being judged."""
    return (
        select(Job.id)
        .where(Job.submission_id == submission_id, col(Job.state).in_(UNFINISHED))
        .exists()
    )


def call_off(session: Session, submissions: Collection[int] | Select[int], fault: str) -> None:
    """Give up what waits of these submissions, in one statement: what a runner has taken stays."""
    session.connection().execute(
        update(Job)
        .where(col(Job.submission_id).in_(submissions), col(Job.state) == JobState.QUEUED.value)
        .values(state=JobState.FAILED.value, fault=fault)
    )


def sweep(session: Session, now_ms: int) -> int:
    """Reopen what silent runners held, and give up what was tried too often; how many in all."""
    silent = "the runner was not heard from for too long"
    return _reopen(session, col(Job.lease_until_ms) < now_ms, silent)


def reopen_jobs_of(session: Session, runner: KnownRunner) -> int:
    """Reopen what this runner held in an earlier life: who says hello has nothing in hand."""
    return _reopen(session, col(Job.runner_id) == runner.id, "the runner was started again")


def _reopen(session: Session, which: ColumnElement[bool], fault: str) -> int:
    reopened = session.connection().execute(
        update(Job)
        .where(col(Job.state) == JobState.HELD.value, which)
        .values(
            token_hash="",
            runner_id=None,
            fault=fault,
            state=case(
                (col(Job.tries) >= TRIES_MAX, JobState.FAILED.value), else_=JobState.QUEUED.value
            ),
        )
    )
    return reopened.rowcount


def any_overdue(session: Session, now_ms: int) -> bool:
    found = session.exec(
        select(Job.id).where(Job.state == JobState.HELD.value, Job.lease_until_ms < now_ms).limit(1)
    )
    return found.first() is not None
