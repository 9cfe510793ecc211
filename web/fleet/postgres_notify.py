"""Several servers on one PostgreSQL: who is woken by one of them is woken by the others.

NOTIFY carries no content: who is woken looks into the database, as always. When it fails nothing is
lost but time, since every waiter also looks by itself each second.
"""

import logging
import threading
from functools import partial

import psycopg
from sqlalchemy import Engine

from web.fleet.wakeups import Wakeup

_log = logging.getLogger(__name__)

GATHERED_S = 0.02
"""Wake-ups within this time go out as one."""
AGAIN_S = 1.0


class PostgresNotify:
    """Passes wake-ups on between the servers of one database; does nothing on SQLite."""

    def __init__(self, engine: Engine, wakeups: dict[str, Wakeup]) -> None:
        self._wakeups = wakeups
        self._noted: set[str] = set()
        self._any_noted = threading.Event()
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []
        if engine.dialect.name == "postgresql":
            url = engine.url.set(drivername="postgresql")
            self._address = url.render_as_string(hide_password=False)
            for channel, wakeup in wakeups.items():
                wakeup.listener = partial(self._note, channel)
            for work in (self._speak, self._listen):
                self._threads.append(threading.Thread(target=work, daemon=True))

    def _note(self, channel: str) -> None:
        self._noted.add(channel)
        self._any_noted.set()

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._any_noted.set()
        for thread in self._threads:
            thread.join(timeout=AGAIN_S + 1)

    def _speak(self) -> None:
        while not self._stopping.is_set():
            try:
                with psycopg.connect(self._address, autocommit=True) as connection:
                    connection.execute("SET synchronous_commit = off")  # a wake-up need not survive
                    self._pass_on(connection)
            except psycopg.Error as error:
                _log.warning("other servers can't be told: %s", error)
                self._stopping.wait(AGAIN_S)

    def _pass_on(self, connection: psycopg.Connection) -> None:
        while not self._stopping.is_set():
            self._any_noted.wait()
            self._any_noted.clear()
            for channel in self._wakeups:
                if channel in self._noted:
                    self._noted.discard(channel)
                    connection.execute(f"NOTIFY {channel}")
            self._stopping.wait(GATHERED_S)

    def _listen(self) -> None:
        while not self._stopping.is_set():
            try:
                with psycopg.connect(self._address, autocommit=True) as connection:
                    for channel in self._wakeups:
                        connection.execute(f"LISTEN {channel}")
                    while not self._stopping.is_set():
                        for notice in connection.notifies(timeout=AGAIN_S, stop_after=1):
                            self._wakeups[notice.channel].wake_here()
            except psycopg.Error as error:
                _log.warning("other servers can't be heard: %s", error)
                self._stopping.wait(AGAIN_S)
