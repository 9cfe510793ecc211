"""Who sends too much is answered after the whole body came, not cut off in the middle of it."""

import asyncio

from starlette.types import Message, Receive, Scope, Send

from tests.conftest import World
from web.app import BODY_BYTES_MAX
from web.browser_guard import BodyLimit
from web.storage import Role


async def _refuses_at_once(_scope: Scope, _receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 413, "headers": []})
    await send({"type": "http.response.body", "body": b"too large"})


def _seen(length: int, *, bytes_max: int) -> list[str]:
    """What happens, in order, when a body of `length` comes in pieces of 10 bytes."""
    seen: list[str] = []
    left = length

    async def receive() -> Message:
        nonlocal left
        seen.append("read")
        piece = min(10, left)
        left -= piece
        return {"type": "http.request", "body": b"x" * piece, "more_body": left > 0}

    async def send(message: Message) -> None:
        seen.append(message["type"])

    scope = {"type": "http", "path": "/", "headers": [(b"content-length", str(length).encode())]}
    asyncio.run(BodyLimit(_refuses_at_once, bytes_max=bytes_max)(scope, receive, send))
    return seen


def test_what_is_announced_too_large_is_read_before_it_is_refused() -> None:
    assert _seen(100, bytes_max=50) == [
        *["read"] * 10,
        "http.response.start",
        "http.response.body",
    ]


def test_what_may_come_is_the_applications_to_read() -> None:
    assert "read" not in _seen(50, bytes_max=50)


def test_an_upload_that_is_too_large_gets_words(world: World) -> None:
    browser = world.signed_in(Role.CANDIDATE)
    large = "x" * (BODY_BYTES_MAX + (1 << 20))
    data = {"language": "cpp", "form_key": "0123456789", "source": large, "kind": "submit"}
    answer = browser.post("/sitting/bplus-tree/submissions", data=data)
    assert answer.status_code == 413
    assert "over 16 MiB; nothing of it was taken" in answer.text
    browser.get("/verdicts", params={"lang": "zh"})
    pieces = (b"x" * (1 << 20) for _ in range(17))  # without an announced length
    form = {"content-type": "application/x-www-form-urlencoded"}
    place = "/sitting/bplus-tree/submissions"
    assert browser.post(place, content=pieces, headers=form).status_code == 413
    again = browser.post("/sitting/bplus-tree/submissions", data=data)
    assert "超过 16 MiB" in again.text
