"""The runners' API: runners call, with their own token and one for each job.

Every refusal is written down (audit.py). A version that this server does not speak gets a 426.
"""

import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from judge.runner import (
    OF_VERSION_5,
    POLL_S,
    VERSIONS,
    EventBatch,
    HandBack,
    HandIn,
    Hello,
    Phase,
    TakenJob,
    TakeRequest,
    api_path,
)
from web.fleet import HeldJob, jobs, runners
from web.refusals import NotYours, Refusal, no_such_page, sign_in_first
from web.request import Context, RequestContext
from web.storage import blobs, clock_ms

SEEN_MS = 15_000
AUTHORS_VERSION = 5
"""The first that understands jobs of who makes a problem (judge/runner/wire.py)."""
_log = logging.getLogger(__name__)


def bearer(authorization: Annotated[str, Header()] = "") -> str:
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise sign_in_first()
    return token


Token = Annotated[str, Depends(bearer)]
JobToken = Annotated[str, Header(alias="X-Job-Token")]


@contextmanager
def _noting_refusals(context: RequestContext, token: str, what: str) -> Iterator[None]:
    try:
        yield
    except Refusal:
        with context.reading() as session:
            try:
                actor = f"runner {runners.known_runner(session, token).name}"
            except NotYours:
                actor = "unknown runner"
        context.services.refusals.note(actor, what, context.now_ms)
        raise


@contextmanager
def _holding(
    context: RequestContext, token: str, job: int, job_token: str, what: str
) -> Iterator[tuple[Session, HeldJob]]:
    """A transaction in which this runner holds this job."""
    with (
        _noting_refusals(context, token, f"{what} of job {job}"),
        context.writing(alone=False) as session,
    ):
        runner = runners.runner_of(session, token, context.now_ms)
        yield session, jobs.held(session, runner, job, job_token)


def hello(context: Context, token: Token, body: Hello) -> dict[str, str]:
    """Say what this runner offers; whatever it held in an earlier life goes to others."""
    with _noting_refusals(context, token, "hello"), context.writing(alone=False) as session:
        runner = runners.greet(session, token, body, context.now_ms)
        reopened = jobs.reopen_jobs_of(session, runner)
    if reopened:
        context.services.wake_all()
    return {"name": runner.name}


def phase(context: Context, token: Token, body: Phase) -> None:
    """How far a runner's start has come, for the page that waits for it."""
    with _noting_refusals(context, token, "phase"), context.writing(alone=False) as session:
        runners.record_phase(session, token, body, context.now_ms)


def _taking(version: int) -> Callable[..., Awaitable[Response]]:
    """The route that gives jobs to runners of a version."""
    modern = version >= AUTHORS_VERSION

    async def take(context: Context, request: Request, token: Token, body: TakeRequest) -> Response:
        """Wait for a job; 204 when none came within the asked time."""
        labels = await run_in_threadpool(_see, context, token)
        stopping = context.services.stopping

        async def look() -> TakenJob | None:
            return await run_in_threadpool(_take, context, token, body, for_authors=modern)

        async def go_on() -> bool:
            return not stopping.is_set() and not await request.is_disconnected()

        pairs = (f"{target} {one}" for target, them in body.offers.items() for one in them)
        offered = (*sorted(pairs), "", *labels, str(version))
        offer = await context.services.dispatcher.wait_for(
            offered, look, go_on, min(body.wait_s, POLL_S)
        )
        if offer is None:
            return Response(status_code=HTTPStatus.NO_CONTENT)
        context.services.page_wakeup.wake()
        said = offer.model_dump_json(exclude=set() if modern else OF_VERSION_5)
        return Response(said, media_type="application/json")

    return take


def _see(context: RequestContext, token: str) -> tuple[str, ...]:
    """Who waits for work is there: written down now and then, since many wait. Its labels."""
    with _noting_refusals(context, token, "take"):
        with context.reading() as session:
            runner = runners.known_runner(session, token)
        if runner.by_next_token:
            with context.writing(alone=False) as session:
                runners.runner_of(session, token, context.now_ms)
        elif context.now_ms - runner.seen_at_ms > SEEN_MS:
            context.services.heartbeats.note(runner.id, context.now_ms)
    return runner.labels


def _take(
    context: RequestContext, token: str, body: TakeRequest, *, for_authors: bool
) -> TakenJob | None:
    with _noting_refusals(context, token, "take"):
        with context.reading() as session:
            now = clock_ms(session)
            # Mostly there is nothing: find that out without the write lock.
            if not jobs.any_waiting(session):
                runners.known_runner(session, token)
                return None
        with context.writing(alone=False) as session:
            runner = runners.runner_of(session, token, now)
            offer = jobs.take(session, runner, body, now, for_authors=for_authors)
    if offer is not None:
        _report(offer.job, offer.trace, runner.name, "taken")
    return offer


def _report(job: int, trace: str, runner: str, what: str) -> None:
    extra = {"trace": trace, "job": job, "runner": runner}
    _log.info("job %s %s by %s", job, what, runner, extra=extra)


def heartbeat(context: Context, token: Token, job_token: JobToken, job: int) -> None:
    """Keep the job for another lease."""
    with _holding(context, token, job, job_token, "heartbeat") as (session, held):
        jobs.extend_lease(session, held, context.now_ms)


def events(context: Context, token: Token, job_token: JobToken, job: int, body: EventBatch) -> None:
    """Progress of the judging; a repeated batch changes nothing."""
    with _holding(context, token, job, job_token, "events") as (session, held):
        jobs.add_events(session, held, body, context.now_ms)
    context.services.page_wakeup.wake()


def judgement(context: Context, token: Token, job_token: JobToken, job: int, body: HandIn) -> None:
    """Hand the judgement in; accepted once."""
    with context.reading() as session:
        if jobs.is_repeated(session, job, job_token):
            return  # the answer to the first was lost on its way
    with _holding(context, token, job, job_token, "judgement") as (session, held):
        delivery = jobs.hand_in(session, held, body.judgement, context.now_ms)
        if delivery is not None:
            context.services.webhook_worker.enqueue(session.connection(), delivery)
        _report(job, held.trace, held.runner, "judged")
    context.services.metrics.judged(body.stages_s)
    context.services.page_wakeup.wake()


def fault(context: Context, token: Token, job_token: JobToken, job: int, body: HandBack) -> None:
    """Hand the job back: something of ours failed, or the runner is being stopped."""
    with _holding(context, token, job, job_token, "fault") as (session, held):
        jobs.hand_back(session, held, body, context.now_ms)
        _report(job, held.trace, held.runner, "handed back")
    context.services.wake_all()


def blob(context: Context, token: Token, job_token: JobToken, job: int, sha256: str) -> Response:
    """Bytes that this job needs: its package or its source, no other."""
    with _holding(context, token, job, job_token, f"blob {sha256[:16]}") as (session, held):
        if not jobs.may_read(session, held, sha256):
            raise no_such_page(sha256)
        content = blobs.fetch(session, sha256)
    return Response(content, media_type="application/octet-stream")


def _routes(version: int) -> APIRouter:
    made = APIRouter(prefix=api_path(version), tags=[f"runners, version {version}"])
    made.post("/hello")(hello)
    offered = {200: {"model": TakenJob}, 204: {"description": "No work now"}}
    made.post("/take", response_model=None, responses=offered)(_taking(version))  # type: ignore[arg-type]
    done = HTTPStatus.NO_CONTENT
    made.post("/jobs/{job}/heartbeat", status_code=done)(heartbeat)
    made.post("/jobs/{job}/events", status_code=done)(events)
    made.post("/jobs/{job}/judgement", status_code=done)(judgement)
    made.post("/jobs/{job}/fault", status_code=done)(fault)
    made.get("/jobs/{job}/blobs/{sha256}", response_model=None)(blob)
    made.post("/phase", status_code=done)(phase)
    return made


router = APIRouter()
for _version in VERSIONS:
    router.include_router(_routes(_version))


@router.api_route(
    "/api/v{version}/runner/{rest:path}", methods=["GET", "POST"], include_in_schema=False
)
def unknown_version(version: str, rest: str) -> Response:
    """A runner that is too old, or newer than this server."""
    if version in {str(known) for known in VERSIONS}:
        raise no_such_page(rest)
    spoken = " and ".join(str(known) for known in VERSIONS)
    words = (
        f"This server speaks versions {spoken} of the runners' API, and not version {version[:8]}. "
        "Upgrade the runner to the server's release."
    )
    return JSONResponse({"message": words}, status_code=HTTPStatus.UPGRADE_REQUIRED)
