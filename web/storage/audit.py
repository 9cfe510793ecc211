"""Who did what, and who was refused, for those who must be able to tell later."""

import threading
import time

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from web.storage.database import transaction
from web.storage.tables import AuditEntry

QUIET_S = 60.0
"""The same refusal is written down once in this time: a flood must not fill the disk."""
_REMEMBERED_MAX = 1000


def note(session: Session, actor: str, action: str, subject: str, now_ms: int) -> None:
    """In the transaction of what was done."""
    session.add(AuditEntry(at_ms=now_ms, actor=actor, action=action, subject=subject))


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
