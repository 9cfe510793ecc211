"""After the sitting: what counts is measured again, once, and the board ranks by that."""

import dataclasses

import pytest
from sqlmodel import select

from judge.benchmark.ratio import ratio_of
from judge.performance import Benchmark, Metric, Pair, Workload
from judge.runner.wire import HandIn
from judge.values import Build, BuildKind, Judgement
from judge.verdicts import Verdict
from tests.conftest import World
from tests.fleet.test_jobs import ApiRunner, submit_as
from tests.hiring.test_version_moves import with_another_limit
from web.candidates import confirmation
from web.fleet import jobs
from web.storage.database import now_ms, transaction
from web.storage.tables import Job, Role, Sitting, SubmissionKind, SubmissionRow

BENCHMARK = Benchmark(
    workloads=(Workload(name="w", input=""),), metric=Metric.CPU_TIME, limit=2.0, full=1.0
)


def measured(*ratios: float, verdict: Verdict = Verdict.ACCEPTED, score: float = 80) -> Judgement:
    pairs = [
        Pair(
            workload="w",
            candidate_cost=round(ratio * 1000),
            reference_cost=1000,
            candidate_first=True,
        )
        for ratio in ratios
    ]
    return Judgement(
        verdict=verdict,
        score=score,
        too_close=False,
        also=(),
        builds=(Build(kind=BuildKind.PLAIN, ok=True, wall_ms=1.0, output=""),),
        tests=(),
        ratio=ratio_of(pairs, BENCHMARK),
    )


def judge_next(world: World, judgement: Judgement, *, confirming_job: bool) -> None:
    runner = ApiRunner(world)
    job = runner.take()
    assert job is not None
    assert job.confirming is confirming_job
    assert runner.post(job, "judgement", HandIn(judgement=judgement).model_dump_json()) == 204


def end_sittings(world: World) -> int:
    with transaction(world.engine) as session:
        for sitting in session.exec(select(Sitting)).all():
            sitting.ends_at_ms = now_ms() - 1
            session.add(sitting)
        session.flush()
        return confirmation.start_due(session, now_ms())


def test_what_counts_is_measured_again_when_the_sitting_is_over(world: World) -> None:
    candidate = world.signed_in(Role.CANDIDATE)
    codes = [submit_as(candidate, f"submission {number}") for number in (1, 2)]
    judge_next(world, measured(*[1.2] * 8, score=70), confirming_job=False)
    judge_next(world, measured(*[1.1] * 8, score=80), confirming_job=False)
    assert end_sittings(world) == 1
    assert end_sittings(world) == 0, "once"
    with world.session() as session:
        row = session.exec(
            select(SubmissionRow).where(SubmissionRow.kind == SubmissionKind.CONFIRM.value)
        ).one()
        original = session.get_one(SubmissionRow, row.confirms_id)
    assert original.code == codes[1], "the best one counts"
    staff = world.signed_in(Role.RECRUITER)
    assert "provisional" in staff.get("/campaigns/interns/leaderboard").text
    judge_next(world, measured(*[1.4] * 31, score=74), confirming_job=True)
    (line,) = staff.get("/campaigns/interns/leaderboard.json").json()["lines"]
    cell = line["cells"]["bplus-tree"]
    assert (cell["score"], cell["confirmed"]["score"], line["score"]) == (80, 74, 74)
    assert cell["confirmed"]["flagged"], "1.4 is outside of what 1.1 was measured to be"
    assert not line["provisional"]
    page = staff.get("/campaigns/interns/leaderboard").text
    assert "⚑" in page
    assert row.code in candidate.get(f"/submissions/{codes[1]}").text
    # A confirmation is no submission of the candidate's: it uses none up.
    assert "2 of 3" in candidate.get(f"/submissions/{codes[1]}").text


def test_nothing_is_confirmed_while_something_is_still_judged_or_has_no_ratio(
    world: World,
) -> None:
    candidate = world.signed_in(Role.CANDIDATE)
    submit_as(candidate, "the first one")
    judge_next(world, dataclasses.replace(measured(1.0), ratio=None), confirming_job=False)
    assert end_sittings(world) == 0
    with transaction(world.engine) as session:
        sitting = session.exec(select(Sitting)).one()
        sitting.ends_at_ms = now_ms() + 10**6
        session.add(sitting)
    submit_as(candidate, "the second one")
    submit_as(candidate, "the third one")
    judge_next(world, measured(*[1.1] * 8, score=85), confirming_job=False)
    assert end_sittings(world) == 0, "the third is waiting"
    with transaction(world.engine) as session:
        waiting = session.exec(select(Job).where(Job.state == "queued")).one()
        waiting.state = "failed"
        session.add(waiting)
    assert end_sittings(world) == 1
    with world.session() as session:
        assert not jobs.any_overdue(session, now_ms())


def test_new_bars_are_applied_to_what_was_measured_after_a_look(world: World) -> None:
    submit_as(world.signed_in(Role.CANDIDATE), "the only one")
    judge_next(world, measured(*[1.3, 1.31, 1.29, 1.3] * 3, score=74.9), confirming_job=False)
    arguments = ("rescore", "interns")
    looked = world.command(*arguments, "--bars", "bplus-tree=1.2,1.0")
    assert looked.exit_code == 0, looked.output
    assert "bplus-tree: accepted → too-slow" in looked.output
    assert "nothing is stored" in looked.output
    staff = world.signed_in(Role.RECRUITER)

    def verdict() -> str:
        lines = staff.get("/campaigns/interns/leaderboard.json").json()["lines"]
        return str(lines[0]["cells"]["bplus-tree"]["verdict"])

    assert verdict() == "accepted"
    world.command(*arguments, "--bars", "bplus-tree=1.2,1.0", "--apply")
    assert verdict() == "too-slow"
    world.command(*arguments, "--bars", "bplus-tree=2,1", "--apply")
    assert verdict() == "accepted"


@pytest.mark.parametrize(
    ("bars", "words"),
    [
        ("nope=1.5,1.1", "nope: the campaign has no such problem; it has bplus-tree"),
        ("bplus-tree=fast", "write LIMIT,FULL, for example 1.5,1.1"),
        ("bplus-tree=1.1,1.5", "must lie below the limit"),
    ],
)
def test_wrong_bars_are_refused_with_what_is_wrong(world: World, bars: str, words: str) -> None:
    arguments = ("rescore", "interns")
    done = world.command(*arguments, "--bars", bars)
    assert done.exit_code == 2
    assert words in done.stderr


def test_the_page_of_other_bars_shows_who_would_move_before_it_stores(world: World) -> None:
    submit_as(world.signed_in(Role.CANDIDATE), "the only one")
    judge_next(world, measured(*[1.3, 1.31, 1.29, 1.3] * 3, score=74.9), confirming_job=False)
    page = "/campaigns/interns/rescore"
    staff = world.signed_in(Role.RECRUITER)

    def score() -> float:
        lines = staff.get("/campaigns/interns/leaderboard.json").json()["lines"]
        return float(lines[0]["score"])

    before = score()
    told = {"bars-bplus-tree": "1.2,1.0"}
    looked = staff.get(page, params=told)
    assert "accepted → too-slow" in looked.text
    assert score() == before, "looking changes nothing"
    wrong = staff.get(page, params={"bars-bplus-tree": "fast"})
    assert (wrong.status_code, "“fast”; write LIMIT,FULL" in wrong.text) == (422, True)
    assert staff.post(page, data={"bars-bplus-tree": "1.0,1.2"}).status_code == 422
    interviewer = world.signed_in(Role.INTERVIEWER, name="Reviewer")
    assert interviewer.post(page, data=told).status_code == 403
    assert staff.post(page, data=told).status_code == 303
    assert score() < before


def test_a_moved_campaign_confirms_on_the_version_that_it_has(world: World) -> None:
    """The runner takes shadows as it takes answers; that of a confirmation as a confirmation."""
    submit_as(world.signed_in(Role.CANDIDATE), "the only one")
    judge_next(world, measured(*[1.1] * 8, score=90), confirming_job=False)
    assert end_sittings(world) == 1
    judge_next(world, measured(*[1.1] * 31, score=88), confirming_job=True)
    newer = with_another_limit(world)
    staff = world.signed_in(Role.RECRUITER)
    page = "/campaigns/interns/versions/bplus-tree"
    assert staff.post(page, data={"action": "start", "to": newer.problem.version}).is_redirect
    judge_next(world, measured(*[1.2] * 8, score=80), confirming_job=False)
    assert staff.post(page, data={"action": "switch"}).status_code == 422
    judge_next(world, measured(*[1.2] * 31, score=79), confirming_job=True)
    assert staff.post(page, data={"action": "switch"}).is_redirect
    (line,) = staff.get("/campaigns/interns/leaderboard.json").json()["lines"]
    cell = line["cells"]["bplus-tree"]
    assert (cell["score"], cell["confirmed"]["score"], line["provisional"]) == (80, 79, False)
    assert end_sittings(world) == 0, "it is confirmed already, on this version too"
