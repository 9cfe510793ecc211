"""Who did what, and who was refused, for those who must be able to tell later."""

import threading
import time
from dataclasses import dataclass

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col, select

from web.storage.database import transaction
from web.storage.tables import AuditEntry

QUIET_S = 60.0
"""The same refusal is written down once in this time: a flood must not fill the disk."""
_REMEMBERED_MAX = 1000


def note(session: Session, actor: str, action: str, subject: str, now_ms: int) -> None:
    """In the transaction of what was done."""
    session.add(AuditEntry(at_ms=now_ms, actor=actor, action=action, subject=subject))


PAGE = 100
"""Entries that a page shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFilter:
    """Which entries are wanted; each text is looked for as a part, in any case."""

    actor: str = ""
    action: str = ""
    subject: str = ""
    since_ms: int | None = None
    until_ms: int | None = None
    before_id: int | None = None
    """Older than this entry: the next page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditLine:
    """An entry of the audit as its page shows it."""

    id: int
    at_ms: int
    actor: str
    action: str
    subject: str


def entries(session: Session, wanted: AuditFilter) -> list[AuditLine]:
    """The newest entries that fit, at most PAGE of them."""
    query = select(AuditEntry)
    for column, part in (
        (AuditEntry.actor, wanted.actor),
        (AuditEntry.action, wanted.action),
        (AuditEntry.subject, wanted.subject),
    ):
        if part:
            query = query.where(col(column).icontains(part, autoescape=True))
    if wanted.since_ms is not None:
        query = query.where(AuditEntry.at_ms >= wanted.since_ms)
    if wanted.until_ms is not None:
        query = query.where(AuditEntry.at_ms < wanted.until_ms)
    if wanted.before_id is not None:
        query = query.where(col(AuditEntry.id) < wanted.before_id)
    rows = session.exec(query.order_by(col(AuditEntry.id).desc()).limit(PAGE)).all()
    return [
        AuditLine(
            id=row.id or 0,
            at_ms=row.at_ms,
            actor=row.actor,
            action=row.action,
            subject=row.subject,
        )
        for row in rows
    ]


class RefusalLog:
    """Writes refusals down, in transactions of their own."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._last: dict[tuple[str, str], float] = {}

    def note(self, actor: str, subject: str, now_ms: int) -> None:
        """`actor` tried `subject` and was refused. Never fails: the refusal itself must reach."""
        now, key = time.monotonic(), (actor, subject)
        with self._lock:
            if now - self._last.get(key, -QUIET_S) < QUIET_S:
                return
            while len(self._last) >= _REMEMBERED_MAX:
                del self._last[next(iter(self._last))]
            self._last[key] = now
        try:
            with transaction(self._engine) as session:
                note(session, actor, "refused", subject[:200], now_ms)
        except SQLAlchemyError:
            with self._lock:
                self._last.pop(key, None)
