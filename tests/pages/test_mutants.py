"""Mutants on the fleet: queued behind everything, scored, marked with a reason, made planted."""

import dataclasses
import re

from fastapi.testclient import TestClient
from sqlmodel import select

from judge.runner.wire import HandIn
from judge.verdicts import Verdict
from problems.mutation import FATE
from tests.conftest import World
from tests.fleet.test_jobs import JUDGEMENT, ApiRunner
from tests.pages.test_editing import author, made
from web.storage.authoring_tables import MutantRow, MutationRun
from web.storage.database import now_ms, transaction
from web.verification import mutations


def judge_all(world: World, *, survivors: int) -> int:
    """The first few survive, the others are killed, one doesn't compile; how many."""
    runner = ApiRunner(world)
    count = 0
    while (job := runner.take("python3")) is not None:
        assert job.mutant_of == "accepted/ok.py"
        fate, verdict = "killed", Verdict.WRONG_ANSWER
        if count < survivors:
            fate, verdict = "survived", Verdict.ACCEPTED
        if count == survivors:
            fate, verdict = "stillborn", Verdict.COMPILE_ERROR
        said = dataclasses.replace(JUDGEMENT, verdict=verdict, machine={FATE: fate})
        assert runner.post(job, "judgement", HandIn(judgement=said).model_dump_json()) == 204
        count += 1
    with transaction(world.engine) as session:
        mutations.assess(session, now_ms())
    return count


def started(browser: TestClient, **fields: str) -> None:
    answer = browser.post("/problems/sums/mutants", data=fields)
    assert answer.status_code == 303, answer.text


def test_survivors_are_shown_and_the_score_with_its_interval(world: World) -> None:
    browser = made(world)
    assert "mutation score" not in browser.get("/problems/sums/mutants").text
    started(browser)
    page = browser.get("/problems/sums/mutants").text
    assert "no score yet" in page
    count = judge_all(world, survivors=1)
    assert count > 3
    page = browser.get("/problems/sums/mutants").text
    killed = count - 2
    assert f"{100 * killed / (killed + 1):.1f}" in page
    assert "does not compile" in page
    assert 'class="minus"' in page
    with world.session() as session:
        assert session.exec(select(MutationRun)).one().over_at_ms is not None


def test_a_survivor_is_marked_with_a_reason_and_nothing_is_judged_again(world: World) -> None:
    browser = made(world)
    started(browser)
    judge_all(world, survivors=1)
    page = browser.get("/problems/sums/mutants").text
    place = re.search(r'action="(/problems/sums/mutants/\w+/mark)"', page)
    assert place is not None
    refused = browser.post(place[1], data={"because": "no"})
    assert refused.status_code == 422
    assert "Say in a sentence" in refused.text
    browser.post(place[1], data={"because": "a number that nobody can see"})
    page = browser.get("/problems/sums/mutants").text
    assert "100.0 %" in page
    assert "a number that nobody can see" in page
    assert (
        browser.post(
            "/problems/sums/commit", data={"sentence": "A mutant is no fault."}
        ).status_code
        == 303
    )
    assert "100.0 %" in browser.get("/problems/sums/mutants").text, "after the commit, too"
    assert author(world, "Other").post(place[1], data={"because": "x" * 20}).status_code == 403


def test_a_survivor_becomes_a_planted_bug_of_the_working_copy(world: World) -> None:
    browser = made(world)
    started(browser)
    judge_all(world, survivors=1)
    with world.session() as session:
        row = session.exec(select(MutantRow).where(MutantRow.fate == "survived")).one()
    answer = browser.post(f"/problems/sums/mutants/{row.name}/plant")
    assert answer.headers["location"].endswith(f"submissions/rejected/mutant_{row.name}.py")
    assert f"rejected/mutant_{row.name}.py" in browser.get("/problems/sums/edit").text
    assert browser.post("/problems/sums/mutants/000000000000/plant").status_code == 404


def test_mutants_that_cant_be_are_refused_and_a_run_is_called_off(world: World) -> None:
    browser = made(world)
    for count in ("0", "6000"):
        assert browser.post("/problems/sums/mutants", data={"count": count}).status_code == 422
    started(browser, count="7")
    assert browser.post("/problems/sums/mutants").status_code == 422, "one runs already"
    with world.session() as session:
        run = session.exec(select(MutationRun.id)).one()
    browser.post(f"/problems/sums/mutants/{run}/call-off")
    assert ApiRunner(world).take("python3") is None
    started(browser)
