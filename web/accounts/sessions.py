"""Sessions: the browsers in which somebody is signed in, to be listed and ended."""

from dataclasses import dataclass

from sqlalchemy import delete
from sqlmodel import Session, col, select

from web.refusals import no_such_page
from web.storage import SignIn, audit, digest

SEEN_EVERY_MS = 300_000
"""When a session was last used is written down this often: a page's look is not worth a write."""
_ID_LENGTH = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionView:
    """A signed-in browser; `id` is the start of its token's digest, and opens nothing."""

    id: str
    browser: str
    means: str
    created_at_ms: int
    seen_at_ms: int
    expires_at_ms: int
    current: bool


def of(session: Session, person_id: int, now_ms: int, *, current: str = "") -> list[SessionView]:
    """Somebody's sessions, the last used first; `current` is the asking browser's token."""
    rows = session.exec(
        select(SignIn)
        .where(SignIn.person_id == person_id, SignIn.expires_at_ms > now_ms)
        .order_by(col(SignIn.seen_at_ms).desc())
    ).all()
    return [
        SessionView(
            id=row.token_hash[:_ID_LENGTH],
            browser=row.browser,
            means=row.means,
            created_at_ms=row.created_at_ms,
            seen_at_ms=row.seen_at_ms,
            expires_at_ms=row.expires_at_ms,
            current=bool(current) and row.token_hash == digest(current),
        )
        for row in rows
    ]


def is_stale(session: Session, token: str | None, now_ms: int) -> bool:
    """Whether it is time to write down that this session is in use."""
    row = session.get(SignIn, digest(token)) if token else None
    return row is not None and now_ms - row.seen_at_ms > SEEN_EVERY_MS


def mark_seen(session: Session, token: str, now_ms: int) -> None:
    row = session.get(SignIn, digest(token))
    if row is not None:
        row.seen_at_ms = now_ms
        session.add(row)


def end(session: Session, person_id: int, session_id: str, *, actor: str, now_ms: int) -> None:
    """End one of somebody's sessions. Raises NotFound."""
    rows = session.exec(select(SignIn).where(SignIn.person_id == person_id)).all()
    found = [row for row in rows if row.token_hash[:_ID_LENGTH] == session_id]
    if not found:
        raise no_such_page(session_id)
    session.delete(found[0])
    audit.note(session, actor, "session ended", session_id, now_ms)


def end_all(session: Session, person_id: int) -> None:
    session.connection().execute(delete(SignIn).where(col(SignIn.person_id) == person_id))
