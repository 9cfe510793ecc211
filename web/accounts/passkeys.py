"""Passkeys: keys that a person's device holds, by WebAuthn (py_webauthn)."""

import json
from dataclasses import dataclass
from typing import Any

import webauthn
from sqlmodel import Session, col, select
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from web.accounts import attempts
from web.accounts.attempts import Attempt
from web.accounts.people import Means, Visitor
from web.refusals import Invalid, NotYours, no_such_page
from web.storage import Passkey, audit

NAME_MAX = 60
RP_NAME = "Systems Judge"


@dataclass(frozen=True, slots=True)
class Site:
    """Where a key is good: the name that it is bound to, and the page's origin."""

    domain: str
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PasskeyView:
    """A person's key as its page shows it."""

    id: str
    name: str
    created_at_ms: int
    used_at_ms: int


def of(session: Session, person_id: int) -> list[PasskeyView]:
    """Somebody's keys, the newest first."""
    rows = session.exec(
        select(Passkey)
        .where(Passkey.person_id == person_id)
        .order_by(col(Passkey.created_at_ms).desc())
    ).all()
    return [
        PasskeyView(
            id=row.credential_id,
            name=row.name,
            created_at_ms=row.created_at_ms,
            used_at_ms=row.used_at_ms,
        )
        for row in rows
    ]


def ask_to_add(session: Session, visitor: Visitor, site: Site, now_ms: int) -> dict[str, Any]:
    """What the browser is to be asked for a new key: `state` and `options`."""
    known = [
        PublicKeyCredentialDescriptor(id=base64url_to_bytes(one.id))
        for one in of(session, visitor.id)
    ]
    options = webauthn.generate_registration_options(
        rp_id=site.domain,
        rp_name=RP_NAME,
        user_id=visitor.code.encode(),
        user_name=visitor.name or visitor.code,
        exclude_credentials=known,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
    )
    challenge = bytes_to_base64url(options.challenge)
    state = attempts.begin(session, Means.PASSKEY, challenge, now_ms, person_id=visitor.id)
    return {"state": state, "options": json.loads(webauthn.options_to_json(options))}


def add(
    session: Session,
    visitor: Visitor,
    site: Site,
    asked: Attempt,
    answer: dict[str, Any],
    *,
    now_ms: int,
) -> None:
    """Keep a key that the browser made. Raises Invalid, NotYours."""
    if asked.person_id != visitor.id:
        raise NotYours("This key was asked for by somebody else.", "此密钥并非由你发起。")
    try:
        made = webauthn.verify_registration_response(
            credential=_credential(answer),
            expected_challenge=base64url_to_bytes(asked.secret),
            expected_rp_id=site.domain,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except WebAuthnException as error:
        raise _not_proved(error) from error
    name = " ".join(str(answer.get("name", "")).split())[:NAME_MAX] or "passkey"
    session.add(
        Passkey(
            credential_id=bytes_to_base64url(made.credential_id),
            person_id=visitor.id,
            public_key=made.credential_public_key,
            sign_count=made.sign_count,
            name=name,
            created_at_ms=now_ms,
        )
    )
    audit.note(session, visitor.code, "passkey added", name, now_ms)


def remove(session: Session, visitor: Visitor, credential_id: str, *, now_ms: int) -> None:
    """Let a key of one's own do nothing any more. Raises NotFound."""
    row = session.get(Passkey, credential_id)
    if row is None or row.person_id != visitor.id:
        raise no_such_page(credential_id[:40])
    session.delete(row)
    audit.note(session, visitor.code, "passkey removed", row.name, now_ms)


def ask_who(session: Session, site: Site, now_ms: int) -> dict[str, Any]:
    """What the browser is to be asked for a key that it has: `state` and `options`."""
    options = webauthn.generate_authentication_options(
        rp_id=site.domain, user_verification=UserVerificationRequirement.REQUIRED
    )
    challenge = bytes_to_base64url(options.challenge)
    state = attempts.begin(session, Means.PASSKEY, challenge, now_ms)
    return {"state": state, "options": json.loads(webauthn.options_to_json(options))}


def take_question(session: Session, answer: dict[str, Any], now_ms: int) -> Attempt:
    """What was asked, once: in a transaction of its own, so that a wrong answer uses it up, too."""
    return attempts.finish(session, Means.PASSKEY, str(answer.get("state", "")), now_ms)


def who(
    session: Session, site: Site, asked: Attempt, answer: dict[str, Any], *, now_ms: int
) -> int:
    """Whose key signed; the person's id. Raises Invalid, NotYours."""
    credential = _credential(answer)
    given = str(credential.get("id", ""))
    row = session.get(Passkey, given)
    if row is None:
        raise NotYours(
            "This passkey is not known here any more. Sign in by a link, and add it anew.",
            "此通行密钥已不被识别。请用链接登录后重新添加。",
        )
    try:
        proved = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=base64url_to_bytes(asked.secret),
            expected_rp_id=site.domain,
            expected_origin=site.origin,
            credential_public_key=row.public_key,
            credential_current_sign_count=row.sign_count,
            require_user_verification=True,
        )
    except WebAuthnException as error:
        raise _not_proved(error) from error
    row.sign_count = proved.new_sign_count
    row.used_at_ms = now_ms
    session.add(row)
    return row.person_id


def _credential(answer: dict[str, Any]) -> dict[str, Any]:
    found = answer.get("credential")
    return found if isinstance(found, dict) else {}


def _not_proved(error: Exception) -> Invalid:
    return Invalid(
        f"The key's answer does not hold: {error}. Try again, or sign in by a link.",
        f"通行密钥的应答无效：{error}。请重试，或用链接登录。",
    )
