"""Pages of problems: the list, a new one, one as candidates see it, its life and its versions."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, File, Form, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.responses import Response

from judge.languages import LANGUAGES
from problems import format_report, skeleton, tree
from problems.format_report import FormatReport
from problems.package import slug_of
from problems.publishing import unfit
from web.accounts import Visitor, rights, staff
from web.candidates import submission_targets
from web.fleet import runners
from web.problems import (
    ProblemQuery,
    ProblemState,
    catalogue,
    history,
    lifecycle,
    uploads,
    working_copy,
)
from web.refusals import Conflict, Invalid, Refusal
from web.rendering import file_response, page
from web.request import STAFF, Context, RequestContext
from web.storage import RightKind, Role
from web.verification import certificates

router = APIRouter(default_response_class=HTMLResponse)

Text = Annotated[str, Form()]
Texts = Annotated[list[str], Form()]


@router.get("/problems")
def problems(context: Context, q: str = "", state: str = "") -> Response:
    visitor = context.require_role(*STAFF)
    wanted = ProblemState(state) if state in tuple(ProblemState) else None
    with context.reading() as session:
        lines = lifecycle.find(session, visitor, ProblemQuery(words=q, state=wanted))
        scores = certificates.mutation_scores(session, [line.slug for line in lines])
    return page(
        "problems.html",
        context,
        lines=lines,
        scores=scores,
        q=q,
        state=state,
        states=tuple(ProblemState),
    )


@router.get("/problems/new")
def new(context: Context) -> Response:
    visitor = context.require_role(Role.INTERVIEWER)
    return _new(context, visitor)


def _new(
    context: RequestContext,
    visitor: Visitor,
    *,
    refusal: Refusal | None = None,
    typed: str = "",
    report: FormatReport | None = None,
    kept: str = "",
) -> Response:
    with context.reading() as session:
        known = lifecycle.find(session, visitor, ProblemQuery())
    return page(
        "problem_new.html",
        context,
        status=422 if refusal else 200,
        refusal=refusal,
        typed=typed,
        known=known,
        report=report,
        kept=kept,
        shapes=skeleton.SHAPES,
        offered=[one for one in LANGUAGES.values() if one.skeleton is not None],
    )


@router.post("/problems/new")
def make(
    context: Context,
    name: Text = "",
    shape: Text = "program",
    languages: Texts = [],  # noqa: B006
) -> Response:
    """Make a problem from the skeleton."""
    visitor = context.require_role(Role.INTERVIEWER)
    try:
        wanted = _skeleton_languages(shape, languages)
        with context.writing() as session:
            slug = lifecycle.checked_slug(session, name)
            made = skeleton.make(slug, shape=shape, languages=wanted)
            lifecycle.create(
                session,
                visitor,
                slug,
                tree.Files(made),
                "Made from the skeleton.",
                now_ms=context.now_ms,
            )
    except Refusal as refusal:
        return _new(context, visitor, refusal=refusal, typed=name)
    return RedirectResponse(f"/problems/{slug}/edit", status_code=303)


def _skeleton_languages(shape: str, languages: list[str]) -> list[str]:
    known = [one.id for one in LANGUAGES.values() if one.skeleton is not None]
    if shape not in skeleton.SHAPES:
        raise Invalid(
            f"The shape “{shape[:20]}” is not known; there are {', '.join(skeleton.SHAPES)}.",
            f"没有“{shape[:20]}”这种形式；可选：{'、'.join(skeleton.SHAPES)}。",
            field="shape",
        )
    wanted = [one for one in known if one in languages]
    if not wanted:
        raise Invalid(
            "No language is chosen. Choose one or more; others can be added later.",
            "未选择语言。请至少选择一种；之后还可以添加。",
            field="languages",
        )
    return wanted


@router.post("/problems/new/copy")
def copy(context: Context, name: Text = "", of: Text = "") -> Response:
    """Make a problem from the newest version of another."""
    visitor = context.require_role(Role.INTERVIEWER)
    try:
        with context.writing() as session:
            line = lifecycle.line_of(session, visitor, of)
            files = catalogue.files_of(session, of, line.head_version)
            words = f"Copied from {of} {line.head_version}."
            slug = lifecycle.create(session, visitor, name, files, words, now_ms=context.now_ms)
    except Refusal as refusal:
        return _new(context, visitor, refusal=refusal, typed=name)
    return RedirectResponse(f"/problems/{slug}/edit", status_code=303)


@router.post("/problems/new/upload")
def upload(
    context: Context,
    name: Text = "",
    kept: Text = "",
    package: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Take a package, after what of it isn't supported was said."""
    visitor = context.require_role(Role.INTERVIEWER)
    given = slug_of((package.filename or "").rsplit(".", 1)[0]) if package is not None else ""
    wanted = name.strip() or given
    try:
        content = _kept(context, visitor, kept) if kept else _uploaded(package)
        files = uploads.unpacked(content)
        report = format_report.report(files, slug_of(wanted))
        taken = report.package is not None and (not report.points or bool(kept))
        with context.writing() as session:
            slug = lifecycle.checked_slug(session, wanted)
            token = ""
            if taken:
                lifecycle.create(
                    session, visitor, wanted, files, "Uploaded.", now_ms=context.now_ms
                )
                uploads.drop(session, kept)
            elif report.package is not None:
                token = uploads.keep(session, visitor, content, context.now_ms)
    except Refusal as refusal:
        return _new(context, visitor, refusal=refusal, typed=wanted)
    if not taken:
        return _new(context, visitor, typed=wanted, report=report, kept=token)
    return RedirectResponse(f"/problems/{slug}", status_code=303)


def _kept(context: RequestContext, visitor: Visitor, token: str) -> bytes:
    """What was sent before and looked at."""
    with context.reading() as session:
        return uploads.content_of(session, visitor, token, context.now_ms)


def _uploaded(package: UploadFile | None) -> bytes:
    """What was sent now. Raises Invalid for nothing."""
    content = package.file.read() if package is not None else b""
    if not content:
        raise Invalid(
            "No file is chosen. Choose a package as a zip file.",
            "未选择文件。请选择 zip 格式的题目包。",
            field="package",
        )
    return content


@router.get("/problems/{slug}")
def problem(context: Context, slug: str) -> Response:
    """A problem as candidates see it, and its planted programs, which they don't."""
    visitor = context.require_role(*STAFF)
    with context.reading() as session:
        line = lifecycle.line_of(session, visitor, slug)
        package = catalogue.get(session, slug, line.head_version)
        places = submission_targets.target_offers(package, runners.offered(session))
        newest = history.commits(session, slug)[0]
        return page(
            "problem_staff.html",
            context,
            line=line,
            package=package,
            places=places,
            newest=newest,
            names=staff.names(session, [newest.author]),
            uses=lifecycle.uses(session, slug),
            unfit=unfit(package),
            edited=working_copy.is_changed(session, slug),
        )


@router.get("/problems/{slug}/files/{path:path}")
def public_file(context: Context, slug: str, path: str) -> Response:
    """What candidates may download of a problem."""
    visitor = context.require_role(*STAFF)
    with context.reading() as session:
        line = lifecycle.line_of(session, visitor, slug)
        package = catalogue.get(session, slug, line.head_version)
    return file_response(package, path)


@router.post("/problems/{slug}/retire")
def retire(context: Context, slug: str) -> Response:
    visitor = context.require_role(Role.INTERVIEWER)
    with context.writing() as session:
        rights.require(session, visitor, rights.problem(slug), RightKind.OWNER)
        lifecycle.retire(session, slug, actor=visitor.code, now_ms=context.now_ms)
    return RedirectResponse(f"/problems/{slug}", status_code=303)


@router.post("/problems/{slug}/unretire")
def take_back(context: Context, slug: str) -> Response:
    visitor = context.require_role(Role.INTERVIEWER)
    with context.writing() as session:
        rights.require(session, visitor, rights.problem(slug), RightKind.OWNER)
        lifecycle.take_back(session, slug, actor=visitor.code, now_ms=context.now_ms)
    return RedirectResponse(f"/problems/{slug}", status_code=303)


@router.get("/problems/{slug}/history")
def the_history(context: Context, slug: str, before: int | None = None) -> Response:
    visitor = context.require_role(*STAFF)
    return _history(context, visitor, slug, before=before)


def _history(
    context: RequestContext,
    visitor: Visitor,
    slug: str,
    *,
    before: int | None = None,
    refusal: Refusal | None = None,
    report: FormatReport | None = None,
) -> Response:
    with context.reading() as session:
        line = lifecycle.line_of(session, visitor, slug)
        commits = history.commits(session, slug, before=before)
        names = staff.names(session, {one.author for one in commits})
    return page(
        "history.html",
        context,
        status=422 if refusal else 200,
        line=line,
        commits=commits,
        names=names,
        more=len(commits) == history.PAGE,
        refusal=refusal,
        report=report,
        may_edit=rights.covers(line.right, RightKind.EDITOR),
    )


@router.get("/problems/{slug}/diff")
def the_difference(context: Context, slug: str, old: str = "", new: str = "") -> Response:
    """What two versions differ in; without `new`, the working copy's changes to `old`."""
    visitor = context.require_role(*STAFF)
    with context.reading() as session:
        line = lifecycle.line_of(session, visitor, slug)
        old = old or working_copy.base(session, slug) or line.head_version
        before = catalogue.files_of(session, slug, old)
        after = catalogue.files_of(session, slug, new) if new else working_copy.files(session, slug)
    changed = history.difference(before, after)
    return page("diff.html", context, line=line, old=old, new=new, changed=changed)


@router.post("/problems/{slug}/restore")
def restore(
    context: Context, slug: str, version: Text = "", sentence: Text = "", head: Text = ""
) -> Response:
    """Go back to an earlier version, by a new commit of it."""
    visitor = context.require_role(Role.INTERVIEWER)
    try:
        with context.writing() as session:
            rights.require(session, visitor, rights.problem(slug), RightKind.EDITOR)
            files = catalogue.files_of(session, slug, version)
            words = sentence.strip() or f"Back to {version}."
            new = history.NewCommit(
                files=files,
                sentence=words,
                author=visitor.code,
                parent=head,
            )
            history.commit(session, slug, new, context.now_ms)
    except (Invalid, Conflict) as refusal:
        return _history(context, visitor, slug, refusal=refusal)
    return RedirectResponse(f"/problems/{slug}/history", status_code=303)


@router.post("/problems/{slug}/zip")
def upload_version(
    context: Context,
    slug: str,
    sentence: Text = "",
    head: Text = "",
    package: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """A zip file onto a problem: a commit with the same history."""
    visitor = context.require_role(Role.INTERVIEWER)
    try:
        files = uploads.unpacked(_uploaded(package))
        with context.writing() as session:
            rights.require(session, visitor, rights.problem(slug), RightKind.EDITOR)
            new = history.NewCommit(
                files=files,
                sentence=sentence,
                author=visitor.code,
                parent=head,
            )
            history.commit(session, slug, new, context.now_ms)
    except (Invalid, Conflict) as refusal:
        return _history(context, visitor, slug, refusal=refusal)
    return RedirectResponse(f"/problems/{slug}/history", status_code=303)


@router.get("/problems/{slug}/versions/{version}.zip")
def version_zip(context: Context, slug: str, version: str) -> Response:
    """A version as a zip file."""
    visitor = context.require_role(*STAFF)
    with context.reading() as session:
        rights.require(session, visitor, rights.problem(slug), RightKind.VIEWER)
        content = catalogue.archive_of(session, slug, version)
    return zip_response(f"{slug}-{version}.zip", content)


def zip_response(name: str, content: bytes) -> Response:
    return Response(
        content,
        media_type="application/zip",
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"},
    )
