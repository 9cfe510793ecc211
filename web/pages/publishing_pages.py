"""The pages of publishing: what is known of a problem, what is lacking, and its certificate."""

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.responses import Response

from problems import signatures
from web.accounts import rights, staff
from web.pages.editing import require
from web.problems import catalogue, lifecycle, working_copy
from web.refusals import NotYours, Refusal
from web.rendering import page
from web.request import Context, RequestContext
from web.storage import RightKind
from web.verification import certificates, publishing

router = APIRouter(default_response_class=HTMLResponse)

Text = Annotated[str, Form()]


@router.get("/problems/{slug}/publish")
def ready(context: Context, slug: str) -> Response:
    return _ready(context, slug)


def _ready(
    context: RequestContext, slug: str, refusal: Refusal | None = None, typed: str = ""
) -> Response:
    with context.reading() as session:
        visitor = require(session, context, slug, RightKind.VIEWER)
        line = lifecycle.line_of(session, visitor, slug)
        package = catalogue.get(session, slug, line.head_version)
        proof = publishing.proof_of(session, package)
        certificate = certificates.certificate_of(session, slug)
        names = staff.names(session, [certificate.issued_by] if certificate else [])
        edited = working_copy.is_changed(session, slug)
    return page(
        "publish.html",
        context,
        status=422 if refusal else 200,
        line=line,
        proof=proof,
        certificate=certificate,
        names=names,
        edited=edited,
        refusal=refusal,
        typed=typed,
        may_publish=rights.covers(line.right, RightKind.OWNER),
    )


@router.post("/problems/{slug}/publish")
def publish(context: Context, slug: str, despite: Text = "", version: Text = "") -> Response:
    try:
        with context.writing() as session:
            visitor = require(session, context, slug, RightKind.OWNER)
            publishing.publish(
                session,
                visitor,
                slug,
                version=version,
                despite=despite,
                now_ms=context.now_ms,
            )
    except NotYours:
        raise
    except Refusal as refusal:
        return _ready(context, slug, refusal, despite)
    return RedirectResponse(f"/problems/{slug}/certificate", status_code=303)


@router.get(
    "/problems/{slug}/certificate.json",
    response_class=Response,
    responses={200: {"content": {"application/json": {}}}},
    tags=["problems"],
)
def certificate_file(context: Context, slug: str, version: str = "") -> Response:
    """The certificate as a signed file, which `judge verify-certificate` checks."""
    with context.reading() as session:
        require(session, context, slug, RightKind.VIEWER)
        found = certificates.required(session, slug, version)
    return Response(
        signatures.to_file(found.signed),
        media_type="application/json",
        headers={
            "Content-Disposition": f'attachment; filename="{slug}-{found.version}.certificate.json"'
        },
    )


@router.get("/problems/{slug}/certificate")
def certificate(context: Context, slug: str, version: str = "") -> Response:
    """What was proved of a version when it was published."""
    with context.reading() as session:
        visitor = require(session, context, slug, RightKind.VIEWER)
        line = lifecycle.line_of(session, visitor, slug)
        found = certificates.required(session, slug, version)
        names = staff.names(session, [found.issued_by])
    return page("certificate.html", context, line=line, certificate=found, names=names)
