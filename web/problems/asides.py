"""What was set aside: texts that lost against another's save, until somebody chooses."""

from dataclasses import dataclass

from sqlmodel import Session, col, select

from web.problems import working_copy
from web.problems.working_copy import Save
from web.refusals import no_such_page
from web.storage import SetAside, WorkingFile, blobs


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAsideView:
    """A text that somebody's save lost against another's."""

    id: int
    path: str
    saved_by: str
    saved_at_ms: int


def set_aside(session: Session, slug: str) -> list[SetAsideView]:
    """What lost against another's save and waits for somebody to choose, the newest first."""
    rows = session.exec(
        select(SetAside).where(SetAside.problem == slug).order_by(col(SetAside.id).desc())
    ).all()
    return [
        SetAsideView(
            id=row.id or 0, path=row.path, saved_by=row.saved_by, saved_at_ms=row.saved_at_ms
        )
        for row in rows
    ]


def aside_content(session: Session, slug: str, aside: int) -> tuple[SetAsideView, bytes]:
    row = _aside(session, slug, aside)
    view = SetAsideView(id=aside, path=row.path, saved_by=row.saved_by, saved_at_ms=row.saved_at_ms)
    return view, blobs.fetch(session, row.sha256)


def take_aside(session: Session, slug: str, aside: int, *, author: str, now_ms: int) -> None:
    """Make what was set aside the file; what the file was is set aside in its place."""
    row = _aside(session, slug, aside)
    current = session.get(WorkingFile, (slug, row.path))
    content = blobs.fetch(session, row.sha256)
    if current is not None:
        kept = Save(path=row.path, content=b"", base_revision=0, author=current.saved_by or author)
        working_copy.keep_aside(session, slug, kept, current.sha256, current.saved_at_ms)
    revision = current.revision if current is not None else 0
    working_copy.save(
        session,
        slug,
        Save(path=row.path, content=content, base_revision=revision, author=author),
        now_ms,
    )
    session.delete(row)
    session.flush()


def drop_aside(session: Session, slug: str, aside: int) -> None:
    row = _aside(session, slug, aside)
    session.delete(row)
    session.flush()
    blobs.drop_unreferenced(session, [row.sha256])


def _aside(session: Session, slug: str, aside: int) -> SetAside:
    row = session.get(SetAside, aside)
    if row is None or row.problem != slug:
        raise no_such_page(str(aside))
    return row
