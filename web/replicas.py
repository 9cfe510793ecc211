"""Several servers on one PostgreSQL: what one of them rings is heard by the others.

NOTIFY carries no content: who is woken looks into the database, as always. When it fails nothing is
lost but time, since every waiter also looks by itself each second.
"""

import logging
import threading

import psycopg
from sqlalchemy import Engine

from web.bell import Bell

_log = logging.getLogger(__name__)

CHANNEL = "judge_bell"
GATHERED_S = 0.02
"""Rings within this time go out as one."""
AGAIN_S = 1.0


class Replicas:
    """Passes rings on between the servers of one database; does nothing on SQLite."""

    def __init__(self, engine: Engine, bell: Bell) -> None:
        self._bell = bell
        self._rung = threading.Event()
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []
        if engine.dialect.name == "postgresql":
            url = engine.url.set(drivername="postgresql")
            self._address = url.render_as_string(hide_password=False)
            bell.listener = self._rung.set
            for work in (self._speak, self._listen):
                self._threads.append(threading.Thread(target=work, daemon=True))

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._rung.set()
        for thread in self._threads:
            thread.join(timeout=AGAIN_S + 1)

    def _speak(self) -> None:
        while not self._stopping.is_set():
            try:
                with psycopg.connect(self._address, autocommit=True) as connection:
                    connection.execute("SET synchronous_commit = off")  # a ring need not survive
                    self._pass_on(connection)
            except psycopg.Error as error:
                _log.warning("other servers can't be told: %s", error)
                self._stopping.wait(AGAIN_S)

    def _pass_on(self, connection: psycopg.Connection) -> None:
        while not self._stopping.is_set():
            self._rung.wait()
            self._rung.clear()
            connection.execute(f"NOTIFY {CHANNEL}")
            self._stopping.wait(GATHERED_S)

    def _listen(self) -> None:
        while not self._stopping.is_set():
            try:
                with psycopg.connect(self._address, autocommit=True) as connection:
                    connection.execute(f"LISTEN {CHANNEL}")
                    while not self._stopping.is_set():
                        for _ in connection.notifies(timeout=AGAIN_S, stop_after=1):
                            self._bell.ring_here()
            except psycopg.Error as error:
                _log.warning("other servers can't be heard: %s", error)
                self._stopping.wait(AGAIN_S)
