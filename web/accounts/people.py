"""People: invitations, sign-in, and who is asking."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import update
from sqlmodel import Session, col, select

from web.refusals import NotFound, NotYours, no_such_page, sign_in_first
from web.storage import Invitation, Person, Role, SignIn, audit, digest, new_code, new_secret

SIGN_IN_DAYS = 30
DAY_MS = 86_400_000
BROWSER_MAX = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Who is asking: a checked copy of a person's row."""

    id: int
    code: str
    roles: frozenset[Role]
    name: str
    campaign_id: int | None

    @property
    def candidate(self) -> bool:
        return Role.CANDIDATE in self.roles

    @property
    def staff(self) -> bool:
        """Whether they see candidates."""
        return bool(self.roles & {Role.INTERVIEWER, Role.RECRUITER})

    @property
    def interviewer(self) -> bool:
        return Role.INTERVIEWER in self.roles

    @property
    def operator(self) -> bool:
        return Role.OPERATOR in self.roles


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateView:
    """A candidate as those who work here see one before a review: a code."""

    id: int
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenInvitation:
    """An invitation as its page shows it."""

    name: str
    roles: frozenset[Role]
    campaign_id: int | None
    time_factor: float
    used: bool
    expires_at_ms: int


def invite(
    session: Session,
    person_id: int,
    *,
    time_factor: float,
    expires_at_ms: int,
) -> str:
    """Make an invitation; the secret, shown once."""
    secret = new_secret()
    session.add(
        Invitation(
            secret_hash=digest(secret),
            person_id=person_id,
            time_factor=time_factor,
            expires_at_ms=expires_at_ms,
        )
    )
    session.flush()
    return secret


def withdraw_invitations(session: Session, person_id: int, now_ms: int) -> None:
    """Links that somebody was given so far let nobody in any more."""
    session.connection().execute(
        update(Invitation)
        .where(col(Invitation.person_id) == person_id, col(Invitation.withdrawn_at_ms).is_(None))
        .values(withdrawn_at_ms=now_ms)
    )


class Means(StrEnum):
    """How somebody proved who they are."""

    LINK = "link"
    PASSKEY = "passkey"
    OIDC = "oidc"


_ORDER = tuple(Role)


def stored_roles(roles: Iterable[Role]) -> str:
    """Roles as a person's row has them: in one order, so that equal sets are equal text."""
    return ",".join(role.value for role in _ORDER if role in set(roles))


def roles_of(stored: str) -> frozenset[Role]:
    return frozenset(Role(name) for name in stored.split(",") if name)


def new_person(
    session: Session,
    *roles: Role,
    name: str,
    mail: str,
    language: str,
    campaign_id: int | None,
    now_ms: int,
) -> int:
    """Somebody new; their id."""
    person = Person(
        code=new_code(),
        roles=stored_roles(roles),
        name=name,
        mail=mail,
        language=language,
        campaign_id=campaign_id,
        created_at_ms=now_ms,
    )
    session.add(person)
    session.flush()
    assert person.id is not None
    return person.id


def by_mail(session: Session, role: Role, mail: str) -> int | None:
    """The id of the first with this role and mail."""
    return session.exec(
        select(Person.id).where(Person.roles == role.value, Person.mail == mail)
    ).first()


def mails_of(session: Session, campaign_id: int) -> set[str]:
    """Those of all candidates of a campaign, in lower case."""
    mails = session.exec(select(Person.mail).where(Person.campaign_id == campaign_id))
    return {mail.lower() for mail in mails}


def candidate(session: Session, campaign_id: int, code: str) -> CandidateView:
    """A candidate of a campaign, by code. Raises NotFound."""
    person_id = session.exec(
        select(Person.id).where(
            Person.code == code,
            Person.campaign_id == campaign_id,
            Person.roles == Role.CANDIDATE.value,
        )
    ).first()
    if person_id is None:
        raise no_such_page(code)
    return CandidateView(id=person_id, code=code)


def open_invitation(session: Session, secret: str, now_ms: int) -> OpenInvitation:
    """Look at an invitation, changing nothing. Raises NotFound or NotYours with what to do."""
    invitation, person = _valid(session, secret, now_ms)
    return OpenInvitation(
        name=person.name,
        roles=roles_of(person.roles),
        campaign_id=person.campaign_id,
        time_factor=invitation.time_factor,
        used=invitation.used_at_ms is not None,
        expires_at_ms=invitation.expires_at_ms,
    )


def sign_in(
    session: Session, secret: str, now_ms: int, *, browser: str = ""
) -> tuple[str, Visitor]:
    """Let the invited person in: a new session's token, and who it is.

    The link goes on working until it expires: a candidate who loses the browser gets back in.
    """
    invitation, person = _valid(session, secret, now_ms)
    if invitation.used_at_ms is None:
        invitation.used_at_ms = now_ms
        session.add(invitation)
    return _begin(session, person, Means.LINK, browser, now_ms)


def sign_in_as(
    session: Session, person_id: int, means: Means, now_ms: int, *, browser: str = ""
) -> tuple[str, Visitor]:
    """Let somebody in who proved who they are by other means. Raises NotYours if disabled."""
    return _begin(session, session.get_one(Person, person_id), means, browser, now_ms)


def _begin(
    session: Session, person: Person, means: Means, browser: str, now_ms: int
) -> tuple[str, Visitor]:
    _require_enabled(person)
    token = new_secret()
    assert person.id is not None
    session.add(
        SignIn(
            token_hash=digest(token),
            person_id=person.id,
            expires_at_ms=now_ms + SIGN_IN_DAYS * DAY_MS,
            created_at_ms=now_ms,
            seen_at_ms=now_ms,
            browser="".join(c for c in browser if c.isprintable())[:BROWSER_MAX],
            means=means.value,
        )
    )
    audit.note(session, person.code, "sign-in", means.value, now_ms)
    return token, visitor_from(person)


def sign_out(session: Session, token: str) -> None:
    row = session.get(SignIn, digest(token))
    if row is not None:
        session.delete(row)


def visitor_of(session: Session, token: str | None, now_ms: int) -> Visitor | None:
    """Who holds the session cookie `token`; None when nobody does, or it expired or was ended."""
    if not token:
        return None
    row = session.get(SignIn, digest(token))
    if row is None or row.expires_at_ms <= now_ms:
        return None
    person = session.get(Person, row.person_id)
    return visitor_from(person) if person is not None and person.disabled_at_ms is None else None


def require_role(visitor: Visitor | None, *roles: Role) -> Visitor:
    """The visitor, if they have one of `roles`. Raises NotSignedIn or NotYours."""
    if visitor is None:
        raise sign_in_first()
    if not visitor.roles & set(roles):
        mine = " and ".join(role for role in _ORDER if role in visitor.roles)
        raise NotYours(
            f"This page is for {' and '.join(roles)}s; you are signed in as {mine}.",
            "此页面不对你的角色开放。",
        )
    return visitor


def time_factor_of(session: Session, person_id: int) -> float:
    factors = session.exec(
        select(Invitation.time_factor).where(
            Invitation.person_id == person_id, col(Invitation.withdrawn_at_ms).is_(None)
        )
    ).all()
    return max(factors, default=1.0)


def _valid(session: Session, secret: str, now_ms: int) -> tuple[Invitation, Person]:
    found = session.exec(select(Invitation).where(Invitation.secret_hash == digest(secret))).first()
    if found is None:
        raise NotFound(
            "This link is not known. Copy it whole from the message that you received.",
            "此链接无效。请从收到的消息中完整复制链接。",
        )
    if found.withdrawn_at_ms is not None:
        raise NotYours(
            "This invitation was withdrawn. Ask those who sent it.",
            "此邀请已被撤回，请联系发送者。",
        )
    if found.expires_at_ms <= now_ms:
        raise NotYours(
            "This invitation has expired. Ask those who sent it for a new one.",
            "此邀请已过期，请向发送者索取新的邀请。",
        )
    person = session.get_one(Person, found.person_id)
    _require_enabled(person)
    return found, person


def _require_enabled(person: Person) -> None:
    if person.disabled_at_ms is not None:
        raise NotYours(
            "This account is disabled. Ask an operator, if you should work here again.",
            "此账号已停用。如需恢复，请联系运维。",
        )


def visitor_from(person: Person) -> Visitor:
    """A checked copy of a person's row."""
    assert person.id is not None
    return Visitor(
        id=person.id,
        code=person.code,
        roles=roles_of(person.roles),
        name=person.name,
        campaign_id=person.campaign_id,
    )
