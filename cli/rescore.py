"""`judge rescore`: stored measurements under the rule as it is now, or under other bars."""

from typing import Annotated

import typer
from rich.table import Table

from cli.console import ACTOR, fail, faults_explained, out
from cli.serving import opened
from cli.start import DataDir, settings_from
from judge.rescoring import Bars
from web.accounts import Visitor
from web.candidates import CampaignView, campaigns
from web.hiring import RankMove, rescoring
from web.refusals import Refusal
from web.storage import Role, audit, now_ms, transaction

READER = Visitor(id=0, code="", roles=frozenset({Role.RECRUITER}), name="", campaign_id=None)


def rescore(
    slug: Annotated[str, typer.Argument(metavar="CAMPAIGN", help="The campaign.")],
    bars: Annotated[
        list[str] | None,
        typer.Option("--bars", help="PROBLEM=LIMIT,FULL: other bars for a problem; repeatable."),
    ] = None,
    apply: Annotated[bool, typer.Option("--apply", help="Store it; else only shown.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Compute points again from stored measurements, running nothing, and show who moves."""
    settings = settings_from(data_dir, None, None, None)
    with faults_explained(), opened(settings) as engine, transaction(engine) as session:
        try:
            campaign = campaigns.by_slug(session, slug)
        except Refusal:
            fail(f"there is no campaign '{slug}'; see judge campaigns list")
        moves = rescoring.apply(session, campaign, READER, _bars(bars or [], campaign))
        if apply:
            audit.note(session, ACTOR, "rescored", slug, now_ms())
        else:
            session.rollback()
    print_moves(moves, "stored" if apply else "nothing is stored; --apply does")


def _bars(words: list[str], campaign: CampaignView) -> dict[str, Bars]:
    """Each PROBLEM=LIMIT,FULL, checked."""
    told = {problem: numbers for problem, _, numbers in (word.partition("=") for word in words)}
    return rescoring.checked_bars(campaign, told)


def print_moves(moves: list[RankMove], done: str) -> None:
    """Print who moves on the leaderboard, and what was `done` about it."""
    table = Table("candidate", "score", "rank", "verdicts", box=None)
    moved = [move for move in moves if move.moved or move.verdicts]
    for move in moved:
        table.add_row(
            move.code,
            f"{move.score[0]:g} → {move.score[1]:g}",
            " → ".join(_range(*ranks) for ranks in move.ranks),
            "; ".join(move.verdicts),
        )
    if moved:
        out.print(table)
    out.print(f"{len(moved)} of {len(moves)} candidates move; {done}")


def _range(best: int, worst: int) -> str:
    return f"{best}" if best == worst else f"{best}–{worst}"
