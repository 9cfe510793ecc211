"""The fleet: runners registered, given new tokens, revoked, and how each of them does."""

import json
import re
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from weakref import WeakKeyDictionary

from sqlmodel import Session, col, func, or_, select

from judge.wire import Offering, Step, StepName
from web import audit
from web.refusals import Conflict, Invalid, NotYours, no_such_page
from web.secrecy import digest, new_secret
from web.tables import Job, JobState, RunnerRow

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
ONLINE_MS = 45_000
"""A runner that waits for work is heard from every 25 s."""
LABEL = re.compile(r"[a-z0-9][a-z0-9_-]{0,19}")
LABELS_MAX = 8
KEPT = ("steps", "noise_floor", "measured_at_ms")
"""Of what is known of a runner, what its next hello does not tell anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunnerView:
    """A runner as operators see it."""

    name: str
    labels: tuple[str, ...]
    online: bool
    revoked: bool
    rotating: bool
    """A new token was made and not used yet."""
    seen_at_ms: int
    registered_at_ms: int
    version: str
    offers: dict[str, tuple[str, ...]]
    """Languages by target."""
    cpus: tuple[str, ...]
    machine: dict[str, str]
    steps: tuple[Step, ...]
    noise_floor: float | None
    measured_at_ms: int | None
    busy: int
    """Jobs in its hands now."""
    judged: int
    faults: int
    """Jobs that wait or were given up after it had them last."""

    @property
    def slots(self) -> int:
        return len(self.cpus)


def add(
    session: Session, name: str, labels: list[str], *, actor: str, now_ms: int, token: str = ""
) -> str:
    """Register a runner; its token (a new one unless given), shown once.

    Raises Invalid or Conflict.
    """
    if not NAME.fullmatch(name):
        raise Invalid(
            f"The name is {name!r}; use up to 40 of a–z, 0–9 and -, beginning with a letter or "
            "digit.",
            f"名称 {name!r} 无效；请用至多 40 个 a–z、0–9 或 -，并以字母或数字开头。",
            field="name",
        )
    _check_labels(labels)
    if session.exec(select(RunnerRow).where(RunnerRow.name == name)).first() is not None:
        raise Conflict(
            f"There is a runner {name!r} already. Choose another name, or make it a new token.",
            f"已有名为 {name!r} 的评测机。请换一个名称，或为它更换令牌。",
            field="name",
        )
    token = token or new_secret()
    session.add(
        RunnerRow(
            name=name,
            token_hash=digest(token),
            labels=labels,
            offers={},
            registered_at_ms=now_ms,
            seen_at_ms=0,
        )
    )
    audit.note(session, actor, "runner added", name, now_ms)
    return token


def _check_labels(labels: list[str]) -> None:
    wrong = next((label for label in labels if not LABEL.fullmatch(label)), None)
    if wrong is not None or len(labels) > LABELS_MAX:
        what = repr(wrong) if wrong is not None else f"{len(labels)} labels"
        raise Invalid(
            f"Labels: {what}; give at most {LABELS_MAX}, each of up to 20 of a–z, 0–9, - and _.",
            f"标签 {what} 无效；至多 {LABELS_MAX} 个，每个至多 20 个 a–z、0–9、- 或 _。",
            field="labels",
        )


def holds(session: Session, name: str, token: str) -> bool:
    """Whether this runner is registered with this token."""
    row = session.exec(select(RunnerRow).where(RunnerRow.name == name)).first()
    return row is not None and row.revoked_at_ms is None and row.token_hash == digest(token)


def rotate(session: Session, name: str, *, actor: str, now_ms: int) -> str:
    """A new token; the old one is good until the new one is first used."""
    row = _row(session, name)
    token = new_secret()
    row.next_token_hash = digest(token)
    row.revoked_at_ms = None
    session.add(row)
    audit.note(session, actor, "runner's token changed", name, now_ms)
    return token


OFFERED_S = 2.0
_offered: WeakKeyDictionary[object, tuple[float, dict[str, set[str]]]] = WeakKeyDictionary()


def revoke(session: Session, name: str, *, actor: str, now_ms: int) -> None:
    """Both tokens are worth nothing from now on; what it holds goes to others by lease."""
    row = _row(session, name)
    row.revoked_at_ms = now_ms
    row.next_token_hash = None
    session.add(row)
    forget_offers(session)
    audit.note(session, actor, "runner revoked", name, now_ms)


def _row(session: Session, name: str) -> RunnerRow:
    row = session.exec(select(RunnerRow).where(RunnerRow.name == name)).first()
    if row is None:
        raise no_such_page(name)
    return row


def runner_of(session: Session, token: str, now_ms: int) -> RunnerRow:
    """The runner that holds `token`; remembers that it was seen. Raises NotYours.

    A new token that is used for the first time takes the old one's place.
    """
    row = known_runner(session, token)
    if row.token_hash != digest(token):
        row.token_hash, row.next_token_hash = digest(token), None
    row.seen_at_ms = now_ms
    session.add(row)
    return row


def known_runner(session: Session, token: str) -> RunnerRow:
    """The runner that holds `token`, now or next; writes nothing. Raises NotYours."""
    mine = digest(token)
    row = session.exec(
        select(RunnerRow).where(
            or_(col(RunnerRow.token_hash) == mine, col(RunnerRow.next_token_hash) == mine)
        )
    ).first()
    if row is None or row.revoked_at_ms is not None:
        raise NotYours(
            "This runner's token is not known or was revoked; register the runner again.",
            "此评测机的令牌无效或已撤销，请重新注册。",
        )
    return row


def take_step(session: Session, row: RunnerRow, step: Step) -> None:
    """Remember how far a runner's start has come; making contact begins anew."""
    known = [] if step.name is StepName.CONTACT else row.offers.get("steps", [])
    kept = [one for one in known if one["name"] != step.name.value]
    row.offers = {**row.offers, "steps": [*kept, step.model_dump(mode="json")]}
    session.add(row)


def is_offered(session: Session, label: str, now_ms: int) -> bool:
    """Whether a runner with this label is there."""
    return any(one.online and label in one.labels for one in everybody(session, now_ms))


def offered(session: Session) -> dict[str, set[str]]:
    """Languages by target that any registered runner has proved, whether it is there now or not.

    Looked up at most every `OFFERED_S`: each page of a problem asks, and runners may be a thousand.
    """
    engine = session.get_bind()
    at, known = _offered.get(engine, (-OFFERED_S, {}))
    if time.monotonic() - at >= OFFERED_S:
        known = _offers_of_all(session)
        _offered[engine] = (time.monotonic(), known)
    return known


def forget_offers(session: Session) -> None:
    """What is offered has changed."""
    _offered.pop(session.get_bind(), None)


def _offers_of_all(session: Session) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    rows = session.exec(select(RunnerRow.offers).where(col(RunnerRow.revoked_at_ms).is_(None)))
    for offers in rows:
        for target, languages in _offering(offers).by_target().items():
            found.setdefault(target, set()).update(languages)
    return found


def _offering(offers: Mapping[str, Any]) -> Offering:
    known = {name: offers[name] for name in Offering.model_fields if name in offers}
    return Offering.model_validate(known)


def everybody(session: Session, now_ms: int) -> list[RunnerView]:
    """All runners, by name; the revoked last."""
    rows = session.exec(select(RunnerRow)).all()
    counts = _counts(session)
    views = [_view(row, counts.get(row.id or 0, {}), now_ms) for row in rows]
    return sorted(views, key=lambda view: (view.revoked, view.name))


def as_json(views: list[RunnerView]) -> str:
    """For machines."""
    return json.dumps([asdict(view) for view in views], default=lambda step: step.model_dump())


def one(session: Session, name: str, now_ms: int) -> RunnerView:
    row = _row(session, name)
    return _view(row, _counts(session).get(row.id or 0, {}), now_ms)


def _counts(session: Session) -> dict[int, dict[str, int]]:
    """Jobs by runner and state: those it has, or had last."""
    found: dict[int, dict[str, int]] = {}
    rows = session.exec(
        select(Job.runner_id, Job.state, func.count())
        .where(col(Job.runner_id).is_not(None))
        .group_by(col(Job.runner_id), col(Job.state))
    ).all()
    for runner_id, state, count in rows:
        found.setdefault(runner_id or 0, {})[state] = count
    return found


def _view(row: RunnerRow, counts: dict[str, int], now_ms: int) -> RunnerView:
    offers: dict[str, Any] = row.offers
    slots = int(offers.get("slots", 0))
    return RunnerView(
        name=row.name,
        labels=tuple(row.labels),
        online=row.revoked_at_ms is None and now_ms - row.seen_at_ms < ONLINE_MS,
        revoked=row.revoked_at_ms is not None,
        rotating=row.next_token_hash is not None,
        seen_at_ms=row.seen_at_ms,
        registered_at_ms=row.registered_at_ms,
        version=str(offers.get("version", "")),
        offers={t: tuple(words) for t, words in _offering(offers).by_target().items()},
        cpus=tuple(offers.get("cpus") or ["?"] * slots),
        machine=dict(offers.get("machine", {})),
        steps=tuple(Step.model_validate(step) for step in offers.get("steps", ())),
        noise_floor=offers.get("noise_floor"),
        measured_at_ms=offers.get("measured_at_ms"),
        busy=counts.get(JobState.HELD.value, 0),
        judged=counts.get(JobState.JUDGED.value, 0),
        faults=counts.get(JobState.FAILED.value, 0) + counts.get(JobState.QUEUED.value, 0),
    )
