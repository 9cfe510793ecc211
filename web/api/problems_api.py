"""The REST API of problems and of people who work here, for programs, by a personal token.

A program may what its token's person may, within the token's scopes; packages travel as zip files.
"""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Body, Query
from pydantic import BaseModel, ConfigDict
from starlette.responses import Response

from web.accounts import (
    NewAccount,
    require_role,
    rights,
    staff,
)
from web.api.api_tokens import Operator, Reader, Writer
from web.problems import (
    FileConflict,
    ProblemLine,
    ProblemQuery,
    Save,
    catalogue,
    history,
    lifecycle,
    uploads,
    working_copy,
)
from web.request import Context
from web.storage import RightKind, Role

router = APIRouter(prefix="/api/v1")

ZIP = {200: {"content": {"application/zip": {}}, "description": "The package as a zip file"}}
NEWEST = "newest"


Zip = Annotated[bytes, Body(media_type="application/zip")]
Sentence = Annotated[str, Query(description="What the version changes, and why.")]


class ProblemItem(BaseModel):
    """A problem, as the API tells of it."""

    slug: str
    names: dict[str, str]
    state: str
    head_version: str
    published_version: str
    owners: list[str]
    skills: list[str]
    minutes: int
    languages: list[str]
    versions: int
    campaigns: int
    answered: int
    solved: int
    right: str


class CommitItem(BaseModel):
    """A line of a problem's history."""

    id: int
    version: str
    parent_version: str
    author: str
    sentence: str
    at_ms: int


class CommittedVersion(BaseModel):
    """What a commit made."""

    slug: str
    version: str


class FileItem(BaseModel):
    """A file of a problem's working copy."""

    path: str
    revision: int
    saved_by: str
    saved_at_ms: int


class GivenRight(BaseModel):
    """Whose right is to become what; "" takes it away."""

    model_config = ConfigDict(extra="forbid")

    code: str
    right: str = ""


class PersonItem(BaseModel):
    """Somebody who works here."""

    code: str
    name: str
    mail: str
    roles: list[str]
    disabled: bool
    seen_at_ms: int


class InvitedPerson(BaseModel):
    """Whom to invite."""

    model_config = ConfigDict(extra="forbid")

    name: str
    mail: str
    roles: list[Role]
    language: str = "en"


class SentLink(BaseModel):
    """A new account's code, and the link that is shown once."""

    code: str
    link: str


@router.get("/problems", tags=["problems"])
def list_problems(context: Context, visitor: Reader, q: str = "") -> list[ProblemItem]:
    """Problems that you may see; `q` are words of name, skill, language or owner."""
    with context.reading() as session:
        lines = lifecycle.find(session, visitor, ProblemQuery(words=q))
    return [_item(line) for line in lines]


def _item(line: ProblemLine) -> ProblemItem:
    summary = line.summary
    return ProblemItem(
        slug=line.slug,
        names=summary.names,
        state=line.state,
        head_version=line.head_version,
        published_version=line.published_version,
        owners=list(line.owners),
        skills=list(summary.skills),
        minutes=summary.minutes,
        languages=list(summary.languages),
        versions=line.versions,
        campaigns=line.campaigns,
        answered=line.answered,
        solved=line.solved,
        right=line.right,
    )


@router.post("/problems", tags=["problems"])
def create_problem(
    context: Context,
    visitor: Writer,
    name: str,
    package: Zip,
    sentence: Sentence = "Uploaded.",
) -> CommittedVersion:
    """Make a problem of a package; you own it. 409 where there is one of that name."""
    require_role(visitor, Role.INTERVIEWER)
    files = uploads.unpacked(package)
    with context.writing() as session:
        slug = lifecycle.create(session, visitor, name, files, sentence, now_ms=context.now_ms)
        return CommittedVersion(slug=slug, version=history.head(session, slug))


@router.get("/problems/{slug}", tags=["problems"])
def show_problem(context: Context, visitor: Reader, slug: str) -> ProblemItem:
    """One problem."""
    with context.reading() as session:
        return _item(lifecycle.line_of(session, visitor, slug))


@router.get("/problems/{slug}/versions", tags=["problems"])
def list_versions(
    context: Context, visitor: Reader, slug: str, before: int | None = None
) -> list[CommitItem]:
    """The history, the newest first, in pages; `before` is the last id of the page before."""
    with context.reading() as session:
        lifecycle.line_of(session, visitor, slug)
        found = history.commits(session, slug, before=before)
    return [CommitItem(**asdict(one)) for one in found]


@router.get(
    "/problems/{slug}/versions/{version}.zip",
    response_class=Response,
    responses=ZIP,  # type: ignore[arg-type]
    tags=["problems"],
)
def download_version(context: Context, visitor: Reader, slug: str, version: str) -> Response:
    """A version's package; `newest` is the newest commit's."""
    with context.reading() as session:
        line = lifecycle.line_of(session, visitor, slug)
        wanted = line.head_version if version == NEWEST else version
        content = catalogue.archive_of(session, slug, wanted)
    return Response(content, media_type="application/zip", headers={"X-Version": wanted})


@router.put("/problems/{slug}", tags=["problems"])
def commit_version(
    context: Context,
    visitor: Writer,
    slug: str,
    package: Zip,
    sentence: Sentence,
    parent: Annotated[str, Query(description="The version that yours began with.")],
) -> CommittedVersion:
    """Commit a package as the newest version. 409 where another was committed since `parent`."""
    files = uploads.unpacked(package)
    with context.writing() as session:
        rights.require(session, visitor, rights.problem(slug), RightKind.EDITOR)
        new = history.NewCommit(files=files, sentence=sentence, author=visitor.code, parent=parent)
        version = history.commit(session, slug, new, context.now_ms)
    return CommittedVersion(slug=slug, version=version)


@router.get("/problems/{slug}/diff", tags=["problems"])
def show_difference(
    context: Context, visitor: Reader, slug: str, old: str, new: str
) -> list[dict[str, Any]]:
    """What two versions differ in, file by file."""
    with context.reading() as session:
        lifecycle.line_of(session, visitor, slug)
        before = catalogue.files_of(session, slug, old)
        after = catalogue.files_of(session, slug, new)
    return [asdict(one) for one in history.difference(before, after)]


@router.get("/problems/{slug}/files", tags=["problems"])
def list_files(context: Context, visitor: Reader, slug: str) -> list[FileItem]:
    """Files of the working copy; none where nobody edits just now."""
    with context.reading() as session:
        lifecycle.line_of(session, visitor, slug)
        found = working_copy.listing(session, slug)
    return [
        FileItem(
            path=one.path,
            revision=one.revision,
            saved_by=one.saved_by,
            saved_at_ms=one.saved_at_ms,
        )
        for one in found
    ]


@router.put("/problems/{slug}/files/{path:path}", tags=["problems"])
def save_file(
    context: Context,
    visitor: Writer,
    slug: str,
    path: str,
    content: Annotated[bytes, Body(media_type="application/octet-stream")],
    base_revision: int = 0,
) -> FileItem:
    """Save a file of the working copy on top of a revision.

    409 where another was saved since: yours is set aside then, and nothing is overwritten.
    """
    with context.writing() as session:
        rights.require(session, visitor, rights.problem(slug), RightKind.EDITOR)
        one = Save(path=path, content=content, base_revision=base_revision, author=visitor.code)
        saved = working_copy.save_or_set_aside(session, slug, one, context.now_ms)
    if isinstance(saved, FileConflict):
        raise saved
    return FileItem(
        path=saved.path,
        revision=saved.revision,
        saved_by=saved.saved_by,
        saved_at_ms=saved.saved_at_ms,
    )


@router.delete("/problems/{slug}/files/{path:path}", status_code=204, tags=["problems"])
def delete_file(context: Context, visitor: Writer, slug: str, path: str) -> None:
    """Take a file, or with a path that ends in / a folder, out of the working copy."""
    with context.writing() as session:
        rights.require(session, visitor, rights.problem(slug), RightKind.EDITOR)
        working_copy.remove(session, slug, path, author=visitor.code, now_ms=context.now_ms)


@router.post("/problems/{slug}/commit", tags=["problems"])
def commit_working_copy(
    context: Context, visitor: Writer, slug: str, sentence: Sentence
) -> CommittedVersion:
    """Make a version of the working copy."""
    with context.writing() as session:
        rights.require(session, visitor, rights.problem(slug), RightKind.EDITOR)
        version = working_copy.commit(
            session, slug, sentence, author=visitor.code, now_ms=context.now_ms
        )
    return CommittedVersion(slug=slug, version=version)


@router.put("/problems/{slug}/rights", status_code=204, tags=["problems"])
def give_right(context: Context, visitor: Writer, slug: str, body: GivenRight) -> None:
    """Give somebody a right on a problem, or take theirs; for its owner."""
    wanted = rights.named(body.right)
    with context.writing() as session:
        history.head(session, slug)  # which is there, or is told not to be
        rights.give(
            session,
            visitor,
            rights.problem(slug),
            body.code,
            wanted,
            now_ms=context.now_ms,
        )


@router.get("/people", tags=["people"])
def list_people(context: Context, visitor: Operator) -> list[PersonItem]:
    """People who work here; for operators."""
    require_role(visitor, Role.OPERATOR)
    with context.reading() as session:
        found = staff.everybody(session, context.now_ms)
    return [
        PersonItem(
            code=one.code,
            name=one.name,
            mail=one.mail,
            roles=sorted(one.roles),
            disabled=one.disabled,
            seen_at_ms=one.seen_at_ms,
        )
        for one in found
    ]


@router.post("/people", tags=["people"])
def invite_person(context: Context, visitor: Operator, body: InvitedPerson) -> SentLink:
    """Make an account; its sign-in link is told once. For operators."""
    require_role(visitor, Role.OPERATOR)
    settings = context.services.settings
    new = NewAccount(
        name=body.name, mail=body.mail, roles=frozenset(body.roles), language=body.language
    )
    with context.writing() as session:
        made = staff.invite(session, new, actor=visitor.code, now_ms=context.now_ms)
        secret = staff.new_link(
            session,
            made.code,
            actor=visitor.code,
            days=settings.invitation_days,
            now_ms=context.now_ms,
        )
    return SentLink(code=made.code, link=f"{settings.url}/i/{secret}")
