"""After a sitting, what counts is measured again, on new seeds and a fixed number of rounds.

The best of many tries is best partly by luck, and a measurement that stopped as soon as the bar was
cleared tells little more than that. So once a candidate's time is over, the counting submission of
each problem that has a performance limit is judged once more; the board ranks by that.
"""

from sqlalchemy import text
from sqlmodel import Session, col, select

from web.candidates.submission_targets import targets_for
from web.candidates.submissions import enqueue
from web.fleet import Priority, runners
from web.problems import catalogue
from web.storage import CampaignProblem, Person, SubmissionKind, SubmissionRow, new_code

_DUE = text(
    "SELECT id FROM ("
    " SELECT s.id AS id, ROW_NUMBER() OVER ("
    "  PARTITION BY s.person_id, s.problem ORDER BY j.score DESC, s.id) AS place,"
    "  j.ratio AS ratio, j.refused AS refused"
    " FROM submission s"
    # What it is worth is what it is worth on its worst target: submission_targets.py.
    " JOIN (SELECT submission_id, MIN(score) AS score, MAX(ratio) AS ratio,"
    "  SUM(CASE WHEN verdict = 'accepted' THEN 0 ELSE 1 END) AS refused"
    "  FROM judgement WHERE superseded_at_ms IS NULL"
    "  GROUP BY submission_id) j ON j.submission_id = s.id"
    " JOIN sitting t ON t.person_id = s.person_id"
    " WHERE s.kind = 'submit' AND t.ends_at_ms < :now"
    "  AND NOT EXISTS (SELECT 1 FROM job f WHERE f.submission_id = s.id AND f.state = 'failed')"
    "  AND NOT EXISTS (SELECT 1 FROM submission o JOIN job b ON b.submission_id = o.id"
    "   WHERE o.person_id = s.person_id AND o.kind = 'submit'"
    "   AND b.state IN ('queued', 'held'))"
    ") AS best WHERE place = 1 AND ratio IS NOT NULL AND refused = 0"
    " AND NOT EXISTS (SELECT 1 FROM submission c WHERE c.confirms_id = best.id)"
)


def any_due(session: Session, now_ms: int) -> bool:
    return session.connection().execute(_DUE, {"now": now_ms}).first() is not None


def start_due(session: Session, now_ms: int) -> int:
    """Queue what is to be confirmed; how many."""
    numbers = [row[0] for row in session.connection().execute(_DUE, {"now": now_ms})]
    for number in numbers:
        _confirm(session, session.get_one(SubmissionRow, number), now_ms)
    return len(numbers)


def _confirm(session: Session, original: SubmissionRow, now_ms: int) -> None:
    version = _pinned(session, original)
    row = SubmissionRow(
        code=new_code(),
        person_id=original.person_id,
        form_key=f"confirms {original.id}",
        problem=original.problem,
        problem_version=version,
        language=original.language,
        kind=SubmissionKind.CONFIRM.value,
        confirms_id=original.id,
        file_name=original.file_name,
        source_sha256=original.source_sha256,
        created_at_ms=now_ms,
    )
    package = catalogue.get(session, original.problem, version)
    # Ranks stand on the first target's measurement; the others tell right from wrong.
    first = targets_for(package, row.language, runners.offered(session))[:1]
    enqueue(session, row, first, priority=Priority.CONFIRM, needs=package.needs)


def _pinned(session: Session, original: SubmissionRow) -> str:
    """The version that its campaign has now: it may have moved since the answer was sent."""
    found = session.exec(
        select(CampaignProblem.problem_version)
        .join(Person, col(Person.campaign_id) == col(CampaignProblem.campaign_id))
        .where(Person.id == original.person_id, CampaignProblem.problem == original.problem)
    ).first()
    return found or original.problem_version


def confirmation_code(session: Session, submission_id: int) -> str:
    """The code of the confirmation of a submission; "" when there is none."""
    found = session.exec(
        select(SubmissionRow.code).where(SubmissionRow.confirms_id == submission_id)
    ).first()
    return found or ""
