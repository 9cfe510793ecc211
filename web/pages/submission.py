"""A submission's page: live while it is judged, then why the verdict is what it is."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from judge.grading import find_suspicions
from judge.languages import LANGUAGES
from judge.runner import JUDGEMENT
from judge.values import Build
from problems.package import Package
from web.accounts import Visitor
from web.candidates import (
    ProgressEvent,
    SubmissionView,
    campaigns,
    confirmation,
    submission_view,
    submissions,
)
from web.hiring import reviews
from web.pages.progress import Progress, progress_of
from web.problems import catalogue
from web.refusals import no_such_page
from web.rendering import page, render
from web.request import Context, RequestContext
from web.storage import JobState, Role, SubmissionKind, clock_ms
from web.verification import FOR_AUTHORS

router = APIRouter(default_response_class=HTMLResponse)

LOOK_S = 2.0
"""A live page looks by itself this often, besides when it is woken."""


# Before the page's own route, which would take the ending for a part of the code.
@router.get("/submissions/{code}.json", response_class=JSONResponse, tags=["submissions"])
def submission_json(context: Context, code: str, target: str = "", version: str = "") -> Response:
    """A submission and its judgement, as far as who asks may see it."""
    visitor = context.require_role(*Role)
    with context.reading() as session:
        view = submission_view.by_code(session, code, visitor, target, version=version)
    return JSONResponse(
        {
            "code": view.code,
            "problem": view.problem,
            "problem_version": view.problem_version,
            "versions": list(view.versions),
            "counts": view.counts,
            "language": view.language,
            "state": view.state,
            "target": view.target,
            "targets": {
                one.target: {"state": one.state, "verdict": one.verdict} for one in view.targets
            },
            "judgement": JUDGEMENT.dump_python(view.judgement, mode="json")
            if view.judgement
            else None,
        }
    )


@router.get("/submissions/{code}")
def submission(
    context: Context,
    code: str,
    target: str = "",
    version: str = "",
    seen_as: Annotated[str, Query(alias="as")] = "",
) -> Response:
    """A submission's verdict and evidence; for staff also `as=candidate`, as that one sees it."""
    visitor = context.require_role(*Role)
    as_candidate = not visitor.staff or seen_as == "candidate"
    with context.reading() as session:
        view = submission_view.by_code(
            session, code, visitor, target, version=version, as_candidate=as_candidate
        )
        package = catalogue.get(session, view.problem, view.problem_version)
        used, allowed, next_problem = 0, 0, None
        if view.campaign_id is not None and visitor.candidate:
            campaign = campaigns.of_candidate(session, visitor)
            allowed, next_problem = campaign.submissions_max, campaign.after(view.problem)
            used = submissions.counted(session, visitor.id, view.problem)
        events = submission_view.events_after(session, view.id, view.target, 0)
        progress, last_event = _progress(events, view)
        confirmed_as = confirmation.confirmation_code(session, view.id)
        person_name = reviews.name_for(session, visitor, view.person_id)
    remark = None
    if view.judgement is not None and not all(build.ok for build in view.judgement.builds):
        remark = submission_view.full_width_remark(view.source, view.judgement.builds[0].output)
    return page(
        "submission.html",
        context,
        view=view,
        shown_target=view.target if target else "",
        package=package,
        progress=progress,
        now_ms=context.now_ms,
        last_event=last_event,
        used=used,
        allowed=allowed,
        next_problem=next_problem,
        remark=remark,
        samples_only=view.kind is SubmissionKind.SAMPLES,
        hidden=as_candidate,
        for_authors=visitor.staff and view.kind in FOR_AUTHORS,
        builds_shown=_builds_shown(view),
        confirmation=confirmed_as,
        person_name=person_name,
        noticed=() if as_candidate else _noticed(view, package),
        excerpts=(excerpts := _excerpts(view)),
        error_lines=(error_lines := _error_lines(view)),
        marked_lines={*error_lines, *(line for _, line, _ in excerpts)},
    )


def _noticed(view: SubmissionView, package: Package) -> tuple[tuple[int, str], ...]:
    """What a reviewer should look at, where answer and harness share a process."""
    shares = bool(package.problem.includes.get(view.language))
    return find_suspicions(view.source, LANGUAGES[view.language]) if shares else ()


def _builds_shown(view: SubmissionView) -> list[Build]:
    """Builds whose compiler had something to say, each saying once."""
    shown: list[Build] = []
    for build in view.judgement.builds if view.judgement else ():
        said = build.diagnostics or not build.ok
        if said and all(build.diagnostics != other.diagnostics for other in shown):
            shown.append(build)
    return shown


def _excerpts(view: SubmissionView) -> list[tuple[str, int, str]]:
    """(function and place, line number, the line itself) of what a sanitizer's report names."""
    found = view.judgement.witness if view.judgement else None
    if found is None or found.kind != "sanitizer":
        return []
    lines = view.source.splitlines()
    numbers = [(step, int(step.rsplit(":", 1)[-1])) for step in found.steps]
    return [(step, n, lines[n - 1].strip()) for step, n in numbers if 0 < n <= len(lines)]


def _error_lines(view: SubmissionView) -> list[int]:
    """Lines of the candidate's own file that a compiler calls wrong, the first said first."""
    builds = view.judgement.builds if view.judgement else ()
    return [
        remark.line
        for build in builds
        for remark in build.diagnostics
        if remark.severity == "error" and remark.file == view.file_name
    ]


@router.get("/submissions/{code}/source", response_class=PlainTextResponse, tags=["submissions"])
def source(context: Context, code: str) -> Response:
    """What was submitted."""
    visitor = context.require_role(*Role)
    with context.reading() as session:
        view = submission_view.by_code(session, code, visitor)
    return PlainTextResponse(
        view.source, headers={"Content-Disposition": f'attachment; filename="{view.file_name}"'}
    )


@router.get("/submissions/{code}/witness", response_class=PlainTextResponse, tags=["submissions"])
def witness(context: Context, code: str, target: str = "") -> Response:
    """The input that shows the fault, for `judge submit --input`."""
    visitor = context.require_role(*Role)
    with context.reading() as session:
        view = submission_view.by_code(session, code, visitor, target)
    found = view.judgement.witness if view.judgement else None
    if found is None or not found.input:
        raise no_such_page(f"{code}/witness")
    return PlainTextResponse(
        found.input, headers={"Content-Disposition": f'attachment; filename="{code}.in"'}
    )


@router.get("/submissions/{code}/live", response_class=EventSourceResponse)
async def live(
    context: Context, request: Request, code: str, target: str = ""
) -> AsyncIterator[ServerSentEvent]:
    """Progress as it happens, by the ids of the event rows; ends when there is a judgement."""
    visitor = context.require_role(*Role)
    last = _last_event_id(request)
    shown = ""
    while True:
        wakes = context.services.page_wakeup.wakes
        html, newest, done = await run_in_threadpool(_live_state, context, visitor, code, target)
        if html != shown:
            shown = html
            yield ServerSentEvent(raw_data=html, id=str(max(newest, last)))
        if context.services.stopping.is_set():
            return
        if done:
            yield ServerSentEvent(raw_data="done", event="done")
            return
        await context.services.page_wakeup.wait(LOOK_S, since=wakes)


def _last_event_id(request: Request) -> int:
    text = request.headers.get("last-event-id", "0")
    return int(text) if text.isdigit() else 0


def _live_state(
    context: RequestContext, visitor: Visitor, code: str, target: str
) -> tuple[str, int, bool]:
    with context.reading() as session:
        now = clock_ms(session)
        view = submission_view.by_code(session, code, visitor, target)
        events = submission_view.events_after(session, view.id, view.target, 0)
        progress, newest = _progress(events, view)
    done = view.state in (JobState.JUDGED, JobState.FAILED)
    html = render("progress.html", context, view=view, progress=progress, now_ms=now)
    return html, newest, done


def _progress(events: list[ProgressEvent], view: SubmissionView) -> tuple[Progress, int]:
    newest = events[-1].id if events else 0
    return progress_of([one.event for one in events if one.try_number == view.tries]), newest
