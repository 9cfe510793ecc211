"""The runners' API, version 1: runners call, with their own token and one for each job."""

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from judge.wire import (
    API,
    POLL_S,
    EventBatch,
    HandBack,
    HandIn,
    Hello,
    JobOffer,
    Take,
)
from web import blobs, jobs
from web.asking import Ask, Asking
from web.database import now_ms
from web.jobs import Held
from web.refusals import no_such_page, sign_in_first

router = APIRouter(prefix=API)

LOOK_S = 1.0
"""Another replica may have taken the submission in: look by ourselves this often."""


def bearer(authorization: Annotated[str, Header()] = "") -> str:
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise sign_in_first()
    return token


Token = Annotated[str, Depends(bearer)]
JobToken = Annotated[str, Header(alias="X-Job-Token")]


@router.post("/hello")
def hello(ask: Ask, token: Token, body: Hello) -> dict[str, str]:
    with ask.writing() as session:
        runner = jobs.runner_of(session, token, ask.now_ms)
        runner.offers = body.model_dump(mode="json")
        session.add(runner)
        reopened = jobs.begin_anew(session, runner)
        name = runner.name
    if reopened:
        ask.bell.ring()
    return {"name": name}


@router.post("/take", response_model=JobOffer, responses={204: {"description": "No work now"}})
async def take(ask: Ask, request: Request, token: Token, body: Take) -> Response:
    """Wait for a job; 204 when none came within the asked time."""
    left_s = min(body.wait_s, POLL_S)
    while True:
        offer = await run_in_threadpool(_take, ask, token, body)
        if offer is not None:
            ask.bell.ring()
            return Response(offer.model_dump_json(), media_type="application/json")
        if left_s <= 0 or await request.is_disconnected() or request.app.state.stopping.is_set():
            return Response(status_code=204)
        await ask.bell.wait(min(LOOK_S, left_s))
        left_s -= LOOK_S


def _take(ask: Asking, token: str, body: Take) -> JobOffer | None:
    now = now_ms()
    with ask.reading() as session:
        # Mostly there is nothing: find that out without the write lock.
        if not jobs.any_waiting(session):
            jobs.check_runner(session, token)
            return None
    with ask.writing() as session:
        return jobs.take(session, jobs.runner_of(session, token, now), body, now)


@router.post("/jobs/{job}/heartbeat", status_code=204)
def heartbeat(ask: Ask, token: Token, job_token: JobToken, job: int) -> None:
    with ask.writing() as session:
        jobs.renew(session, _held(session, ask, token, job, job_token), ask.now_ms)


@router.post("/jobs/{job}/events", status_code=204)
def events(ask: Ask, token: Token, job_token: JobToken, job: int, body: EventBatch) -> None:
    with ask.writing() as session:
        held = _held(session, ask, token, job, job_token)
        jobs.add_events(session, held, body, ask.now_ms)
    ask.bell.ring()


@router.post("/jobs/{job}/judgement", status_code=204)
def judgement(ask: Ask, token: Token, job_token: JobToken, job: int, body: HandIn) -> None:
    with ask.writing() as session:
        if jobs.is_repeated(session, job, job_token):
            return  # the answer to the first was lost on its way
        held = _held(session, ask, token, job, job_token)
        jobs.hand_in(session, held, body.judgement, ask.now_ms)
    ask.bell.ring()


@router.post("/jobs/{job}/fault", status_code=204)
def fault(ask: Ask, token: Token, job_token: JobToken, job: int, body: HandBack) -> None:
    with ask.writing() as session:
        held = _held(session, ask, token, job, job_token)
        jobs.hand_back(session, held, body.reason, final=body.final)
    ask.bell.ring()


@router.get("/jobs/{job}/blobs/{sha256}")
def blob(ask: Ask, token: Token, job_token: JobToken, job: int, sha256: str) -> Response:
    with ask.writing() as session:
        held = _held(session, ask, token, job, job_token)
        if not jobs.may_read(session, held, sha256):
            raise no_such_page(sha256)
        content = blobs.fetch(session, sha256)
    return Response(content, media_type="application/octet-stream")


def _held(session: Session, ask: Asking, token: str, job: int, job_token: str) -> Held:
    runner = jobs.runner_of(session, token, ask.now_ms)
    return jobs.held(session, runner, job, job_token)
