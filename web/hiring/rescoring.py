"""Stored judgements under a new rule: who moves, before anything is changed."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import Session, col, select

from judge.rescoring import Bars, rescore
from web.accounts import Visitor
from web.candidates import CampaignView
from web.hiring import leaderboard
from web.refusals import Invalid
from web.storage import JudgementRow, Person, SubmissionKind, SubmissionRow, stored_judgement


@dataclass(frozen=True, slots=True, kw_only=True)
class RankMove:
    """One candidate's line before and after."""

    code: str
    score: tuple[float, float]
    ranks: tuple[tuple[int, int], tuple[int, int]]
    verdicts: tuple[str, ...]
    """What became what, problem by problem, where a verdict changed."""

    @property
    def moved(self) -> bool:
        return self.score[0] != self.score[1] or self.ranks[0] != self.ranks[1]


def checked_bars(campaign: CampaignView, told: Mapping[str, str]) -> dict[str, Bars]:
    """Bars by problem, each told as LIMIT,FULL. Raises Invalid that names the value."""
    known = [package.problem.slug for package in campaign.packages]
    found: dict[str, Bars] = {}
    for slug, numbers in told.items():
        if slug not in known:
            raise Invalid(
                f"{slug}: the campaign has no such problem; it has {', '.join(known)}.",
                f"{slug}：此活动没有该题；有：{'、'.join(known)}。",
                field="bars",
            )
        try:
            limit, full = (float(number) for number in numbers.split(","))
        except ValueError as error:
            raise Invalid(
                f"{slug}: “{numbers[:40]}”; write LIMIT,FULL, for example 1.5,1.1.",
                f"{slug}：“{numbers[:40]}”；请写作 上限,满分，例如 1.5,1.1。",
                field=slug,
            ) from error
        if not 0 < full < limit < math.inf:
            raise Invalid(
                f"{slug}: full marks ({full:g}) must lie below the limit ({limit:g}).",
                f"{slug}：满分线（{full:g}）必须低于上限（{limit:g}）。",
                field=slug,
            )
        found[slug] = Bars(limit, full)
    return found


def apply(
    session: Session, campaign: CampaignView, reader: Visitor, bars: Mapping[str, Bars]
) -> list[RankMove]:
    """Rescore all judgements of a campaign in this session; the lines in their new order.

    The caller commits, or rolls back after a look.
    """
    before = leaderboard.build(session, campaign, reader)
    rows = session.exec(
        select(JudgementRow, SubmissionRow)
        .join(SubmissionRow, col(SubmissionRow.id) == col(JudgementRow.submission_id))
        .join(Person, col(Person.id) == col(SubmissionRow.person_id))
        .where(
            Person.campaign_id == campaign.id,
            SubmissionRow.kind != SubmissionKind.SHADOW.value,
            col(JudgementRow.superseded_at_ms).is_(None),
        )
    ).all()
    for row, submission in rows:
        _rescore_row(session, row, bars.get(submission.problem))
    session.flush()
    return moves_between(before, leaderboard.build(session, campaign, reader))


def moves_between(before: leaderboard.Board, after: leaderboard.Board) -> list[RankMove]:
    """Each candidate's line on two boards of one campaign, in the order of the second."""
    known = {line.code: line for line in before.lines}
    return [_move(known[line.code], line) for line in after.lines]


def _rescore_row(session: Session, row: JudgementRow, bars: Bars | None) -> None:
    old = stored_judgement.decode(row.body)
    new = rescore(old, bars)
    if new == old:
        return
    row.sqlmodel_update(stored_judgement.columns(new))
    session.add(row)


def _move(before: leaderboard.BoardLine, after: leaderboard.BoardLine) -> RankMove:
    verdicts = tuple(
        f"{problem}: {before.cells[problem].verdict} → {cell.verdict}"
        for problem, cell in after.cells.items()
        if problem in before.cells and before.cells[problem].verdict is not cell.verdict
    )
    return RankMove(
        code=after.code,
        score=(before.score, after.score),
        ranks=((before.best_rank, before.worst_rank), (after.best_rank, after.worst_rank)),
        verdicts=verdicts,
    )
