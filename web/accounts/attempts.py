"""Attempts: what a browser was asked to prove, kept until it has, once, and for minutes."""

from dataclasses import dataclass

from sqlalchemy import delete
from sqlmodel import Session, col, func, select

from web.accounts.people import Means
from web.refusals import NotYours, TooMany
from web.storage import SignInAttempt, digest, new_secret

GOOD_MS = 600_000
OPEN_MAX = 2000
"""Begun and not ended: who asks without end fills no disk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What was asked: a challenge, or what an identity provider must bring back."""

    secret: str
    person_id: int | None


def begin(
    session: Session, means: Means, secret: str, now_ms: int, *, person_id: int | None = None
) -> str:
    """Keep what was asked; the state by which the answer names it."""
    session.connection().execute(
        delete(SignInAttempt).where(col(SignInAttempt.expires_at_ms) < now_ms)
    )
    open_now = session.exec(select(func.count()).select_from(SignInAttempt)).one()
    if open_now >= OPEN_MAX:
        raise TooMany(
            "Too many are signing in just now. Try again in some minutes, or use a link.",
            "目前登录请求过多。请几分钟后重试，或使用链接。",
        )
    state = new_secret()
    session.add(
        SignInAttempt(
            state_hash=digest(state),
            means=means.value,
            secret=secret,
            person_id=person_id,
            expires_at_ms=now_ms + GOOD_MS,
        )
    )
    return state


def finish(session: Session, means: Means, state: str, now_ms: int) -> Attempt:
    """What was asked by that state; it is good once. Raises NotYours for an old one."""
    row = session.get(SignInAttempt, digest(state))
    if row is None or row.means != means.value or row.expires_at_ms < now_ms:
        raise NotYours(
            "This took too long, or was done already. Begin again.",
            "操作超时或已完成。请重新开始。",
        )
    found = Attempt(secret=row.secret, person_id=row.person_id)
    session.delete(row)
    return found
