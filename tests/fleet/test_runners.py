"""The fleet: runners added, watched, given new tokens and revoked; what they must not see or do."""

import json
from dataclasses import replace

import httpx
import pytest
from fastapi.testclient import TestClient
from sqlmodel import col, select

from judge.runner.wire import (
    JOB_TOKEN_HEADER,
    OF_VERSION_5,
    VERSIONS,
    HandBack,
    Hello,
    Phase,
    PhaseName,
    api_path,
)
from tests.conftest import World
from tests.fleet.test_jobs import ApiRunner, expire_leases, state, submit
from tests.runner.test_wire import HAND_IN_OF_VERSION_4, HELLO_OF_VERSION_4, TAKE_OF_VERSION_4
from web.fleet import runners, time_credit
from web.problems import catalogue
from web.storage.database import now_ms, transaction
from web.storage.tables import AuditEntry, Job, JobState, Role, RunnerRow, Sitting
from web.storage.tokens import digest

ADD = {"name": "north", "labels": "gpu, fast"}


def operator(world: World) -> TestClient:
    return world.signed_in(Role.OPERATOR)


def token_in(page: str) -> str:
    return page.split("JUDGE_RUNNER_TOKEN=")[1].split(maxsplit=1)[0]


def audited(world: World) -> list[tuple[str, str, str]]:
    with world.session() as session:
        rows = session.exec(select(AuditEntry).order_by(col(AuditEntry.id))).all()
        return [(row.actor, row.action, row.subject) for row in rows if row.action != "sign-in"]


def hello(languages: list[str]) -> str:
    machine = {"image": "sha256:1"}
    offered = Hello(
        version="9",
        offers={"linux": languages},
        slots=2,
        machine=machine,
        cpus=["0", "1"],
    )
    return offered.model_dump_json()


def test_a_runner_is_added_watched_and_offered(world: World) -> None:
    browser = operator(world)
    page = browser.post("/runners", data=ADD)
    assert page.status_code == 200
    token = token_in(page.text)
    assert page.text.count(token) == 2  # bash and PowerShell
    assert token not in browser.get("/runners/north").text
    with world.session() as session:
        row = session.exec(select(RunnerRow).where(RunnerRow.name == "north")).one()
        assert (row.token_hash, row.labels) == (digest(token), ["gpu", "fast"])
    assert "waiting for its first contact" in browser.get("/runners/north/now").text
    runner = ApiRunner(world, token)
    for name, detail in ((PhaseName.CONTACT, "box"), (PhaseName.DOCTOR, "20/22; see to load")):
        phase = Phase(name=name, detail=detail).model_dump_json()
        path = f"{api_path()}/phase"
        answer = runner.browser.post(path, content=phase, headers=runner.headers)
        assert answer.status_code == 204
    now = browser.get("/runners/north/now").text
    assert "20/22; see to load" in now
    assert now.count("✓") == 2
    path = f"{api_path()}/hello"
    answer = runner.browser.post(path, content=hello(["c"]), headers=runner.headers)
    assert answer.json() == {"name": "north"}
    table = browser.get("/runners/now").text
    assert "waits for work" in table
    assert "0 | 1" in table
    for good, why in ((False, "kernel memory: 91 % of what is allowed"), (True, "")):
        phase = Phase(name=PhaseName.DRAINING, good=good, detail=why).model_dump_json()
        answer = runner.browser.post(f"{api_path()}/phase", content=phase, headers=runner.headers)
        assert answer.status_code == 204
        for path in ("/runners/now", "/runners/north/now"):
            assert ("91 % of what" in browser.get(path).text) is not good
    found = json.loads(browser.get("/runners.json").text)
    assert [one["name"] for one in found] == ["north", "test"]
    assert found[0]["phases"][1] == {"name": "doctor", "good": True, "detail": "20/22; see to load"}


@pytest.mark.parametrize(
    ("name", "labels", "complaint"),
    [
        ("", "", "The name is &#39;&#39;"),
        ("North Pole", "", "The name is"),
        ("test", "", "There is a runner &#39;test&#39; already"),
        ("south", "gpu!", "Labels: &#39;gpu!&#39;"),
        ("south", "a b c d e f g h i", "9 labels"),
    ],
)
def test_a_wrong_name_or_label_says_what_to_do(
    world: World, name: str, labels: str, complaint: str
) -> None:
    answer = operator(world).post("/runners", data={"name": name, "labels": labels})
    assert answer.status_code == 422
    assert complaint in answer.text
    assert 'aria-invalid="true"' in answer.text


def test_a_token_is_changed_without_a_stop_and_revoked_at_once(world: World) -> None:
    browser = operator(world)
    old = ApiRunner(world)
    new = ApiRunner(world, token_in(browser.post("/runners/test/token").text))
    assert old.take() is None  # still good: the runner has not read the new one yet
    submit(world)
    job = new.take()
    assert job is not None
    assert old.post(job, "heartbeat") == 403
    assert new.post(job, "heartbeat") == 204
    assert browser.post("/runners/test/revoke").status_code == 303
    assert new.post(job, "heartbeat") == 403
    assert new.hand_in(job) == 403
    assert "revoked" in browser.get("/runners/now").text
    actions = [action for _, action, _ in audited(world)]
    assert actions.count("runner's token changed") == 1
    assert actions.count("runner revoked") == 1
    assert ("unknown runner", "refused", f"judgement of job {job.job}") in audited(world)


def test_nobody_but_the_holder_reads_or_forges_and_each_refusal_is_written_down(
    world: World,
) -> None:
    with transaction(world.engine) as session:
        other_token = runners.add(session, "other", [], actor="x", now_ms=now_ms())
    submit(world)
    submit(world, key="another form", name="Bob")
    mine, theirs = ApiRunner(world), ApiRunner(world, other_token)
    job, their_job = mine.take(), theirs.take()
    assert job is not None
    assert their_job is not None
    source = their_job.files[0].sha256
    blob = f"{api_path()}/jobs/{their_job.job}/blobs/{source}"
    tries = {
        "no token": mine.browser.get(blob).status_code,
        "another's job": mine.hand_in(their_job),
        "another's token": mine.post(their_job, "heartbeat", token=job.token),
        "own job, made-up token": mine.post(job, "heartbeat", token="made up"),
        "another's blob": mine.browser.get(
            blob, headers={**mine.headers, JOB_TOKEN_HEADER: their_job.token}
        ).status_code,
    }
    assert tries == {
        "no token": 401,
        "another's job": 409,
        "another's token": 409,
        "own job, made-up token": 409,
        "another's blob": 409,
    }
    expire_leases(world)
    again = theirs.take()
    assert again is not None
    assert mine.hand_in(job) == 409  # the lease is lost, and with it the token
    refused = [(actor, subject) for actor, action, subject in audited(world) if action == "refused"]
    assert ("runner test", f"judgement of job {their_job.job}") in refused
    assert ("runner test", f"heartbeat of job {their_job.job}") in refused
    assert ("runner test", f"blob {source[:16]} of job {their_job.job}") in refused
    for _ in range(5):
        mine.post(their_job, "heartbeat")
    assert len([one for one in audited(world) if one[1] == "refused"]) == len(refused)


def test_jobs_that_need_a_label_go_where_it_was_given(world: World) -> None:
    submit(world)
    with transaction(world.engine) as session:
        job = session.exec(select(Job)).one()
        job.needs = "gpu"
        session.add(job)
        token = runners.add(session, "with-gpu", ["gpu"], actor="x", now_ms=now_ms())
    assert ApiRunner(world).take() is None
    assert ApiRunner(world, token).take() is not None


def test_a_problem_that_needs_what_nobody_offers_is_refused_and_the_text_is_kept(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    needy = replace(world.package, needs="gpu")
    monkeypatch.setattr(catalogue, "get", lambda *_: needy)
    browser = world.signed_in(Role.CANDIDATE)
    form = {"language": "python3", "form_key": "0123456789", "source": "# mine", "kind": "submit"}
    answer = browser.post("/sitting/bplus-tree/submissions", data=form)
    assert answer.status_code == 403
    assert "needs a machine with gpu" in answer.text
    assert "# mine" in answer.text
    with transaction(world.engine) as session:
        token = runners.add(session, "with-gpu", ["gpu"], actor="x", now_ms=now_ms())
    assert ApiRunner(world, token).take() is None  # it is there now
    posted = browser.post("/sitting/bplus-tree/submissions", data=form)
    assert posted.status_code == 303
    assert ApiRunner(world).take() is None
    assert ApiRunner(world, token).take() is not None


def test_a_runner_that_is_stopped_hands_back_without_a_try(world: World) -> None:
    submit(world)
    runner = ApiRunner(world)
    for _ in range(5):
        job = runner.take()
        assert job is not None
        back = HandBack(reason="the runner was stopped", untried=True).model_dump_json()
        assert runner.post(job, "fault", back) == 204
    assert (state(world).state, state(world).tries) == (JobState.QUEUED.value, 0)


def test_a_runner_of_the_version_before_goes_on_and_others_are_told_to_upgrade(
    world: World,
) -> None:
    submit(world)
    old, current = VERSIONS
    assert old == 4, "then the messages below are to be those that version 5 sent"
    runner = ApiRunner(world)

    def send(path: str, message: str, **headers: str) -> httpx.Response:
        headers = {**runner.headers, **headers}
        answer: httpx.Response = runner.browser.post(
            f"{api_path(old)}{path}", content=message, headers=headers
        )
        return answer

    assert send("/phase", '{"name":"contact","good":true,"detail":"x"}').status_code == 204
    assert send("/hello", HELLO_OF_VERSION_4).status_code == 200
    answer = send("/take", TAKE_OF_VERSION_4)
    assert answer.status_code == 200
    job = answer.json()
    assert job["target"] == "linux"
    assert not OF_VERSION_5 & set(job), "a runner of that version takes nothing unknown"
    handed_in = send(
        f"/jobs/{job['job']}/judgement", HAND_IN_OF_VERSION_4, **{"X-Job-Token": job["token"]}
    )
    assert handed_in.status_code == 204
    assert state(world).state == JobState.JUDGED
    for unknown in ("0", str(current + 1), "x"):
        refused = runner.browser.post(f"/api/v{unknown}/runner/take", headers=runner.headers)
        assert refused.status_code == 426
        assert "Upgrade the runner" in refused.json()["message"]
    paths = runner.browser.get("/api/openapi.json").json()["paths"]
    assert {f"{api_path(version)}/jobs/{{job}}/judgement" for version in VERSIONS} <= set(paths)


def test_waiting_for_us_is_given_back_once(world: World) -> None:
    submit(world)
    with transaction(world.engine) as session:
        sitting = session.exec(select(Sitting)).one()
        ends = sitting.ends_at_ms
        job = session.exec(select(Job)).one()
        job.queued_at_ms = now_ms() - 60_000
        session.add(job)
        assert time_credit.running(session, sitting.id or 0, now_ms()) == pytest.approx(
            60_000, abs=5_000
        )
    assert ApiRunner(world).take() is not None
    with world.session() as session:
        sitting = session.exec(select(Sitting)).one()
        assert sitting.credit_ms == pytest.approx(60_000, abs=5_000)
        assert sitting.ends_at_ms - ends == sitting.credit_ms
        given = sitting.credit_ms
    expire_leases(world)  # the time since it was taken is waited, too, and no more than that
    assert ApiRunner(world).take() is not None
    with world.session() as session:
        assert session.exec(select(Sitting)).one().credit_ms - given < 5_000


def test_a_short_wait_is_not_worth_a_word(world: World) -> None:
    submit(world)
    assert ApiRunner(world).take() is not None
    with world.session() as session:
        assert session.exec(select(Sitting)).one().credit_ms == 0


def test_the_command_line_registers_and_shows_the_token_once(world: World) -> None:
    def run(*words: str) -> tuple[int, str]:
        done = world.command(*words)
        return done.exit_code, done.output

    code, text = run("runners", "add", "north", "--labels", "gpu")
    assert code == 0
    assert ApiRunner(world, token_in(text)).take() is None
    assert "$env:JUDGE_RUNNER_TOKEN" in text
    code, text = run("runners", "add", "north")
    assert code == 2
    assert "already" in text
    assert run("runners", "rotate", "nobody")[0] == 2
    assert "there is no runner 'nobody'" in run("runners", "revoke", "nobody")[1]
    assert run("runners", "revoke", "north")[0] == 0
    listed = json.loads(run("runners", "list", "--json")[1])
    assert {one["name"]: one["revoked"] for one in listed} == {"north": True, "test": False}
    assert run("link", "candidate")[0] == 2
    link = run("link", "operator")[1].strip()
    browser = world.browser()
    assert browser.post(link[link.index("/i/") :]).headers["location"] == "/runners"
