"""A problem's settings as a form and as text, and its tests as a table."""

from typing import Annotated, Any

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import BaseModel
from sqlmodel import Session
from starlette.responses import Response

from judge.errors import PackageFault
from judge.languages import LANGUAGES
from judge.targets import TARGETS
from problems import settings_form
from problems.package import load
from problems.settings_form import PROBLEM, SYSTEMS, FreshRow, SettingsForm
from problems.tree import Files
from web.accounts import rights
from web.pages.editing import require
from web.problems import lifecycle, working_copy
from web.refusals import Conflict, Invalid, NotYours, Refusal
from web.rendering import page
from web.request import Context, RequestContext
from web.storage import RightKind
from web.verification import verifications

router = APIRouter(default_response_class=HTMLResponse)

SHOWN_MAX = 2000
"""Tests on one page; of more the rest is in the files."""


@router.get("/problems/{slug}/settings")
def settings(context: Context, slug: str, saved: int = 0) -> Response:
    return _settings(context, slug, saved=bool(saved))


def _settings(
    context: RequestContext,
    slug: str,
    *,
    refusal: Refusal | None = None,
    typed: SettingsForm | None = None,
    saved: bool = False,
) -> Response:
    with context.reading() as session:
        visitor = require(session, context, slug, RightKind.VIEWER)
        line = lifecycle.line_of(session, visitor, slug)
        files = working_copy.files(session, slug)
        seen = {path: working_copy.revision_of(session, slug, path) for path in (PROBLEM, SYSTEMS)}
    fault = working_copy.fault_of(slug, files)
    try:
        form = typed or settings_form.read(files)
    except PackageFault as unreadable:
        fault, form = unreadable, SettingsForm()
    return page(
        "settings.html",
        context,
        status=422 if refusal else 200,
        line=line,
        form=form,
        fault=fault,
        texts_of={
            path: files.get(path, b"").decode(errors="replace") for path in (PROBLEM, SYSTEMS)
        },
        seen=seen,
        saved=saved,
        refusal=refusal,
        every_language=LANGUAGES.values(),
        every_target=TARGETS.values(),
        may_edit=rights.covers(line.right, RightKind.EDITOR),
    )


class SettingsFields(BaseModel):
    """What the form sends; the table of fresh groups comes column by column."""

    name_en: str = ""
    name_zh: str = ""
    languages: list[str] = []
    time_limit: str = ""
    memory: str = ""
    output: str = ""
    license: str = ""
    minutes: str = ""
    skills: str = ""
    targets: list[str] = []
    benchmark_limit: str = ""
    benchmark_full: str = ""
    fresh_group: list[str] = []
    fresh_count: list[str] = []
    fresh_arguments: list[str] = []
    fresh_builds: list[str] = []
    problem_revision: int = 0
    systems_revision: int = 0

    def form(self) -> SettingsForm:
        rows = zip(
            self.fresh_group,
            self.fresh_count,
            self.fresh_arguments,
            self.fresh_builds,
            strict=False,
        )
        return SettingsForm(
            name_en=self.name_en.strip(),
            name_zh=self.name_zh.strip(),
            languages=tuple(self.languages),
            time_limit=self.time_limit,
            memory=self.memory,
            output=self.output,
            license=self.license.strip(),
            minutes=self.minutes,
            skills=self.skills,
            targets=tuple(self.targets),
            benchmark_limit=self.benchmark_limit,
            benchmark_full=self.benchmark_full,
            fresh=tuple(
                FreshRow(
                    group=group.strip(),
                    count=int(count) if count.strip().isdecimal() else 0,
                    arguments=arguments,
                    builds=" ".join(builds.split()) or "plain",
                )
                for group, count, arguments, builds in rows
                if group.strip()
            ),
        )


@router.post("/problems/{slug}/settings")
def save_settings(context: Context, slug: str, sent: Annotated[SettingsFields, Form()]) -> Response:
    """Write the form into both texts, in the working copy; a value that can't be is told."""
    form = sent.form()
    try:
        with context.writing() as session:
            visitor = require(session, context, slug)
            seen = {PROBLEM: sent.problem_revision, SYSTEMS: sent.systems_revision}
            _require_seen(session, slug, seen)
            _write(session, slug, form, author=visitor.code, now_ms=context.now_ms)
    except NotYours:
        raise
    except Refusal as refusal:
        return _settings(context, slug, refusal=refusal, typed=form)
    return RedirectResponse(f"/problems/{slug}/settings?saved=1", status_code=303)


def _require_seen(session: Session, slug: str, seen: dict[str, int]) -> None:
    """Raises Conflict where a text was saved since the form was shown."""
    for path, revision in seen.items():
        if working_copy.revision_of(session, slug, path) != revision:
            raise Conflict(
                f"{path} was changed since you opened this form. What you typed is still here; "
                "open the page again beside it, and bring both together.",
                f"打开此表单后 {path} 已被更改。你输入的内容仍在此处；请另开此页并合并两者。",
                field="form",
            )


def _write(session: Session, slug: str, form: SettingsForm, *, author: str, now_ms: int) -> None:
    files = working_copy.files(session, slug)
    try:
        changed = settings_form.write(files, form)
        load(Files({**files, **changed}), slug=slug)
    except PackageFault as fault:
        raise Invalid(
            f"{fault.place}: {fault.message}. Nothing was saved; correct it.",
            f"{fault.place}：{fault.message}。未保存；请更正。",
            field="form",
        ) from fault
    for path, content in changed.items():
        working_copy.write(session, slug, path, content, author=author, now_ms=now_ms)


@router.get("/problems/{slug}/tests")
def tests(context: Context, slug: str) -> Response:
    """Samples, fixed and fresh tests, by groups; one of each fresh group, as last made."""
    with context.reading() as session:
        visitor = require(session, context, slug, RightKind.VIEWER)
        line = lifecycle.line_of(session, visitor, slug)
        files = working_copy.files(session, slug)
        try:
            package = load(files, slug=slug)
        except PackageFault as fault:
            return page("tests.html", context, line=line, fault=fault, rows=(), fresh=(), more=0)
        made = verifications.fresh_examples(session, slug)
    cases = package.problem.testcases
    rows: list[dict[str, Any]] = [
        {
            "name": case.name,
            "group": case.group,
            "sample": case.sample,
            "bytes": len(case.input),
            "answer": len(case.answer),
            "builds": case.builds,
            "path": f"data/{case.name}.in",
        }
        for case in cases[:SHOWN_MAX]
    ]
    return page(
        "tests.html",
        context,
        line=line,
        fault=None,
        rows=rows,
        more=max(0, len(cases) - SHOWN_MAX),
        fresh=package.problem.fresh,
        made=made,
        may_run=rights.covers(line.right, RightKind.REVIEWER),
    )


@router.post("/problems/{slug}/tests/show")
def show_one(context: Context, slug: str) -> Response:
    """Have one test of each fresh group made, on the fleet."""
    with context.writing() as session:
        visitor = require(session, context, slug, RightKind.REVIEWER)
        version = working_copy.snapshot(session, slug, context.now_ms)
        number = verifications.start_check(session, visitor, slug, version, context.now_ms)
    context.services.wake_all()
    return RedirectResponse(f"/problems/{slug}/verify/{number}", status_code=303)
