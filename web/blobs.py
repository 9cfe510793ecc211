"""Bytes by content: one table, one backup."""

import hashlib

from sqlmodel import Session

from web.refusals import no_such_page
from web.tables import Blob


def keep(session: Session, content: bytes) -> str:
    """Store `content` once; its SHA-256."""
    sha256 = hashlib.sha256(content).hexdigest()
    if session.get(Blob, sha256) is None:
        session.add(Blob(sha256=sha256, content=content))
        session.flush()
    return sha256


def fetch(session: Session, sha256: str) -> bytes:
    blob = session.get(Blob, sha256)
    if blob is None:
        raise no_such_page(sha256)
    return blob.content
