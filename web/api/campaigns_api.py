"""The REST API of campaigns: the versions of their problems, and moving them to others."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict
from sqlmodel import Session

from web.accounts import Scope, Visitor
from web.api.api_tokens import by_token
from web.candidates import CampaignView, campaigns
from web.hiring import version_moves
from web.request import Context

router = APIRouter(prefix="/api/v1/campaigns/{slug}", tags=["campaigns"])

CampaignReader = Annotated[Visitor, Depends(by_token(Scope.CAMPAIGNS_READ))]
CampaignWriter = Annotated[Visitor, Depends(by_token(Scope.CAMPAIGNS_WRITE))]


class PinnedItem(BaseModel):
    """Which version of a problem a campaign has, and to which it can be moved."""

    problem: str
    version: str
    choices: list[str]
    moving_to: str | None


class AskedMove(BaseModel):
    """A step of a move: begin it, judge what is left, switch for everybody, or withdraw it."""

    model_config = ConfigDict(extra="forbid")

    action: version_moves.MoveStep
    to: str = ""
    """The version; only to begin."""


class MoveItem(BaseModel):
    """What another version would change, and how far judging on it is."""

    problem: str
    from_version: str
    to_version: str
    changes: list[dict[str, str]]
    answers: int
    candidates: int
    sitting: int
    """Candidates whose time runs now."""
    begun: bool
    judged: int
    total: int
    failed: int
    missing: int
    waiting: int
    ready: bool
    otherwise: list[dict[str, Any]]
    """Answers that come out otherwise."""
    moves: list[dict[str, Any]] | None
    """Lines of the leaderboard now and then; None before all is judged."""


@router.get("/versions")
def pinned(context: Context, visitor: CampaignReader, slug: str) -> list[PinnedItem]:
    """The versions that a campaign has."""
    with context.reading() as session:
        view = campaigns.required(session, visitor, slug)
        return [_pinned(session, view, one.problem.slug) for one in view.packages]


def _pinned(session: Session, view: CampaignView, problem: str) -> PinnedItem:
    return PinnedItem(
        problem=problem,
        version=view.package(problem).problem.version,
        choices=list(version_moves.choices(session, view, problem)),
        moving_to=version_moves.moving_to(session, view, problem) or None,
    )


@router.get("/versions/{problem}")
def show_move(
    context: Context, visitor: CampaignReader, slug: str, problem: str, to: str = ""
) -> MoveItem:
    """What a version would change; of a move under way, how far it is and who would move."""
    now_ms = context.now_ms
    moves = None
    with context.reading() as session:
        view = campaigns.required(session, visitor, slug)
        move = version_moves.view(session, view, problem, now_ms)
        told = move.preview if move else version_moves.preview(session, view, problem, to, now_ms)
    if move is not None and move.progress.ready:
        with context.writing() as session:
            moves = version_moves.effects(session, visitor, view, problem, now_ms)
    done = move.progress if move else version_moves.NOT_BEGUN
    return MoveItem(
        problem=problem,
        from_version=told.from_version,
        to_version=told.to_version,
        changes=[{"kind": one.kind, "detail": one.detail} for one in told.changes],
        answers=told.answers,
        candidates=told.candidates,
        sitting=told.sitting,
        begun=move is not None,
        judged=done.judged,
        total=done.total,
        failed=done.failed,
        missing=done.missing,
        waiting=done.waiting,
        ready=move is not None and done.ready,
        otherwise=[asdict(one) for one in move.changes] if move else [],
        moves=[asdict(one) for one in moves] if moves is not None else None,
    )


@router.post("/versions/{problem}")
def take_step(
    context: Context, visitor: CampaignWriter, slug: str, problem: str, body: AskedMove
) -> PinnedItem:
    """Take a step of a move; how the campaign stands then."""
    now_ms = context.now_ms
    with context.writing() as session:
        view = campaigns.required(session, visitor, slug, body.action.right)
        version_moves.take(session, visitor.code, view, problem, body.action, body.to, now_ms)
        found = _pinned(session, campaigns.by_slug(session, slug), problem)
    context.services.wake_all()
    return found
