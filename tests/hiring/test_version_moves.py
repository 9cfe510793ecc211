"""Moving a campaign to another version of a problem: shown before, all at once or not at all."""

import dataclasses

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, col, select

from judge.values import Problem
from problems.package import Package, load
from problems.version_changes import _FIELDS, ChangeKind, version_changes
from tests.conftest import World
from tests.hiring.test_leaderboard import add_scores
from web.problems import catalogue
from web.storage import (
    Job,
    JudgementRow,
    Person,
    Role,
    SubmissionKind,
    SubmissionRow,
    stored_judgement,
    transaction,
)

PAGE = "/campaigns/interns/versions/bplus-tree"


def publish(world: World, path: str, content: bytes) -> Package:
    """A newer version of the campaign's problem, in which one file has other bytes."""
    package = load({**world.package.tree, path: content}, slug="bplus-tree")
    with transaction(world.engine) as session:
        catalogue.add(session, package, 0)
    return package


def with_another_text(world: World) -> Package:
    path = "statement/problem.en.md"
    return publish(world, path, _file(world, path) + b"\nGood luck.\n")


def with_another_limit(world: World) -> Package:
    before = _file(world, "problem.yaml")
    assert b"memory: " in before
    return publish(world, "problem.yaml", before.replace(b"memory: ", b"memory: 1"))


def _file(world: World, path: str) -> bytes:
    return world.package.tree[path]


def act(browser: TestClient, action: str, to: str = "") -> int:
    answer = browser.post(PAGE, data={"action": action, "to": to})
    return int(answer.status_code)


def judge_shadows(world: World, scores: dict[str, float]) -> None:
    """Say of each candidate's shadow what it is worth; what is not told is as it was."""
    with transaction(world.engine) as session:
        shadows = session.exec(
            select(SubmissionRow, Person.code)
            .join(Person, col(Person.id) == col(SubmissionRow.person_id))
            .where(SubmissionRow.kind == SubmissionKind.SHADOW.value)
        ).all()
        for row, person in shadows:
            for job in session.exec(select(Job).where(Job.submission_id == row.id)):
                if job.state != "queued":
                    continue
                job.state = "judged"
                session.add(job)
                session.add(_judgement(row, scores.get(person)))


def _judgement(row: SubmissionRow, score: float | None) -> JudgementRow:
    wrong = score is not None
    return JudgementRow(
        submission_id=row.id or 0,
        target="linux",
        problem_version=row.problem_version,
        verdict="wrong-answer" if wrong else "accepted",
        too_close=False,
        score=score or 90,
        score_low=score or 90,
        score_high=score or 90,
        ratio=None,
        ratio_low=None,
        ratio_high=None,
        body=BODY,
        tries=1,
        judged_at_ms=7,
    )


BODY = {
    "verdict": "wrong-answer",
    "score": 1.0,
    "too_close": False,
    "also": [],
    "builds": [],
    "tests": [],
}


def board(session_of: TestClient) -> dict[str, float]:
    lines = session_of.get("/campaigns/interns/leaderboard.json").json()["lines"]
    return {line["code"]: line["score"] for line in lines}


def test_each_part_of_a_problem_is_told_or_left_out_on_purpose() -> None:
    assert set(_FIELDS) == {field.name for field in dataclasses.fields(Problem)}


def test_the_stored_body_that_these_tests_write_can_be_read() -> None:
    assert stored_judgement.decode(BODY).verdict == "wrong-answer"


def test_a_change_of_text_judges_nobody_again_and_every_verdict_stays(world: World) -> None:
    newer = with_another_text(world)
    assert {c.kind for c in version_changes(world.package, newer)} == {ChangeKind.STATEMENT}
    add_scores(world, [(90, 85, 95), (70, 70, 70)])
    recruiter = world.signed_in(Role.RECRUITER)
    before = board(recruiter)
    assert newer.problem.version[:7] in recruiter.get("/campaigns/interns/versions").text
    told = recruiter.get(PAGE, params={"to": newer.problem.version}).text
    assert "nobody is judged again" in told
    assert act(recruiter, "start", newer.problem.version) == 303
    assert act(recruiter, "switch") == 303
    assert board(recruiter) == before
    with world.session() as session:
        kinds = session.exec(select(SubmissionRow.kind)).all()
        assert set(kinds) == {"submit"}
    assert newer.problem.version[:7] in recruiter.get("/campaigns/interns/versions").text
    candidate = world.signed_in(Role.CANDIDATE)
    assert "Good luck." in candidate.get("/sitting/bplus-tree").text


def test_who_would_move_is_seen_before_and_switched_at_once(world: World) -> None:
    newer = with_another_limit(world)
    add_scores(world, [(90, 90, 90), (80, 80, 80)])
    recruiter = world.signed_in(Role.RECRUITER)
    told = recruiter.get(PAGE, params={"to": newer.problem.version}).text
    assert "2 answers are judged again in the shadow." in told
    assert "limits.memory_bytes: 256 MiB → 1256 MiB" in told
    assert act(recruiter, "start", newer.problem.version) == 303
    assert f'hx-get="{PAGE}"' in recruiter.get(PAGE).text, "it looks again at its own address"
    assert act(recruiter, "switch") == 422, "not before all are judged"
    assert board(recruiter) == {"P00000": 90, "P00001": 80}
    judge_shadows(world, {"P00000": 10})
    page = recruiter.get(PAGE).text
    assert "90.0 → 10.0" in page
    assert "Switch for everybody" in page
    assert board(recruiter) == {"P00000": 90, "P00001": 80}, "looking changes nothing"
    assert act(recruiter, "switch") == 303
    assert board(recruiter) == {"P00000": 10, "P00001": 90}
    _old_judgements_can_be_shown_for_ever(world, recruiter)
    assert act(recruiter, "start", world.package.problem.version) == 303, "back, judging nobody"
    assert act(recruiter, "switch") == 303
    assert board(recruiter) == {"P00000": 90, "P00001": 80}


def _old_judgements_can_be_shown_for_ever(world: World, recruiter: TestClient) -> None:
    now = recruiter.get("/submissions/S00000.json").json()
    assert now["problem_version"] != world.package.problem.version
    assert len(now["versions"]) == 2
    with transaction(world.engine) as session:
        for row in session.exec(select(JudgementRow)):
            row.body = BODY
            session.add(row)
    old = recruiter.get(
        "/submissions/S00000.json", params={"version": world.package.problem.version}
    ).json()
    assert (old["counts"], old["problem_version"]) == (False, world.package.problem.version)
    assert "counts no more" in (
        recruiter.get("/submissions/S00000", params={"version": world.package.problem.version}).text
    )
    assert recruiter.get("/submissions/S00000.json?version=none").status_code == 404


def test_a_bad_change_is_withdrawn_and_nothing_of_it_counts(world: World) -> None:
    newer = with_another_limit(world)
    add_scores(world, [(90, 90, 90)])
    recruiter = world.signed_in(Role.RECRUITER)
    assert act(recruiter, "start", newer.problem.version) == 303
    assert act(recruiter, "start", newer.problem.version) == 422, "one at a time"
    assert act(recruiter, "withdraw") == 303
    assert act(recruiter, "switch") == 404
    assert board(recruiter) == {"P00000": 90}
    with world.session() as session:
        shadow = session.exec(select(SubmissionRow).where(SubmissionRow.kind == "shadow")).one()
        job = session.exec(select(Job).where(Job.submission_id == shadow.id)).one()
        assert (job.state, job.fault) == ("failed", "the move to another version was withdrawn")
    candidate = world.signed_in(Role.CANDIDATE)
    assert candidate.get(f"/submissions/{shadow.code}").status_code == 404


def test_what_comes_meanwhile_is_judged_too_before_it_can_be_switched(world: World) -> None:
    newer = with_another_limit(world)
    add_scores(world, [(90, 90, 90)])
    recruiter = world.signed_in(Role.RECRUITER)
    assert act(recruiter, "start", newer.problem.version) == 303
    judge_shadows(world, {})
    with transaction(world.engine) as session:
        _late(session)
    assert "1 answer came since" in recruiter.get(PAGE).text
    assert act(recruiter, "switch") == 422
    assert act(recruiter, "rest") == 303
    judge_shadows(world, {})
    assert act(recruiter, "switch") == 303


def _late(session: Session) -> None:
    """Another answer of the first candidate's, judged on the version that counts."""
    row = session.exec(select(SubmissionRow).where(SubmissionRow.kind == "submit")).one()
    copied = row.model_dump(exclude={"id", "code", "form_key"})
    late = SubmissionRow(**copied, code="L", form_key="l")
    session.add(late)
    session.flush()
    for table in (Job, JudgementRow):
        one = session.exec(select(table).where(table.submission_id == row.id)).one()
        session.add(table(**{**one.model_dump(exclude={"id"}), "submission_id": late.id}))


def test_a_version_that_is_published_meanwhile_does_not_shut_a_move_off(world: World) -> None:
    newer = with_another_limit(world)
    add_scores(world, [(90, 90, 90)])
    recruiter = world.signed_in(Role.RECRUITER)
    assert act(recruiter, "start", newer.problem.version) == 303
    newest = with_another_text(world)
    assert recruiter.get(PAGE).status_code == 200
    listed = recruiter.get("/campaigns/interns/versions")
    assert f"A move to {newer.problem.version[:7]}" in listed.text
    judge_shadows(world, {"P00000": 10})
    assert act(recruiter, "switch") == 303
    assert newest.problem.version[:7] in recruiter.get("/campaigns/interns/versions").text


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("problem.yaml", b"name:\n  en: ", b"name:\n  en: Renamed "),
        ("systems.yaml", b"count: ", b"count: 1"),
        ("statement/problem.en.md", b"\n", b"\n\nAnother one. "),
        ("data/sample/1.in", b"\n", b"\n"),
    ],
    ids=["renamed", "tests alone", "statement", "the same again"],
)
def test_what_becomes_of_a_problem_changes_no_campaign(
    world: World, path: str, old: bytes, new: bytes
) -> None:
    add_scores(world, [(90, 90, 90), (80, 80, 80)])
    recruiter, candidate = world.signed_in(Role.RECRUITER), world.signed_in(Role.CANDIDATE)
    before = board(recruiter)
    content = _file(world, path)
    assert old in content
    publish(world, path, content.replace(old, new, 1))
    assert board(recruiter) == before
    asked = candidate.get("/sitting/bplus-tree").text
    assert "B+tree on pages" in asked
    assert "Renamed" not in asked
    assert "Another one." not in asked
    interviewer = world.signed_in(Role.INTERVIEWER)
    assert world.package.problem.version in interviewer.get("/problems/bplus-tree/history").text


@pytest.mark.parametrize("role", [Role.INTERVIEWER, Role.CANDIDATE, Role.OPERATOR])
def test_who_does_not_decide_does_not_switch(world: World, role: Role) -> None:
    newer = with_another_text(world)
    assert act(world.signed_in(role), "start", newer.problem.version) in (403, 404)


def test_what_is_not_published_is_no_choice(world: World) -> None:
    recruiter = world.signed_in(Role.RECRUITER)
    answer = recruiter.get(PAGE, params={"to": "0123456789ab"})
    assert answer.status_code == 422
    assert "Publish it first" in answer.text


def test_a_removed_campaign_takes_its_moves_and_shadows_along(world: World) -> None:
    newer = with_another_limit(world)
    add_scores(world, [(90, 90, 90)])
    assert act(world.signed_in(Role.RECRUITER), "start", newer.problem.version) == 303
    assert world.command("campaigns", "remove", "interns", "--yes").exit_code == 0
    with world.session() as session:
        assert not session.exec(select(SubmissionRow)).all()


def test_the_command_does_the_same(world: World) -> None:
    newer = with_another_limit(world)
    add_scores(world, [(90, 90, 90), (80, 80, 80)])
    to = ("--to", newer.problem.version)
    move = ("campaigns", "move", "interns", "bplus-tree")
    assert newer.problem.version in world.command("campaigns", "versions", "interns").output
    assert "--start does" in world.command(*move, *to).output
    assert world.command(*move, *to, "--start").exit_code == 0
    early = world.command(*move, "--apply")
    assert early.exit_code != 0
    assert "still to be judged" in early.output
    judge_shadows(world, {"P00000": 10})
    look = world.command(*move).output
    assert "1 of 2 candidates move" in look or "2 of 2 candidates move" in look
    assert "nothing is switched" in look
    recruiter = world.signed_in(Role.RECRUITER)
    assert board(recruiter) == {"P00000": 90, "P00001": 80}
    assert world.command(*move, "--apply").exit_code == 0
    assert board(recruiter) == {"P00000": 10, "P00001": 90}
    wrong = world.command("campaigns", "move", "interns", "nothing")
    assert "it has bplus-tree" in wrong.output
