"""Pages of interviewers and recruiters: problems, campaigns, the leaderboard, one candidate."""

import csv
import io
from collections.abc import AsyncIterator
from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent
from sqlmodel import Session, select
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from web import campaigns, catalogue, fleet, leaderboard, parts, submissions
from web.asking import STAFF, Ask, Asking
from web.leaderboard import Line
from web.refusals import Invalid, no_such_page
from web.rendering import page, render
from web.tables import AuditEntry, Person, Review, Role

router = APIRouter(default_response_class=HTMLResponse)

LOOK_S = 3.0
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@router.get("/problems")
def problems(ask: Ask) -> Response:
    ask.require(*STAFF)
    with ask.reading() as session:
        return page("problems.html", ask, packages=catalogue.newest(session))


@router.get("/problems/{slug}")
def problem(ask: Ask, slug: str) -> Response:
    """A problem as candidates see it, and its planted programs, which they don't."""
    ask.require(*STAFF)
    with ask.reading() as session:
        for package in catalogue.newest(session):
            if package.problem.slug == slug:
                places = parts.places(package, fleet.offered(session))
                return page("problem_staff.html", ask, package=package, places=places)
    raise no_such_page(slug)


@router.get("/campaigns")
def all_campaigns(ask: Ask) -> Response:
    visitor = ask.require(*STAFF)
    with ask.reading() as session:
        rows = [
            (campaign, leaderboard.build(session, campaign, visitor))
            for campaign in campaigns.all_campaigns(session)
        ]
    return page("campaigns.html", ask, rows=rows)


@router.get("/campaigns/{slug}")
def campaign(slug: str) -> Response:
    return RedirectResponse(f"/campaigns/{slug}/leaderboard", status_code=303)


@router.get("/campaigns/{slug}/leaderboard")
def board(ask: Ask, slug: str, problem: str = "", language: str = "") -> Response:
    visitor = ask.require(*STAFF)
    with ask.reading() as session:
        view = campaigns.by_slug(session, slug)
        built = leaderboard.build(session, view, visitor, problem=problem, language=language)
    offered = sorted({la for package in view.packages for la in package.problem.languages})
    return page(
        "leaderboard.html",
        ask,
        campaign=view,
        board=built,
        problem=problem,
        language=language,
        offered=offered,
        most=max((line.high for line in built.lines), default=100.0),
    )


@router.get("/campaigns/{slug}/leaderboard.json", response_class=JSONResponse)
def board_json(ask: Ask, slug: str) -> Response:
    visitor = ask.require(*STAFF)
    with ask.reading() as session:
        built = leaderboard.build(session, campaigns.by_slug(session, slug), visitor)
    return JSONResponse(asdict(built))


@router.get("/campaigns/{slug}/leaderboard.csv")
def board_csv(ask: Ask, slug: str) -> Response:
    visitor = ask.require(*STAFF)
    with ask.reading() as session:
        view = campaigns.by_slug(session, slug)
        built = leaderboard.build(session, view, visitor)
    slugs = [package.problem.slug for package in view.packages]
    text = io.StringIO()
    writer = csv.writer(text)
    parts = ("verdict", "score", "ratio", "confirmed score", "confirmed ratio", "flagged")
    heading = [f"{name} {what}" for name in slugs for what in parts]
    writer.writerow(["best rank", "worst rank", "candidate", "name", "score", *heading])
    for line in built.lines:
        writer.writerow([_safe(value) for value in _csv_line(line, slugs)])
    return Response(
        "\ufeff" + text.getvalue(),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{slug}.csv"'},
    )


def _csv_line(line: Line, slugs: list[str]) -> list[str]:
    values = [str(line.best_rank), str(line.worst_rank), line.code, line.name, str(line.score)]
    for name in slugs:
        cell = line.cells.get(name)
        again = cell.confirmed if cell else None
        values += [
            cell.verdict.value if cell else "",
            str(cell.score) if cell else "",
            f"{cell.ratio:.3f}" if cell and cell.ratio else "",
            str(again.score) if again else "",
            f"{again.ratio:.3f}" if again and again.ratio else "",
            "look" if again and again.flagged else "",
        ]
    return values


def _safe(value: str) -> str:
    """A cell that a spreadsheet would take for a formula is quoted."""
    return f"'{value}" if value.startswith(_FORMULA_STARTS) else value


@router.get("/campaigns/{slug}/live", response_class=EventSourceResponse)
async def board_live(
    ask: Ask, request: Request, slug: str, after: int = 0
) -> AsyncIterator[ServerSentEvent]:
    """How many judgements came since the page was made; the page shows them when asked to."""
    ask.require(*STAFF)
    shown = -1
    while not request.app.state.stopping.is_set():
        rings = ask.bell.rings
        count = await run_in_threadpool(_changes, ask, slug, after)
        if count != shown:
            shown = count
            yield ServerSentEvent(raw_data=render("changes.html", ask, count=count, slug=slug))
        await ask.bell.wait(LOOK_S, since=rings)


def _changes(ask: Asking, slug: str, after: int) -> int:
    with ask.reading() as session:
        return leaderboard.changes_since(session, campaigns.by_slug(session, slug), after)


@router.get("/campaigns/{slug}/candidates/{code}")
def candidate(ask: Ask, slug: str, code: str) -> Response:
    visitor = ask.require(*STAFF)
    with ask.reading() as session:
        view = campaigns.by_slug(session, slug)
        person = _candidate(session, view.id, code)
        assert person.id is not None
        review = session.get(Review, (visitor.id, person.id))
        rows = [
            (package, submissions.history(session, person.id, package.problem.slug))
            for package in view.packages
        ]
        built = leaderboard.build(session, view, visitor)
        line = next((one for one in built.lines if one.person_id == person.id), None)
        return page(
            "candidate.html",
            ask,
            campaign=view,
            code=person.code,
            person_name=person.name if review else "",
            mail=person.mail if review else "",
            review=review.text if review else "",
            rows=rows,
            line=line,
        )


@router.post("/campaigns/{slug}/candidates/{code}/review")
def review(ask: Ask, slug: str, code: str, text: Annotated[str, Form()] = "") -> Response:
    """File a review; from then on the reviewer sees who it is."""
    visitor = ask.require(*STAFF)
    if not text.strip():
        raise Invalid(
            "The review is empty. Write what you found in the code first.",
            "评审意见为空。请先写下你对代码的看法。",
            field="text",
        )
    with ask.writing() as session:
        person = _candidate(session, campaigns.by_slug(session, slug).id, code)
        assert person.id is not None
        row = session.get(Review, (visitor.id, person.id)) or Review(
            reviewer_id=visitor.id, candidate_id=person.id, text="", filed_at_ms=ask.now_ms
        )
        row.text = text.strip()
        session.add(row)
        session.add(AuditEntry(at_ms=ask.now_ms, actor=visitor.code, action="review", subject=code))
    return RedirectResponse(f"/campaigns/{slug}/candidates/{code}", status_code=303)


def _candidate(session: Session, campaign_id: int, code: str) -> Person:
    person = session.exec(
        select(Person).where(
            Person.code == code,
            Person.campaign_id == campaign_id,
            Person.role == Role.CANDIDATE.value,
        )
    ).first()
    if person is None:
        raise no_such_page(code)
    return person
