"""Deliveries: a row each, written in the transaction that accepts the judgement it tells of.

The row alone says whether it is due, sent or given up. A receiver may hear of the same delivery
twice and knows it by its id (Standard Webhooks); the record has it once.
"""

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass

import httpx
import sqlalchemy as sa
from sqlalchemy import Engine
from sqlmodel import Session, col, func, select

from web.storage import (
    Campaign,
    Delivery,
    DeliveryState,
    JudgementRow,
    Person,
    SubmissionKind,
    SubmissionRow,
    Webhook,
    clock_ms,
    transaction,
)
from web.webhooks import subscriptions

TIMEOUT_S = 10.0
DUE_MAX = 100
_TOLD = (SubmissionKind.SUBMIT.value, SubmissionKind.CONFIRM.value)


def create_delivery(session: Session, submission_id: int, target: str, now_ms: int) -> int | None:
    """A judgement is being accepted: its delivery's number, where somebody wants to be told."""
    row = session.get_one(SubmissionRow, submission_id)
    if row.kind not in _TOLD:
        return None
    person = session.get_one(Person, row.person_id)
    if person.campaign_id is None or not subscriptions.is_wanted(session, person.campaign_id):
        return None
    delivery = Delivery(
        submission_id=submission_id,
        target=target,
        campaign_id=person.campaign_id,
        state=DeliveryState.DUE.value,
        due_at_ms=now_ms,
    )
    session.add(delivery)
    session.flush()
    return delivery.id


def overdue(session: Session, before_ms: int) -> list[int]:
    """Numbers of the first deliveries that were due before then and are not over."""
    numbers = session.exec(
        select(Delivery.id)
        .where(Delivery.state == DeliveryState.DUE.value, Delivery.due_at_ms < before_ms)
        .limit(DUE_MAX)
    ).all()
    return [number for number in numbers if number is not None]


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
    """What a delivery that is due sends; None where it is over, or nobody wants to be told now."""
    delivery = session.get(Delivery, number)
    if delivery is None or delivery.state != DeliveryState.DUE.value:
        return None
    webhook = session.get(Webhook, delivery.campaign_id)
    if webhook is None:
        return None
    row = session.get_one(SubmissionRow, delivery.submission_id)
    judged = session.exec(
        select(JudgementRow).where(
            JudgementRow.submission_id == row.id,
            JudgementRow.target == delivery.target,
            col(JudgementRow.superseded_at_ms).is_(None),
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
