"""A candidate's pages: the sitting, a problem with its editor, and what is sent from there."""

from typing import Annotated

from fastapi import APIRouter, File, Form, UploadFile
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from pydantic import BaseModel, ConfigDict
from sqlalchemy.exc import OperationalError
from sqlmodel import Session
from starlette.responses import Response

from judge.languages import LANGUAGES
from judge.verdicts import Verdict
from web.accounts import Visitor
from web.candidates import (
    DraftPlace,
    SubmissionForm,
    campaigns,
    drafts,
    submission_targets,
    submission_view,
    submissions,
)
from web.fleet import runners
from web.hiring import leaderboard
from web.refusals import Conflict, Invalid, NotYours, Refusal, TooMany, not_stored, status_of
from web.rendering import file_response, page
from web.request import Context, RequestContext
from web.storage import Role, SubmissionKind, new_secret
from web.verification import certificates

router = APIRouter(default_response_class=HTMLResponse)


@router.get("/sitting")
def sitting(context: Context) -> Response:
    visitor = context.require_role(Role.CANDIDATE)
    with context.reading() as session:
        campaign = campaigns.of_candidate(session, visitor)
        rows = [
            (package, _best(session, visitor, package.problem.slug))
            for package in campaign.packages
        ]
        return page(
            "sitting.html",
            context,
            campaign=campaign,
            sitting=campaigns.sitting_of(session, visitor, campaign, context.now_ms),
            rows=rows,
            place=_own_place(session, visitor, campaign),
        )


def _own_place(
    session: Session, visitor: Visitor, campaign: campaigns.CampaignView
) -> leaderboard.BoardLine | None:
    """The candidate's own row, where the campaign lets candidates see it."""
    if not campaign.board_open:
        return None
    board = leaderboard.build(session, campaign, visitor)
    return next((line for line in board.lines if line.person_id == visitor.id), None)


@router.post("/sitting/start")
def start(context: Context) -> Response:
    visitor = context.require_role(Role.CANDIDATE)
    with context.writing() as session:
        campaigns.start_sitting(session, visitor, context.now_ms)
    return RedirectResponse("/sitting", status_code=303)


@router.get("/sitting/{slug}")
def problem(context: Context, slug: str, language: str = "", at: int = 0) -> Response:
    return _problem_page(context, slug, language=language, at_line=at)


@router.get("/sitting/{slug}/files/{path:path}")
def public_file(context: Context, slug: str, path: str) -> Response:
    """A sample or an attachment, once the candidate's time has begun."""
    visitor = context.require_role(Role.CANDIDATE)
    with context.reading() as session:
        campaign = campaigns.of_candidate(session, visitor)
        now = campaigns.sitting_of(session, visitor, campaign, context.now_ms)
        if now.started_at_ms is None:
            return RedirectResponse("/sitting", status_code=303)
        package = campaign.package(slug)
    return file_response(package, path)


@router.post("/sitting/{slug}/submissions")
def submit(
    context: Context,
    slug: str,
    language: Annotated[str, Form()],
    form_key: Annotated[str, Form(min_length=8, max_length=100)],
    source: Annotated[str, Form()] = "",
    kind: Annotated[SubmissionKind, Form()] = SubmissionKind.SUBMIT,
    file: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Take an answer. What can't be taken comes back with the text kept, and says why."""
    visitor = context.require_role(Role.CANDIDATE)
    uploaded = file.file.read() if file is not None and file.filename else b""
    form = SubmissionForm(
        problem=slug,
        language=language,
        source=uploaded or source.replace("\r\n", "\n").encode(),
        kind=kind,
        form_key=form_key,
    )
    try:
        with context.writing() as session:
            campaign = campaigns.of_candidate(session, visitor)
            campaigns.require_running(
                campaigns.sitting_of(session, visitor, campaign, context.now_ms)
            )
            code = submissions.submit(
                session,
                visitor,
                campaign.package(slug),
                form,
                submissions_max=campaign.submissions_max,
                now_ms=context.now_ms,
                trace=context.trace,
            )
    except (Invalid, TooMany, NotYours) as refusal:
        return _problem_page(context, slug, language=language, refusal=refusal, typed=source)
    except OperationalError as error:
        return _problem_page(
            context, slug, language=language, refusal=not_stored(error), typed=source
        )
    context.services.wake_all()
    return RedirectResponse(f"/submissions/{code}", status_code=303)


class DraftBody(BaseModel):
    """A save of the editor."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: str
    base_revision: int


@router.put("/drafts/{slug}/{language}", response_class=JSONResponse, tags=["submissions"])
def save_draft(context: Context, slug: str, language: str, body: DraftBody) -> Response:
    """Keep what somebody has written, and tell where another has written meanwhile."""
    visitor = context.require_role(Role.CANDIDATE)
    place = DraftPlace(visitor.id, slug, language)
    try:
        with context.writing() as session:
            package = campaigns.of_candidate(session, visitor).package(slug)
            saved = drafts.save(
                session,
                place,
                body.text,
                base_revision=body.base_revision,
                bytes_max=package.code_bytes_max,
                now_ms=context.now_ms,
            )
    except Conflict as conflict:
        with context.reading() as session:
            other = drafts.read(session, place)
        assert other is not None
        return JSONResponse(
            {
                "message": conflict.text(context.language),
                "text": other.text,
                "revision": other.revision,
            },
            status_code=409,
        )
    return JSONResponse({"revision": saved.revision, "saved_at_ms": saved.saved_at_ms})


def _problem_page(
    context: RequestContext,
    slug: str,
    *,
    language: str,
    refusal: Refusal | None = None,
    typed: str = "",
    at_line: int = 0,
) -> Response:
    visitor = context.require_role(Role.CANDIDATE)
    with context.reading() as session:
        campaign = campaigns.of_candidate(session, visitor)
        now = campaigns.sitting_of(session, visitor, campaign, context.now_ms)
        if now.started_at_ms is None:
            return RedirectResponse("/sitting", status_code=303)
        package = campaign.package(slug)
        offered = package.problem.languages
        past = submission_view.history(session, visitor.id, slug)
        wanted = language or (past[0].language if past else offered[0])
        chosen = wanted if wanted in offered else offered[0]
        saved = {la: drafts.read(session, DraftPlace(visitor.id, slug, la)) for la in offered}
        return page(
            "problem.html",
            context,
            status=status_of(refusal) if refusal else 200,
            campaign=campaign,
            sitting=now,
            package=package,
            places=submission_targets.target_offers(package, runners.offered(session)),
            short_proof=certificates.short_proof(session, slug, package.problem.version),
            chosen=chosen,
            texts_by_language={
                la: {
                    "text": typed
                    if refusal and la == language and typed
                    else (draft.text if draft else package.starter.get(la, "")),
                    "revision": draft.revision if draft else 0,
                    "starter": package.starter.get(la, ""),
                    "mode": LANGUAGES[la].editor_mode,
                }
                for la, draft in saved.items()
            },
            history=past,
            used=submissions.counted(session, visitor.id, slug),
            form_key=new_secret(),
            refusal=refusal,
            at_line=at_line,
        )


def _best(session: Session, visitor: Visitor, slug: str) -> tuple[Verdict | None, int]:
    """(the best verdict so far, and how many submissions counted)."""
    verdicts = [
        line.verdict
        for line in submission_view.history(session, visitor.id, slug)
        if line.kind is SubmissionKind.SUBMIT and line.verdict is not None
    ]
    best = min(verdicts, key=lambda verdict: verdict.severity, default=None)
    return best, submissions.counted(session, visitor.id, slug)
