"""The leaderboard: per candidate and problem the best submission, and a range of ranks.

Scores of performance carry an interval, so two candidates may not be told apart. A rank is
therefore a range (judge/ranking.py). After the sitting the counting submission is measured again;
ranked is that, with intervals that hold for all of the board at once. Until then a line is
provisional, by the interval that decided its verdict.
"""

import dataclasses
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import and_, func
from sqlalchemy import select as select_columns
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from judge.ranking import confirmed_bounds, rank_ranges, side_error
from judge.verdicts import Verdict, together
from web.accounts import Visitor
from web.candidates import CampaignView
from web.fleet import jobs
from web.hiring import reviews
from web.storage import (
    Job,
    JudgementRow,
    Person,
    Role,
    SubmissionKind,
    SubmissionRow,
    stored_judgement,
)

_CELL_COLUMNS: tuple[Any, ...] = (
    SubmissionRow.person_id,
    SubmissionRow.problem,
    SubmissionRow.code,
    SubmissionRow.language,
    JudgementRow.target,
    JudgementRow.verdict,
    JudgementRow.score,
    JudgementRow.score_low,
    JudgementRow.score_high,
    JudgementRow.ratio,
    JudgementRow.ratio_low,
    JudgementRow.ratio_high,
    JudgementRow.too_close,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A candidate's best submission for one problem, on all of its targets together.

    Verdict and points are the worst target's, ratio and counters the first's.
    """

    code: str
    verdict: Verdict
    language: str
    score: float
    low: float
    high: float
    ratio: float | None
    ratio_low: float | None
    ratio_high: float | None
    too_close: bool
    counters: tuple[tuple[str, float], ...]
    """Exact counts by name: they need no interval."""
    tries: int
    targets: tuple[tuple[str, Verdict], ...]
    """Each target's verdict, in the package's order."""
    elsewhere: float | None
    """The lowest score on the targets but the first, which confirming can't lift; None without."""
    confirmed: "Confirmed | None" = None

    def at_most(self, score: float) -> float:
        """Points of the first target, where another's are fewer."""
        return score if self.elsewhere is None else min(score, self.elsewhere)


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    """What the same submission measured after the sitting."""

    code: str
    verdict: Verdict
    score: float
    low: float
    high: float
    """By intervals that hold for all of the board at once."""
    ratio: float | None
    flagged: bool
    """Another verdict, or a ratio outside of the first interval: for a person to look at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardLine:
    """One candidate."""

    person_id: int
    code: str
    name: str
    """"" until the reader has filed a review."""
    cells: dict[str, Cell]
    running: tuple[str, ...]
    """Problems for which a submission is waiting or being judged."""
    score: float
    low: float
    high: float
    best_rank: int
    worst_rank: int
    provisional: bool
    """Whether something of it is still to be confirmed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """Lines in order, and the funnel above them."""

    lines: tuple[BoardLine, ...]
    invited: int
    submitted: int
    newest_judgement: int


def build(
    session: Session,
    campaign: CampaignView,
    reader: Visitor,
    *,
    problem: str = "",
    language: str = "",
) -> Board:
    """The board of a campaign; with filters, of one problem or one language alone."""
    cells = _best_cells(session, campaign, problem=problem, language=language)
    people = session.exec(
        select(Person).where(
            Person.campaign_id == campaign.id, Person.roles == Role.CANDIDATE.value
        )
    ).all()
    reviewed = reviews.reviewed_by(session, reader.id)
    running = _running(session, campaign)
    totals = [
        (person, cells[person.id or 0], *_total(cells[person.id or 0]))
        for person in people
        if cells[person.id or 0] or running[person.id or 0]
    ]
    ranges = rank_ranges([(low, high) for _, _, _, low, high in totals])
    lines = [
        BoardLine(
            person_id=person.id or 0,
            code=person.code,
            name=person.name if person.id in reviewed else "",
            cells=best,
            running=tuple(sorted(running[person.id or 0])),
            score=round(total, 1),
            low=low,
            high=high,
            best_rank=best_rank,
            worst_rank=worst_rank,
            provisional=any(
                cell.ratio is not None
                and cell.verdict is Verdict.ACCEPTED
                and cell.confirmed is None
                for cell in best.values()
            ),
        )
        for (person, best, total, low, high), (best_rank, worst_rank) in zip(
            totals, ranges, strict=True
        )
    ]
    lines.sort(key=lambda line: (line.best_rank, line.worst_rank, line.code))
    return Board(
        lines=tuple(lines),
        invited=len(people),
        submitted=len(lines),
        newest_judgement=newest_judgement(session),
    )


def newest_judgement(session: Session) -> int:
    """The id of the newest judgement: what a page compares to know that it is out of date."""
    newest = session.exec(
        select(JudgementRow.id).order_by(col(JudgementRow.id).desc()).limit(1)
    ).first()
    return newest or 0


def changes_since(session: Session, campaign: CampaignView, after: int) -> int:
    """How many judgements of counted submissions in this campaign came after `after`."""
    return len(
        session.exec(
            select(JudgementRow.id)
            .join(SubmissionRow, col(SubmissionRow.id) == col(JudgementRow.submission_id))
            .join(Person, col(Person.id) == col(SubmissionRow.person_id))
            .where(
                col(JudgementRow.id) > after,
                Person.campaign_id == campaign.id,
                SubmissionRow.kind == SubmissionKind.SUBMIT.value,
                col(JudgementRow.superseded_at_ms).is_(None),
            )
        ).all()
    )


def _running(session: Session, campaign: CampaignView) -> dict[int, set[str]]:
    """By person, the problems with a counted submission that has no verdict yet."""
    found: dict[int, set[str]] = defaultdict(set)
    rows = session.exec(
        select(SubmissionRow.person_id, SubmissionRow.problem)
        .join(Job, col(Job.submission_id) == col(SubmissionRow.id))
        .join(Person, col(Person.id) == col(SubmissionRow.person_id))
        .where(
            Person.campaign_id == campaign.id,
            SubmissionRow.kind == SubmissionKind.SUBMIT.value,
            col(Job.state).in_(jobs.UNFINISHED),
        )
    )
    for person_id, problem in rows:
        found[person_id].add(problem)
    return found


def _best_cells(
    session: Session, campaign: CampaignView, *, problem: str, language: str
) -> dict[int, dict[str, Cell]]:
    every = aliased(Job)
    wanted = (
        select_columns(func.count())
        .where(col(every.submission_id) == col(SubmissionRow.id))
        .scalar_subquery()
    )
    query = (
        select_columns(
            *(col(column) for column in _CELL_COLUMNS),
            col(JudgementRow.body)["counters"].label("counters"),
            wanted.label("wanted"),
        )
        .join(JudgementRow, col(JudgementRow.submission_id) == col(SubmissionRow.id))
        .join(
            Job,
            and_(
                col(Job.submission_id) == col(SubmissionRow.id),
                col(Job.target) == col(JudgementRow.target),
            ),
        )
        .join(Person, col(Person.id) == col(SubmissionRow.person_id))
        .where(
            col(Person.campaign_id) == campaign.id,
            col(SubmissionRow.kind) == SubmissionKind.SUBMIT.value,
            col(JudgementRow.superseded_at_ms).is_(None),
        )
        .order_by(col(SubmissionRow.id), col(Job.id))
    )
    if problem:
        query = query.where(col(SubmissionRow.problem) == problem)
    if language:
        query = query.where(col(SubmissionRow.language) == language)
    best: dict[int, dict[str, Cell]] = defaultdict(dict)
    tries: dict[tuple[int, str], int] = defaultdict(int)
    rows = session.connection().execute(query).mappings()
    for _, found in groupby(rows, key=itemgetter("code")):
        judged = list(found)
        if len(judged) < judged[0]["wanted"]:
            continue  # a target is still to be judged, or was given up: it counts for nothing
        place = (judged[0]["person_id"], judged[0]["problem"])
        tries[place] += 1
        cell = _cell(judged, tries[place])
        known = best[place[0]].get(place[1])
        if known is None or cell.score > known.score:
            best[place[0]][place[1]] = cell
    _confirm(session, campaign, best)
    return best


def _confirm(session: Session, campaign: CampaignView, best: dict[int, dict[str, Cell]]) -> None:
    """Put the confirmations to the cells that they confirm."""
    original = aliased(SubmissionRow)
    rows = session.exec(
        select(SubmissionRow, original.code, JudgementRow)
        .join(original, col(SubmissionRow.confirms_id) == col(original.id))
        .join(JudgementRow, col(JudgementRow.submission_id) == col(SubmissionRow.id))
        .join(Person, col(Person.id) == col(SubmissionRow.person_id))
        .where(
            Person.campaign_id == campaign.id,
            col(JudgementRow.superseded_at_ms).is_(None),
        )
    ).all()
    error = side_error(sum(1 for _, _, judged in rows if judged.ratio is not None))
    for row, code, judged in rows:
        cell = best[row.person_id].get(row.problem)
        if cell is not None and cell.code == code:
            confirmed = _confirmed(row.code, judged, cell, error)
            best[row.person_id][row.problem] = dataclasses.replace(cell, confirmed=confirmed)


def _confirmed(code: str, row: JudgementRow, cell: Cell, error: float) -> Confirmed:
    judgement = stored_judgement.decode(row.body)
    low, high = confirmed_bounds(judgement, error)
    inside = (
        row.ratio is None
        or cell.ratio_low is None
        or cell.ratio_high is None
        or cell.ratio_low <= row.ratio <= cell.ratio_high
    )
    return Confirmed(
        code=code,
        verdict=judgement.verdict,
        score=cell.at_most(judgement.score),
        low=cell.at_most(low),
        high=cell.at_most(high),
        ratio=row.ratio,
        flagged=judgement.verdict is not cell.verdict or not inside,
    )


def _cell(judged: Sequence[Mapping[Any, Any]], tries: int) -> Cell:
    """The rows of one submission, one a target, checked by the names they are read by."""
    first = judged[0]
    targets = tuple((row["target"], Verdict(row["verdict"])) for row in judged)
    return Cell(
        code=first["code"],
        verdict=together(verdict for _, verdict in targets),
        language=first["language"],
        score=min(row["score"] for row in judged),
        low=min(row["score_low"] for row in judged),
        high=min(row["score_high"] for row in judged),
        ratio=first["ratio"],
        ratio_low=first["ratio_low"],
        ratio_high=first["ratio_high"],
        too_close=any(row["too_close"] for row in judged),
        counters=tuple((one["name"], one["value"]) for one in first["counters"] or ()),
        tries=tries,
        targets=targets,
        elsewhere=min((row["score"] for row in judged[1:]), default=None),
    )


def _total(cells: dict[str, Cell]) -> tuple[float, float, float]:
    ranked = [cell.confirmed or cell for cell in cells.values()]
    return (
        sum(one.score for one in ranked),
        sum(one.low for one in ranked),
        sum(one.high for one in ranked),
    )
