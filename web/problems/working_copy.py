"""The working copy of a problem: what its authors have typed since the newest commit.

One for all of them. A save says which revision of the file it was made on; where another was saved
meanwhile, the file keeps that one, and what was refused is set aside beside it, so that nothing
that anybody typed is lost. It begins with the newest version when somebody first edits.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import delete
from sqlmodel import Session, col, func, select

from judge.errors import PackageFault
from problems import tree
from problems.package import Package, load
from problems.tree import Files
from web.accounts import staff
from web.problems import catalogue, history
from web.refusals import Conflict, Invalid, TooLarge, no_such_page
from web.storage import Blob, ProblemRow, SetAside, WorkingFile, audit, blobs

FILE_BYTES_MAX = 16 * 1024 * 1024
"""Larger test data is generated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingFileView:
    """A file of the working copy without its bytes."""

    path: str
    revision: int
    saved_by: str
    saved_at_ms: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Save:
    """One save: the whole file, and the revision it was made on; 0 for a new file."""

    path: str
    content: bytes
    base_revision: int
    author: str


class FileConflict(Conflict):
    """Another save came first; the refused one is set aside under `aside`."""

    def __init__(self, path: str, aside: int, name: str) -> None:
        """`name` is whose save came first; "" where the file was deleted or committed."""
        who, who_zh = name or "Somebody", name or "有人"
        super().__init__(
            f"{who} saved or changed {path} meanwhile. Both are kept: theirs is the file, "
            "yours is set aside. Compare them, and choose.",
            f"{who_zh}同时保存或更改了 {path}。两份都已保留：文件为对方的版本，你的已另存。"
            "请比较后选择。",
            field="text",
        )
        self.aside = aside


def begin(session: Session, slug: str, now_ms: int) -> None:
    """Make the working copy of the newest version, if there is none."""
    if _row(session, slug).working_base or _count(session, slug):
        return
    version = history.head(session, slug)
    files = catalogue.files_of(session, slug, version) if version else Files()
    put(session, slug, files, base=version, author="", now_ms=now_ms)


def put(
    session: Session, slug: str, files: Mapping[str, bytes], *, base: str, author: str, now_ms: int
) -> None:
    """Make these files the working copy, in the place of what it was."""
    _clear(session, slug)
    paths = sorted(files)
    revision = _next_revision(session, slug)
    digests = blobs.keep_all(session, [files[path] for path in paths])
    for path, sha256 in zip(paths, digests, strict=True):
        session.add(
            WorkingFile(
                problem=slug,
                path=path,
                sha256=sha256,
                revision=revision,
                saved_by=author,
                saved_at_ms=now_ms,
            )
        )
    row = _row(session, slug)
    row.working_base = base
    session.add(row)
    session.flush()


def _next_revision(session: Session, slug: str) -> int:
    """A number that no revision of the problem's files has had."""
    row = _row(session, slug)
    row.edits += 1
    session.add(row)
    return row.edits


def revision_of(session: Session, slug: str, path: str) -> int:
    """What a save of this file is to name as its base: 0 for a file that is not there.

    Before anybody edits it is the revision that all files will have as the working copy begins.
    """
    row = session.get(WorkingFile, (slug, path))
    if row is not None:
        return row.revision
    begun = _count(session, slug) > 0
    return 0 if begun or path not in files(session, slug) else _row(session, slug).edits + 1


def discard(session: Session, slug: str, *, author: str, now_ms: int) -> None:
    """Forget what was typed since the newest version; what was set aside stays."""
    _clear(session, slug)
    audit.note(session, author, "discarded the working copy", f"problem {slug}", now_ms)


def _clear(session: Session, slug: str) -> None:
    digests = session.exec(select(WorkingFile.sha256).where(WorkingFile.problem == slug)).all()
    session.connection().execute(delete(WorkingFile).where(col(WorkingFile.problem) == slug))
    row = _row(session, slug)
    row.working_base = ""
    session.add(row)
    session.flush()
    blobs.drop_unreferenced(session, digests)


def listing(session: Session, slug: str) -> list[WorkingFileView]:
    """The files of the working copy, by path; none before somebody edits."""
    rows = session.exec(
        select(WorkingFile).where(WorkingFile.problem == slug).order_by(col(WorkingFile.path))
    ).all()
    return [_view(row) for row in rows]


def base(session: Session, slug: str) -> str:
    """The version that the working copy began with; "" without one."""
    return _row(session, slug).working_base


def read(session: Session, slug: str, path: str) -> tuple[WorkingFileView, bytes]:
    """A file and its bytes. Raises NotFound."""
    row = session.get(WorkingFile, (slug, path))
    if row is None:
        raise no_such_page(path)
    return _view(row), blobs.fetch(session, row.sha256)


def files(session: Session, slug: str) -> Files:
    """All files with their bytes; those of the newest version before somebody edits."""
    rows = listing(session, slug)
    if not rows:
        version = history.head(session, slug)
        return catalogue.files_of(session, slug, version) if version else Files()
    contents = blobs.fetch_all(session, [row.sha256 for row in rows])
    return Files((row.path, contents[row.sha256]) for row in rows)


def is_changed(session: Session, slug: str) -> bool:
    """Whether the working copy differs from the newest version."""
    if not _count(session, slug):
        return False
    return tree.version_of(files(session, slug)) != history.head(session, slug)


def save(session: Session, slug: str, one: Save, now_ms: int) -> WorkingFileView:
    """Save a file on top of a revision. Raises FileConflict, Invalid, TooLarge.

    A conflict must be committed, not rolled back: it has set the refused text aside.
    """
    path = _checked(one.path, len(one.content))
    begin(session, slug, now_ms)
    row = session.get(WorkingFile, (slug, path))
    (sha256,) = blobs.keep_all(session, [one.content])
    if row is None:
        _require_base(session, slug, one, sha256, now_ms)
        _require_room(session, slug, path)
        row = WorkingFile(
            problem=slug, path=path, sha256=sha256, revision=0, saved_by="", saved_at_ms=now_ms
        )
    elif row.revision != one.base_revision and row.sha256 != sha256:
        aside = keep_aside(session, slug, one, sha256, now_ms)
        name = staff.names(session, [row.saved_by]).get(row.saved_by, row.saved_by)
        raise FileConflict(path, aside, name)
    elif row.sha256 == sha256:
        return _view(row)
    _require_total(session, slug, len(one.content))
    replaced, row.sha256 = row.sha256, sha256
    row.revision = _next_revision(session, slug)
    row.saved_by, row.saved_at_ms = one.author, now_ms
    session.add(row)
    session.flush()
    blobs.drop_unreferenced(session, {replaced} - {sha256})
    return _view(row)


def write(
    session: Session, slug: str, path: str, content: bytes, *, author: str, now_ms: int
) -> None:
    """Save a file on top of whatever it is now. Raises Invalid, TooLarge."""
    revision = revision_of(session, slug, path)
    one = Save(path=path, content=content, base_revision=revision, author=author)
    save(session, slug, one, now_ms)


def _require_base(session: Session, slug: str, one: Save, sha256: str, now_ms: int) -> None:
    """Raises FileConflict for a save on top of a file that is not there any more."""
    if one.base_revision > 0:
        aside = keep_aside(session, slug, one, sha256, now_ms)
        raise FileConflict(one.path, aside, "")


def _require_total(session: Session, slug: str, size: int) -> None:
    """Raises TooLarge for more bytes than a package may have."""
    total = session.exec(
        select(func.sum(func.length(Blob.content)))
        .join(WorkingFile, col(WorkingFile.sha256) == col(Blob.sha256))
        .where(WorkingFile.problem == slug)
    ).one()
    if (total or 0) + size > tree.TOTAL_BYTES_MAX:
        most = tree.TOTAL_BYTES_MAX >> 20
        raise TooLarge(
            f"The package would have more than {most} MiB. Delete some files, or generate tests.",
            f"题目包将超过 {most} MiB。请删除一些文件，或改用生成器。",
            field="path",
        )


def save_or_set_aside(
    session: Session, slug: str, one: Save, now_ms: int
) -> WorkingFileView | FileConflict:
    """The same; a conflict is given back, to be raised once it is committed."""
    try:
        return save(session, slug, one, now_ms)
    except FileConflict as conflict:
        return conflict


def rename(session: Session, slug: str, old: str, new: str, *, author: str, now_ms: int) -> None:
    """Give a file another path. Raises NotFound, Invalid, Conflict where one is there."""
    begin(session, slug, now_ms)
    row = session.get(WorkingFile, (slug, old))
    if row is None:
        raise no_such_page(old)
    path = _checked(new, 0)
    if path == old:
        return
    if session.get(WorkingFile, (slug, path)) is not None:
        raise Conflict(
            f"There is a file {path} already. Choose another name, or delete it first.",
            f"已有文件 {path}。请换一个名称，或先删除它。",
            field="new",
        )
    _require_room(session, slug, path, without=old)
    session.delete(row)
    session.flush()
    session.add(
        WorkingFile(
            problem=slug,
            path=path,
            sha256=row.sha256,
            revision=_next_revision(session, slug),
            saved_by=author,
            saved_at_ms=now_ms,
        )
    )
    audit.note(session, author, f"renamed {old} to {path}", f"problem {slug}", now_ms)


def remove(session: Session, slug: str, path: str, *, author: str, now_ms: int) -> None:
    """Take a file, or with a path that ends in / a folder, out of the working copy."""
    begin(session, slug, now_ms)
    rows = session.exec(select(WorkingFile).where(WorkingFile.problem == slug)).all()
    gone = [
        row
        for row in rows
        if row.path == path or (path.endswith("/") and row.path.startswith(path))
    ]
    if not gone:
        raise no_such_page(path)
    for row in gone:
        session.delete(row)
    session.flush()
    blobs.drop_unreferenced(session, [row.sha256 for row in gone])
    audit.note(session, author, f"deleted {path}", f"problem {slug}", now_ms)


def put_on_top(session: Session, slug: str, head: str, *, author: str, now_ms: int) -> None:
    """Let the working copy be committed on top of a version that came meanwhile and was looked at.

    Raises Conflict where another came since.
    """
    if head != history.head(session, slug):
        raise Conflict(
            "Another version was committed since. Look at that one, too.",
            "期间又提交了新的版本，请一并查看。",
            field="parent",
        )
    row = _row(session, slug)
    row.working_base = head
    session.add(row)
    audit.note(session, author, f"put on top of {head}", f"problem {slug}", now_ms)


def commit(session: Session, slug: str, sentence: str, *, author: str, now_ms: int) -> str:
    """Make a version of the working copy, which is there anew after the next edit."""
    if not _count(session, slug):
        raise Invalid(
            "Nothing was edited since the newest version, so there is nothing to commit.",
            "自最新版本以来没有修改，无需提交。",
            field="files",
        )
    new = history.NewCommit(
        files=files(session, slug),
        sentence=sentence,
        author=author,
        parent=base(session, slug),
    )
    version = history.commit(session, slug, new, now_ms)
    _clear(session, slug)
    return version


def fault_of(slug: str, files: Files) -> PackageFault | None:
    """What keeps these files from being a package, at its place."""
    try:
        load(files, slug=slug)
    except PackageFault as fault:
        return fault
    return None


def package_now(session: Session, slug: str) -> Package:
    """The working copy's package, or the newest version's: where nobody edits, or it is none now.

    Raises NotFound.
    """
    if is_changed(session, slug):
        with suppress(PackageFault):
            return load(files(session, slug), slug=slug)
    return catalogue.get(session, slug, history.head(session, slug))


def snapshot(session: Session, slug: str, now_ms: int) -> str:
    """A version to be verified or tried: the working copy's, if it differs from the newest.

    It is kept by its content and is no commit. Raises Invalid where it is no package just now.
    """
    if not is_changed(session, slug):
        return history.head(session, slug)
    package = history.read_package(slug, files(session, slug))
    catalogue.store(session, package, now_ms)
    return package.problem.version


def _checked(path: str, size: int) -> str:
    try:
        tree.require_path(path)
    except PackageFault as fault:
        raise Invalid(
            f"“{fault.place}” {fault.message}.",
            f"“{fault.place}”不能作为题目包中的文件名：路径各段须以字母、数字或下划线开头，"
            "且只含这些字符与“.”“-”。",
            field="path",
        ) from fault
    if size > FILE_BYTES_MAX:
        most = FILE_BYTES_MAX >> 20
        raise TooLarge(
            f"{path} has {size:,} bytes; a file here may have at most {most} MiB. "
            "Generate large tests instead (fresh in systems.yaml).",
            f"{path} 有 {size:,} 字节；此处文件最多 {most} MiB。较大的测试请用生成器产生。",
            field="path",
        )
    return path


def _require_room(session: Session, slug: str, path: str, *, without: str = "") -> None:
    """Raises Conflict where a file lies at a folder's place, Invalid for too many files."""
    paths = set(session.exec(select(WorkingFile.path).where(WorkingFile.problem == slug)).all())
    paths -= {without}
    if len(paths) >= tree.FILES_MAX:
        raise Invalid(
            f"A package may have {tree.FILES_MAX:,} files, and this one has them. Delete some, or "
            "generate tests instead.",
            f"题目包最多 {tree.FILES_MAX:,} 个文件，现已达到。请删除一些，或改用生成器。",
            field="path",
        )
    parts = path.split("/")
    above = {"/".join(parts[:depth]) for depth in range(1, len(parts))} & paths
    below = any(one.startswith(f"{path}/") for one in paths)
    if above or below:
        taken = min(above) if above else path
        raise Conflict(
            f"{taken} would be both a file and a folder. Choose another name.",
            f"{taken} 会同时成为文件和文件夹。请换一个名称。",
            field="path",
        )


def keep_aside(session: Session, slug: str, one: Save, sha256: str, at_ms: int) -> int:
    """Keep what a save lost against another's; its number."""
    row = SetAside(
        problem=slug, path=one.path, sha256=sha256, saved_by=one.author, saved_at_ms=at_ms
    )
    session.add(row)
    session.flush()
    assert row.id is not None
    return row.id


def _row(session: Session, slug: str) -> ProblemRow:
    row = session.get(ProblemRow, slug)
    if row is None:
        raise no_such_page(slug)
    return row


def _count(session: Session, slug: str) -> int:
    return session.exec(
        select(func.count()).select_from(WorkingFile).where(WorkingFile.problem == slug)
    ).one()


def _view(row: WorkingFile) -> WorkingFileView:
    return WorkingFileView(
        path=row.path,
        revision=row.revision,
        saved_by=row.saved_by,
        saved_at_ms=row.saved_at_ms,
        sha256=row.sha256,
    )
