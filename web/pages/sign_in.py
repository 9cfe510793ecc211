"""Signing in without a link: by a passkey, or by the operator's identity provider."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Header, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from starlette.responses import Response

from web.accounts import Means, Provider, Site, oidc, passkeys, people, staff
from web.pages.entrance import home_of
from web.refusals import Invalid, NotYours, no_such_page
from web.rendering import page
from web.request import Context, RequestContext, cookie_name, set_cookie

router = APIRouter(default_response_class=HTMLResponse)


@router.get("/sign-in")
def sign_in(context: Context) -> Response:
    """The ways to sign in without a link, for who works here."""
    settings = context.services.settings
    return page(
        "sign_in.html",
        context,
        passkeys=bool(settings.passkey_domain),
        oidc_name=settings.oidc_name if settings.oidc_issuer else "",
    )


def _site(context: RequestContext) -> Site:
    """What passkeys are bound to. Raises Invalid where people reach us by an address alone."""
    settings = context.services.settings
    if not settings.passkey_domain:
        raise Invalid(
            "Passkeys are bound to a name, and this server is reached by an address. Open it by "
            "its name (JUDGE_PUBLIC_URL), on one machine http://localhost:PORT.",
            "通行密钥与域名绑定，而此服务器以 IP 地址访问。请使用域名（JUDGE_PUBLIC_URL），"
            "本机可用 http://localhost:端口。",
        )
    return Site(settings.passkey_domain, settings.url)


JsonBody = Annotated[dict[str, Any], Body()]


@router.post("/sign-in/options.json", response_class=JSONResponse, include_in_schema=False)
def passkey_options(context: Context) -> Response:
    """What a browser is to be asked for a passkey."""
    with context.writing() as session:
        return JSONResponse(passkeys.ask_who(session, _site(context), context.now_ms))


@router.post("/sign-in/passkey.json", response_class=JSONResponse, include_in_schema=False)
def sign_in_by_passkey(
    context: Context, body: JsonBody, user_agent: Annotated[str, Header()] = ""
) -> Response:
    with context.writing() as session:
        asked = passkeys.take_question(session, body, context.now_ms)
    with context.writing() as session:
        person_id = passkeys.who(session, _site(context), asked, body, now_ms=context.now_ms)
        token, visitor = people.sign_in_as(
            session, person_id, Means.PASSKEY, context.now_ms, browser=user_agent
        )
    answer = JSONResponse({"location": home_of(visitor)})
    set_cookie(answer, context, cookie_name(context.services.settings), token, http_only=True)
    return answer


@router.post("/account/passkeys/options.json", response_class=JSONResponse, include_in_schema=False)
def new_passkey_options(context: Context) -> Response:
    """What a browser is to be asked for a new passkey of who is signed in."""
    visitor = context.require_role(*staff.ROLES)
    with context.writing() as session:
        return JSONResponse(passkeys.ask_to_add(session, visitor, _site(context), context.now_ms))


@router.post("/account/passkeys.json", response_class=JSONResponse, include_in_schema=False)
def add_passkey(context: Context, body: JsonBody) -> Response:
    visitor = context.require_role(*staff.ROLES)
    with context.writing() as session:
        asked = passkeys.take_question(session, body, context.now_ms)
    with context.writing() as session:
        passkeys.add(session, visitor, _site(context), asked, body, now_ms=context.now_ms)
    return JSONResponse({"location": "/account"})


@router.post("/account/passkeys/{credential_id}/remove")
def remove_passkey(context: Context, credential_id: str) -> Response:
    visitor = context.require_role(*staff.ROLES)
    with context.writing() as session:
        passkeys.remove(session, visitor, credential_id, now_ms=context.now_ms)
    return RedirectResponse("/account", status_code=303)


OIDC_COOKIE = "oidc"
"""Binds the provider's answer to the browser that asked."""


def _provider(context: RequestContext) -> Provider:
    settings = context.services.settings
    if not settings.oidc_issuer:
        raise no_such_page("sign-in/oidc")
    return Provider(
        issuer=settings.oidc_issuer,
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret,
        redirect_uri=f"{settings.url}/sign-in/oidc/done",
    )


@router.get("/sign-in/oidc")
def sign_in_by_oidc(context: Context) -> Response:
    """Send the browser to the identity provider.

    By a link and not a form: our content policy lets forms go nowhere else.
    """
    provider, asked = _provider(context), oidc.new_question()
    with context.writing() as session:
        state = oidc.keep_question(session, asked, context.now_ms)
    answer = RedirectResponse(oidc.address(provider, state, asked), status_code=303)
    answer.set_cookie(
        OIDC_COOKIE,
        state,
        max_age=600,
        httponly=True,
        secure=context.services.settings.secure,
        samesite="lax",
        path="/sign-in/oidc",
    )
    return answer


@router.get("/sign-in/oidc/done")
def signed_in_by_oidc(
    context: Context,
    request: Request,
    state: str = "",
    code: str = "",
    error: str = "",
    user_agent: Annotated[str, Header()] = "",
) -> Response:
    """The identity provider's answer, of the browser that asked for it."""
    provider = _provider(context)
    if error or not code:
        raise Invalid(
            f"The identity provider refused: {error[:80] or 'no code'}. Begin again.",
            f"身份提供方拒绝了请求：{error[:80] or '没有授权码'}。请重新开始。",
        )
    if not state or request.cookies.get(OIDC_COOKIE) != state:
        raise NotYours(
            "This answer is to another browser's question. Begin again on the page Sign in.",
            "此应答不属于当前浏览器的请求。请在登录页面重新开始。",
        )
    with context.writing() as session:
        asked = oidc.take_question(session, state, context.now_ms)
    proved = oidc.prove(provider, asked, code)
    with context.writing() as session:
        person_id = oidc.person_of(session, provider, proved, context.now_ms)
        token, visitor = people.sign_in_as(
            session, person_id, Means.OIDC, context.now_ms, browser=user_agent
        )
    answer = RedirectResponse(home_of(visitor), status_code=303)
    answer.delete_cookie(OIDC_COOKIE, path="/sign-in/oidc")
    set_cookie(answer, context, cookie_name(context.services.settings), token, http_only=True)
    return answer
