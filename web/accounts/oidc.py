"""Sign-in by the operator's identity provider: OpenID Connect, code flow with PKCE (Authlib).

The first time, somebody is known by the mail that the provider has verified, if an account has it;
from then on by the provider's own name of them. Nobody gets an account by it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from sqlmodel import Session

from web.accounts import attempts, staff
from web.accounts.people import Means
from web.refusals import Invalid, NotStored, NotYours
from web.storage import OidcIdentity, new_secret

TIMEOUT_S = 10.0
SCOPE = "openid email profile"
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """The identity provider, as the operator configured it."""

    issuer: str
    client_id: str
    client_secret: str
    redirect_uri: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvedIdentity:
    """Whom the provider says that somebody is."""

    subject: str
    mail: str
    """"" where it has verified none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OidcQuestion:
    """What binds the provider's answer to what was asked."""

    nonce: str
    verifier: str


def keep_question(session: Session, asked: OidcQuestion, now_ms: int) -> str:
    """Keep a question until its answer comes; the state that names it."""
    secret = json.dumps({"nonce": asked.nonce, "verifier": asked.verifier})
    return attempts.begin(session, Means.OIDC, secret, now_ms)


def take_question(session: Session, state: str, now_ms: int) -> OidcQuestion:
    """The question that an answer is to, once. Raises NotYours."""
    return OidcQuestion(**json.loads(attempts.finish(session, Means.OIDC, state, now_ms).secret))


def new_question() -> OidcQuestion:
    return OidcQuestion(nonce=new_secret(), verifier=new_secret() + new_secret())


def address(provider: Provider, state: str, asked: OidcQuestion) -> str:
    """Where to send the browser. Asks the provider, so in no transaction. Raises NotStored."""
    url, _ = _client(provider).create_authorization_url(
        _discovered(provider)["authorization_endpoint"],
        state=state,
        nonce=asked.nonce,
        code_verifier=asked.verifier,
    )
    return str(url)


def prove(provider: Provider, asked: OidcQuestion, code: str) -> ProvedIdentity:
    """Whom the provider's code is for. Asks the provider, so in no transaction.

    Raises Invalid for an answer that does not hold, NotStored where the provider can't be reached.
    """
    found = _discovered(provider)
    keys = _fetched(found["jwks_uri"])
    try:
        token = _client(provider).fetch_token(
            found["token_endpoint"],
            code=code,
            code_verifier=asked.verifier,
            timeout=TIMEOUT_S,
        )
        claims = _claims(provider, keys, str(token["id_token"]))
    except (OSError, KeyError, ValueError, JoseError, AuthlibBaseError) as error:
        raise _refused(error) from error
    if claims.get("nonce") != asked.nonce:
        raise _refused(ValueError("another nonce than was asked for"))
    verified = claims.get("email_verified") is True
    return ProvedIdentity(
        subject=str(claims["sub"]), mail=str(claims.get("email", "")) if verified else ""
    )


def _claims(provider: Provider, keys: Any, id_token: str) -> Mapping[str, Any]:  # noqa: ANN401  (JSON)
    """The claims of an id token that this issuer signed for this client, and that is no older."""
    token = jwt.decode(id_token, KeySet.import_key_set(keys), algorithms=ALGORITHMS)
    registry = jwt.JWTClaimsRegistry(
        leeway=60,
        iss={"essential": True, "value": provider.issuer.rstrip("/")},
        aud={"essential": True, "value": provider.client_id},
        sub={"essential": True},
        exp={"essential": True},
    )
    registry.validate({**token.claims, "iss": str(token.claims.get("iss", "")).rstrip("/")})
    return token.claims


def person_of(session: Session, provider: Provider, proved: ProvedIdentity, now_ms: int) -> int:
    """Whose account it is; the person's id. Raises NotYours for who has none."""
    row = session.get(OidcIdentity, (provider.issuer, proved.subject))
    if row is not None:
        return row.person_id
    person_id = staff.staff_with_mail(session, proved.mail) if proved.mail else None
    if person_id is None:
        who = proved.mail or "without a verified mail address"
        raise NotYours(
            f"You are signed in at the identity provider ({who}), and no account here has that. "
            "Ask an operator to invite you.",
            f"你已在身份提供方登录（{proved.mail or '没有经过验证的邮件地址'}），"
            "但此处没有对应的账号。请联系运维邀请你。",
        )
    session.add(
        OidcIdentity(
            issuer=provider.issuer,
            subject=proved.subject,
            person_id=person_id,
            created_at_ms=now_ms,
        )
    )
    return person_id


def _client(provider: Provider) -> OAuth2Session:
    return OAuth2Session(
        provider.client_id,
        provider.client_secret or None,
        scope=SCOPE,
        redirect_uri=provider.redirect_uri,
        code_challenge_method="S256",
        token_endpoint_auth_method="client_secret_basic" if provider.client_secret else "none",
    )


def _discovered(provider: Provider) -> Any:  # noqa: ANN401  (JSON)
    return _fetched(f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration")


def _fetched(url: str) -> Any:  # noqa: ANN401  (JSON)
    try:
        answer = httpx.get(url, timeout=TIMEOUT_S, follow_redirects=False)
        answer.raise_for_status()
        return answer.json()
    except (httpx.HTTPError, ValueError) as error:
        raise NotStored(
            f"The identity provider can't be reached now ({error}). Try again, or sign in by a "
            "link.",
            f"目前无法连接身份提供方（{error}）。请重试，或用链接登录。",
        ) from error


def _refused(error: Exception) -> Invalid:
    return Invalid(
        f"The identity provider's answer does not hold: {error}. Begin again.",
        f"身份提供方的应答无效：{error}。请重新开始。",
    )
