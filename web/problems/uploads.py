"""Uploads: a package that was looked at, kept for who sent it for an hour, to be taken."""

from sqlmodel import Session, select

from judge.errors import PackageFault
from problems import tree
from web.accounts import Visitor
from web.refusals import Invalid, NotFound
from web.storage import PackageUpload, blobs, digest, new_secret

GOOD_MS = 3_600_000


def unpacked(content: bytes) -> tree.Files:
    """The files of a package that was sent. Raises Invalid for what is none."""
    try:
        return tree.unpack(content)
    except PackageFault as fault:
        raise Invalid(
            f"{fault.place}: {fault.message}. Nothing was taken.",
            f"{fault.place}：{fault.message}。未接收任何内容。",
            field="package",
        ) from fault


def keep(session: Session, visitor: Visitor, content: bytes, now_ms: int) -> str:
    """Keep a package; the secret that takes it. What others left too long is dropped."""
    old = session.exec(select(PackageUpload).where(PackageUpload.expires_at_ms < now_ms)).all()
    for row in old:
        session.delete(row)
    session.flush()
    blobs.drop_unreferenced(session, [row.sha256 for row in old])
    token = new_secret()
    session.add(
        PackageUpload(
            token_hash=digest(token),
            person_id=visitor.id,
            sha256=blobs.keep(session, content),
            expires_at_ms=now_ms + GOOD_MS,
        )
    )
    return token


def content_of(session: Session, visitor: Visitor, token: str, now_ms: int) -> bytes:
    """The package that somebody kept before. Raises NotFound for another's, or an old one."""
    row = session.get(PackageUpload, digest(token))
    if row is None or row.person_id != visitor.id or row.expires_at_ms < now_ms:
        raise NotFound(
            "This upload is not kept any more. Choose the file again.",
            "此上传已不再保留，请重新选择文件。",
            field="package",
        )
    return blobs.fetch(session, row.sha256)


def drop(session: Session, token: str) -> None:
    """Forget an upload that was taken."""
    row = session.get(PackageUpload, digest(token))
    if row is not None:
        session.delete(row)
        session.flush()
        blobs.drop_unreferenced(session, [row.sha256])
