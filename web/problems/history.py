"""A problem's history: versions that never change, each made by a commit that says why.

A version is named by its content, so that going back is a new commit of an old version, and one
commit on top of another's is refused where nobody looked at what came between.
"""

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from judge.errors import PackageFault
from problems.package import Package, load
from problems.tree import Tree
from web.problems import catalogue
from web.refusals import Conflict, Invalid, no_such_page
from web.storage import ProblemCommit, ProblemRow, audit

SENTENCE_MAX = 500
PAGE = 50
DIFF_LINES_MAX = 4000
"""A page of more is no page; the rest is in the zip files."""
_TEXT_BYTES_MAX = 400_000
_LINES_MAX = 3000
"""Comparing takes the square of it where lines repeat."""
_CONTEXT = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitView:
    """A line of the history."""

    id: int
    version: str
    parent_version: str
    author: str
    sentence: str
    at_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCommit:
    """What is to be committed: files, why, by whom, on top of which version."""

    files: Tree
    sentence: str
    author: str
    parent: str


@dataclass(frozen=True, slots=True)
class DiffLine:
    """A line of a difference; `kind` is "+", "-", " ", or "@" for where it is."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileDiff:
    """What became of one file: added, removed or changed; lines, or none where it is no text."""

    path: str
    change: str
    lines: tuple[DiffLine, ...]
    remark: str = ""
    """The sizes of what is no text, or is too long to be shown."""


def read_package(slug: str, files: Tree) -> Package:
    """The package in these files. Raises Invalid with the file and what is wrong there."""
    try:
        return load(files, slug=slug)
    except PackageFault as fault:
        raise Invalid(
            f"{fault.place}: {fault.message}. Mend it, and commit again; the working copy is kept.",
            f"{fault.place}：{fault.message}。请修正后再提交；工作副本已保留。",
            field="files",
        ) from fault


def commit(session: Session, slug: str, new: NewCommit, now_ms: int) -> str:
    """Make a version of these files; its name. Raises NotFound, Invalid, Conflict.

    The package is readable then, and may still have what keeps it from being published.
    """
    row = session.get(ProblemRow, slug)
    if row is None:
        raise no_such_page(slug)
    sentence = " ".join(new.sentence.split())
    if not sentence or len(sentence) > SENTENCE_MAX:
        raise Invalid(
            f"The sentence has {len(sentence)} characters; say in 1 to {SENTENCE_MAX} what this "
            "version changes and why.",
            f"说明有 {len(sentence)} 个字符；请用 1 到 {SENTENCE_MAX} 个字符说明改了什么、为什么。",
            field="sentence",
        )
    if new.parent != row.head_version:
        raise Conflict(
            f"Version {row.head_version} was committed meanwhile, and yours began with "
            f"{new.parent or 'none'}. Look at what it changed, take it over, and commit again.",
            f"期间已提交版本 {row.head_version}，而你的修改基于 {new.parent or '空'}。"
            "请查看其改动并合并后再提交。",
            field="parent",
        )
    package = read_package(slug, new.files)
    if package.problem.version == row.head_version:
        raise Invalid(
            "Nothing differs from the newest version, so there is nothing to commit.",
            "与最新版本没有差别，无需提交。",
            field="files",
        )
    catalogue.store(session, package, now_ms)
    session.add(
        ProblemCommit(
            problem=slug,
            version=package.problem.version,
            parent_version=row.head_version,
            author=new.author,
            sentence=sentence,
            at_ms=now_ms,
        )
    )
    row.head_version = package.problem.version
    session.add(row)
    session.flush()
    what = f"problem {slug} {row.head_version}"
    audit.note(session, new.author, "committed", what, now_ms)
    return row.head_version


def head(session: Session, slug: str) -> str:
    """The newest commit's version. Raises NotFound."""
    row = session.get(ProblemRow, slug)
    if row is None:
        raise no_such_page(slug)
    return row.head_version


def commits(session: Session, slug: str, *, before: int | None = None) -> list[CommitView]:
    """Lines of the history, the newest first, a page of them."""
    query = select(ProblemCommit).where(ProblemCommit.problem == slug)
    if before is not None:
        query = query.where(col(ProblemCommit.id) < before)
    rows = session.exec(query.order_by(col(ProblemCommit.id).desc()).limit(PAGE)).all()
    return [
        CommitView(
            id=row.id or 0,
            version=row.version,
            parent_version=row.parent_version,
            author=row.author,
            sentence=row.sentence,
            at_ms=row.at_ms,
        )
        for row in rows
    ]


def difference(old: Tree, new: Tree) -> list[FileDiff]:
    """What of the files differs, by path; at most DIFF_LINES_MAX lines in all."""
    found: list[FileDiff] = []
    left = DIFF_LINES_MAX
    for path in sorted(set(old) | set(new)):
        before, after = old.get(path), new.get(path)
        if before == after:
            continue
        one = _file_diff(path, before, after, left)
        left -= len(one.lines)
        found.append(one)
    return found


def _file_diff(path: str, old: bytes | None, new: bytes | None, lines_max: int) -> FileDiff:
    change = "added" if old is None else "removed" if new is None else "changed"
    before, after = _lines(old), _lines(new)
    sizes = f"{len(old or b''):,} → {len(new or b''):,} bytes"
    too_long = lines_max <= 0 or max(len(before or ()), len(after or ())) > _LINES_MAX
    if before is None or after is None or too_long:
        return FileDiff(path=path, change=change, lines=(), remark=sizes)
    lines = tuple(_diff_lines(before, after))
    if len(lines) > lines_max:
        return FileDiff(path=path, change=change, lines=lines[:lines_max], remark=sizes)
    return FileDiff(path=path, change=change, lines=lines)


def _lines(content: bytes | None) -> Sequence[str] | None:
    """Lines of a text; None for what is none, or takes too long to compare."""
    if content is None:
        return []
    if len(content) > _TEXT_BYTES_MAX or b"\0" in content:
        return None
    try:
        return content.decode().split("\n")
    except UnicodeDecodeError:
        return None


def _diff_lines(before: Sequence[str], after: Sequence[str]) -> Iterator[DiffLine]:
    for number, line in enumerate(difflib.unified_diff(before, after, n=_CONTEXT, lineterm="")):
        if number > 1:  # the two lines with names of files come first
            yield DiffLine(line[0], line if line.startswith("@") else line[1:])
