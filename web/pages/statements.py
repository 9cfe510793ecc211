"""A problem's statements in both languages side by side, with what candidates see of each."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from judge.errors import PackageFault
from problems import statement_rendering
from problems.description import read_description
from problems.package import load
from problems.statements import read_statements
from problems.tree import Files
from web.accounts import rights
from web.pages.editing import STATEMENTS, require
from web.problems import lifecycle, working_copy
from web.refusals import Invalid
from web.rendering import page, render
from web.request import Context, RequestContext
from web.storage import RightKind

router = APIRouter(default_response_class=HTMLResponse)

Text = Annotated[str, Form()]


@router.get("/problems/{slug}/statements")
def statements(context: Context, slug: str) -> Response:
    """Both languages side by side, with what candidates see below each."""
    with context.reading() as session:
        visitor = require(session, context, slug, RightKind.VIEWER)
        problem = lifecycle.line_of(session, visitor, slug)
        files = working_copy.files(session, slug)
        revisions = {path: working_copy.revision_of(session, slug, path) for path in STATEMENTS}
    sides = [
        {
            "path": path,
            "text": files.get(path, b"").decode(errors="replace"),
            "revision": revisions[path],
            "language": path.split(".")[1],
            "preview": _preview(context, slug, files, path),
        }
        for path in STATEMENTS
    ]
    return page(
        "statements.html",
        context,
        line=problem,
        sides=sides,
        may_edit=rights.covers(problem.right, RightKind.EDITOR),
    )


@router.post("/problems/{slug}/preview")
def preview(context: Context, slug: str, file: Text = "", text: Text = "") -> Response:
    """A statement's text as candidates would see it, saved or not."""
    if file not in STATEMENTS:
        raise Invalid(
            f"“{file[:80]}” is no statement; there are {', '.join(STATEMENTS)}.",
            f"“{file[:80]}”不是题面文件；可选：{'、'.join(STATEMENTS)}。",
            field="file",
        )
    with context.reading() as session:
        require(session, context, slug, RightKind.VIEWER)
        files = working_copy.files(session, slug)
    files[file] = text.replace("\r\n", "\n").encode()
    return HTMLResponse(_preview(context, slug, files, file))


def _preview(context: RequestContext, slug: str, files: Files, path: str) -> str:
    """With the samples where the package can be read; else the statement alone, and why."""
    language = path.split(".")[1]
    beside = replace(context, language=language)  # samples' captions are in it, too
    try:
        package = load(files, slug=slug)
    except PackageFault as fault:
        html = ""
        try:
            found = read_statements(files, read_description(files)).get(language)
            html = statement_rendering.rendered(found).html if found is not None else ""
        except PackageFault:
            pass
        return render(
            "preview.html",
            beside,
            package=None,
            html=html,
            fault=fault,
            language=language,
            faults=(),
        )
    statement = package.statements.get(language)
    faults = statement_rendering.rendered(statement).faults if statement is not None else ()
    return render(
        "preview.html",
        beside,
        package=package,
        html="",
        fault=None,
        language=language,
        faults=faults,
    )
