"""Pages of interviewers and recruiters: campaigns, the leaderboard, one candidate."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from web.accounts import SubjectKind, people, rights
from web.candidates import campaigns, submission_view
from web.hiring import export, leaderboard, rescoring, reviews, version_moves
from web.refusals import Conflict, Invalid, Refusal
from web.rendering import page, render
from web.request import STAFF, Context, RequestContext
from web.storage import RightKind, audit

router = APIRouter(default_response_class=HTMLResponse)

LOOK_S = 3.0


@router.get("/campaigns")
def all_campaigns(context: Context) -> Response:
    visitor = context.require_role(*STAFF)
    with context.reading() as session:
        known = campaigns.all_campaigns(session)
        slugs = [campaign.slug for campaign in known]
        mine = rights.rights_of(session, visitor, SubjectKind.CAMPAIGN, slugs)
        rows = [
            (campaign, leaderboard.build(session, campaign, visitor))
            for campaign in known
            if mine[campaign.slug] is not None
        ]
    return page("campaigns.html", context, rows=rows)


@router.get("/campaigns/{slug}")
def campaign(slug: str) -> Response:
    return RedirectResponse(f"/campaigns/{slug}/leaderboard", status_code=303)


@router.get("/campaigns/{slug}/leaderboard")
def board(context: Context, slug: str, problem: str = "", language: str = "") -> Response:
    visitor = context.require_role(*STAFF)
    with context.reading() as session:
        view = campaigns.required(session, visitor, slug)
        built = leaderboard.build(session, view, visitor, problem=problem, language=language)
    offered = sorted({la for package in view.packages for la in package.problem.languages})
    return page(
        "leaderboard.html",
        context,
        campaign=view,
        board=built,
        problem=problem,
        language=language,
        offered=offered,
        most=max((line.high for line in built.lines), default=100.0),
    )


@router.get("/campaigns/{slug}/leaderboard.json", response_class=JSONResponse, tags=["campaigns"])
def board_json(context: Context, slug: str) -> Response:
    """The leaderboard, with ranges of ranks and the intervals behind them."""
    visitor = context.require_role(*STAFF)
    with context.reading() as session:
        built = leaderboard.build(session, campaigns.required(session, visitor, slug), visitor)
    return JSONResponse(asdict(built))


@router.get(
    "/campaigns/{slug}/leaderboard.csv",
    response_class=Response,
    responses={200: {"content": {"text/csv": {}}}},
    tags=["campaigns"],
)
def board_csv(context: Context, slug: str) -> Response:
    """The leaderboard for a spreadsheet."""
    visitor = context.require_role(*STAFF)
    with context.reading() as session:
        view = campaigns.required(session, visitor, slug)
        built = leaderboard.build(session, view, visitor)
    slugs = [package.problem.slug for package in view.packages]
    return Response(
        export.leaderboard_csv(built, slugs),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{slug}.csv"'},
    )


@router.get("/campaigns/{slug}/live", response_class=EventSourceResponse)
async def board_live(context: Context, slug: str, after: int = 0) -> AsyncIterator[ServerSentEvent]:
    """How many judgements came since the page was made; the page shows them when asked to."""
    visitor = context.require_role(*STAFF)
    with context.reading() as session:
        campaigns.required(session, visitor, slug)
    shown = -1
    while not context.services.stopping.is_set():
        wakes = context.services.page_wakeup.wakes
        count = await run_in_threadpool(_changes, context, slug, after)
        if count != shown:
            shown = count
            yield ServerSentEvent(raw_data=render("changes.html", context, count=count, slug=slug))
        await context.services.page_wakeup.wait(LOOK_S, since=wakes)


def _changes(context: RequestContext, slug: str, after: int) -> int:
    with context.reading() as session:
        return leaderboard.changes_since(session, campaigns.by_slug(session, slug), after)


@router.get("/campaigns/{slug}/versions")
def versions(context: Context, slug: str) -> Response:
    """Which version of each problem the campaign has, and to which it can be moved."""
    visitor = context.require_role(*STAFF)
    with context.reading() as session:
        view = campaigns.required(session, visitor, slug)
        rows = [
            (
                package,
                version_moves.choices(session, view, package.problem.slug),
                version_moves.moving_to(session, view, package.problem.slug),
            )
            for package in view.packages
        ]
    return page("versions.html", context, campaign=view, rows=rows)


@router.get("/campaigns/{slug}/versions/{problem}")
def version_move(context: Context, slug: str, problem: str, to: str = "") -> Response:
    return _move_page(context, slug, problem, to)


def _move_page(
    context: RequestContext, slug: str, problem: str, to: str = "", refusal: Refusal | None = None
) -> Response:
    """What differs and for whom; while a move is under way, how far it is and whom it moves."""
    visitor = context.require_role(*STAFF)
    ranks = None
    with context.reading() as session:
        view = campaigns.required(session, visitor, slug)
        mine = rights.right_of(session, visitor, rights.campaign(slug))
        reads = rights.right_of(session, visitor, rights.problem(problem)) is not None
        package = view.package(problem)
        move = version_moves.view(session, view, problem, context.now_ms)
        told = (
            move.preview
            if move
            else version_moves.preview(session, view, problem, to, context.now_ms)
        )
    if move is not None and move.progress.ready:
        with context.writing() as session:
            ranks = version_moves.effects(session, visitor, view, problem, context.now_ms)
    return page(
        "version_move.html",
        context,
        status=422 if refusal else 200,
        campaign=view,
        package=package,
        told=told,
        move=move,
        ranks=ranks,
        refusal=refusal,
        reads=reads,
        may_start=rights.covers(mine, RightKind.EDITOR),
        may_switch=rights.covers(mine, RightKind.OWNER),
    )


@router.post("/campaigns/{slug}/versions/{problem}")
def change_version(
    context: Context,
    slug: str,
    problem: str,
    action: Annotated[version_moves.MoveStep, Form()],
    to: Annotated[str, Form()] = "",
) -> Response:
    """Begin to judge in the shadow, judge the rest, switch for all at once, or withdraw."""
    visitor = context.require_role(*STAFF)
    now_ms = context.now_ms
    try:
        with context.writing() as session:
            view = campaigns.required(session, visitor, slug, action.right)
            version_moves.take(session, visitor.code, view, problem, action, to, now_ms)
    except (Conflict, Invalid) as refusal:
        return _move_page(context, slug, problem, to, refusal)
    context.services.wake_all()
    done = action in (version_moves.MoveStep.SWITCH, version_moves.MoveStep.WITHDRAW)
    where = f"/campaigns/{slug}/versions" + ("" if done else f"/{problem}")
    return RedirectResponse(where, status_code=303)


@router.get("/campaigns/{slug}/rescore")
def rescored(context: Context, request: Request, slug: str) -> Response:
    """Points again from what was measured, under the bars that are asked for: only a look."""
    return _rescored(context, slug, _told_bars(request.query_params))


def _told_bars(fields: Mapping[str, object]) -> dict[str, str]:
    """LIMIT,FULL by problem, of fields `bars-PROBLEM`: those that were filled in."""
    return {
        name.removeprefix("bars-"): str(told).strip()
        for name, told in fields.items()
        if name.startswith("bars-") and str(told).strip()
    }


def _rescored(
    context: RequestContext, slug: str, told: dict[str, str], *, apply: bool = False
) -> Response:
    visitor = context.require_role(*STAFF)
    refusal, moves = None, None
    with context.writing() as session:
        wanted = RightKind.OWNER if apply else RightKind.VIEWER
        view = campaigns.required(session, visitor, slug, wanted)
        may_apply = rights.covers(
            rights.right_of(session, visitor, rights.campaign(slug)), RightKind.OWNER
        )
        try:
            bars = rescoring.checked_bars(view, told)
            moves = rescoring.apply(session, view, visitor, bars)
        except Invalid as wrong:
            refusal = wrong
        if apply and refusal is None:
            audit.note(session, visitor.code, "rescored", slug, context.now_ms)
        else:
            session.rollback()
    if apply and refusal is None:
        return RedirectResponse(f"/campaigns/{slug}/leaderboard", status_code=303)
    return page(
        "rescore.html",
        context,
        status=422 if refusal else 200,
        campaign=view,
        told=told,
        moves=moves,
        refusal=refusal,
        may_apply=may_apply,
    )


@router.post("/campaigns/{slug}/rescore")
async def rescore(context: Context, request: Request, slug: str) -> Response:
    """Store what was looked at, for all at once."""
    told = _told_bars(await request.form())
    return await run_in_threadpool(_rescored, context, slug, told, apply=True)


@router.get("/campaigns/{slug}/candidates/{code}")
def candidate(context: Context, slug: str, code: str) -> Response:
    visitor = context.require_role(*STAFF)
    with context.reading() as session:
        view = campaigns.required(session, visitor, slug)
        who = people.candidate(session, view.id, code)
        rows = [
            (package, submission_view.history(session, who.id, package.problem.slug))
            for package in view.packages
        ]
        built = leaderboard.build(session, view, visitor)
        return page(
            "candidate.html",
            context,
            campaign=view,
            code=who.code,
            review=reviews.of(session, visitor, who.id),
            rows=rows,
            line=next((one for one in built.lines if one.person_id == who.id), None),
        )


@router.post("/campaigns/{slug}/candidates/{code}/review")
def review(context: Context, slug: str, code: str, text: Annotated[str, Form()] = "") -> Response:
    """File a review; from then on the reviewer sees who it is."""
    visitor = context.require_role(*STAFF)
    with context.writing() as session:
        view = campaigns.required(session, visitor, slug, RightKind.REVIEWER)
        who = people.candidate(session, view.id, code)
        reviews.file(session, visitor, who, text, context.now_ms)
    return RedirectResponse(f"/campaigns/{slug}/candidates/{code}", status_code=303)
