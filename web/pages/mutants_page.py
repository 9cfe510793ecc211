"""The page of a problem's mutants: the score, survivors as diffs, and what becomes of them."""

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.responses import Response

from web.accounts import rights, staff
from web.pages.editing import require
from web.problems import catalogue, lifecycle, working_copy
from web.refusals import NotYours, Refusal
from web.rendering import page
from web.request import Context, RequestContext
from web.storage import RightKind
from web.verification import mutations

router = APIRouter(default_response_class=HTMLResponse)

Text = Annotated[str, Form()]


@router.get("/problems/{slug}/mutants")
def mutants(context: Context, slug: str) -> Response:
    return _mutants(context, slug)


def _mutants(context: RequestContext, slug: str, refusal: Refusal | None = None) -> Response:
    with context.reading() as session:
        visitor = require(session, context, slug, RightKind.VIEWER)
        line = lifecycle.line_of(session, visitor, slug)
        edited = working_copy.is_changed(session, slug)
        package = working_copy.package_now(session, slug) if edited else None
        package = package or catalogue.get(session, slug, line.head_version)
        view = mutations.of_package(session, package)
        names = staff.names(session, [view.started_by] if view is not None else [])
    return page(
        "mutants.html",
        context,
        status=422 if refusal else 200,
        line=line,
        view=view,
        names=names,
        edited=edited,
        sample=mutations.SAMPLE,
        sample_max=mutations.SAMPLE_MAX,
        refusal=refusal,
        may_run=rights.covers(line.right, RightKind.REVIEWER),
        may_edit=rights.covers(line.right, RightKind.EDITOR),
    )


@router.post("/problems/{slug}/mutants")
def start(
    context: Context, slug: str, count: Annotated[int, Form()] = mutations.SAMPLE
) -> Response:
    """Queue a sample of mutants of the working copy's, or the newest version's, right answers."""
    try:
        with context.writing() as session:
            visitor = require(session, context, slug, RightKind.REVIEWER)
            package = mutations.package_to_test(session, slug, context.now_ms)
            mutations.start(session, visitor, package, count, context.now_ms)
    except NotYours:
        raise
    except Refusal as refusal:
        return _mutants(context, slug, refusal)
    context.services.wake_all()
    return RedirectResponse(f"/problems/{slug}/mutants", status_code=303)


@router.post("/problems/{slug}/mutants/{run}/call-off")
def call_off(context: Context, slug: str, run: int) -> Response:
    with context.writing() as session:
        visitor = require(session, context, slug, RightKind.REVIEWER)
        mutations.call_off(session, slug, run, actor=visitor.code, now_ms=context.now_ms)
    return RedirectResponse(f"/problems/{slug}/mutants", status_code=303)


@router.post("/problems/{slug}/mutants/{name}/mark")
def mark(context: Context, slug: str, name: str, because: Text = "") -> Response:
    """Mark a survivor as no fault, with the reason, in the working copy."""
    try:
        with context.writing() as session:
            visitor = require(session, context, slug)
            mutations.mark(session, slug, name, because, author=visitor.code, now_ms=context.now_ms)
    except NotYours:
        raise
    except Refusal as refusal:
        return _mutants(context, slug, refusal)
    return RedirectResponse(f"/problems/{slug}/mutants", status_code=303)


@router.post("/problems/{slug}/mutants/{name}/plant")
def plant(context: Context, slug: str, name: str) -> Response:
    """Make a survivor a planted bug, in the working copy."""
    with context.writing() as session:
        visitor = require(session, context, slug)
        path = mutations.plant(session, slug, name, author=visitor.code, now_ms=context.now_ms)
    return RedirectResponse(f"/problems/{slug}/edit?file={path}", status_code=303)
