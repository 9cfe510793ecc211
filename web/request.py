"""Who asks, in which language, by what clock: put together once for each request."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.exc import OperationalError
from sqlmodel import Session
from starlette.responses import Response

from web import i18n
from web.accounts import SIGN_IN_DAYS, Visitor, require_role, sessions, visitor_of
from web.services import Services, services_of
from web.settings import Settings
from web.storage import Role, clock_ms, transaction

STAFF = (Role.INTERVIEWER, Role.RECRUITER)
"""Who sees candidates."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestContext:
    """One request's circumstances."""

    visitor: Visitor | None
    language: str
    language_asked: bool
    """Whether the address asked for it: then the browser keeps it, for what a page loads later."""
    now_ms: int
    nonce: str
    trace: str
    """The request's id in logs."""
    path: str
    services: Services

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session for reading; nothing is committed."""
        with Session(self.services.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def writing(self, *, alone: bool = True) -> Iterator[Session]:
        """A session that commits at the end, whole or not at all."""
        with transaction(self.services.engine, alone=alone) as session:
            yield session

    def require_role(self, *roles: Role) -> Visitor:
        return require_role(self.visitor, *roles)


def set_cookie(
    answer: Response, context: RequestContext, name: str, value: str, *, http_only: bool
) -> None:
    """Give the browser something to keep as long as a sign-in lasts."""
    answer.set_cookie(
        name,
        value,
        max_age=SIGN_IN_DAYS * 86_400,
        httponly=http_only,
        secure=context.services.settings.secure,
        samesite="lax",
        path="/",
    )


def cookie_name(settings: Settings) -> str:
    return "__Host-judge" if settings.secure else "judge"


def context_of(request: Request) -> RequestContext:
    """Look the visitor up; called for each page by FastAPI, and by the error pages."""
    services = services_of(request.app)
    token = request.cookies.get(cookie_name(services.settings))
    with Session(services.engine) as session:
        now = clock_ms(session)
        visitor = visitor_of(session, token, now)
        stale = visitor is not None and sessions.is_stale(session, token, now)
    if stale and token:
        with suppress(OperationalError), transaction(services.engine, alone=False) as session:
            sessions.mark_seen(session, token, now)
    asked = request.query_params.get("lang")
    return RequestContext(
        visitor=visitor,
        language_asked=asked in i18n.LANGUAGES,
        language=i18n.choose(
            asked,
            request.cookies.get(i18n.COOKIE),
            request.headers.get("accept-language"),
        ),
        now_ms=now,
        nonce=request.scope.get("nonce", ""),
        trace=request.scope.get("trace", ""),
        path=request.url.path,
        services=services,
    )


Context = Annotated[RequestContext, Depends(context_of)]
