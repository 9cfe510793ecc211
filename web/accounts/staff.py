"""Accounts of those who work here: invited, given roles, disabled when they leave."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import delete
from sqlmodel import Session, col, func, select

from web.accounts import people, sessions
from web.refusals import Conflict, Invalid, no_such_page
from web.storage import OidcIdentity, Passkey, Person, PersonalToken, Role, SignIn, audit

ROLES = (Role.INTERVIEWER, Role.RECRUITER, Role.OPERATOR)
"""What somebody who works here can be, several at once."""
NAME_MAX = 100
MAIL_MAX = 254
_MAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Somebody who works here, or did."""

    id: int
    code: str
    name: str
    mail: str
    language: str
    roles: frozenset[Role]
    created_at_ms: int
    disabled: bool
    seen_at_ms: int
    """When last signed in or at work; 0 for who never came."""
    sessions: int
    passkeys: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccount:
    """Whom an operator invites."""

    name: str
    mail: str
    roles: frozenset[Role]
    language: str = "en"


def everybody(session: Session, now_ms: int) -> list[Account]:
    """All accounts, those that may work first, by name."""
    rows = session.exec(
        select(Person)
        .where(Person.roles != Role.CANDIDATE.value)
        .order_by(col(Person.disabled_at_ms).is_not(None), col(Person.name), col(Person.id))
    ).all()
    used = _counted(session, now_ms)
    return [_account(row, *used.get(row.id or 0, (0, 0, 0))) for row in rows]


def by_code(session: Session, code: str, now_ms: int) -> Account:
    """One account. Raises NotFound, also for a candidate's code."""
    row = _row(session, code)
    return _account(row, *_counted(session, now_ms).get(row.id or 0, (0, 0, 0)))


def invite(session: Session, new: NewAccount, *, actor: str, now_ms: int) -> Account:
    """Make an account. Raises Invalid with the field, Conflict where the mail has one already."""
    name, mail = " ".join(new.name.split()), new.mail.strip()
    _check(name, mail, new.roles)
    if staff_with_mail(session, mail) is not None:
        raise Conflict(
            f"{mail} has an account already. Give it a new link on its page instead.",
            f"{mail} 已有账号。请在其页面上生成新的链接。",
            field="mail",
        )
    person_id = people.new_person(
        session,
        *new.roles,
        name=name,
        mail=mail,
        language=new.language,
        campaign_id=None,
        now_ms=now_ms,
    )
    row = session.get_one(Person, person_id)
    audit.note(session, actor, f"account made: {row.roles}", row.code, now_ms)
    return _account(row, 0, 0, 0)


def new_link(session: Session, code: str, *, actor: str, days: int, now_ms: int) -> str:
    """A sign-in secret, shown once; earlier ones are withdrawn. Raises NotFound, Conflict."""
    row = _row(session, code)
    if row.disabled_at_ms is not None:
        raise Conflict(
            f"{row.name} is disabled. Enable the account first.",
            f"{row.name} 的账号已停用，请先启用。",
        )
    assert row.id is not None
    people.withdraw_invitations(session, row.id, now_ms)
    audit.note(session, actor, "link made", code, now_ms)
    return people.invite(
        session, row.id, time_factor=1.0, expires_at_ms=now_ms + days * people.DAY_MS
    )


def set_roles(
    session: Session, code: str, roles: Collection[Role], *, actor: str, now_ms: int
) -> None:
    """Give somebody these roles instead.

    Raises NotFound, Invalid, and Conflict for the last operator.
    """
    row = _row(session, code)
    _check(row.name, row.mail, roles)
    if Role.OPERATOR not in roles:
        _require_another_operator(session, row)
    row.roles = people.stored_roles(roles)
    session.add(row)
    audit.note(session, actor, f"roles are {row.roles}", code, now_ms)


def disable(session: Session, code: str, *, actor: str, now_ms: int) -> None:
    """Let somebody who left do nothing any more: all ways to sign in, and tokens, end at once.

    What they did stays theirs. Raises NotFound, Conflict for the last operator.
    """
    row = _row(session, code)
    _require_another_operator(session, row)
    assert row.id is not None
    row.disabled_at_ms = now_ms
    session.add(row)
    sessions.end_all(session, row.id)
    people.withdraw_invitations(session, row.id, now_ms)
    for proof in (Passkey, OidcIdentity):
        session.connection().execute(delete(proof).where(col(proof.person_id) == row.id))
    for token in session.exec(
        select(PersonalToken).where(
            PersonalToken.person_id == row.id, col(PersonalToken.revoked_at_ms).is_(None)
        )
    ):
        token.revoked_at_ms = now_ms
        session.add(token)
    audit.note(session, actor, "account disabled", code, now_ms)


def enable(session: Session, code: str, *, actor: str, now_ms: int) -> None:
    """Let somebody work here again; a new link lets them in. Raises NotFound."""
    row = _row(session, code)
    row.disabled_at_ms = None
    session.add(row)
    audit.note(session, actor, "account enabled", code, now_ms)


def staff_with_mail(session: Session, mail: str) -> int | None:
    """Whose mail it is, of those who work here, in whatever case; None for nobody."""
    return session.exec(
        select(Person.id).where(
            func.lower(Person.mail) == mail.lower(), Person.roles != Role.CANDIDATE.value
        )
    ).first()


def names(session: Session, codes: Collection[str]) -> dict[str, str]:
    """Names by code of those who work here, to be shown beside what they did."""
    rows = session.exec(
        select(Person.code, Person.name).where(
            col(Person.code).in_(set(codes)), Person.roles != Role.CANDIDATE.value
        )
    )
    return dict(rows.all())


def _row(session: Session, code: str) -> Person:
    row = session.exec(
        select(Person).where(Person.code == code, Person.roles != Role.CANDIDATE.value)
    ).first()
    if row is None:
        raise no_such_page(code)
    return row


def _check(name: str, mail: str, roles: Collection[Role]) -> None:
    if not name or len(name) > NAME_MAX:
        raise Invalid(
            f"The name has {len(name)} characters; give 1 to {NAME_MAX}.",
            f"姓名有 {len(name)} 个字符；请填写 1 到 {NAME_MAX} 个。",
            field="name",
        )
    if len(mail) > MAIL_MAX or _MAIL.match(mail) is None:
        raise Invalid(
            f"“{mail[:80]}” is not a mail address. Give one like name@example.org.",
            f"“{mail[:80]}”不是邮件地址。请填写形如 name@example.org 的地址。",
            field="mail",
        )
    if not roles or not set(roles) <= set(ROLES):
        raise Invalid(
            "No role is chosen. Choose one or more of interviewer, recruiter and operator.",
            "未选择角色。请至少选择面试官、招聘者或运维之一。",
            field="roles",
        )


def _require_another_operator(session: Session, row: Person) -> None:
    if Role.OPERATOR not in people.roles_of(row.roles):
        return
    others = session.exec(
        select(Person.roles).where(Person.id != row.id, col(Person.disabled_at_ms).is_(None))
    ).all()
    if not any(Role.OPERATOR in people.roles_of(stored) for stored in others):
        raise Conflict(
            f"{row.name} is the last operator. Make another one first.",
            f"{row.name} 是唯一的运维。请先设置另一位运维。",
            field="roles",
        )


def _counted(session: Session, now_ms: int) -> dict[int, tuple[int, int, int]]:
    """Last seen, sessions and passkeys by person."""
    signed_in = session.exec(
        select(SignIn.person_id, func.max(SignIn.seen_at_ms), func.count())
        .where(SignIn.expires_at_ms > now_ms)
        .group_by(col(SignIn.person_id))
    ).all()
    keys = dict(
        session.exec(select(Passkey.person_id, func.count()).group_by(col(Passkey.person_id))).all()
    )
    found = {person: (0, 0, count) for person, count in keys.items()}
    for person, seen_at_ms, count in signed_in:
        found[person] = (seen_at_ms or 0, count, keys.get(person, 0))
    return found


def _account(row: Person, seen_at_ms: int, signed_in: int, passkeys: int) -> Account:
    assert row.id is not None
    return Account(
        id=row.id,
        code=row.code,
        name=row.name,
        mail=row.mail,
        language=row.language,
        roles=people.roles_of(row.roles),
        created_at_ms=row.created_at_ms,
        disabled=row.disabled_at_ms is not None,
        seen_at_ms=seen_at_ms,
        sessions=signed_in,
        passkeys=passkeys,
    )
