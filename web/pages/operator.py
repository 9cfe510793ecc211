"""Pages of operators: the runners, one that is being added, and the queue."""

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from starlette.responses import Response

from judge.wire import StepName
from web import fleet, queue
from web.asking import Ask, Asking
from web.refusals import Refusal
from web.rendering import page, render
from web.tables import Role

router = APIRouter(default_response_class=HTMLResponse)

TOKEN_SHOWN_AS = "JUDGE_RUNNER_TOKEN"  # noqa: S105  (a variable's name)


@router.get("/runners")
def runners(ask: Ask) -> Response:
    ask.require(Role.OPERATOR)
    return _runners(ask)


def _runners(ask: Asking, refusal: Refusal | None = None, typed: str = "") -> Response:
    with ask.reading() as session:
        known = fleet.everybody(session, ask.now_ms)
        waits = queue.view(session, ask.now_ms)
    status = 200 if refusal is None else 422
    return page(
        "runners.html", ask, status=status, runners=known, queue=waits, refusal=refusal, typed=typed
    )


@router.get("/runners/now")
def runners_now(ask: Ask) -> Response:
    """The table alone, for a page that keeps itself current."""
    ask.require(Role.OPERATOR)
    with ask.reading() as session:
        known = fleet.everybody(session, ask.now_ms)
        waits = queue.view(session, ask.now_ms)
    return HTMLResponse(render("runners_now.html", ask, runners=known, queue=waits))


@router.get("/runners.json", response_class=JSONResponse)
def runners_json(ask: Ask) -> Response:
    ask.require(Role.OPERATOR)
    with ask.reading() as session:
        known = fleet.everybody(session, ask.now_ms)
    return Response(fleet.as_json(known), media_type="application/json")


@router.post("/runners")
def add(
    ask: Ask, name: Annotated[str, Form()] = "", labels: Annotated[str, Form()] = ""
) -> Response:
    """Register a runner and show its command, once."""
    visitor = ask.require(Role.OPERATOR)
    wanted = labels.replace(",", " ").split()
    try:
        with ask.writing() as session:
            token = fleet.add(session, name.strip(), wanted, actor=visitor.code, now_ms=ask.now_ms)
    except Refusal as refusal:
        return _runners(ask, refusal, name)
    return _with_token(ask, name.strip(), token)


@router.post("/runners/{name}/token")
def rotate(ask: Ask, name: str) -> Response:
    visitor = ask.require(Role.OPERATOR)
    with ask.writing() as session:
        token = fleet.rotate(session, name, actor=visitor.code, now_ms=ask.now_ms)
    return _with_token(ask, name, token)


@router.post("/runners/{name}/revoke")
def revoke(ask: Ask, name: str) -> Response:
    visitor = ask.require(Role.OPERATOR)
    with ask.writing() as session:
        fleet.revoke(session, name, actor=visitor.code, now_ms=ask.now_ms)
    return RedirectResponse("/runners", status_code=303)


@router.get("/runners/{name}")
def runner(ask: Ask, name: str) -> Response:
    ask.require(Role.OPERATOR)
    return _with_token(ask, name, "")


def _with_token(ask: Asking, name: str, token: str) -> Response:
    with ask.reading() as session:
        view = fleet.one(session, name, ask.now_ms)
    return page("runner.html", ask, runner=view, token=token, url=ask.settings.url, steps=StepName)


@router.get("/runners/{name}/now")
def runner_now(ask: Ask, name: str) -> Response:
    """The steps alone, for a page that waits."""
    ask.require(Role.OPERATOR)
    with ask.reading() as session:
        view = fleet.one(session, name, ask.now_ms)
    return HTMLResponse(render("runner_now.html", ask, runner=view, steps=StepName))


@router.get("/queue")
def the_queue(ask: Ask) -> Response:
    ask.require(Role.OPERATOR)
    with ask.reading() as session:
        waits = queue.view(session, ask.now_ms)
    return page("queue.html", ask, queue=waits)
