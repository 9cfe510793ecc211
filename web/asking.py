"""Who asks, in which language, by what clock: put together once for each request."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy import Engine
from sqlmodel import Session

from web import i18n
from web.audit import Refusals
from web.bell import Bell
from web.database import clock_ms, transaction
from web.followups import Followups
from web.giving import Giver
from web.metrics import Meters
from web.people import Visitor, require, visitor_of
from web.settings import Settings
from web.sightings import Sightings
from web.tables import Role

STAFF = (Role.INTERVIEWER, Role.RECRUITER)
"""Who sees candidates."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """One request's circumstances."""

    visitor: Visitor | None
    language: str
    now_ms: int
    nonce: str
    trace: str
    """The request's id in logs."""
    path: str
    engine: Engine
    settings: Settings
    bell: Bell
    """For pages: something happened to a submission."""
    jobs_bell: Bell
    """For runners: there is work."""
    giver: Giver
    sightings: Sightings
    refusals: Refusals
    meters: Meters
    followups: Followups

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session for reading; nothing is committed."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def writing(self, *, alone: bool = True) -> Iterator[Session]:
        """A session that commits at the end, whole or not at all."""
        with transaction(self.engine, alone=alone) as session:
            yield session

    def require(self, *roles: Role) -> Visitor:
        return require(self.visitor, *roles)


def cookie_name(settings: Settings) -> str:
    return "__Host-judge" if settings.secure else "judge"


def asking_of(request: Request) -> Asking:
    """Look the visitor up; called for each page by FastAPI, and by the error pages."""
    state = request.app.state
    settings: Settings = state.settings
    with Session(state.engine) as session:
        now = clock_ms(session)
        visitor = visitor_of(session, request.cookies.get(cookie_name(settings)), now)
    return Asking(
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
        engine=state.engine,
        settings=settings,
        bell=state.bell,
        jobs_bell=state.jobs_bell,
        giver=state.giver,
        sightings=state.sightings,
        refusals=state.refusals,
        meters=state.meters,
        followups=state.followups,
    )


Ask = Annotated[Asking, Depends(asking_of)]
