"""Pages about people who work here: their accounts, one's own account, the audit."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlmodel import Session
from starlette.responses import Response

from web.accounts import (
    DAY_MS,
    NewAccount,
    Scope,
    passkeys,
    personal_tokens,
    rights,
    sessions,
    staff,
)
from web.i18n import LANGUAGES
from web.refusals import Invalid, Refusal
from web.rendering import page
from web.request import Context, RequestContext, cookie_name
from web.storage import AuditFilter, Role, audit

router = APIRouter(default_response_class=HTMLResponse)

Texts = Annotated[list[str], Form()]
TOKEN_DAYS = 90


@router.get("/people")
def everybody(context: Context) -> Response:
    context.require_role(Role.OPERATOR)
    return _everybody(context)


def _everybody(
    context: RequestContext, refusal: Refusal | None = None, typed: NewAccount | None = None
) -> Response:
    with context.reading() as session:
        accounts = staff.everybody(session, context.now_ms)
    return page(
        "people.html",
        context,
        status=200 if refusal is None else 422,
        accounts=accounts,
        refusal=refusal,
        typed=typed or NewAccount(name="", mail="", roles=frozenset()),
        roles=staff.ROLES,
    )


@router.post("/people")
def invite(
    context: Context,
    name: Annotated[str, Form()] = "",
    mail: Annotated[str, Form()] = "",
    roles: Texts = [],  # noqa: B006  (FastAPI copies it)
    language: Annotated[str, Form()] = "en",
) -> Response:
    """Make an account, and show its link, once."""
    operator = context.require_role(Role.OPERATOR)
    typed = NewAccount(
        name=name,
        mail=mail,
        roles=_known_roles(roles),
        language=language if language in LANGUAGES else "en",
    )
    try:
        with context.writing() as session:
            made = staff.invite(session, typed, actor=operator.code, now_ms=context.now_ms)
            secret = _link(context, session, made.code, operator.code)
    except Refusal as refusal:
        return _everybody(context, refusal, typed)
    return _person(context, made.code, secret=secret)


def _link(context: RequestContext, session: Session, code: str, actor: str) -> str:
    days = context.services.settings.invitation_days
    return staff.new_link(session, code, actor=actor, days=days, now_ms=context.now_ms)


def _known_roles(names: list[str]) -> frozenset[Role]:
    return frozenset(role for role in staff.ROLES if role.value in names)


@router.get("/people/{code}")
def person(context: Context, code: str) -> Response:
    context.require_role(Role.OPERATOR)
    return _person(context, code)


def _person(
    context: RequestContext, code: str, *, secret: str = "", refusal: Refusal | None = None
) -> Response:
    with context.reading() as session:
        account = staff.by_code(session, code, context.now_ms)
        signed_in = sessions.of(session, account.id, context.now_ms)
        held = rights.held_by(session, account.id)
    return page(
        "person.html",
        context,
        status=200 if refusal is None else 422,
        account=account,
        sessions=signed_in,
        held=held,
        link=f"{context.services.settings.url}/i/{secret}" if secret else "",
        days=context.services.settings.invitation_days,
        refusal=refusal,
        roles=staff.ROLES,
    )


@router.post("/people/{code}/link")
def new_link(context: Context, code: str) -> Response:
    operator = context.require_role(Role.OPERATOR)
    try:
        with context.writing() as session:
            secret = _link(context, session, code, operator.code)
    except Refusal as refusal:
        return _person(context, code, refusal=refusal)
    return _person(context, code, secret=secret)


@router.post("/people/{code}/roles")
def set_roles(context: Context, code: str, roles: Texts = []) -> Response:  # noqa: B006
    operator = context.require_role(Role.OPERATOR)
    try:
        with context.writing() as session:
            wanted = _known_roles(roles)
            staff.set_roles(session, code, wanted, actor=operator.code, now_ms=context.now_ms)
    except Refusal as refusal:
        return _person(context, code, refusal=refusal)
    return RedirectResponse(f"/people/{code}", status_code=303)


@router.post("/people/{code}/disable")
def disable(context: Context, code: str) -> Response:
    operator = context.require_role(Role.OPERATOR)
    try:
        with context.writing() as session:
            staff.disable(session, code, actor=operator.code, now_ms=context.now_ms)
    except Refusal as refusal:
        return _person(context, code, refusal=refusal)
    return RedirectResponse(f"/people/{code}", status_code=303)


@router.post("/people/{code}/enable")
def enable(context: Context, code: str) -> Response:
    operator = context.require_role(Role.OPERATOR)
    with context.writing() as session:
        staff.enable(session, code, actor=operator.code, now_ms=context.now_ms)
    return RedirectResponse(f"/people/{code}", status_code=303)


@router.post("/people/{code}/sessions/{session_id}/end")
def end_theirs(context: Context, code: str, session_id: str) -> Response:
    operator = context.require_role(Role.OPERATOR)
    with context.writing() as session:
        account = staff.by_code(session, code, context.now_ms)
        sessions.end(session, account.id, session_id, actor=operator.code, now_ms=context.now_ms)
    return RedirectResponse(f"/people/{code}", status_code=303)


@router.get("/account")
def my_account(context: Context, request: Request) -> Response:
    context.require_role(*staff.ROLES)
    return _account(context, request)


def _account(
    context: RequestContext,
    request: Request,
    *,
    token: str = "",
    refusal: Refusal | None = None,
) -> Response:
    visitor = context.require_role(*staff.ROLES)
    current = request.cookies.get(cookie_name(context.services.settings), "")
    with context.reading() as session:
        signed_in = sessions.of(session, visitor.id, context.now_ms, current=current)
        tokens = personal_tokens.of(session, visitor.id)
        keys = passkeys.of(session, visitor.id)
        account = staff.by_code(session, visitor.code, context.now_ms)
    return page(
        "account.html",
        context,
        status=200 if refusal is None else 422,
        account=account,
        sessions=signed_in,
        tokens=tokens,
        keys=keys,
        keys_offered=bool(context.services.settings.passkey_domain),
        scopes=tuple(Scope),
        token=token,
        token_days=TOKEN_DAYS,
        url=context.services.settings.url,
        refusal=refusal,
    )


@router.post("/account/sessions/{session_id}/end")
def end_mine(context: Context, session_id: str) -> Response:
    visitor = context.require_role(*staff.ROLES)
    with context.writing() as session:
        sessions.end(session, visitor.id, session_id, actor=visitor.code, now_ms=context.now_ms)
    return RedirectResponse("/account", status_code=303)


@router.post("/account/tokens")
def make_token(
    context: Context,
    request: Request,
    name: Annotated[str, Form()] = "",
    scopes: Texts = [],  # noqa: B006
    days: Annotated[int, Form()] = TOKEN_DAYS,
) -> Response:
    """Make a personal token, and show it, once."""
    visitor = context.require_role(*staff.ROLES)
    wanted = [scope for scope in Scope if scope.value in scopes]
    try:
        with context.writing() as session:
            token = personal_tokens.make(
                session, visitor, name, wanted, days=days, now_ms=context.now_ms
            )
    except Refusal as refusal:
        return _account(context, request, refusal=refusal)
    return _account(context, request, token=token)


@router.post("/account/tokens/{token_id}/revoke")
def revoke_token(context: Context, token_id: int) -> Response:
    visitor = context.require_role(*staff.ROLES)
    with context.writing() as session:
        personal_tokens.revoke(session, visitor, token_id, now_ms=context.now_ms)
    return RedirectResponse("/account", status_code=303)


@router.get("/audit")
def the_audit(
    context: Context,
    actor: str = "",
    action: str = "",
    subject: str = "",
    since: str = "",
    until: str = "",
    before: int | None = None,
) -> Response:
    """Who did what: filtered, the newest first."""
    context.require_role(Role.OPERATOR)
    wanted = AuditFilter(
        actor=actor.strip(),
        action=action.strip(),
        subject=subject.strip(),
        since_ms=_day(since, "since"),
        until_ms=_day(until, "until", days=1),
        before_id=before,
    )
    with context.reading() as session:
        lines = audit.entries(session, wanted)
        names = staff.names(session, {line.actor for line in lines})
    return page(
        "audit.html",
        context,
        lines=lines,
        names=names,
        wanted=wanted,
        since=since,
        until=until,
        more=len(lines) == audit.PAGE,
    )


def _day(text: str, field: str, *, days: int = 0) -> int | None:
    """The start of a day in UTC, `days` later; None for no day. Raises Invalid."""
    if not text:
        return None
    try:
        at = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError as error:
        raise Invalid(
            f"{field} is “{text[:40]}”, which is no day. Give one like 2026-11-27.",
            f"{field} 的值“{text[:40]}”不是日期。请填写形如 2026-11-27 的日期。",
            field=field,
        ) from error
    return int(at.timestamp() * 1000) + days * DAY_MS
