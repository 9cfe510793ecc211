"""Pages of a problem's working copy: its files and an editor for each.

Saved as typed, by the page's script or by the form; what two people save at once is kept twice.
"""

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, File, Form, UploadFile
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from pydantic import BaseModel, ConfigDict
from sqlmodel import Session
from starlette.responses import Response

from judge.languages import language_of_file
from problems.tree import Files
from web.accounts import Visitor, rights, staff
from web.problems import FileConflict, Save, asides, history, lifecycle, working_copy
from web.refusals import Invalid, NotFound, NotYours, Refusal, no_such_page
from web.rendering import page
from web.request import STAFF, Context, RequestContext
from web.storage import RightKind

router = APIRouter(default_response_class=HTMLResponse)

Text = Annotated[str, Form()]
_MODES = {".py": "python", ".yaml": "yaml", ".yml": "yaml", ".md": "markdown", ".h": "cpp"}
STATEMENTS = ("statement/problem.en.md", "statement/problem.zh.md")


def require(
    session: Session, context: RequestContext, slug: str, wanted: RightKind = RightKind.EDITOR
) -> Visitor:
    visitor = context.require_role(*STAFF)
    rights.require(session, visitor, rights.problem(slug), wanted)
    return visitor


@router.get("/problems/{slug}/edit")
def edit(context: Context, slug: str, file: str = "", line: int = 0) -> Response:
    return _edit(context, slug, file, at_line=line)


def _edit(
    context: RequestContext,
    slug: str,
    path: str,
    *,
    refusal: Refusal | None = None,
    typed: str | None = None,
    at_line: int = 0,
) -> Response:
    """The tree and one file; what was typed stays typed where it was refused."""
    with context.reading() as session:
        visitor = require(session, context, slug, RightKind.VIEWER)
        problem = lifecycle.line_of(session, visitor, slug)
        files = working_copy.files(session, slug)
        entries = working_copy.listing(session, slug)
        chosen = path if path in files else _first(files)
        content = files.get(chosen, b"")
        revisions = {one.path: one for one in entries}
        names = staff.names(session, {one.saved_by for one in entries})
        aside = asides.set_aside(session, slug)
        revision = working_copy.revision_of(session, slug, chosen)
        base = working_copy.base(session, slug)
    text = _text(content)
    return page(
        "edit.html",
        context,
        status=422 if refusal else 200,
        line=problem,
        paths=sorted(files),
        sizes={one: len(content) for one, content in files.items()},
        chosen=chosen,
        text=text if typed is None else typed,
        size=len(content),
        revision=revision,
        head_moved=bool(base) and base != problem.head_version,
        base=base,
        saved=revisions.get(chosen),
        names=names,
        mode=mode_of(chosen),
        aside=aside,
        refusal=refusal,
        at_line=at_line,
        fault=working_copy.fault_of(slug, files),
        may_edit=rights.covers(problem.right, RightKind.EDITOR),
    )


def mode_of(path: str) -> str:
    """The editor's syntax for a file."""
    for ending, mode in _MODES.items():
        if path.endswith(ending):
            return mode
    language = language_of_file(path)
    return language.editor_mode if language is not None else ""


def _first(files: Files) -> str:
    for path in (*STATEMENTS, "problem.yaml"):
        if path in files:
            return path
    return min(files, default="")


def _text(content: bytes) -> str | None:
    """A file's text; None for what is none."""
    if b"\0" in content:
        return None
    try:
        return content.decode()
    except UnicodeDecodeError:
        return None


@router.post("/problems/{slug}/edit")
def save(
    context: Context,
    slug: str,
    file: Text = "",
    text: Text = "",
    base_revision: Annotated[int, Form()] = 0,
) -> Response:
    """Save a file from the form, where the page's script does not."""
    try:
        _save(context, slug, file, _bytes(text.replace("\r\n", "\n")), base_revision)
    except NotYours:
        raise
    except Refusal as refusal:
        return _edit(context, slug, file, refusal=refusal, typed=text)
    return RedirectResponse(_at(slug, file), status_code=303)


def _bytes(text: str) -> bytes:
    """A text as UTF-8. Raises Invalid for half a character."""
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise Invalid(
            f"Character {error.start + 1} is half of one, which no file can have. Remove it.",
            f"第 {error.start + 1} 个字符不完整，文件无法保存。请删除。",
            field="text",
        ) from error


def _at(slug: str, path: str) -> str:
    return f"/problems/{slug}/edit?file={quote(path)}"


def _save(
    context: RequestContext, slug: str, path: str, content: bytes, base_revision: int
) -> working_copy.WorkingFileView:
    """Save a file; of a conflict the refused text is kept before it is told."""
    with context.writing() as session:
        visitor = require(session, context, slug)
        one = Save(path=path, content=content, base_revision=base_revision, author=visitor.code)
        saved = working_copy.save_or_set_aside(session, slug, one, context.now_ms)
    if isinstance(saved, FileConflict):
        raise saved
    return saved


class TypedFile(BaseModel):
    """A file as the page's script saves it."""

    model_config = ConfigDict(extra="forbid")

    text: str
    base_revision: int


@router.put(
    "/problems/{slug}/working/{path:path}", response_class=JSONResponse, include_in_schema=False
)
def save_typed(context: Context, slug: str, path: str, body: TypedFile) -> Response:
    try:
        saved = _save(context, slug, path, _bytes(body.text), body.base_revision)
    except FileConflict as conflict:
        answer = {
            "message": conflict.text(context.language),
            "aside": conflict.aside,
            **_state(context, slug, path),
        }
        return JSONResponse(answer, status_code=409)
    return JSONResponse({"revision": saved.revision, "saved_at_ms": saved.saved_at_ms})


@router.get(
    "/problems/{slug}/working/{path:path}", response_class=JSONResponse, include_in_schema=False
)
def typed_state(context: Context, slug: str, path: str, since: int = -1) -> Response:
    """A file as it is now, for a page that others may save beside; its text if it is newer."""
    with context.reading() as session:
        require(session, context, slug, RightKind.VIEWER)
    return JSONResponse(_state(context, slug, path, since=since))


def _state(context: RequestContext, slug: str, path: str, *, since: int = -1) -> dict[str, Any]:
    with context.reading() as session:
        try:
            view, content = working_copy.read(session, slug, path)
        except NotFound:
            # Nobody edits now, or the file is gone: what a save would begin with.
            files = working_copy.files(session, slug)
            revision = working_copy.revision_of(session, slug, path)
            if path not in files:
                raise
            same = {"revision": revision, "by": "", "saved_at_ms": context.now_ms}
            return same if revision == since else {**same, "text": _text(files[path])}
        names = staff.names(session, [view.saved_by])
    state = {
        "revision": view.revision,
        "by": names.get(view.saved_by, view.saved_by),
        "saved_at_ms": view.saved_at_ms,
    }
    return state if view.revision == since else {**state, "text": _text(content)}


@router.post("/problems/{slug}/files/new")
def new_file(
    context: Context,
    slug: str,
    path: Text = "",
    upload: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """A new file, empty or uploaded; an upload onto a file that is there is its next revision."""
    content = upload.file.read() if upload is not None else b""
    name = path.strip() or (upload.filename or "" if upload is not None else "")
    if name.endswith("/") and upload is not None:
        name += upload.filename or ""
    try:
        with context.reading() as session:
            require(session, context, slug)
            revision = working_copy.revision_of(session, slug, name)
        if not content and revision:
            return RedirectResponse(_at(slug, name), status_code=303)
        _save(context, slug, name, content, revision)
    except NotYours:
        raise
    except Refusal as refusal:
        return _edit(context, slug, path, refusal=refusal)
    return RedirectResponse(_at(slug, name), status_code=303)


@router.post("/problems/{slug}/files/rename")
def rename(context: Context, slug: str, file: Text = "", new: Text = "") -> Response:
    try:
        with context.writing() as session:
            visitor = require(session, context, slug)
            working_copy.rename(
                session, slug, file, new.strip(), author=visitor.code, now_ms=context.now_ms
            )
    except NotYours:
        raise
    except Refusal as refusal:
        return _edit(context, slug, file, refusal=refusal)
    return RedirectResponse(_at(slug, new.strip()), status_code=303)


@router.post("/problems/{slug}/files/delete")
def delete(context: Context, slug: str, file: Text = "") -> Response:
    with context.writing() as session:
        visitor = require(session, context, slug)
        working_copy.remove(session, slug, file, author=visitor.code, now_ms=context.now_ms)
    return RedirectResponse(f"/problems/{slug}/edit", status_code=303)


@router.get("/problems/{slug}/download/{path:path}")
def download(context: Context, slug: str, path: str) -> Response:
    """A file of the working copy; never shown by a browser as a page of ours."""
    with context.reading() as session:
        require(session, context, slug, RightKind.VIEWER)
        files = working_copy.files(session, slug)
    if path not in files:
        raise no_such_page(path)
    name = quote(path.rsplit("/", 1)[-1])
    return Response(
        files[path],
        media_type="application/octet-stream",
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{name}"},
    )


@router.post("/problems/{slug}/commit")
def commit(context: Context, slug: str, sentence: Text = "", back: Text = "") -> Response:
    """Make a version of the working copy."""
    try:
        with context.writing() as session:
            visitor = require(session, context, slug)
            working_copy.commit(session, slug, sentence, author=visitor.code, now_ms=context.now_ms)
    except NotYours:
        raise
    except Refusal as refusal:
        return _edit(context, slug, back, refusal=refusal)
    return RedirectResponse(f"/problems/{slug}/history", status_code=303)


@router.post("/problems/{slug}/on-top")
def put_on_top(context: Context, slug: str, head: Text = "") -> Response:
    """Let the working copy be committed on top of a version that came meanwhile."""
    try:
        with context.writing() as session:
            visitor = require(session, context, slug)
            working_copy.put_on_top(session, slug, head, author=visitor.code, now_ms=context.now_ms)
    except NotYours:
        raise
    except Refusal as refusal:
        return _edit(context, slug, "", refusal=refusal)
    return RedirectResponse(f"/problems/{slug}/edit", status_code=303)


@router.post("/problems/{slug}/discard")
def discard(context: Context, slug: str) -> Response:
    """Forget what was typed since the newest version; it is set down in the audit."""
    with context.writing() as session:
        visitor = require(session, context, slug)
        working_copy.discard(session, slug, author=visitor.code, now_ms=context.now_ms)
    return RedirectResponse(f"/problems/{slug}/edit", status_code=303)


@router.get("/problems/{slug}/aside/{aside}")
def compare_aside(context: Context, slug: str, aside: int) -> Response:
    """What lost against another's save, against the file as it is."""
    with context.reading() as session:
        visitor = require(session, context, slug, RightKind.VIEWER)
        problem = lifecycle.line_of(session, visitor, slug)
        view, content = asides.aside_content(session, slug, aside)
        current = working_copy.files(session, slug).get(view.path, b"")
        names = staff.names(session, [view.saved_by])
    changed = history.difference({view.path: current}, {view.path: content})
    return page(
        "aside.html",
        context,
        line=problem,
        aside=view,
        changed=changed,
        names=names,
        may_edit=rights.covers(problem.right, RightKind.EDITOR),
    )


@router.post("/problems/{slug}/aside/{aside}")
def choose_aside(context: Context, slug: str, aside: int, choice: Text = "") -> Response:
    """Take what was set aside, or drop it."""
    with context.writing() as session:
        visitor = require(session, context, slug)
        view, _ = asides.aside_content(session, slug, aside)
        if choice == "take":
            asides.take_aside(session, slug, aside, author=visitor.code, now_ms=context.now_ms)
        elif choice == "drop":
            asides.drop_aside(session, slug, aside)
    return RedirectResponse(_at(slug, view.path), status_code=303)
