"""Who asks, in which language, by what clock: put together once for each request."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from sqlmodel import Session

from web import i18n
from web.candidates import Visitor, require, visitor_of
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

    def require(self, *roles: Role) -> Visitor:
        return require(self.visitor, *roles)


def cookie_name(settings: Settings) -> str:
    return "__Host-judge" if settings.secure else "judge"


def context_of(request: Request) -> RequestContext:
    """Look the visitor up; called for each page by FastAPI, and by the error pages."""
    services = services_of(request.app)
    with Session(services.engine) as session:
        now = clock_ms(session)
        visitor = visitor_of(session, request.cookies.get(cookie_name(services.settings)), now)
    return RequestContext(
        visitor=visitor,
        language=i18n.choose(
            request.query_params.get("lang"),
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
