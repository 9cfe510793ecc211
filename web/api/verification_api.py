"""The REST API of verification: runs, mutants, what is lacking, publishing, certificates."""

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict
from starlette.responses import Response

from judge.runner import JUDGEMENT
from problems import signatures
from web.accounts import rights
from web.api.api_tokens import Reader, Writer
from web.candidates import submission_view
from web.problems import catalogue, lifecycle, working_copy
from web.refusals import no_such_page
from web.request import Context
from web.storage import RightKind
from web.verification import (
    FOR_AUTHORS,
    NewVerification,
    TriedAnswer,
    certificates,
    matrix,
    mutations,
    publishing,
    tried_answers,
    verifications,
)

router = APIRouter(prefix="/api/v1/problems/{slug}", tags=["verification"])


class RequestBody(BaseModel):
    """Nothing unknown is taken."""

    model_config = ConfigDict(extra="forbid")


class AskedVerification(RequestBody):
    """What to verify: submissions whose names contain `only`, each `runs` times."""

    runs: int = 1
    only: str = ""


class StartedVerification(BaseModel):
    """A verification that was queued."""

    id: int
    version: str


class VerificationItem(BaseModel):
    """A verification as it stands."""

    id: int
    version: str
    runs: int
    judged: int
    total: int
    over: bool
    passed: bool | None
    submissions: list[dict[str, Any]]
    """By submission and target: what came how often, what is not as it must be, the last run."""
    faults: list[str]
    """What is wrong with the package itself."""


class AskedMutants(RequestBody):
    """How many mutants to judge."""

    count: int = mutations.SAMPLE


class MutantsItem(BaseModel):
    """What is known of a problem's mutants."""

    judged: int
    total: int
    over: bool
    killed: int
    survived: int
    marked: int
    score: float | None
    interval: tuple[float, float] | None
    survivors: list[dict[str, Any]]


class AskedMark(RequestBody):
    """Why a mutant is no fault."""

    because: str


class AskedPublishing(RequestBody):
    """Why it is published all the same, where something is lacking."""

    version: str
    """What is to be published: the newest, as the proof named it."""
    despite: str = ""


class AskedTry(RequestBody):
    """Any source; with `against` it is to be told apart from that answer of the package."""

    language: str
    source: str
    against: str = ""
    seconds: int = 60


class SentTry(BaseModel):
    """The code of what was sent to be judged."""

    submission: str


class TriedItem(BaseModel):
    """How something tried stands: the judgement as its author sees it."""

    submission: str
    state: str
    judgement: dict[str, Any] | None


class ProofItem(BaseModel):
    """What is lacking before a problem may be published, and what to see to."""

    version: str
    unmet: list[str]
    warnings: list[dict[str, str]]


@router.post("/verifications")
def start_verification(
    context: Context, visitor: Writer, slug: str, body: AskedVerification
) -> StartedVerification:
    """Queue a verification of the working copy, or of the newest version where nobody edits."""
    with context.writing() as session:
        rights.require(session, visitor, rights.problem(slug), RightKind.REVIEWER)
        version = working_copy.snapshot(session, slug, context.now_ms)
        new = NewVerification(version=version, runs=body.runs, only=body.only)
        number = verifications.start(session, visitor, slug, new, context.now_ms)
    context.services.wake_all()
    return StartedVerification(id=number, version=version)


@router.get("/verifications/{number}")
def show_verification(
    context: Context, visitor: Reader, slug: str, number: int
) -> VerificationItem:
    """A verification as it stands, with the matrix's rows."""
    with context.reading() as session:
        lifecycle.line_of(session, visitor, slug)
        view = verifications.by_id(session, slug, number)
        built = matrix.build(session, view)
    return VerificationItem(
        id=view.id,
        version=view.version,
        runs=view.runs,
        judged=view.judged,
        total=view.total,
        over=view.over,
        passed=view.passed,
        submissions=[
            {
                "name": row.name,
                "target": row.target,
                "must": list(row.must),
                "got": row.got,
                "right": row.right,
                "judged": row.judged,
                "unmet": row.unmet,
                "submission": row.code,
                "groups": {
                    group: None
                    if cell is None
                    else {"verdict": cell.verdict, "cpu_ms": cell.cpu_ms}
                    for group, cell in zip(built.groups, row.cells, strict=True)
                },
            }
            for row in built.rows
        ],
        faults=list(built.check.faults) if built.check is not None else [],
    )


@router.post("/tries")
def try_answer(context: Context, visitor: Writer, slug: str, body: AskedTry) -> SentTry:
    """Put any source to the draft, as a candidate would, or against another answer."""
    with context.writing() as session:
        rights.require(session, visitor, rights.problem(slug), RightKind.REVIEWER)
        version = working_copy.snapshot(session, slug, context.now_ms)
        package = catalogue.get(session, slug, version)
        tried = TriedAnswer(
            language=body.language,
            source=body.source.encode(),
            against=body.against,
            seconds=body.seconds,
        )
        code = tried_answers.try_answer(session, visitor, package, tried, context.now_ms)
    context.services.wake_all()
    return SentTry(submission=code)


@router.get("/tries/{code}")
def show_try(context: Context, visitor: Reader, slug: str, code: str) -> TriedItem:
    """What came of it; also of a run of a verification, or of a mutant."""
    with context.reading() as session:
        view = submission_view.by_code(session, code, visitor)
    if view.problem != slug or view.kind not in FOR_AUTHORS:
        raise no_such_page(code)
    found = view.judgement
    return TriedItem(
        submission=code,
        state=view.state,
        judgement=JUDGEMENT.dump_python(found, mode="json") if found is not None else None,
    )


@router.post("/tries/{code}/keep", status_code=204)
def keep_as_test(context: Context, visitor: Writer, slug: str, code: str) -> None:
    """Make the input that its witness has a fixed test, in the working copy."""
    with context.writing() as session:
        rights.require(session, visitor, rights.problem(slug), RightKind.EDITOR)
        tried_answers.keep_as_test(session, slug, code, author=visitor.code, now_ms=context.now_ms)


@router.post("/mutants", status_code=202)
def judge_mutants(context: Context, visitor: Writer, slug: str, body: AskedMutants) -> int:
    """Queue a sample of mutants of the right answers; how many."""
    with context.writing() as session:
        rights.require(session, visitor, rights.problem(slug), RightKind.REVIEWER)
        package = mutations.package_to_test(session, slug, context.now_ms)
        sent = mutations.start(session, visitor, package, body.count, context.now_ms)
    context.services.wake_all()
    return sent


@router.get("/mutants")
def show_mutants(context: Context, visitor: Reader, slug: str) -> MutantsItem:
    """The mutation score and the survivors. 404 before any were judged."""
    with context.reading() as session:
        lifecycle.line_of(session, visitor, slug)
        view = mutations.of_package(session, working_copy.package_now(session, slug))
    if view is None:
        raise no_such_page(f"{slug}/mutants")
    return MutantsItem(
        judged=view.judged,
        total=len(view.mutants),
        over=view.over,
        killed=view.score.killed,
        survived=view.score.survived,
        marked=view.count("equivalent"),
        score=view.score.share,
        interval=view.score.interval,
        survivors=[
            {
                "name": one.name,
                "answer": one.answer,
                "line": one.line,
                "operator": one.operator,
                "diff": list(one.diff),
            }
            for one in view.survivors
        ],
    )


@router.post("/mutants/{name}/mark", status_code=204)
def mark_mutant(context: Context, visitor: Writer, slug: str, name: str, body: AskedMark) -> None:
    """Mark a mutant as no fault, with the reason, in the working copy."""
    with context.writing() as session:
        rights.require(session, visitor, rights.problem(slug), RightKind.EDITOR)
        mutations.mark(
            session, slug, name, body.because, author=visitor.code, now_ms=context.now_ms
        )


@router.get("/proof")
def show_proof(context: Context, visitor: Reader, slug: str) -> ProofItem:
    """What is lacking before the newest version may be published, and warnings."""
    with context.reading() as session:
        line = lifecycle.line_of(session, visitor, slug)
        proof = publishing.proof_of(session, catalogue.get(session, slug, line.head_version))
    return ProofItem(
        version=proof.version,
        unmet=[one.en for one in proof.unmet],
        warnings=[{"kind": one.kind, "place": one.place, "text": one.en} for one in proof.warnings],
    )


@router.post("/publish", status_code=204)
def publish_problem(context: Context, visitor: Writer, slug: str, body: AskedPublishing) -> None:
    """Publish the newest version. 409 with what is lacking, where no reason is given."""
    with context.writing() as session:
        rights.require(session, visitor, rights.problem(slug), RightKind.OWNER)
        publishing.publish(
            session,
            visitor,
            slug,
            version=body.version,
            despite=body.despite,
            now_ms=context.now_ms,
        )


@router.post("/retire", status_code=204)
def retire_problem(context: Context, visitor: Writer, slug: str) -> None:
    """Let no new campaign take it."""
    with context.writing() as session:
        rights.require(session, visitor, rights.problem(slug), RightKind.OWNER)
        lifecycle.retire(session, slug, actor=visitor.code, now_ms=context.now_ms)


@router.post("/unretire", status_code=204)
def unretire_problem(context: Context, visitor: Writer, slug: str) -> None:
    """Undo a retirement."""
    with context.writing() as session:
        rights.require(session, visitor, rights.problem(slug), RightKind.OWNER)
        lifecycle.take_back(session, slug, actor=visitor.code, now_ms=context.now_ms)


@router.get(
    "/certificate",
    response_class=Response,
    responses={200: {"content": {"application/json": {}}}},
)
def download_certificate(
    context: Context, visitor: Reader, slug: str, version: str = ""
) -> Response:
    """The signed certificate of what was published last, or of a version."""
    with context.reading() as session:
        lifecycle.line_of(session, visitor, slug)
        found = certificates.required(session, slug, version)
    return Response(signatures.to_file(found.signed), media_type="application/json")
