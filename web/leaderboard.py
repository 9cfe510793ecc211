"""The leaderboard: per candidate and problem the best submission, and a range of ranks.

Scores of performance carry an interval, so two candidates may not be told apart. A rank is
therefore a range: from one more than those surely ahead to all but those surely behind.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from judge.verdicts import Verdict
from web.campaigns import CampaignView
from web.people import Visitor
from web.tables import (
    Job,
    JobState,
    JudgementRow,
    Person,
    Review,
    Role,
    SubmissionKind,
    SubmissionRow,
)

_CELL_COLUMNS: tuple[Any, ...] = (
    SubmissionRow.person_id,
    SubmissionRow.problem,
    SubmissionRow.code,
    SubmissionRow.language,
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
    """A candidate's best submission for one problem."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """Lines in order, and the funnel above them."""

    lines: tuple[Line, ...]
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
        select(Person).where(Person.campaign_id == campaign.id, Person.role == Role.CANDIDATE.value)
    ).all()
    reviewed = set(
        session.exec(select(Review.candidate_id).where(Review.reviewer_id == reader.id)).all()
    )
    running = _running(session, campaign)
    totals = [
        (person, cells[person.id or 0], *_total(cells[person.id or 0]))
        for person in people
        if cells[person.id or 0] or running[person.id or 0]
    ]
    lows = sorted(low for _, _, _, low, _ in totals)
    highs = sorted(high for _, _, _, _, high in totals)
    lines = [
        Line(
            person_id=person.id or 0,
            code=person.code,
            name=person.name if person.id in reviewed else "",
            cells=best,
            running=tuple(sorted(running[person.id or 0])),
            score=round(total, 1),
            low=low,
            high=high,
            best_rank=1 + _count_above(lows, high),
            worst_rank=len(totals) - _count_below(highs, low),
        )
        for person, best, total, low, high in totals
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
            col(Job.state).in_((JobState.QUEUED.value, JobState.HELD.value)),
        )
    )
    for person_id, problem in rows:
        found[person_id].add(problem)
    return found


def _best_cells(
    session: Session, campaign: CampaignView, *, problem: str, language: str
) -> dict[int, dict[str, Cell]]:
    query = (
        select_columns(
            *(col(column) for column in _CELL_COLUMNS),
            col(JudgementRow.body)["counters"].label("counters"),
        )
        .join(JudgementRow, col(JudgementRow.submission_id) == col(SubmissionRow.id))
        .join(Person, col(Person.id) == col(SubmissionRow.person_id))
        .where(
            col(Person.campaign_id) == campaign.id,
            col(SubmissionRow.kind) == SubmissionKind.SUBMIT.value,
        )
        .order_by(col(SubmissionRow.id))
    )
    if problem:
        query = query.where(col(SubmissionRow.problem) == problem)
    if language:
        query = query.where(col(SubmissionRow.language) == language)
    best: dict[int, dict[str, Cell]] = defaultdict(dict)
    tries: dict[tuple[int, str], int] = defaultdict(int)
    for row in session.connection().execute(query).mappings():
        place = (row["person_id"], row["problem"])
        tries[place] += 1
        known = best[place[0]].get(place[1])
        if known is None or row["score"] > known.score:
            best[place[0]][place[1]] = _cell(row, tries[place])
    return best


def _cell(fields: Mapping[Any, Any], tries: int) -> Cell:
    """A row of the query above, checked by the names it is read by."""
    return Cell(
        code=fields["code"],
        verdict=Verdict(fields["verdict"]),
        language=fields["language"],
        score=fields["score"],
        low=fields["score_low"],
        high=fields["score_high"],
        ratio=fields["ratio"],
        ratio_low=fields["ratio_low"],
        ratio_high=fields["ratio_high"],
        too_close=fields["too_close"],
        counters=tuple((one["name"], one["value"]) for one in fields["counters"] or ()),
        tries=tries,
    )


def _total(cells: dict[str, Cell]) -> tuple[float, float, float]:
    return (
        sum(cell.score for cell in cells.values()),
        sum(cell.low for cell in cells.values()),
        sum(cell.high for cell in cells.values()),
    )


def _count_above(lows: list[float], high: float) -> int:
    """How many are surely ahead: their lowest is above our highest."""
    return len(lows) - bisect_right(lows, high)


def _count_below(highs: list[float], low: float) -> int:
    return bisect_left(highs, low)
