"""Personal tokens: what lets a program ask in somebody's name, within its scopes.

A token is shown once and stored as a digest; it does nothing that its person may not do, ends with
them, and can be revoked.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from sqlmodel import Session, col, select

from web.accounts.people import DAY_MS, Visitor, visitor_from
from web.refusals import Invalid, NotSignedIn, NotYours, no_such_page
from web.storage import Person, PersonalToken, audit, digest, new_secret

PREFIX = "judge_"
"""So that somebody, or a scanner, who finds one knows what it is."""
DAYS_MAX = 366
NAME_MAX = 60
USED_EVERY_MS = 60_000
"""When a token was last used is written down this often."""


class Scope(StrEnum):
    """What a token may be used for."""

    PROBLEMS_READ = "problems:read"
    PROBLEMS_WRITE = "problems:write"
    CAMPAIGNS_READ = "campaigns:read"
    CAMPAIGNS_WRITE = "campaigns:write"
    PEOPLE = "people"


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenView:
    """A token without its secret."""

    id: int
    name: str
    scopes: tuple[Scope, ...]
    created_at_ms: int
    expires_at_ms: int
    used_at_ms: int
    revoked: bool


def make(
    session: Session,
    visitor: Visitor,
    name: str,
    scopes: Collection[Scope],
    *,
    days: int,
    now_ms: int,
) -> str:
    """A new token, shown once. Raises Invalid with the field."""
    name = " ".join(name.split())
    if not name or len(name) > NAME_MAX:
        raise Invalid(
            f"The name has {len(name)} characters; give 1 to {NAME_MAX} that say what it is for.",
            f"名称有 {len(name)} 个字符；请用 1 到 {NAME_MAX} 个字符说明用途。",
            field="name",
        )
    if not scopes:
        raise Invalid(
            "No scope is chosen. Choose what the token may be used for.",
            "未选择权限范围。请选择此令牌的用途。",
            field="scopes",
        )
    if not 1 <= days <= DAYS_MAX:
        raise Invalid(
            f"{days} days: a token is good for 1 to {DAYS_MAX} days.",
            f"{days} 天：令牌有效期为 1 到 {DAYS_MAX} 天。",
            field="days",
        )
    secret = PREFIX + new_secret()
    session.add(
        PersonalToken(
            token_hash=digest(secret),
            person_id=visitor.id,
            name=name,
            scopes=",".join(scope.value for scope in Scope if scope in scopes),
            created_at_ms=now_ms,
            expires_at_ms=now_ms + days * DAY_MS,
        )
    )
    audit.note(session, visitor.code, "token made", name, now_ms)
    return secret


def of(session: Session, person_id: int) -> list[TokenView]:
    """Somebody's tokens, the newest first."""
    rows = session.exec(
        select(PersonalToken)
        .where(PersonalToken.person_id == person_id)
        .order_by(col(PersonalToken.id).desc())
    ).all()
    return [
        TokenView(
            id=row.id or 0,
            name=row.name,
            scopes=_scopes(row),
            created_at_ms=row.created_at_ms,
            expires_at_ms=row.expires_at_ms,
            used_at_ms=row.used_at_ms,
            revoked=row.revoked_at_ms is not None,
        )
        for row in rows
    ]


def revoke(session: Session, visitor: Visitor, token_id: int, *, now_ms: int) -> None:
    """Let a token of one's own do nothing any more. Raises NotFound."""
    row = session.get(PersonalToken, token_id)
    if row is None or row.person_id != visitor.id:
        raise no_such_page(str(token_id))
    row.revoked_at_ms = row.revoked_at_ms or now_ms
    session.add(row)
    audit.note(session, visitor.code, "token revoked", row.name, now_ms)


def visitor_by_token(session: Session, secret: str, wanted: Scope, now_ms: int) -> Visitor:
    """In whose name a program asks. Raises NotSignedIn, or NotYours without the scope."""
    row = _row(session, secret)
    person = session.get(Person, row.person_id) if row is not None else None
    if row is None or person is None or person.disabled_at_ms is not None:
        raise NotSignedIn(
            "This token is not known. Copy it whole, or make a new one on the page “My account”.",
            "此令牌无效。请完整复制，或在“我的账号”页面新建。",
        )
    if row.revoked_at_ms is not None or row.expires_at_ms <= now_ms:
        raise NotSignedIn(
            f"The token “{row.name}” was revoked or has expired. Make a new one on the page "
            "“My account”.",
            f"令牌“{row.name}”已撤销或过期。请在“我的账号”页面新建。",
        )
    if wanted not in _scopes(row):
        raise NotYours(
            f"The token “{row.name}” has no scope {wanted}. Make one that has.",
            f"令牌“{row.name}”没有 {wanted} 权限范围。请新建包含该范围的令牌。",
        )
    return visitor_from(person)


def is_stale(session: Session, secret: str, now_ms: int) -> bool:
    """Whether it is time to write down that this token is in use."""
    row = _row(session, secret)
    return row is not None and now_ms - row.used_at_ms > USED_EVERY_MS


def mark_used(session: Session, secret: str, now_ms: int) -> None:
    row = _row(session, secret)
    if row is not None:
        row.used_at_ms = now_ms
        session.add(row)


def _row(session: Session, secret: str) -> PersonalToken | None:
    return session.exec(
        select(PersonalToken).where(PersonalToken.token_hash == digest(secret))
    ).first()


def _scopes(row: PersonalToken) -> tuple[Scope, ...]:
    return tuple(Scope(name) for name in row.scopes.split(","))
