"""The fleet: runners registered, given new tokens, revoked, and how each of them does."""

import json
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from weakref import WeakKeyDictionary

from sqlmodel import Session, col, func, or_, select

from judge.runner import Hello, Offering, Phase, PhaseName
from web.refusals import Conflict, Invalid, NotYours, no_such_page
from web.storage import Job, JobState, RunnerRow, audit, digest, new_secret

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
ONLINE_MS = 45_000
"""A runner that waits for work is heard from every 25 s."""
LABEL = re.compile(r"[a-z0-9][a-z0-9_-]{0,19}")
LABELS_MAX = 8
_KEPT = ("phases", "steps", "noise_floor", "measured_at_ms")
"""Known of a runner besides what its next hello tells anew."""
OFFERED_S = 2.0
"""What is offered is looked up at most this often: each page of a problem asks."""
_offered: WeakKeyDictionary[object, tuple[float, dict[str, set[str]]]] = WeakKeyDictionary()


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
    phases: tuple[Phase, ...]
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

    @property
    def suffering(self) -> str:
        """Why it takes no job although it is there; "" where it may."""
        draining = (one for one in self.phases if one.name is PhaseName.DRAINING and not one.good)
        return next((one.detail for one in draining), "")


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


def replace_token(session: Session, name: str) -> str:
    """A runner of this name with a new token; the old one, if there was any, is worth nothing."""
    row = session.exec(select(RunnerRow).where(RunnerRow.name == name)).first()
    if row is None:
        row = RunnerRow(name=name, token_hash="", offers={}, seen_at_ms=0)
    token = new_secret()
    row.token_hash = digest(token)
    session.add(row)
    return token


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


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownRunner:
    """A runner that has shown its token."""

    id: int
    name: str
    labels: tuple[str, ...]
    seen_at_ms: int
    by_next_token: bool
    """The token was made to take the other's place, and was not used before."""


def known_runner(session: Session, token: str) -> KnownRunner:
    """The runner that holds `token`, now or next; writes nothing. Raises NotYours."""
    return _known(_holder(session, token), token)


def _known(row: RunnerRow, token: str) -> KnownRunner:
    assert row.id is not None
    return KnownRunner(
        id=row.id,
        name=row.name,
        labels=tuple(row.labels),
        seen_at_ms=row.seen_at_ms,
        by_next_token=row.token_hash != digest(token),
    )


def runner_of(session: Session, token: str, now_ms: int) -> KnownRunner:
    """The runner that holds `token`; remembers that it was seen. Raises NotYours.

    A new token that is used for the first time takes the old one's place.
    """
    return _known(_seen(session, token, now_ms), token)


def greet(session: Session, token: str, hello: Hello, now_ms: int) -> KnownRunner:
    """Write down what a runner says of itself as it starts. Raises NotYours."""
    row = _seen(session, token, now_ms)
    kept = {key: row.offers[key] for key in _KEPT if key in row.offers}
    row.offers = {**hello.model_dump(mode="json"), **kept}
    forget_offers(session)
    return _known(row, token)


def record_phase(session: Session, token: str, phase: Phase, now_ms: int) -> None:
    """Remember how far a runner's start has come; making contact begins anew. Raises NotYours.

    A good draining without a reason is over: the runner takes jobs again.
    """
    row = _seen(session, token, now_ms)
    known = [] if phase.name is PhaseName.CONTACT else _phases(row.offers)
    kept = [one for one in known if one["name"] != phase.name.value]
    over = phase.name is PhaseName.DRAINING and phase.good and not phase.detail
    told = [] if over else [phase.model_dump(mode="json")]
    row.offers = {**row.offers, "phases": [*kept, *told]}


def _seen(session: Session, token: str, now_ms: int) -> RunnerRow:
    row = _holder(session, token)
    if row.token_hash != digest(token):
        row.token_hash, row.next_token_hash = digest(token), None
    row.seen_at_ms = now_ms
    session.add(row)
    return row


def _holder(session: Session, token: str) -> RunnerRow:
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


def is_offered(session: Session, label: str, now_ms: int) -> bool:
    """Whether a runner with this label is there."""
    return any(one.online and label in one.labels for one in all_views(session, now_ms))


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
        for target, languages in _offering(offers).offers.items():
            found.setdefault(target, set()).update(languages)
    return found


def _offering(offers: Mapping[str, Any]) -> Offering:
    known = {name: offers[name] for name in Offering.model_fields if name in offers}
    return Offering.model_validate(known)


def all_views(session: Session, now_ms: int) -> list[RunnerView]:
    """All runners, by name; the revoked last."""
    rows = session.exec(select(RunnerRow)).all()
    counts = _counts(session)
    views = [_view(row, counts.get(row.id or 0, {}), now_ms) for row in rows]
    return sorted(views, key=lambda view: (view.revoked, view.name))


def as_json(views: list[RunnerView]) -> str:
    """For machines."""
    return json.dumps([asdict(view) for view in views], default=lambda phase: phase.model_dump())


def noise_floors(session: Session) -> list[tuple[str, float, int]]:
    """(name, noise floor, when it was measured) of each runner that has measured, by name."""
    rows = session.exec(
        select(RunnerRow.name, RunnerRow.offers)
        .where(col(RunnerRow.revoked_at_ms).is_(None))
        .order_by(RunnerRow.name)
    )
    return [
        (name, offers["noise_floor"], offers["measured_at_ms"])
        for name, offers in rows
        if "noise_floor" in offers
    ]


def view(session: Session, name: str, now_ms: int) -> RunnerView:
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


def _phases(offers: Mapping[str, Any]) -> Sequence[Any]:
    """Told by a runner so far; rows that were written before wire 4 have them as steps."""
    found: Sequence[Any] = offers.get("phases", offers.get("steps", ()))
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
        offers={t: tuple(words) for t, words in _offering(offers).offers.items()},
        cpus=tuple(offers.get("cpus") or ["?"] * slots),
        machine=dict(offers.get("machine", {})),
        phases=tuple(Phase.model_validate(phase) for phase in _phases(offers)),
        noise_floor=offers.get("noise_floor"),
        measured_at_ms=offers.get("measured_at_ms"),
        busy=counts.get(JobState.HELD.value, 0),
        judged=counts.get(JobState.JUDGED.value, 0),
        faults=counts.get(JobState.FAILED.value, 0) + counts.get(JobState.QUEUED.value, 0),
    )
