"""Certificates as they are read: whole, in one sentence for candidates, as a figure in lists."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, func, select

from problems.signatures import SignedText
from web.refusals import no_such_page
from web.storage import Certificate, ProblemRow


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateView:
    """A certificate as it was signed."""

    version: str
    issued_at_ms: int
    issued_by: str
    signed: SignedText
    body: dict[str, Any]


def certificate_of(session: Session, slug: str, version: str = "") -> CertificateView | None:
    """The newest certificate of a problem, or of one version of it; None without."""
    query = select(Certificate).where(Certificate.problem == slug)
    if version:
        query = query.where(Certificate.version == version)
    row = session.exec(query.order_by(col(Certificate.id).desc()).limit(1)).first()
    if row is None:
        return None
    return CertificateView(
        version=row.version,
        issued_at_ms=row.issued_at_ms,
        issued_by=row.issued_by,
        signed=SignedText(payload=row.payload, signature=row.signature, public_key=row.public_key),
        body=json.loads(row.payload),
    )


def required(session: Session, slug: str, version: str = "") -> CertificateView:
    """The same. Raises NotFound without one."""
    found = certificate_of(session, slug, version)
    if found is None:
        raise no_such_page(f"{slug} {version}".strip())
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortProof:
    """What candidates are told of a certificate; None of what names a planted bug."""

    right: int
    planted: int
    runs: int
    score: float


def short_proof(session: Session, slug: str, version: str) -> ShortProof | None:
    """A published version's proof in one sentence; None where it isn't whole."""
    found = certificate_of(session, slug, version)
    if found is None or found.body["published_despite"] or not found.body["mutation"]:
        return None
    shares = found.body["submissions"]
    planted = [share for share in shares if share["planted"]]
    return ShortProof(
        right=len(shares) - len(planted),
        planted=len(planted),
        runs=min((share["runs"] for share in planted), default=0),
        score=100 * found.body["mutation"]["score"],
    )


@dataclass(frozen=True, slots=True)
class PublishedScore:
    """The mutation score of what is published: a share, and its interval."""

    score: float
    low: float
    high: float


def mutation_scores(session: Session, slugs: Collection[str]) -> dict[str, PublishedScore]:
    """By problem, of the published versions whose mutants were judged."""
    newest = (
        select(func.max(Certificate.id))
        .join(ProblemRow, col(ProblemRow.slug) == col(Certificate.problem))
        .where(
            col(Certificate.problem).in_(slugs),
            Certificate.version == ProblemRow.published_version,
        )
        .group_by(col(Certificate.problem))
    )
    found = {}
    rows = session.exec(
        select(Certificate.problem, Certificate.payload).where(col(Certificate.id).in_(newest))
    )
    for slug, payload in rows:
        told = json.loads(payload)["mutation"]
        if told:
            found[slug] = PublishedScore(told["score"], *told["interval"])
    return found
