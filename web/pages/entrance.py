"""The pages for everybody: home, sign-in by link, and what explains the rest."""

import json
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Form, Header, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.responses import Response

from judge.benchmark import ROUNDS_MAX, ROUNDS_MIN, SIDE_ERROR
from judge.scoring import ACCEPTED_POINTS, PARTIAL_POINTS, PERFORMANCE_POINTS, TOO_SLOW_POINTS
from web import i18n
from web.accounts import Visitor, people
from web.candidates import campaigns
from web.fleet import runners
from web.rendering import page
from web.request import Context, cookie_name, set_cookie
from web.storage import Role
from web.verification import publishing

router = APIRouter(default_response_class=HTMLResponse)

FAIRNESS = Path(__file__).parents[1] / "measured" / "fairness.json"
HOME = {
    Role.CANDIDATE: "/sitting",
    Role.INTERVIEWER: "/problems",
    Role.RECRUITER: "/campaigns",
    Role.OPERATOR: "/runners",
}


@router.get("/")
def home(context: Context) -> Response:
    if context.visitor is not None:
        return RedirectResponse(home_of(context.visitor), status_code=303)
    return page("home.html", context)


def home_of(visitor: Visitor) -> str:
    """Where somebody begins; who has several roles, at the first of them."""
    return next(place for role, place in HOME.items() if role in visitor.roles)


@router.get("/i/{secret}")
def invitation(context: Context, secret: str) -> Response:
    """Show what awaits; a GET changes nothing, since chat programs open links ahead of people."""
    with context.reading() as session:
        opened = people.open_invitation(session, secret, context.now_ms)
        campaign = None
        if opened.campaign_id is not None:
            campaign = campaigns.by_id(session, opened.campaign_id)
    return page("invitation.html", context, opened=opened, campaign=campaign, secret=secret)


@router.post("/i/{secret}")
def accept(context: Context, secret: str, user_agent: Annotated[str, Header()] = "") -> Response:
    with context.writing() as session:
        token, visitor = people.sign_in(session, secret, context.now_ms, browser=user_agent)
    answer = RedirectResponse(home_of(visitor), status_code=303)
    set_cookie(answer, context, cookie_name(context.services.settings), token, http_only=True)
    return answer


@router.post("/sign-out")
def sign_out(context: Context, request: Request) -> Response:
    """End the session here and in the database: a copied cookie is worth nothing afterwards."""
    with context.writing() as session:
        people.sign_out(session, request.cookies.get(cookie_name(context.services.settings), ""))
    answer = RedirectResponse("/", status_code=303)
    answer.delete_cookie(cookie_name(context.services.settings), path="/")
    return answer


@router.post("/language")
def language(
    context: Context, to: Annotated[str, Form()], back: Annotated[str, Form()] = "/"
) -> Response:
    """Keep a choice of language; `back` must be a path of ours."""
    local = back if back.startswith("/") and not back.startswith(("//", "/\\")) else "/"
    answer = RedirectResponse(local, status_code=303)
    if to in i18n.LANGUAGES:
        set_cookie(answer, context, i18n.COOKIE, to, http_only=False)
    return answer


@router.get("/verdicts")
def verdicts(context: Context) -> Response:
    return page("verdicts.html", context)


@router.get("/method")
def method(context: Context) -> Response:
    with context.reading() as session:
        measured = runners.noise_floors(session)
        fingerprint = publishing.key_fingerprint(session)
    return page(
        "method.html",
        context,
        accepted=ACCEPTED_POINTS,
        performance=PERFORMANCE_POINTS,
        too_slow=TOO_SLOW_POINTS,
        partial=PARTIAL_POINTS,
        error=SIDE_ERROR,
        rounds_min=ROUNDS_MIN,
        rounds_max=ROUNDS_MAX,
        measured=measured,
        fingerprint=fingerprint,
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
def privacy(context: Context) -> Response:
    return page("privacy.html", context)


@router.get("/keys")
def keys(context: Context) -> Response:
    return page("keys.html", context)


@router.get("/api/docs")
def api_docs(context: Context, request: Request) -> Response:
    """What programs may ask for: the OpenAPI document, for people."""
    document = request.app.openapi()
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            shown = {**operation, "method": method.upper(), "path": path}
            groups.setdefault(operation["tags"][0], []).append(shown)
    return page("api_docs.html", context, document=document, groups=groups)
