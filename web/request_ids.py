"""One id for each request: in its answer, in the log, and in what it causes."""

import logging
import re
import secrets
import time

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADER = "X-Request-Id"
_GIVEN = re.compile(r"[A-Za-z0-9_-]{8,64}")
_SECRET_PATHS = ("/i/",)
_log = logging.getLogger("judge.request")


class RequestIds:
    """ASGI middleware: takes a proxy's id or makes one, and logs each request's end."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get(HEADER, "")
        trace = given if _GIVEN.fullmatch(given) else secrets.token_hex(8)
        scope["trace"] = trace
        started = time.monotonic()

        async def send_traced(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[HEADER] = trace
                _report(scope, message["status"], time.monotonic() - started, trace)
            await send(message)

        await self._app(scope, receive, send_traced)


def _report(scope: Scope, status: int, took_s: float, trace: str) -> None:
    path = scope["path"]
    for secret in _SECRET_PATHS:
        if path.startswith(secret):
            path = f"{secret}…"
    _log.info(
        "%s %s %s",
        scope["method"],
        path,
        status,
        extra={"trace": trace, "status": status, "ms": round(1000 * took_s, 1)},
    )
