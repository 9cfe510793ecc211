"""Tables of accounts: sessions, tokens, keys, and rights on single things."""

from enum import StrEnum

from sqlalchemy import BigInteger, Column, LargeBinary
from sqlmodel import Field

from web.storage.base import SQLModel


class SignIn(SQLModel, table=True):
    """A browser that is signed in."""

    token_hash: str = Field(primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    expires_at_ms: int = Field(sa_type=BigInteger)
    created_at_ms: int = Field(default=0, sa_type=BigInteger)
    seen_at_ms: int = Field(default=0, sa_type=BigInteger)
    browser: str = ""
    """What the browser says of itself, cut."""
    means: str = ""
    """How its person proved themselves: link, passkey, oidc."""


class PersonalToken(SQLModel, table=True):
    """What lets a program ask in a person's name, within its scopes."""

    id: int | None = Field(default=None, primary_key=True)
    token_hash: str = Field(unique=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    name: str
    scopes: str
    """Names of scopes with commas between."""
    created_at_ms: int = Field(sa_type=BigInteger)
    expires_at_ms: int = Field(sa_type=BigInteger)
    used_at_ms: int = Field(default=0, sa_type=BigInteger)
    revoked_at_ms: int | None = Field(default=None, sa_type=BigInteger)


class Passkey(SQLModel, table=True):
    """A key that a person's device holds; here is its public half."""

    credential_id: str = Field(primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    public_key: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    sign_count: int
    name: str
    created_at_ms: int = Field(sa_type=BigInteger)
    used_at_ms: int = Field(default=0, sa_type=BigInteger)


class OidcIdentity(SQLModel, table=True):
    """Whom the operator's identity provider means by a subject."""

    issuer: str = Field(primary_key=True)
    subject: str = Field(primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    created_at_ms: int = Field(sa_type=BigInteger)


class RightKind(StrEnum):
    """What somebody may do with one problem or campaign; each may what the ones after it may."""

    OWNER = "owner"
    EDITOR = "editor"
    REVIEWER = "reviewer"
    VIEWER = "viewer"


class AccessRight(SQLModel, table=True):
    """A person's right on one problem or campaign."""

    subject_kind: str = Field(primary_key=True)
    """`problem` or `campaign`."""
    subject: str = Field(primary_key=True)
    """Its slug."""
    person_id: int = Field(primary_key=True, foreign_key="person.id")
    right: str


class SignInAttempt(SQLModel, table=True):
    """What a browser was asked to prove, until it has, once."""

    state_hash: str = Field(primary_key=True)
    means: str
    """passkey or oidc."""
    secret: str
    """A challenge; or nonce and code verifier, as JSON."""
    person_id: int | None = Field(default=None, foreign_key="person.id")
    """Who adds a passkey; none for who signs in."""
    expires_at_ms: int = Field(sa_type=BigInteger, index=True)
