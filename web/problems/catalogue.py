"""Problems that the server knows, in the versions that were loaded."""

import threading

from sqlmodel import Session, col, select

from judge.errors import PackageFault
from problems import tree
from problems.package import Package, load
from problems.publishing import require_fit
from web.refusals import NotFound, no_such_page, unreadable_problem
from web.storage import ProblemRow, ProblemVersion, blobs

_KEPT_MAX = 64
_kept: dict[tuple[str, str], Package] = {}
_lock = threading.Lock()


def add(session: Session, package: Package, now_ms: int) -> str:
    """Keep a package for campaigns to use; its version. The same package twice is one version.

    Raises PackageFault for one that candidates may not be asked yet.
    """
    slug, version = package.problem.slug, package.problem.version
    if session.get(ProblemVersion, (slug, version)) is None:
        require_fit(package)
        sha256 = blobs.keep(session, tree.pack(package.tree))
        session.add(
            ProblemVersion(slug=slug, version=version, package_sha256=sha256, loaded_at_ms=now_ms)
        )
        session.flush()
    return version


def get(session: Session, slug: str, version: str) -> Package:
    """A package by its pinned version; read once, then kept in memory."""
    with _lock:
        kept = _kept.get((slug, version))
    if kept is not None:
        return kept
    row = session.get(ProblemVersion, (slug, version))
    if row is None:
        raise no_such_page(slug)
    try:
        files = tree.unpack(blobs.fetch(session, row.package_sha256))
        package = load(files, slug=slug, version=version)
    except PackageFault as fault:
        # One that an earlier release took, and this one would not.
        raise unreadable_problem(slug, str(fault)) from fault
    with _lock:
        while len(_kept) >= _KEPT_MAX:
            del _kept[next(iter(_kept))]
        _kept[(slug, version)] = package
    return package


def newest(session: Session) -> list[Package]:
    """The newest version of every problem, by slug; unreadable ones are left out."""
    rows = session.exec(select(ProblemVersion).order_by(col(ProblemVersion.loaded_at_ms))).all()
    versions = {row.slug: row.version for row in rows}
    found = []
    for slug in sorted(versions):
        try:
            found.append(get(session, slug, versions[slug]))
        except NotFound:
            continue
    return found


def newest_of(session: Session, slug: str) -> Package:
    """The newest version of one problem."""
    for package in newest(session):
        if package.problem.slug == slug:
            return package
    raise no_such_page(slug)


def exists(session: Session, slug: str) -> bool:
    """Whether there is such a problem, in whatever state."""
    return session.get(ProblemRow, slug) is not None
