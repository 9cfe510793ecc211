"""Bytes by content: one table, one backup."""

import hashlib
from collections.abc import Collection

from sqlalchemy import delete
from sqlmodel import Session, col, select

from web.refusals import no_such_page
from web.storage.authoring_tables import PackageUpload, ProblemVersion, SetAside, WorkingFile
from web.storage.tables import Blob, SubmissionFile, SubmissionRow

_AT_ONCE = 500
"""Digests in one question: databases bound the parameters of a statement."""


def keep(session: Session, content: bytes) -> str:
    """Store `content` once; its SHA-256."""
    sha256 = hashlib.sha256(content).hexdigest()
    if session.get(Blob, sha256) is None:
        session.add(Blob(sha256=sha256, content=content))
        session.flush()
    return sha256


def keep_all(session: Session, contents: Collection[bytes]) -> list[str]:
    """Store many at once; their SHA-256, in order."""
    digests = [hashlib.sha256(content).hexdigest() for content in contents]
    missing = dict(zip(digests, contents, strict=True))
    known = list(missing)
    for start in range(0, len(known), _AT_ONCE):
        part = known[start : start + _AT_ONCE]
        for found in session.exec(select(Blob.sha256).where(col(Blob.sha256).in_(part))):
            del missing[found]
    for sha256, content in missing.items():
        session.add(Blob(sha256=sha256, content=content))
    session.flush()
    return digests


def fetch_all(session: Session, digests: Collection[str]) -> dict[str, bytes]:
    """The bytes of many, by digest; those that are not there are left out."""
    wanted = sorted(set(digests))
    found: dict[str, bytes] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        part = wanted[start : start + _AT_ONCE]
        rows = session.exec(select(Blob.sha256, Blob.content).where(col(Blob.sha256).in_(part)))
        found.update(rows.all())
    return found


def fetch(session: Session, sha256: str) -> bytes:
    """The bytes of that digest. Raises NotFound."""
    blob = session.get(Blob, sha256)
    if blob is None:
        raise no_such_page(sha256)
    return blob.content


def drop_unreferenced(session: Session, digests: Collection[str]) -> None:
    """Delete those of these bytes that nothing refers to any more."""
    wanted = sorted(set(digests))
    for start in range(0, len(wanted), _AT_ONCE):
        part = set(wanted[start : start + _AT_ONCE])
        for referring in _REFERRING:
            used = session.exec(select(referring).where(col(referring).in_(part))).all()
            part -= set(used)
        session.connection().execute(delete(Blob).where(col(Blob.sha256).in_(part)))


_REFERRING = (
    SubmissionRow.source_sha256,
    SubmissionFile.sha256,
    ProblemVersion.package_sha256,
    WorkingFile.sha256,
    SetAside.sha256,
    PackageUpload.sha256,
)
"""Every column that names bytes; each has an index, since whole packages are asked for."""
