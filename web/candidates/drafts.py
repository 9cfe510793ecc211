"""Drafts: what is in an editor, saved as it is typed, never overwritten unseen."""

from dataclasses import dataclass

from sqlmodel import Session

from web.refusals import Conflict, Invalid
from web.storage import Draft


@dataclass(frozen=True, slots=True)
class DraftPlace:
    """Whose draft, of what."""

    person_id: int
    problem: str
    language: str


@dataclass(frozen=True, slots=True)
class SavedDraft:
    """A draft's text and how often it was saved; revision 0 was never saved."""

    text: str
    revision: int
    saved_at_ms: int


def read(session: Session, place: DraftPlace) -> SavedDraft | None:
    row = session.get(Draft, (place.person_id, place.problem, place.language))
    return SavedDraft(row.text, row.revision, row.saved_at_ms) if row else None


def save(
    session: Session,
    place: DraftPlace,
    text: str,
    *,
    base_revision: int,
    bytes_max: int,
    now_ms: int,
) -> SavedDraft:
    """Save what was typed on top of `base_revision`.

    Raises Conflict when another window saved meanwhile: both texts stay, and the page shows them.
    """
    if len(text.encode()) > bytes_max:
        raise Invalid(
            f"The draft is larger than {bytes_max:,} bytes; it is kept on this computer only.",
            f"草稿超过 {bytes_max:,} 字节，仅保存在本机。",
            field="source",
        )
    row = session.get(Draft, (place.person_id, place.problem, place.language))
    if row is not None and row.revision != base_revision and row.text != text:
        raise Conflict(
            "Another window saved a different draft meanwhile; both are kept. Choose one.",
            "另一个窗口同时保存了不同的草稿；两份都已保留，请选择其一。",
        )
    if row is None:
        row = Draft(
            person_id=place.person_id,
            problem=place.problem,
            language=place.language,
            text=text,
            revision=1,
            saved_at_ms=now_ms,
        )
    elif row.text != text:
        row.text, row.revision, row.saved_at_ms = text, row.revision + 1, now_ms
    session.add(row)
    return SavedDraft(row.text, row.revision, row.saved_at_ms)
