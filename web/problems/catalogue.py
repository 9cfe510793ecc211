"""Packages of problems by their versions, read once and then kept in memory."""

import threading
from dataclasses import asdict, dataclass
from typing import Any

from sqlmodel import Session, select

from judge.errors import PackageFault
from problems import tree
from problems.package import Package, load
from problems.publishing import require_fit
from problems.skills import skill_name
from web.refusals import Conflict, no_such_page, unreadable_problem
from web.storage import ProblemCommit, ProblemRow, ProblemVersion, blobs

_KEPT_MAX = 64
_kept: dict[tuple[str, str], Package] = {}
_lock = threading.Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemSummary:
    """What lists show of a version, kept beside it so that they need not read packages."""

    names: dict[str, str]
    minutes: int
    skills: tuple[str, ...]
    languages: tuple[str, ...]

    def name(self, language: str) -> str:
        wanted = "zh" if language.startswith("zh") else "en"
        return self.names.get(wanted) or next(iter(self.names.values()), "")

    def skill_names(self, language: str) -> list[str]:
        return [skill_name(skill, language) for skill in self.skills]


def summary_of(package: Package) -> ProblemSummary:
    return ProblemSummary(
        names=dict(package.names),
        minutes=package.minutes,
        skills=package.skills,
        languages=package.problem.languages,
    )


def stored_summary(session: Session, row: ProblemVersion) -> ProblemSummary:
    """A version's summary; of one that was loaded before summaries were kept, made anew."""
    if not row.summary:
        return summary_of(get(session, row.slug, row.version))
    given: dict[str, Any] = row.summary
    return ProblemSummary(
        names=given["names"],
        minutes=given["minutes"],
        skills=tuple(given["skills"]),
        languages=tuple(given["languages"]),
    )


def add(
    session: Session,
    package: Package,
    now_ms: int,
    *,
    author: str = "command line",
    sentence: str = "Loaded.",
) -> str:
    """Keep a package for campaigns to use, published; its version.

    The same package twice is one version. Raises PackageFault for one that candidates may not be
    asked yet.
    """
    slug, version = package.problem.slug, package.problem.version
    known = session.get(ProblemVersion, (slug, version))
    if known is not None and not known.summary:
        known.summary = asdict(summary_of(package))
        session.add(known)
    row = session.get(ProblemRow, slug) or ProblemRow(slug=slug, created_at_ms=now_ms)
    committed = select(ProblemCommit.id).where(
        ProblemCommit.problem == slug, ProblemCommit.version == version
    )
    if session.exec(committed.limit(1)).first() is not None and row.published_version:
        return version
    require_fit(package)
    store(session, package, now_ms)
    session.add(row)
    session.flush()
    session.add(
        ProblemCommit(
            problem=slug,
            version=version,
            parent_version=row.head_version,
            author=author,
            sentence=sentence,
            at_ms=now_ms,
        )
    )
    row.head_version = row.published_version = version
    session.flush()
    return version


def store(session: Session, package: Package, now_ms: int) -> None:
    """Keep a version's bytes; nothing where it is there already."""
    slug, version = package.problem.slug, package.problem.version
    if session.get(ProblemVersion, (slug, version)) is not None:
        return
    session.add(
        ProblemVersion(
            slug=slug,
            version=version,
            package_sha256=blobs.keep(session, tree.pack(package.tree)),
            loaded_at_ms=now_ms,
            summary=asdict(summary_of(package)),
        )
    )
    session.flush()


def get(session: Session, slug: str, version: str) -> Package:
    """A package by its version; read once, then kept in memory. Raises NotFound."""
    with _lock:
        kept = _kept.get((slug, version))
    if kept is not None:
        return kept
    try:
        package = load(files_of(session, slug, version), slug=slug, version=version)
    except PackageFault as fault:
        # One that an earlier release took, and this one would not.
        raise unreadable_problem(slug, str(fault)) from fault
    with _lock:
        while len(_kept) >= _KEPT_MAX:
            del _kept[next(iter(_kept))]
        _kept[(slug, version)] = package
    return package


def published(session: Session, slug: str) -> Package:
    """The version that campaigns may take. Raises NotFound, Conflict before there is one."""
    row = session.get(ProblemRow, slug)
    if row is None:
        raise no_such_page(slug)
    if not row.published_version:
        raise Conflict(
            f"The problem {slug} is not published yet. Publish it first: /problems/{slug}/publish.",
            f"题目 {slug} 尚未发布。请先发布：/problems/{slug}/publish。",
            field="problems",
        )
    return get(session, slug, row.published_version)


def files_of(session: Session, slug: str, version: str) -> tree.Files:
    """The files of a version, as they were committed. Raises NotFound."""
    return tree.unpack(archive_of(session, slug, version))


def archive_of(session: Session, slug: str, version: str) -> bytes:
    """A version as a zip file. Raises NotFound."""
    row = session.get(ProblemVersion, (slug, version))
    if row is None:
        raise no_such_page(f"{slug} {version}")
    return blobs.fetch(session, row.package_sha256)


def exists(session: Session, slug: str) -> bool:
    """Whether there is such a problem, in whatever state."""
    return session.get(ProblemRow, slug) is not None


def is_retired(session: Session, slug: str) -> bool:
    """Whether no new campaign may take it."""
    row = session.get(ProblemRow, slug)
    return row is not None and row.retired_at_ms is not None
