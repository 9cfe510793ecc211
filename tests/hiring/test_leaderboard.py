"""The leaderboard: ranges of ranks, and a thousand rows in reasonable time."""

import time

from sqlmodel import col, select

from tests.conftest import World
from web.hiring import leaderboard
from web.storage import blobs
from web.storage.database import transaction
from web.storage.tables import Job, JudgementRow, Person, Role, SubmissionRow


def add_scores(world: World, scores: list[tuple[float, float, float]]) -> None:
    """One judged submission a person: score, and its bounds."""
    with transaction(world.engine) as session:
        sha256 = blobs.keep(session, b"int x;")
        for number, (score, low, high) in enumerate(scores):
            person = Person(
                code=f"P{number:05}",
                roles="candidate",
                name=f"=cmd{number}",
                mail="",
                language="en",
                campaign_id=world.campaign.id,
                created_at_ms=0,
            )
            session.add(person)
            session.flush()
            row = SubmissionRow(
                code=f"S{number:05}",
                person_id=person.id or 0,
                form_key="k",
                problem="bplus-tree",
                problem_version=world.package.problem.version,
                language="cpp",
                kind="submit",
                file_name="solution.cpp",
                source_sha256=sha256,
                created_at_ms=0,
            )
            session.add(row)
            session.flush()
            session.add(
                Job(
                    submission_id=row.id or 0,
                    target="linux",
                    language="cpp",
                    state="judged",
                    priority=1,
                    tries=1,
                    queued_at_ms=0,
                )
            )
            session.add(
                JudgementRow(
                    submission_id=row.id or 0,
                    target="linux",
                    problem_version=row.problem_version,
                    verdict="accepted",
                    too_close=False,
                    score=score,
                    score_low=low,
                    score_high=high,
                    ratio=1.2,
                    ratio_low=1.1,
                    ratio_high=1.3,
                    body={},
                    tries=1,
                    judged_at_ms=0,
                )
            )


def test_ranks_are_ranges_and_ties_are_ties(world: World) -> None:
    add_scores(world, [(90, 85, 95), (88, 83, 93), (70, 70, 70), (50, 50, 50), (50, 50, 50)])
    board = world.signed_in(Role.RECRUITER).get("/campaigns/interns/leaderboard.json").json()
    ranks = [(line["best_rank"], line["worst_rank"]) for line in board["lines"]]
    assert ranks == [(1, 2), (1, 2), (3, 3), (4, 5), (4, 5)]


def test_the_cut_says_who_is_surely_in(world: World) -> None:
    add_scores(world, [(90, 90, 90), (80, 75, 85), (79, 74, 84), (10, 10, 10)])
    page = world.signed_in(Role.RECRUITER).get("/campaigns/interns/leaderboard").text
    assert "1 surely in · 2 can't be told apart · 1 behind" in page


def test_a_spreadsheet_gets_no_formulas(world: World) -> None:
    add_scores(world, [(90, 90, 90)])
    staff = world.signed_in(Role.RECRUITER)
    staff.post("/campaigns/interns/candidates/P00000/review", data={"text": "seen"})
    text = staff.get("/campaigns/interns/leaderboard.csv").text
    assert "'=cmd0" in text


def test_a_thousand_rows_come_as_one_page(world: World) -> None:
    add_scores(world, [(n / 10, n / 10 - 1, n / 10 + 1) for n in range(1000)])
    staff = world.signed_in(Role.RECRUITER)
    started = time.monotonic()
    page = staff.get("/campaigns/interns/leaderboard").text
    assert page.count("<tr") > 1000
    assert time.monotonic() - started < 10, "a page of a thousand rows takes far too long"


def test_changes_wait_until_they_are_asked_for(world: World) -> None:
    add_scores(world, [(1, 1, 1), (2, 2, 2)])
    with world.session() as session:
        assert leaderboard.changes_since(session, world.campaign, 0) == 2
        newest = leaderboard.newest_judgement(session)
        assert leaderboard.changes_since(session, world.campaign, newest) == 0


def test_an_exact_count_stands_where_there_is_no_ratio_and_a_running_one_is_marked(
    world: World,
) -> None:
    add_scores(world, [(90, 90, 90), (80, 80, 80)])
    with transaction(world.engine) as session:
        first, second = session.exec(select(JudgementRow).order_by(col(JudgementRow.id))).all()
        first.ratio = None
        first.body = {"counters": [{"name": "pages_per_get", "value": 2.5}]}
        session.add(first)
        job = session.exec(select(Job).where(Job.submission_id == second.submission_id)).one()
        job.state = "queued"
        session.add(job)
        session.delete(second)
    page = world.signed_in(Role.RECRUITER).get("/campaigns/interns/leaderboard").text
    assert "pages per get 2.5" in page
    assert page.count("◌") == 1
