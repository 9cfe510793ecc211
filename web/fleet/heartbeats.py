"""When runners were last heard from: noted in memory, written for all of them once a second.

A thousand who poll would write seventy times a second otherwise, and hold up those who submit.
"""

import threading
import time

from sqlalchemy import Engine, bindparam, update
from sqlmodel import col, select

from web.storage import RunnerRow, transaction

WRITE_S = 1.0


class Heartbeats:
    """The heartbeats that one server has heard and not written yet."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._pending: dict[int, int] = {}
        self._written_at = 0.0

    def note(self, runner_id: int, now_ms: int) -> None:
        """A runner was heard from; who notes it when a second is over writes for all."""
        with self._lock:
            self._pending[runner_id] = now_ms
            if time.monotonic() - self._written_at < WRITE_S:
                return
            self._written_at = time.monotonic()
            pending, self._pending = self._pending, {}
        change = (
            update(RunnerRow)
            .where(col(RunnerRow.id) == bindparam("runner"))
            .values(seen_at_ms=bindparam("seen"))
        )
        with transaction(self._engine, alone=False) as session:
            # Wait for nobody: whose row another holds is being written as seen, and a runner that
            # waited for ours would keep the job that it is just given from all others.
            free = select(RunnerRow.id).where(col(RunnerRow.id).in_(pending))
            numbers = session.exec(free.with_for_update(skip_locked=True)).all()
            values = [{"runner": number, "seen": pending[number or 0]} for number in numbers]
            if values:
                session.connection().execute(change, values)
