"""Pages of verification: its matrix as it comes in, trying an answer, and mutants."""

from typing import Annotated, Any

from fastapi import APIRouter, File, Form, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.responses import Response

from web.accounts import rights, staff
from web.pages.editing import require
from web.problems import catalogue, lifecycle, working_copy
from web.refusals import NotYours, Refusal
from web.rendering import page, render
from web.request import Context, RequestContext
from web.storage import RightKind
from web.verification import (
    NewVerification,
    TriedAnswer,
    matrix,
    mutations,
    tried_answers,
    verifications,
)

router = APIRouter(default_response_class=HTMLResponse)

Text = Annotated[str, Form()]


@router.get("/problems/{slug}/verify")
def verify(context: Context, slug: str) -> Response:
    return _verify(context, slug)


def _verify(
    context: RequestContext, slug: str, refusal: Refusal | None = None, typed: str = ""
) -> Response:
    with context.reading() as session:
        visitor = require(session, context, slug, RightKind.VIEWER)
        line = lifecycle.line_of(session, visitor, slug)
        done = verifications.of_problem(session, slug)
        names = staff.names(session, {one.started_by for one in done})
        package = catalogue.get(session, slug, line.head_version)
        edited = working_copy.is_changed(session, slug)
    return page(
        "verify.html",
        context,
        status=422 if refusal else 200,
        line=line,
        done=done,
        names=names,
        package=package,
        edited=edited,
        refusal=refusal,
        typed=typed,
        may_run=rights.covers(line.right, RightKind.REVIEWER),
        runs_max=verifications.RUNS_MAX,
    )


@router.post("/problems/{slug}/verify")
def start(
    context: Context,
    slug: str,
    runs: Annotated[int, Form()] = 1,
    only: Text = "",
) -> Response:
    """Queue a verification of the working copy, or of the newest version where nobody edits."""
    try:
        with context.writing() as session:
            visitor = require(session, context, slug, RightKind.REVIEWER)
            version = working_copy.snapshot(session, slug, context.now_ms)
            new = NewVerification(version=version, runs=runs, only=only.strip())
            number = verifications.start(session, visitor, slug, new, context.now_ms)
    except NotYours:
        raise
    except Refusal as refusal:
        return _verify(context, slug, refusal)
    context.services.wake_all()
    return RedirectResponse(f"/problems/{slug}/verify/{number}", status_code=303)


@router.get("/problems/{slug}/verify/{number}")
def the_matrix(context: Context, slug: str, number: int) -> Response:
    with context.reading() as session:
        visitor = require(session, context, slug, RightKind.VIEWER)
        line = lifecycle.line_of(session, visitor, slug)
    return page("verification.html", context, line=line, **_state(context, slug, number))


@router.get("/problems/{slug}/verify/{number}/now")
def the_matrix_now(context: Context, slug: str, number: int) -> Response:
    """The matrix alone, for a page that keeps itself current."""
    with context.reading() as session:
        require(session, context, slug, RightKind.VIEWER)
    return HTMLResponse(render("verification_now.html", context, **_state(context, slug, number)))


def _state(context: RequestContext, slug: str, number: int) -> dict[str, Any]:
    with context.reading() as session:
        view = verifications.by_id(session, slug, number)
        built = matrix.build(session, view)
        names = staff.names(session, [view.started_by])
        package = catalogue.get(session, slug, view.version)
    return {"view": view, "matrix": built, "names": names, "package": package}


@router.post("/problems/{slug}/verify/{number}/call-off")
def call_off(context: Context, slug: str, number: int) -> Response:
    with context.writing() as session:
        visitor = require(session, context, slug, RightKind.REVIEWER)
        verifications.call_off(session, slug, number, actor=visitor.code, now_ms=context.now_ms)
    return RedirectResponse(f"/problems/{slug}/verify/{number}", status_code=303)


@router.post("/problems/{slug}/try")
def try_answer(
    context: Context,
    slug: str,
    language: Text = "",
    source: Text = "",
    file: Annotated[UploadFile | None, File()] = None,
    against: Text = "",
    seconds: Annotated[int, Form()] = 60,
) -> Response:
    """Put any source to the draft, as a candidate would, or against another answer."""
    sent = file.file.read() if file is not None and file.filename else source.encode()
    try:
        with context.writing() as session:
            visitor = require(session, context, slug, RightKind.REVIEWER)
            version = working_copy.snapshot(session, slug, context.now_ms)
            package = catalogue.get(session, slug, version)
            tried = TriedAnswer(language=language, source=sent, against=against, seconds=seconds)
            code = tried_answers.try_answer(session, visitor, package, tried, context.now_ms)
    except NotYours:
        raise
    except Refusal as refusal:
        return _verify(context, slug, refusal, typed=source)
    context.services.wake_all()
    return RedirectResponse(f"/submissions/{code}", status_code=303)


@router.post("/problems/{slug}/tests/keep/{code}")
def keep_as_test(context: Context, slug: str, code: str) -> Response:
    """Make the input that a run's witness has a fixed test, in the working copy."""
    with context.writing() as session:
        visitor = require(session, context, slug)
        path = tried_answers.keep_as_test(
            session, slug, code, author=visitor.code, now_ms=context.now_ms
        )
    return RedirectResponse(f"/problems/{slug}/edit?file={path}", status_code=303)


@router.get("/problems/{slug}/mutants")
def mutants(context: Context, slug: str) -> Response:
    return _mutants(context, slug)


def _mutants(context: RequestContext, slug: str, refusal: Refusal | None = None) -> Response:
    with context.reading() as session:
        visitor = require(session, context, slug, RightKind.VIEWER)
        line = lifecycle.line_of(session, visitor, slug)
        edited = working_copy.is_changed(session, slug)
        view = mutations.of_package(session, working_copy.package_now(session, slug))
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
def start_mutants(
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
def call_off_mutants(context: Context, slug: str, run: int) -> Response:
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
