"""Submissions as pages see them: read back whole, or as a line of somebody's history."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_
from sqlmodel import Session, col, func, select

from judge.events import Event
from judge.values import Judgement
from judge.verdicts import Verdict, together
from judge.visibility import shown_to_candidate
from web.accounts import Visitor, rights
from web.candidates import submission_targets
from web.candidates.submission_targets import SubmissionTarget
from web.fleet import time_credit
from web.refusals import NotYours, no_such_page
from web.storage import (
    Campaign,
    Job,
    JobState,
    JudgementRow,
    JudgingEvent,
    Person,
    RightKind,
    RunnerRow,
    SubmissionKind,
    SubmissionRow,
    blobs,
    stored_judgement,
)

_NOT_THEIR_OWN = (SubmissionKind.CONFIRM.value, SubmissionKind.SHADOW.value)
"""What we send again of a candidate's answers."""
FORSAKEN_MS = 20_000
FULL_WIDTH = {"；": ";", "，": ",", "（": "(", "）": ")", "：": ":", "“": '"', "”": '"', "！": "!"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionView:
    """A submission as its page shows it; of its candidate, only the code."""

    id: int
    code: str
    person_id: int
    person_code: str
    campaign_id: int | None
    problem: str
    problem_version: str
    """That of the judgement which is shown; before there is one, that which it is sent for."""
    versions: tuple[str, ...]
    """All on which it was judged, on this target: more than one where its campaign moved."""
    counts: bool
    """Whether the judgement that is shown counts, and not one on another version."""
    language: str
    kind: SubmissionKind
    file_name: str
    source: str
    created_at_ms: int
    state: JobState
    tries: int
    queue_place: int
    waited_ms: int
    fault: str
    queued_at_ms: int
    runner_seen_at_ms: int
    """When any runner was last heard from; while a job waits, a living one is every few seconds."""
    judgement: Judgement | None
    judged_at_ms: int
    target: str
    """Which target the lines above are about."""
    targets: tuple[SubmissionTarget, ...]
    """How it stands on each target."""

    def forsaken(self, now_ms: int) -> bool:
        """Whether it waits and no runner is there to take it."""
        heard_ms = max(self.queued_at_ms, self.runner_seen_at_ms)
        return self.state is JobState.QUEUED and now_ms - heard_ms > FORSAKEN_MS

    def credited_ms(self, now_ms: int) -> int:
        """What its candidate is given back for the wait that goes on; time_credit has the rule."""
        counts = self.kind is not SubmissionKind.CONFIRM and self.state is JobState.QUEUED
        waited_ms = now_ms - self.queued_at_ms
        return waited_ms if counts and waited_ms > time_credit.UNNOTICED_MS else 0

    @property
    def over(self) -> bool:
        """Whether nothing of it is waited for any more, on any target."""
        return not any(target.unfinished for target in self.targets)

    @property
    def inconclusive(self) -> bool:
        """Whether its last try ended so, and it is tried again or was given up."""
        return self.fault == Verdict.INCONCLUSIVE.value


@dataclass(frozen=True, slots=True, kw_only=True)
class PastSubmission:
    """A submission among a candidate's others; `verdict` is None until all targets are judged."""

    code: str
    kind: SubmissionKind
    language: str
    created_at_ms: int
    verdict: Verdict | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressEvent:
    """An event of a submission's judging: its number, and the try that it belongs to."""

    id: int
    try_number: int
    event: Event


@dataclass(frozen=True, slots=True)
class ShownJudgement:
    """Which of a submission's judgements is asked for; "" for what leads, and what counts."""

    target: str
    version: str


def by_code(
    session: Session,
    code: str,
    visitor: Visitor,
    target: str = "",
    *,
    version: str = "",
    as_candidate: bool = False,
) -> SubmissionView:
    """A submission, for its candidate or for those who work here; of one target, if it has it.

    `version` shows what was said on an earlier version of the problem, before its campaign moved;
    `as_candidate` no more of it than a candidate of the problem would see.
    """
    row = session.exec(select(SubmissionRow).where(SubmissionRow.code == code)).first()
    if row is None or (row.kind == SubmissionKind.SHADOW.value and not visitor.staff):
        raise no_such_page(code)
    person = session.get(Person, row.person_id)
    assert person is not None
    if row.person_id != visitor.id:
        _require_seen(session, visitor, row, person)
    shown = ShownJudgement(target, version)
    return _view(session, row, person, shown, all_told=visitor.staff and not as_candidate)


def _require_seen(session: Session, visitor: Visitor, row: SubmissionRow, person: Person) -> None:
    """Raises NotYours for a submission of somebody else's that the visitor has no right to see."""
    if not visitor.staff:
        raise NotYours("This submission is somebody else's.", "这不是你的提交。")
    subject = rights.problem(row.problem)
    if person.campaign_id is not None:
        subject = rights.campaign(session.get_one(Campaign, person.campaign_id).slug)
    rights.require(session, visitor, subject, RightKind.VIEWER)


def history(session: Session, person_id: int, problem: str) -> list[PastSubmission]:
    """A candidate's own submissions for a problem, newest first."""
    judged = and_(
        col(JudgementRow.submission_id) == col(SubmissionRow.id),
        col(JudgementRow.target) == col(Job.target),
        col(JudgementRow.superseded_at_ms).is_(None),
    )
    rows = session.exec(
        select(SubmissionRow, JudgementRow.verdict)
        .join(Job, col(Job.submission_id) == col(SubmissionRow.id))
        .outerjoin(JudgementRow, judged)
        .where(
            SubmissionRow.person_id == person_id,
            SubmissionRow.problem == problem,
            col(SubmissionRow.kind).not_in(_NOT_THEIR_OWN),
        )
        .order_by(col(SubmissionRow.id).desc())
    ).all()
    found: dict[int, tuple[SubmissionRow, list[str | None]]] = {}
    for row, verdict in rows:
        found.setdefault(row.id or 0, (row, []))[1].append(verdict)
    return [
        PastSubmission(
            code=row.code,
            kind=SubmissionKind(row.kind),
            language=row.language,
            created_at_ms=row.created_at_ms,
            verdict=_over_targets(verdicts),
        )
        for row, verdicts in found.values()
    ]


def _over_targets(verdicts: list[str | None]) -> Verdict | None:
    told = [Verdict(verdict) for verdict in verdicts if verdict is not None]
    return together(told) if len(told) == len(verdicts) else None


def events_after(
    session: Session, submission_id: int, target: str, after: int
) -> list[ProgressEvent]:
    """The events on one target that came after id `after`."""
    rows = session.exec(
        select(JudgingEvent)
        .where(
            JudgingEvent.submission_id == submission_id,
            JudgingEvent.target == target,
            col(JudgingEvent.id) > after,
        )
        .order_by(col(JudgingEvent.id))
    ).all()
    return [
        ProgressEvent(
            id=row.id or 0,
            try_number=row.try_number,
            event=stored_judgement.decode_event(row.body),
        )
        for row in rows
    ]


def full_width_remark(source: str, compiler_output: str) -> tuple[int, str] | None:
    """The first line with full-width punctuation outside ASCII strings, when compiling failed.

    A comment may hold any of it, so it is only looked for where the compiler complained at all.
    """
    if not compiler_output:
        return None
    for number, line in enumerate(source.splitlines(), start=1):
        code = line.split("//")[0].split("#")[0]
        for character in code:
            if character in FULL_WIDTH or (
                unicodedata.east_asian_width(character) == "F" and ord(character) > 0xFF00  # noqa: PLR2004
            ):
                return number, character
    return None


def _view(
    session: Session, row: SubmissionRow, person: Person, wanted: ShownJudgement, *, all_told: bool
) -> SubmissionView:
    assert row.id is not None
    targets = submission_targets.of_submission(session, row.id)
    shown = submission_targets.leading(targets, wanted.target).target
    job = session.exec(select(Job).where(Job.submission_id == row.id, Job.target == shown)).one()
    said = session.exec(
        select(JudgementRow)
        .where(JudgementRow.submission_id == row.id, JudgementRow.target == shown)
        .order_by(col(JudgementRow.id))
    ).all()
    judged = _of_version(said, wanted.version)
    return SubmissionView(
        id=row.id,
        code=row.code,
        person_id=row.person_id,
        person_code=person.code,
        campaign_id=person.campaign_id,
        problem=row.problem,
        problem_version=judged.problem_version if judged else row.problem_version,
        versions=tuple(one.problem_version for one in said),
        counts=judged is None or judged.superseded_at_ms is None,
        language=row.language,
        kind=SubmissionKind(row.kind),
        file_name=row.file_name,
        source=blobs.fetch(session, row.source_sha256).decode(errors="replace"),
        created_at_ms=row.created_at_ms,
        state=JobState(job.state),
        tries=job.tries,
        queue_place=_place(session, job),
        waited_ms=max(0, job.taken_at_ms - job.queued_at_ms),
        fault=job.fault,
        queued_at_ms=job.queued_at_ms,
        runner_seen_at_ms=session.exec(select(func.max(RunnerRow.seen_at_ms))).one() or 0,
        judgement=_judgement(judged.body, all_told=all_told) if judged else None,
        judged_at_ms=judged.judged_at_ms if judged else 0,
        target=shown,
        targets=targets,
    )


def _of_version(said: Sequence[JudgementRow], version: str) -> JudgementRow | None:
    """The judgement on a version; that which counts where none is named. Raises NotFound."""
    if version:
        found = next((one for one in said if one.problem_version == version), None)
        if found is None:
            raise no_such_page(version)
        return found
    return next((one for one in said if one.superseded_at_ms is None), None)


def _judgement(body: dict[str, Any], *, all_told: bool) -> Judgement:
    judgement = stored_judgement.decode(body)
    return judgement if all_told else shown_to_candidate(judgement)


def _place(session: Session, job: Job) -> int:
    """How many waiting jobs are before this one, and itself; 0 when it isn't waiting."""
    if job.state != JobState.QUEUED.value:
        return 0
    ahead = session.exec(
        select(func.count())
        .select_from(Job)
        .where(
            Job.state == JobState.QUEUED.value,
            (col(Job.priority) < job.priority)
            | ((col(Job.priority) == job.priority) & (col(Job.id) <= job.id)),
        )
    ).one()
    return int(ahead)
