"""Reviews: a reviewer's word on a candidate; who has filed one sees who it is."""

from dataclasses import dataclass

from sqlmodel import Session, select

from web.accounts import CandidateView, Visitor
from web.refusals import Invalid
from web.storage import Person, Review, audit


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewView:
    """A filed review, and who the candidate is."""

    text: str
    filed_at_ms: int
    candidate_name: str
    candidate_mail: str


def of(session: Session, reviewer: Visitor, candidate_id: int) -> ReviewView | None:
    """What this reviewer filed on a candidate; None before that, and so without the name."""
    row = session.get(Review, (reviewer.id, candidate_id))
    if row is None:
        return None
    person = session.get_one(Person, candidate_id)
    return ReviewView(
        text=row.text,
        filed_at_ms=row.filed_at_ms,
        candidate_name=person.name,
        candidate_mail=person.mail,
    )


def name_for(session: Session, reader: Visitor, candidate_id: int) -> str:
    """The candidate's name for this reader; "" for one who works here and has filed no review."""
    if reader.staff and session.get(Review, (reader.id, candidate_id)) is None:
        return ""
    return session.get_one(Person, candidate_id).name


def reviewed_by(session: Session, reviewer_id: int) -> set[int]:
    """Ids of the candidates on whom this reviewer has filed a review."""
    found = session.exec(select(Review.candidate_id).where(Review.reviewer_id == reviewer_id))
    return set(found.all())


def file(
    session: Session, reviewer: Visitor, candidate: CandidateView, text: str, now_ms: int
) -> None:
    """File a review, or a new text of one. Raises Invalid for an empty one."""
    if not text.strip():
        raise Invalid(
            "The review is empty. Write what you found in the code first.",
            "评审意见为空。请先写下你对代码的看法。",
            field="text",
        )
    row = session.get(Review, (reviewer.id, candidate.id)) or Review(
        reviewer_id=reviewer.id, candidate_id=candidate.id, text="", filed_at_ms=now_ms
    )
    row.text = text.strip()
    session.add(row)
    audit.note(session, reviewer.code, "review", candidate.code, now_ms)
