"""Bytes by content: one table, one backup."""

import hashlib
from collections.abc import Collection

from sqlalchemy import delete
from sqlmodel import Session, col, select

from web.refusals import no_such_page
from web.storage.tables import Blob, ProblemVersion, SetAside, SubmissionRow, WorkingFile


def keep(session: Session, content: bytes) -> str:
    """Store `content` once; its SHA-256."""
    sha256 = hashlib.sha256(content).hexdigest()
    if session.get(Blob, sha256) is None:
        session.add(Blob(sha256=sha256, content=content))
        session.flush()
    return sha256


def fetch(session: Session, sha256: str) -> bytes:
    """The bytes of that digest. Raises NotFound."""
    blob = session.get(Blob, sha256)
    if blob is None:
        raise no_such_page(sha256)
    return blob.content


def drop_unreferenced(session: Session, digests: Collection[str]) -> None:
    """Delete those of these bytes that nothing refers to any more."""
    for referring in (
        SubmissionRow.source_sha256,
        ProblemVersion.package_sha256,
        WorkingFile.sha256,
        SetAside.sha256,
    ):
        used = session.exec(select(referring).where(col(referring).in_(digests))).all()
        digests = set(digests) - set(used)
    session.connection().execute(delete(Blob).where(col(Blob.sha256).in_(digests)))
