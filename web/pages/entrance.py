"""The pages for everybody: home, sign-in by link, and what explains the rest."""

import json
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlmodel import col, select
from starlette.responses import Response

from judge.scoring import ACCEPTED_POINTS, PARTIAL_POINTS, PERFORMANCE_POINTS, TOO_SLOW_POINTS
from judge.sequential import ERROR, ROUNDS_MAX, ROUNDS_MIN
from web import campaigns, i18n, people
from web.asking import Ask, Asking, cookie_name
from web.people import SIGN_IN_DAYS
from web.rendering import page
from web.tables import Campaign, Role, RunnerRow

router = APIRouter(default_response_class=HTMLResponse)

FAIRNESS = Path(__file__).parents[1] / "measured" / "fairness.json"
HOME = {
    Role.CANDIDATE: "/sitting",
    Role.INTERVIEWER: "/problems",
    Role.RECRUITER: "/campaigns",
    Role.OPERATOR: "/runners",
}


@router.get("/")
def home(ask: Ask) -> Response:
    if ask.visitor is not None:
        return RedirectResponse(HOME[ask.visitor.role], status_code=303)
    return page("home.html", ask)


@router.get("/i/{secret}")
def invitation(ask: Ask, secret: str) -> Response:
    """Show what awaits; a GET changes nothing, since chat programs open links ahead of people."""
    with ask.reading() as session:
        opened = people.open_invitation(session, secret, ask.now_ms)
        campaign = None
        if opened.campaign_id is not None:
            row = session.get_one(Campaign, opened.campaign_id)
            campaign = campaigns.view(session, row)
    return page("invitation.html", ask, opened=opened, campaign=campaign, secret=secret)


@router.post("/i/{secret}")
def accept(ask: Ask, secret: str) -> Response:
    with ask.writing() as session:
        token, visitor = people.sign_in(session, secret, ask.now_ms)
    answer = RedirectResponse(HOME[visitor.role], status_code=303)
    _set_cookie(answer, ask, cookie_name(ask.settings), token, http_only=True)
    return answer


@router.post("/sign-out")
def sign_out(ask: Ask, request: Request) -> Response:
    """End the session here and in the database: a copied cookie is worth nothing afterwards."""
    with ask.writing() as session:
        people.sign_out(session, request.cookies.get(cookie_name(ask.settings), ""))
    answer = RedirectResponse("/", status_code=303)
    answer.delete_cookie(cookie_name(ask.settings), path="/")
    return answer


@router.post("/language")
def language(ask: Ask, to: Annotated[str, Form()], back: Annotated[str, Form()] = "/") -> Response:
    """Keep a choice of language; `back` must be a path of ours."""
    local = back if back.startswith("/") and not back.startswith(("//", "/\\")) else "/"
    answer = RedirectResponse(local, status_code=303)
    if to in i18n.LANGUAGES:
        _set_cookie(answer, ask, i18n.COOKIE, to, http_only=False)
    return answer


@router.get("/verdicts")
def verdicts(ask: Ask) -> Response:
    return page("verdicts.html", ask)


@router.get("/method")
def method(ask: Ask) -> Response:
    with ask.reading() as session:
        runners = session.exec(
            select(RunnerRow).where(col(RunnerRow.revoked_at_ms).is_(None)).order_by(RunnerRow.name)
        ).all()
        measured = [
            (runner.name, runner.offers["noise_floor"], runner.offers["measured_at_ms"])
            for runner in runners
            if "noise_floor" in runner.offers
        ]
    return page(
        "method.html",
        ask,
        accepted=ACCEPTED_POINTS,
        performance=PERFORMANCE_POINTS,
        too_slow=TOO_SLOW_POINTS,
        partial=PARTIAL_POINTS,
        error=ERROR,
        rounds_min=ROUNDS_MIN,
        rounds_max=ROUNDS_MAX,
        measured=measured,
        fairness=_fairness(),
    )


@cache
def _fairness() -> dict[str, Any] | None:
    """The table that benchmarks/fairness.py --save wrote last."""
    if not FAIRNESS.is_file():
        return None
    found: dict[str, Any] = json.loads(FAIRNESS.read_text())
    return found


@router.get("/privacy")
def privacy(ask: Ask) -> Response:
    return page("privacy.html", ask)


@router.get("/keys")
def keys(ask: Ask) -> Response:
    return page("keys.html", ask)


def _set_cookie(answer: Response, ask: Asking, name: str, value: str, *, http_only: bool) -> None:
    answer.set_cookie(
        name,
        value,
        max_age=SIGN_IN_DAYS * 86_400,
        httponly=http_only,
        secure=ask.settings.secure,
        samesite="lax",
        path="/",
    )
