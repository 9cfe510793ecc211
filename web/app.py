"""The server, assembled."""

import asyncio
import contextlib
import itertools
import logging
import secrets
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, FastAPI, Header, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse
from fastapi.routing import APIRoute
from fastapi.sse import EventSourceResponse
from fastapi.staticfiles import StaticFiles
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response

from judge.version import VERSION
from web.api import ROUTERS as API_ROUTERS
from web.browser_guard import BodyLimit, BrowserGuard
from web.candidates import confirmation
from web.fleet import jobs
from web.pages import ROUTERS
from web.refusals import (
    STATUS,
    Invalid,
    NotStored,
    Refusal,
    no_such_page,
    not_stored,
    status_of,
    too_large_a_body,
)
from web.rendering import page
from web.request import context_of
from web.request_ids import RequestIds
from web.services import Services, make_services, services_of
from web.settings import Settings
from web.storage import clock_ms, transaction
from web.verification import mutations, verifications

_log = logging.getLogger(__name__)

STATIC = Path(__file__).parent / "static"
SWEEP_S = 1.0
CONFIRM_EVERY = 10
"""Sweeps: 0.1 s of work with 60,000 submissions."""
BODY_BYTES_MAX = 16 * 1024 * 1024
"""A judgement with its witnesses is the largest thing that is posted, besides packages."""
PACKAGE_BYTES_MAX = 64 * 1024 * 1024
LARGER = {"/problems/": PACKAGE_BYTES_MAX, "/api/v1/problems": PACKAGE_BYTES_MAX}


def create_app(settings: Settings, engine: Engine) -> FastAPI:
    """The application over an engine whose schema is current."""
    app = FastAPI(
        title="Systems Judge",
        version=VERSION,
        docs_url=None,  # those pages load scripts from elsewhere; ours is entrance.api_docs
        redoc_url=None,
        openapi_url="/api/openapi.json",
        lifespan=_lifespan,
    )
    app.state.services = make_services(settings, engine)
    app.add_middleware(BrowserGuard, secure=settings.secure)
    app.add_middleware(RequestIds)
    app.add_middleware(BodyLimit, bytes_max=BODY_BYTES_MAX, larger=LARGER)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    for router in (*ROUTERS, *API_ROUTERS):
        _leave_pages_out(router)
        app.include_router(router)
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(HTTPException, _not_served)
    app.add_exception_handler(RequestValidationError, _not_valid)
    app.add_exception_handler(OperationalError, _no_database)
    _add_probes(app)
    return app


def _leave_pages_out(router: APIRouter) -> None:
    """Leave what answers a browser out of the OpenAPI document."""
    for route in router.routes:
        if isinstance(route, APIRoute) and route.response_class in (
            HTMLResponse,
            EventSourceResponse,
        ):
            route.include_in_schema = False


def _add_probes(app: FastAPI) -> None:
    @app.get("/too-large", include_in_schema=False)
    @app.get("/api/too-large", include_in_schema=False)
    def too_large(most: int = BODY_BYTES_MAX) -> None:
        """What `BodyLimit` asks for instead of a request whose body is too large."""
        raise too_large_a_body(most)

    @app.get("/healthz", tags=["operation"])
    def healthz() -> dict[str, str]:
        """Whether the server runs."""
        return {"state": "alive"}

    @app.get("/readyz", tags=["operation"])
    def readyz() -> dict[str, str]:
        """Whether it reaches its database."""
        with Session(services_of(app).engine) as session:
            session.connection().execute(text("SELECT 1"))
        return {"state": "ready"}

    @app.get("/metrics", tags=["operation"], response_class=PlainTextResponse)
    def metrics(request: Request, authorization: Annotated[str, Header()] = "") -> Response:
        """Figures for Prometheus; by the token of JUDGE_METRICS_TOKEN_FILE, or on this machine."""
        services = services_of(app)
        if not _may_read_metrics(request, authorization, services.settings.metrics_token):
            refusal = "Give the token of JUDGE_METRICS_TOKEN_FILE as a bearer token.\n"
            return PlainTextResponse(refusal, status_code=403)
        with Session(services.engine) as session:
            now = clock_ms(session)
        content = services.metrics.text(services.engine, now)
        return Response(content, media_type="text/plain; version=0.0.4; charset=utf-8")


def _may_read_metrics(request: Request, authorization: str, token: str) -> bool:
    """Who has the token; or, where there is none, who is on this machine and behind no proxy."""
    if token:
        return secrets.compare_digest(authorization.encode(), f"Bearer {token}".encode())
    client = request.client.host if request.client else ""
    return client in ("127.0.0.1", "::1", "testclient") and not any(
        name in request.headers for name in ("x-forwarded-for", "forwarded")
    )


@contextlib.asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    services = services_of(app)
    services.postgres_notify.start()
    services.webhook_worker.start()
    sweeping = asyncio.create_task(_sweep_for_ever(services))
    try:
        yield
    finally:
        services.let_go()
        sweeping.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await sweeping
        services.postgres_notify.stop()
        await run_in_threadpool(services.webhook_worker.stop)


async def _sweep_for_ever(services: Services) -> None:
    """Jobs of silent runners go back to the queue; what counts when a sitting is over is confirmed.

    The second looks through all submissions, so it is asked for less often.
    """
    for number in itertools.count():
        try:
            work = [_sweep, _assess]
            if number % CONFIRM_EVERY == 0:
                work.append(_confirm)
            if sum([await run_in_threadpool(one, services.engine) for one in work]):
                services.wake_all()
        except OperationalError as error:
            _log.warning("the queue can't be swept now: %s", error)
        await asyncio.sleep(SWEEP_S)


def _sweep(engine: Engine) -> int:
    with Session(engine) as session:
        now = clock_ms(session)
        if not jobs.any_overdue(session, now):
            return 0
    with transaction(engine) as session:
        return jobs.sweep(session, now)


def _assess(engine: Engine) -> int:
    """Runs of verifications, and mutants, that were judged are held against what they must be."""
    with Session(engine) as session:
        now = clock_ms(session)
        to_assess = [one for one in (verifications, mutations) if one.any_to_assess(session)]
    if not to_assess:
        return 0
    with transaction(engine) as session:
        return sum([one.assess(session, now) for one in to_assess])


def _confirm(engine: Engine) -> int:
    with Session(engine) as session:
        now = clock_ms(session)
        if not confirmation.any_due(session, now):
            return 0
    with transaction(engine) as session:
        return confirmation.start_due(session, now)


def _is_for_machines(request: Request) -> bool:
    path = request.url.path
    typed = path.startswith("/problems/") and "/working/" in path
    return path.startswith(("/api/", "/drafts/")) or path.endswith(".json") or typed


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)
    context = context_of(request)
    status = status_of(error)
    if _is_for_machines(request):
        body = {"message": error.text(context.language), "field": error.field}
        return JSONResponse(body, status_code=status)
    return page("refused.html", context, status=status, refusal=error)


def _not_served(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 404:  # noqa: PLR2004
        return _refused(request, no_such_page(request.url.path))
    if error.status_code == 413:  # noqa: PLR2004
        larger = (most for start, most in LARGER.items() if request.url.path.startswith(start))
        return _refused(request, too_large_a_body(next(larger, BODY_BYTES_MAX)))
    return JSONResponse({"message": error.detail}, status_code=error.status_code)


def _not_valid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    field = str(first["loc"][-1])
    given = str(first.get("input"))[:80]
    return _refused(
        request,
        Invalid(
            f"{field} is {given!r}: {first['msg']}. Correct it and send it again.",
            f"{field} 的值为 {given!r}，无法接受（{first['msg']}）。请更正后重新提交。",
            field=field,
        ),
    )


def _no_database(request: Request, error: Exception) -> Response:
    _log.error("the database can't be used: %s", error)
    refusal = not_stored(error)
    try:
        return _refused(request, refusal)
    except OperationalError:  # not even who asks can be looked up
        return PlainTextResponse(f"{refusal.en}\n{refusal.zh}\n", status_code=STATUS[NotStored])
