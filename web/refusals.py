"""What may be refused, and how: one tree, mapped to HTTP in one table (`STATUS`).

    Refusal
    ├── NotSignedIn         401   sign in by your link
    ├── NotYours            403   somebody else's, or not for your role
    ├── NotFound            404
    ├── Conflict            409   the thing changed meanwhile; nothing was overwritten
    ├── TooLarge            413   more than is taken at once
    ├── Invalid             422   a value that can't be taken; `field` is where
    ├── TooMany             429   a limit that was announced
    └── NotStored           503   our disk is full or our database busy; nothing was written

A refusal speaks both languages: its text goes to the page, at the field where it happened.
"""

from http import HTTPStatus


class Refusal(Exception):  # noqa: N818  (a refusal is not an error of ours)
    """A request that is not granted: what, which value, what to do; in English and Chinese."""

    def __init__(self, en: str, zh: str, *, field: str = "") -> None:
        super().__init__(en)
        self.en = en
        self.zh = zh
        self.field = field

    def text(self, language: str) -> str:
        return self.zh if language.startswith("zh") else self.en


class NotSignedIn(Refusal):
    """Nobody is signed in."""


class NotYours(Refusal):
    """It is somebody else's, or for another role."""


class NotFound(Refusal):
    """There is no such thing."""


class Conflict(Refusal):
    """It changed meanwhile."""


class TooLarge(Refusal):
    """More than is taken at once."""


class Invalid(Refusal):
    """A value that can't be taken."""


class TooMany(Refusal):
    """A limit is reached."""


class NotStored(Refusal):
    """We could not write it down."""


STATUS: dict[type[Refusal], HTTPStatus] = {
    NotSignedIn: HTTPStatus.UNAUTHORIZED,
    NotYours: HTTPStatus.FORBIDDEN,
    NotFound: HTTPStatus.NOT_FOUND,
    Conflict: HTTPStatus.CONFLICT,
    TooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    TooMany: HTTPStatus.TOO_MANY_REQUESTS,
    NotStored: HTTPStatus.SERVICE_UNAVAILABLE,
}


def status_of(refusal: Refusal) -> HTTPStatus:
    """What it is in HTTP; a kind of its own is what it is a kind of."""
    return next(STATUS[kind] for kind in type(refusal).__mro__ if kind in STATUS)


def sign_in_first() -> NotSignedIn:
    return NotSignedIn(
        "You are not signed in. Open the link from your invitation again.",
        "你尚未登录。请重新打开邀请中的链接。",
    )


def no_such_page(what: str) -> NotFound:
    return NotFound(
        f"There is nothing here called “{what}”. Check the address.",
        f"这里没有“{what}”。请检查地址。",
    )


def not_stored(error: Exception) -> NotStored:
    """What a database's refusal to write means to the person whose words it was."""
    if "full" in str(error).lower():
        return NotStored(
            "The server's disk is full, so nothing was stored. Your text is still here; send it "
            "again in a few minutes, and tell those who invited you if it stays so.",
            "服务器磁盘已满，内容未保存。你的文本仍在此处；请几分钟后重新提交，若仍不行请联系邀请你的人。",
            field="source",
        )
    return NotStored(
        "The database is busy, so nothing was stored. Your text is still here; send it again.",
        "数据库繁忙，内容未保存。你的文本仍在此处，请重新提交。",
        field="source",
    )


def too_large_a_body(bytes_max: int) -> TooLarge:
    most = bytes_max >> 20
    return TooLarge(
        f"What you sent is over {most} MiB; nothing of it was taken. Go back, and send less.",
        f"发送的内容超过 {most} MiB，未被接收。请返回并减少内容后重新发送。",
    )


def unreadable_problem(slug: str, why: str) -> NotFound:
    return NotFound(
        f"The problem {slug} can't be read by this release ({why}). Tell whoever runs this server; "
        "the problem must be mended and loaded again.",
        f"当前版本无法读取题目 {slug}（{why}）。请联系服务器管理员；题目需修正后重新载入。",
    )
