"""What every answer carries, and which requests are refused before anything looks at them.

Cross-origin posts are refused by what browsers say of a request's origin: Sec-Fetch-Site, and
Origin where that is missing (the algorithm of Go's http.CrossOriginProtection). Runners are no
browsers and send neither; their API takes bearer tokens only.
"""

import secrets
from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}


_OF_BODIES = (b"content-length", b"content-type", b"transfer-encoding")
DRAINED_BYTES_MAX = 512 << 20


class BodyLimit:
    """ASGI middleware: who sends too much gets an answer that says so, the page /too-large.

    A server that answers and closes while a body still comes resets the connection, and a browser
    then shows that instead of the answer. So what is announced too large is read first, and thrown
    away. What is not announced is counted as it comes.
    """

    def __init__(
        self, app: ASGIApp, *, bytes_max: int, larger: Mapping[str, int] | None = None
    ) -> None:
        """`larger` has what is allowed below a path instead, by the path's beginning."""
        self._app = app
        self._bytes_max = bytes_max
        self._larger = larger or {}

    def _most(self, path: str) -> int:
        return next(
            (most for start, most in self._larger.items() if path.startswith(start)),
            self._bytes_max,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        bytes_max = self._most(scope["path"])
        announced = Headers(scope=scope).get("content-length", "")
        if announced.isdecimal() and int(announced[:20]) > bytes_max:
            await _read_up(receive)
            await self._app(_asking_for_the_answer(scope, bytes_max), _nothing_more, send)
            return
        come = 0

        async def receive_counted() -> Message:
            nonlocal come
            message = await receive()
            come += len(message.get("body", b""))
            if come > bytes_max:
                raise HTTPException(413)
            return message

        await self._app(scope, receive_counted, send)


async def _read_up(receive: Receive) -> None:
    come = 0
    while come <= DRAINED_BYTES_MAX:
        message = await receive()
        come += len(message.get("body", b""))
        if not message.get("more_body", False):
            return


async def _nothing_more() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}


def _asking_for_the_answer(scope: Scope, bytes_max: int) -> Scope:
    machines = "/api/" if scope["path"].startswith(("/api/", "/drafts/")) else "/"
    path = f"{machines}too-large"
    headers = [(name, value) for name, value in scope["headers"] if name not in _OF_BODIES]
    asked = {
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": f"most={bytes_max}".encode(),
    }
    return {**scope, **asked, "headers": headers}


class BrowserGuard:
    """ASGI middleware: origin check, content security policy with a nonce, and plain headers."""

    def __init__(self, app: ASGIApp, *, secure: bool) -> None:
        self._app = app
        self._secure = secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if scope["method"] not in SAFE_METHODS and _is_foreign(Headers(scope=scope)):
            refusal = PlainTextResponse(
                "This form came from another site and was refused. Open the page here and send it "
                "again.\n此表单来自其他网站，已被拒绝。请在本站重新打开页面后再提交。\n",
                status_code=403,
            )
            await refusal(scope, receive, send)
            return
        scope["nonce"] = secrets.token_urlsafe(16)

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._add_headers(MutableHeaders(scope=message), scope["nonce"], scope["path"])
            await send(message)

        await self._app(scope, receive, send_guarded)

    def _add_headers(self, headers: MutableHeaders, nonce: str, path: str) -> None:
        headers.setdefault(
            "Content-Security-Policy",
            f"default-src 'none'; script-src 'self' 'nonce-{nonce}'; "
            f"style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; font-src 'self'; "
            "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        )
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "no-referrer" if path.startswith("/i/") else "same-origin"
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
        if not path.startswith("/static/"):
            headers.setdefault("Cache-Control", "no-store")
            headers.add_vary_header("Accept-Language, Cookie")
        if self._secure:
            headers["Strict-Transport-Security"] = "max-age=31536000"


def _is_foreign(headers: Headers) -> bool:
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = headers.get("origin")
    if origin is None:
        return False
    return urlsplit(origin).netloc != headers.get("host")
