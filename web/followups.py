"""What follows a judgement and must happen though machines die: a signed webhook, the first.

A delivery is a row, written in the transaction that accepts the judgement; the row alone says
whether it is due, sent or given up. The work is a workflow of DBOS Transact on the same database,
enqueued in that transaction too, under an id made of the delivery's number. One server at a time
carries workflows out: on PostgreSQL the one that holds an advisory lock, so that another takes over
when it dies, with what it had begun. A receiver may hear of the same delivery twice and knows it by
its id (Standard Webhooks); the record has it once.

Nothing of DBOS is loaded while no campaign has a webhook.
"""

import base64
import hashlib
import hmac
import json
import logging
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx
import sqlalchemy as sa
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col, func, select

from web.database import clock_ms, transaction
from web.refusals import Invalid
from web.tables import (
    Campaign,
    Delivery,
    DeliveryState,
    JudgementRow,
    Person,
    SubmissionKind,
    SubmissionRow,
    Webhook,
)

if TYPE_CHECKING:
    from dbos import DBOSClient

_log = logging.getLogger(__name__)

QUEUE, WORKFLOW = "followups", "webhook"
EXECUTOR = "judge-followups"
"""One name for whoever carries them out: what one of them had begun, the next one goes on with."""
APPLICATION_VERSION = "1"
"""Of the workflow's steps: raised when they change, so that none is replayed by other code."""
ATTEMPTS, INTERVAL_S, BACKOFF = 9, 1.0, 2.0
"""Tried for some eight minutes."""
TIMEOUT_S = 10.0
LOOK_S = 2.0
_LEADER_LOCK = 20261127
_TOLD = (SubmissionKind.SUBMIT.value, SubmissionKind.CONFIRM.value)


def set_webhook(session: Session, campaign: Campaign, url: str, now_ms: int) -> str:
    """Tell `url` of this campaign's judgements from now on; the secret that signs them."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Invalid(
            f"The webhook's address is {url!r}; give one like https://hr.example.org/judged.",
            f"回调地址 {url!r} 无效；请给出形如 https://hr.example.org/judged 的地址。",
            field="url",
        )
    assert campaign.id is not None
    secret = f"whsec_{base64.b64encode(secrets.token_bytes(24)).decode()}"
    known = session.get(Webhook, campaign.id)
    if known is not None:
        session.delete(known)
        session.flush()
    session.add(Webhook(campaign_id=campaign.id, url=url, secret=secret, created_at_ms=now_ms))
    return secret


def note(session: Session, row: SubmissionRow, target: str, now_ms: int) -> int | None:
    """A judgement is being accepted: its delivery's number, where somebody wants to be told."""
    if row.kind not in _TOLD:
        return None
    person = session.get_one(Person, row.person_id)
    if person.campaign_id is None or session.get(Webhook, person.campaign_id) is None:
        return None
    delivery = Delivery(
        submission_id=row.id or 0,
        target=target,
        campaign_id=person.campaign_id,
        state=DeliveryState.DUE.value,
        due_at_ms=now_ms,
    )
    session.add(delivery)
    session.flush()
    return delivery.id


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """As Standard Webhooks says: HMAC-SHA256 of id, time and body."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


@dataclass(frozen=True, slots=True)
class Letter:
    """What is to be sent."""

    url: str
    headers: dict[str, str]
    body: bytes


def letter(session: Session, number: int, now_ms: int) -> Letter | None:
    """Of a delivery that is due; None where it is over, or nobody wants to be told any more."""
    delivery = session.get(Delivery, number)
    if delivery is None or delivery.state != DeliveryState.DUE.value:
        return None
    webhook = session.get(Webhook, delivery.campaign_id)
    if webhook is None:
        return None
    row = session.get_one(SubmissionRow, delivery.submission_id)
    judged = session.exec(
        select(JudgementRow).where(
            JudgementRow.submission_id == row.id, JudgementRow.target == delivery.target
        )
    ).one()
    person = session.get_one(Person, row.person_id)
    campaign = session.get_one(Campaign, delivery.campaign_id)
    content = {
        "type": "submission.judged",
        "timestamp": now_ms,
        "data": {
            "campaign": campaign.slug,
            "candidate": person.code,
            "submission": row.code,
            "problem": row.problem,
            "target": delivery.target,
            "confirmation": row.kind == SubmissionKind.CONFIRM.value,
            "verdict": judged.verdict,
            "score": judged.score,
        },
    }
    body = json.dumps(content).encode()
    message_id, timestamp = f"msg_{number}", now_ms // 1000
    headers = {
        "Content-Type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature(webhook.secret, message_id, timestamp, body),
    }
    return Letter(webhook.url, headers, body)


def deliver(engine: Engine, number: int) -> str:
    """Send it, unless it is over; what was answered. Raises httpx.HTTPError to be tried again."""
    with Session(engine) as session:
        ready = letter(session, number, clock_ms(session))
    if ready is None:
        return "not due"
    answer = httpx.post(ready.url, content=ready.body, headers=ready.headers, timeout=TIMEOUT_S)
    answer.raise_for_status()
    return str(answer.status_code)


def record(engine: Engine, number: int, state: DeliveryState, answered: str) -> None:
    """Write down what came of it; once: what is over stays as it is."""
    with transaction(engine) as session:
        session.connection().execute(
            sa.update(Delivery)
            .where(col(Delivery.id) == number, col(Delivery.state) == DeliveryState.DUE.value)
            .values(state=state.value, answered=answered[:200], over_at_ms=clock_ms(session))
        )


def counts(session: Session) -> dict[str, int]:
    """Deliveries by state."""
    rows = session.exec(select(Delivery.state, func.count()).group_by(col(Delivery.state))).all()
    return dict(rows)


class Followups:
    """One server's part: it enqueues, and carries out where it leads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._client: DBOSClient | None = None
        self._leads = False
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="followups", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join(timeout=TIMEOUT_S)
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
                _log.warning("follow-ups wait: %r", error)

    def _anybody_wants_it(self) -> bool:
        with Session(self._engine) as session:
            return session.exec(select(Webhook.campaign_id).limit(1)).first() is not None

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
            numbers = session.exec(
                select(Delivery.id)
                .where(Delivery.state == DeliveryState.DUE.value, Delivery.due_at_ms < before_ms)
                .limit(100)
            ).all()
        for number in numbers:
            assert self._client is not None
            again = _failed_before(self._client, number or 0)
            self._client.enqueue(_options(number or 0, again), number)


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
        return deliver(engine, number)

    @DBOS.step(name="record", retries_allowed=True, max_attempts=ATTEMPTS)
    def write_down(number: int, state: str, answered: str) -> None:
        record(engine, number, DeliveryState(state), answered)

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
