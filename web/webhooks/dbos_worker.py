"""Who carries deliveries out: workflows of DBOS Transact on the same database.

A delivery's workflow is enqueued in the transaction that writes its row, under an id made of its
number. One server at a time carries workflows out: on PostgreSQL the one that holds an advisory
lock, so that another takes over when it dies, with what it had begun.

Nothing of DBOS is loaded while no campaign has a webhook.
"""

import logging
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, func

from web.storage import DeliveryState, clock_ms
from web.webhooks import outbox, subscriptions

if TYPE_CHECKING:
    from dbos import DBOSClient

_log = logging.getLogger(__name__)

QUEUE, WORKFLOW = "followups", "webhook"
"""Names in DBOS's own tables: what is enqueued under them survives an upgrade."""
EXECUTOR = "judge-followups"
"""One name for whoever carries them out: what one of them had begun, the next one goes on with."""
APPLICATION_VERSION = "1"
"""Raised when the workflow's steps change, so that none is replayed by other code."""
ATTEMPTS, INTERVAL_S, BACKOFF = 9, 1.0, 2.0
"""Tried for some eight minutes."""
LOOK_S = 2.0
_LEADER_LOCK = 20261127


class WebhookWorker:
    """One server's part: it enqueues, and carries out where it leads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._client: DBOSClient | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="webhooks", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join(timeout=outbox.TIMEOUT_S)
        if self._client is not None:
            self._client.destroy()

    def enqueue(self, connection: Connection, number: int) -> None:
        """In the caller's transaction.

        Before anything is set up, the row alone is there, and the leader finds it.
        """
        if self._client is not None:
            self._client.enqueue_in_transaction(connection, _options(number), number)

    def _run(self) -> None:
        while not self._stopping.wait(LOOK_S):
            try:
                if self._client is None and self._anybody_wants_it():
                    self._client = _make_client(self._engine)
                if self._client is not None:
                    _as_leader(self._engine, self._stopping, self._lead)
            except Exception as error:  # noqa: BLE001  (DBOS's own errors have no common root)
                _log.warning("webhooks wait: %r", error)

    def _anybody_wants_it(self) -> bool:
        with Session(self._engine) as session:
            return subscriptions.any_wanted(session)

    def _lead(self, still: Callable[[], bool]) -> None:
        """Carry out until `still` says no."""
        launched = _launch(self._engine)
        try:
            while still() and not self._stopping.is_set():
                self._enqueue_what_is_due()
                self._stopping.wait(LOOK_S)
        finally:
            launched.destroy(destroy_registry=False)

    def _enqueue_what_is_due(self) -> None:
        """Those from before anything was set up, or out of a backup; ids make it idempotent."""
        with Session(self._engine) as session:
            before_ms = clock_ms(session) - 10 * int(LOOK_S * 1000)
            numbers = outbox.overdue(session, before_ms)
        for number in numbers:
            assert self._client is not None
            again = _failed_before(self._client, number)
            self._client.enqueue(_options(number, again), number)


def _options(number: int, again: int = 0) -> Any:  # noqa: ANN401  (a TypedDict of DBOS, loaded late)
    name = _workflow_id(number, again)
    return {"queue_name": QUEUE, "workflow_name": WORKFLOW, "workflow_id": name}


def _workflow_id(number: int, again: int) -> str:
    return f"webhook-{number}" + (f"-{again}" if again else "")


def _failed_before(client: "DBOSClient", number: int) -> int:
    """How many workflows of this delivery ended by a fault of ours; they don't begin again."""
    from dbos import error as dbos_errors  # noqa: PLC0415

    again = 0
    while True:
        try:
            handle: Any = client.retrieve_workflow(_workflow_id(number, again))
            status = handle.get_status().status
        except dbos_errors.DBOSNonExistentWorkflowError:
            return again
        if status != "ERROR":
            return again
        again += 1


def _address(engine: Engine) -> str:
    return engine.url.render_as_string(hide_password=False)


def _make_client(engine: Engine) -> "DBOSClient":
    from dbos import DBOSClient  # noqa: PLC0415  (20 MB that most servers never need)

    return DBOSClient(system_database_url=_address(engine))


def _launch(engine: Engine) -> Any:  # noqa: ANN401  (the class DBOS itself)
    """DBOS in this process, with our one workflow."""
    from dbos import DBOS  # noqa: PLC0415
    from dbos import error as dbos_errors  # noqa: PLC0415

    DBOS(
        config={
            "name": "judge",
            "system_database_url": _address(engine),
            "application_version": APPLICATION_VERSION,
            "executor_id": EXECUTOR,
            "log_level": "ERROR",
            "enable_otlp": False,
        }
    )

    @DBOS.step(
        name="deliver",
        retries_allowed=True,
        max_attempts=ATTEMPTS,
        interval_seconds=INTERVAL_S,
        backoff_rate=BACKOFF,
    )
    def try_to_deliver(number: int) -> str:
        return outbox.deliver(engine, number)

    @DBOS.step(name="record", retries_allowed=True, max_attempts=ATTEMPTS)
    def write_down(number: int, state: str, answered: str) -> None:
        outbox.record(engine, number, DeliveryState(state), answered)

    @DBOS.workflow(name=WORKFLOW)
    def webhook(number: int) -> None:
        try:
            answered = try_to_deliver(number)
        except dbos_errors.DBOSMaxStepRetriesExceeded as error:
            # Anything else is a fault of ours: it stays due, and is begun anew.
            write_down(number, DeliveryState.GIVEN_UP.value, repr(error))
        else:
            write_down(number, DeliveryState.SENT.value, answered)

    DBOS.launch()
    DBOS.register_queue(QUEUE, worker_concurrency=4, polling_interval_sec=1.0)
    assert callable(webhook)
    return DBOS


def _as_leader(
    engine: Engine, stopping: threading.Event, lead: Callable[[Callable[[], bool]], None]
) -> None:
    """Run `lead` while no other server of this database does; return at once where one does."""
    if engine.dialect.name != "postgresql":
        lead(lambda: True)  # SQLite has one server
        return
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        lock = sa.select(func.pg_try_advisory_lock(_LEADER_LOCK))
        if not connection.execute(lock).scalar():
            return

        def still() -> bool:
            try:
                connection.execute(sa.select(1))
            except DBAPIError:
                return False  # the lock went with the connection
            return not stopping.is_set()

        try:
            lead(still)
        finally:
            connection.invalidate()  # not back to the pool: the lock is the connection's
