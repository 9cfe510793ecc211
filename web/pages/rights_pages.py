"""The pages of rights on one problem or campaign: who has which, and giving them."""

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlmodel import Session
from starlette.responses import Response

from web.accounts import Subject, rights, staff
from web.candidates import campaigns
from web.problems import catalogue
from web.refusals import NotYours, Refusal, no_such_page
from web.rendering import page
from web.request import Context, RequestContext
from web.storage import RightKind

router = APIRouter(default_response_class=HTMLResponse)

Text = Annotated[str, Form()]


@router.get("/problems/{slug}/rights")
def of_problem(context: Context, slug: str) -> Response:
    return _show(context, rights.problem(slug))


@router.get("/campaigns/{slug}/rights")
def of_campaign(context: Context, slug: str) -> Response:
    return _show(context, rights.campaign(slug))


@router.post("/problems/{slug}/rights")
def give_on_problem(context: Context, slug: str, code: Text = "", right: Text = "") -> Response:
    return _give(context, rights.problem(slug), code, right)


@router.post("/campaigns/{slug}/rights")
def give_on_campaign(context: Context, slug: str, code: Text = "", right: Text = "") -> Response:
    return _give(context, rights.campaign(slug), code, right)


def _show(context: RequestContext, subject: Subject, refusal: Refusal | None = None) -> Response:
    visitor = context.require_role(*staff.ROLES)
    with context.reading() as session:
        _require_known(session, subject)
        mine = rights.right_of(session, visitor, subject)
        if mine is None and not visitor.operator:
            rights.require(session, visitor, subject, RightKind.VIEWER)
        held = rights.holders(session, subject)
        people = [one for one in staff.everybody(session, context.now_ms) if not one.disabled]
    return page(
        "rights.html",
        context,
        status=200 if refusal is None else 422,
        subject=subject,
        mine=mine,
        held=held,
        people=people,
        kinds=tuple(RightKind),
        may_give=visitor.operator or mine is RightKind.OWNER,
        refusal=refusal,
    )


def _require_known(session: Session, subject: Subject) -> None:
    """Raises NotFound for what is not there: what nobody owns belongs to whoever has its role."""
    known = catalogue.exists if subject.kind == "problem" else campaigns.exists
    if not known(session, subject.slug):
        raise no_such_page(subject.slug)


def _give(context: RequestContext, subject: Subject, code: str, right: str) -> Response:
    visitor = context.require_role(*staff.ROLES)
    try:
        wanted = rights.named(right)
        with context.writing() as session:
            _require_known(session, subject)
            rights.give(session, visitor, subject, code, wanted, now_ms=context.now_ms)
    except NotYours:
        raise
    except Refusal as refusal:
        return _show(context, subject, refusal)
    return RedirectResponse(f"/{subject.kind}s/{subject.slug}/rights", status_code=303)
