"""Answers judged on another version in the shadow: by a submission of ours beside each."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import and_
from sqlmodel import Session, col, select

from judge.values import Judgement
from judge.verdicts import Verdict
from web.candidates import submissions
from web.fleet import Priority
from web.problems import catalogue
from web.storage import (
    Job,
    JudgementRow,
    Person,
    ShadowRun,
    SubmissionFile,
    SubmissionKind,
    SubmissionRow,
    VersionMove,
    new_code,
    stored_judgement,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShadowChange:
    """One answer whose verdict, points or ratio the other version changes."""

    candidate: str
    code: str
    shadow: str
    target: str
    verdict: tuple[Verdict, Verdict]
    score: tuple[float, float]
    ratio: tuple[float | None, float | None]
    test: str
    """The first test that is not passed on the other version; "" where all are."""


@dataclass(frozen=True, slots=True)
class Shadow:
    """The submission that judges an answer on another version."""

    id: int
    code: str


def newest(session: Session, move: VersionMove) -> dict[int, Shadow]:
    """The newest shadow of each answer, by the answer's id."""
    rows = session.exec(
        select(ShadowRun.original_id, SubmissionRow.id, SubmissionRow.code)
        .join(SubmissionRow, col(SubmissionRow.id) == col(ShadowRun.shadow_id))
        .where(ShadowRun.move_id == move.id)
        .order_by(col(ShadowRun.shadow_id))
    ).all()
    return {original: Shadow(number or 0, code) for original, number, code in rows}


def states(session: Session, move: VersionMove) -> dict[int, set[str]]:
    """Those of the jobs of each shadow, by the shadow's id."""
    found: dict[int, set[str]] = defaultdict(set)
    for number, state in session.exec(
        select(Job.submission_id, Job.state)
        .join(ShadowRun, col(ShadowRun.shadow_id) == col(Job.submission_id))
        .where(ShadowRun.move_id == move.id)
    ):
        found[number].add(state)
    return found


def send(session: Session, move: VersionMove, row: SubmissionRow, now_ms: int) -> None:
    code = new_code()
    shadow = SubmissionRow(
        code=code,
        person_id=row.person_id,
        form_key=f"shadow {code}",
        problem=row.problem,
        problem_version=move.to_version,
        language=row.language,
        kind=SubmissionKind.SHADOW.value,
        file_name=row.file_name,
        source_sha256=row.source_sha256,
        created_at_ms=now_ms,
    )
    targets = session.exec(
        select(Job.target).where(Job.submission_id == row.id).order_by(col(Job.id))
    ).all()
    needs = catalogue.get(session, row.problem, move.to_version).needs
    submissions.enqueue(session, shadow, targets, priority=Priority.VERIFY, needs=needs)
    for file in session.exec(select(SubmissionFile).where(SubmissionFile.submission_id == row.id)):
        session.add(
            SubmissionFile(submission_id=shadow.id or 0, name=file.name, sha256=file.sha256)
        )
    session.add(ShadowRun(shadow_id=shadow.id or 0, move_id=move.id or 0, original_id=row.id or 0))
    session.flush()


def _counting(session: Session, numbers: Collection[int]) -> dict[int, list[JudgementRow]]:
    """The judgements that count of each of these submissions, in the order of targets."""
    rows = session.exec(
        select(JudgementRow)
        .join(
            Job,
            and_(
                col(Job.submission_id) == col(JudgementRow.submission_id),
                col(Job.target) == col(JudgementRow.target),
            ),
        )
        .where(
            col(JudgementRow.submission_id).in_(numbers),
            col(JudgementRow.superseded_at_ms).is_(None),
        )
        .order_by(col(Job.id))
    ).all()
    found: dict[int, list[JudgementRow]] = defaultdict(list)
    for row in rows:
        found[row.submission_id].append(row)
    return found


def take_over(session: Session, shadows: Mapping[int, Shadow]) -> None:
    """Give each answer, by its id, what its shadow was judged."""
    judged = _counting(session, [one.id for one in shadows.values()])
    for original, shadow in shadows.items():
        for one in judged[shadow.id]:
            values = one.model_dump(exclude={"id", "submission_id"})
            session.add(JudgementRow(submission_id=original, **values))


def changes(
    session: Session, answers: Sequence[SubmissionRow], shadows: Mapping[int, Shadow]
) -> Iterator[ShadowChange]:
    """What the shadows of these answers say otherwise, by answer and target."""
    people = dict(
        session.exec(
            select(Person.id, Person.code).where(
                col(Person.id).in_({row.person_id for row in answers})
            )
        ).all()
    )
    pairs = [(row, shadows[row.id or 0]) for row in answers if row.id in shadows]
    numbers = [number for row, shadow in pairs for number in (row.id or 0, shadow.id)]
    said = _counting(session, numbers)
    for row, shadow in pairs:
        before = {one.target: one for one in said[row.id or 0]}
        for new in said[shadow.id]:
            old = before.get(new.target)
            if old is not None and (old.verdict, old.score) != (new.verdict, new.score):
                yield ShadowChange(
                    candidate=people[row.person_id],
                    code=row.code,
                    shadow=shadow.code,
                    target=new.target,
                    verdict=(Verdict(old.verdict), Verdict(new.verdict)),
                    score=(old.score, new.score),
                    ratio=(old.ratio, new.ratio),
                    test=_first_failed(stored_judgement.decode(new.body)),
                )


def _first_failed(judgement: Judgement) -> str:
    failed = (test for test in judgement.tests if test.verdict is not Verdict.ACCEPTED)
    return next((test.name for test in failed), "")
