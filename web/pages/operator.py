"""Pages of operators: the runners, one that is being added, and the queue."""

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from starlette.responses import Response

from judge.runner import PhaseName
from web.fleet import queue_report, runners
from web.refusals import Refusal
from web.rendering import page, render
from web.request import Context, RequestContext
from web.storage import Role

router = APIRouter(default_response_class=HTMLResponse)


@router.get("/runners")
def all_runners(context: Context) -> Response:
    context.require_role(Role.OPERATOR)
    return _runners(context)


def _runners(context: RequestContext, refusal: Refusal | None = None, typed: str = "") -> Response:
    with context.reading() as session:
        known = runners.all_views(session, context.now_ms)
        waits = queue_report.view(session, context.now_ms)
    status = 200 if refusal is None else 422
    return page(
        "runners.html",
        context,
        status=status,
        runners=known,
        queue=waits,
        refusal=refusal,
        typed=typed,
    )


@router.get("/runners/now")
def all_runners_now(context: Context) -> Response:
    """The table alone, for a page that keeps itself current."""
    context.require_role(Role.OPERATOR)
    with context.reading() as session:
        known = runners.all_views(session, context.now_ms)
        waits = queue_report.view(session, context.now_ms)
    return HTMLResponse(render("runners_now.html", context, runners=known, queue=waits))


@router.get("/runners.json", response_class=JSONResponse, tags=["operation"])
def runners_json(context: Context) -> Response:
    """Runners, and what each is at."""
    context.require_role(Role.OPERATOR)
    with context.reading() as session:
        known = runners.all_views(session, context.now_ms)
    return Response(runners.as_json(known), media_type="application/json")


@router.post("/runners")
def add(
    context: Context, name: Annotated[str, Form()] = "", labels: Annotated[str, Form()] = ""
) -> Response:
    """Register a runner and show its command, once."""
    visitor = context.require_role(Role.OPERATOR)
    wanted = labels.replace(",", " ").split()
    try:
        with context.writing() as session:
            token = runners.add(
                session, name.strip(), wanted, actor=visitor.code, now_ms=context.now_ms
            )
    except Refusal as refusal:
        return _runners(context, refusal, name)
    return _with_token(context, name.strip(), token)


@router.post("/runners/{name}/token")
def rotate(context: Context, name: str) -> Response:
    visitor = context.require_role(Role.OPERATOR)
    with context.writing() as session:
        token = runners.rotate(session, name, actor=visitor.code, now_ms=context.now_ms)
    return _with_token(context, name, token)


@router.post("/runners/{name}/revoke")
def revoke(context: Context, name: str) -> Response:
    visitor = context.require_role(Role.OPERATOR)
    with context.writing() as session:
        runners.revoke(session, name, actor=visitor.code, now_ms=context.now_ms)
    return RedirectResponse("/runners", status_code=303)


@router.get("/runners/{name}")
def runner(context: Context, name: str) -> Response:
    context.require_role(Role.OPERATOR)
    return _with_token(context, name, "")


def _with_token(context: RequestContext, name: str, token: str) -> Response:
    with context.reading() as session:
        view = runners.view(session, name, context.now_ms)
    return page(
        "runner.html",
        context,
        runner=view,
        token=token,
        url=context.services.settings.url,
        phases=PhaseName,
    )


@router.get("/runners/{name}/now")
def runner_now(context: Context, name: str) -> Response:
    """The phases alone, for a page that waits."""
    context.require_role(Role.OPERATOR)
    with context.reading() as session:
        view = runners.view(session, name, context.now_ms)
    return HTMLResponse(render("runner_now.html", context, runner=view, phases=PhaseName))


@router.get("/queue")
def the_queue(context: Context) -> Response:
    context.require_role(Role.OPERATOR)
    with context.reading() as session:
        waits = queue_report.view(session, context.now_ms)
    return page("queue.html", context, queue=waits)
