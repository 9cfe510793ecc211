"""Jobs and the runners' API: one holder at a time, one judgement, and nothing for strangers."""

import dataclasses
import sqlite3

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import event
from sqlmodel import select

from judge.events import Event, Stage
from judge.runner.wire import (
    JOB_TOKEN_HEADER,
    EventBatch,
    HandBack,
    HandIn,
    Hello,
    TakenJob,
    TakeRequest,
    api_path,
)
from judge.values import Build, BuildKind, Judgement, MemorySource, TestResult
from judge.verdicts import Verdict
from tests.conftest import RUNNER_TOKEN, World
from web.candidates import submissions
from web.fleet import jobs
from web.storage.database import now_ms, transaction
from web.storage.tables import (
    AuditEntry,
    Job,
    JobState,
    JudgementRow,
    JudgingEvent,
    Role,
    RunnerRow,
    Sitting,
    SubmissionRow,
)
from web.storage.tokens import digest

SOURCE = "class Tree: pass\n"
JUDGEMENT = Judgement(
    verdict=Verdict.WRONG_ANSWER,
    score=12.5,
    too_close=False,
    also=(),
    builds=(Build(kind=BuildKind.PLAIN, ok=True, wall_ms=1.0, output=""),),
    tests=(),
)


def secret_test(number: int, verdict: Verdict) -> TestResult:
    return TestResult(
        name=f"secret/{number}",
        group="secret",
        build=BuildKind.PLAIN,
        sample=False,
        verdict=verdict,
        cpu_ms=77.7,
        wall_ms=77.7,
        memory_bytes_peak=77 << 20,
        memory_source=MemorySource.CGROUP,
        secret=True,
    )


BIG_HAND_IN = HandIn(
    judgement=dataclasses.replace(
        JUDGEMENT,
        tests=tuple(secret_test(number, Verdict.WRONG_ANSWER) for number in range(300)),
    )
).model_dump_json()
"""Too large for the room that a page has left."""


class ApiRunner:
    """A runner that speaks the API by hand."""

    def __init__(self, world: World, token: str = RUNNER_TOKEN) -> None:
        self.browser: TestClient = world.browser()
        self.headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def take(self, *languages: str) -> TakenJob | None:
        body = TakeRequest(offers={"linux": list(languages or ("python3",))}, wait_s=0)
        answer = self.browser.post(
            f"{api_path()}/take", content=body.model_dump_json(), headers=self.headers
        )
        if answer.status_code == 204:
            return None
        assert answer.status_code == 200, answer.text
        return TakenJob.model_validate_json(answer.content)

    def take_or_none(self) -> TakenJob | None:
        """A job, or None where the server could not give one."""
        body = TakeRequest(offers={"linux": ["python3"]}, wait_s=0)
        answer = self.browser.post(
            f"{api_path()}/take", content=body.model_dump_json(), headers=self.headers
        )
        assert answer.status_code in (200, 503), answer.text
        return TakenJob.model_validate_json(answer.content) if answer.status_code == 200 else None

    def post(self, job: TakenJob, what: str, content: str = "", token: str = "") -> int:
        headers = {**self.headers, JOB_TOKEN_HEADER: token or job.token}
        path = f"{api_path()}/jobs/{job.job}/{what}"
        return int(self.browser.post(path, content=content, headers=headers).status_code)

    def hand_in(self, job: TakenJob, token: str = "") -> int:
        content = HandIn(judgement=JUDGEMENT).model_dump_json()
        return self.post(job, "judgement", content, token)


def submit(world: World, *, key: str = "a key of the form", name: str = "Ada") -> str:
    return submit_as(world.signed_in(Role.CANDIDATE, name=name), key)


def submit_as(browser: TestClient, key: str) -> str:
    answer = browser.post(
        "/sitting/bplus-tree/submissions",
        data={"language": "python3", "form_key": key, "source": SOURCE, "kind": "submit"},
    )
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"]).rsplit("/", 1)[-1]


def reset(world: World) -> None:
    """The job waits as at first."""
    with transaction(world.engine) as session:
        job = session.exec(select(Job)).one()
        job.state, job.tries, job.token_hash = JobState.QUEUED.value, 0, ""
        session.add(job)


def expire_leases(world: World) -> None:
    with transaction(world.engine) as session:
        for job in session.exec(select(Job)).all():
            job.lease_until_ms = now_ms() - 1
            session.add(job)
        session.flush()
        jobs.sweep(session, now_ms())


def state(world: World) -> Job:
    with world.session() as session:
        return session.exec(select(Job)).one()


def test_a_job_is_judged_once_and_its_page_shows_it(world: World) -> None:
    code = submit(world)
    runner = ApiRunner(world)
    job = runner.take()
    assert job is not None
    assert job.submission == code
    assert runner.take() is None
    assert runner.hand_in(job) == 204
    assert state(world).state == JobState.JUDGED
    staff = world.signed_in(Role.INTERVIEWER)
    assert "Wrong answer" in staff.get(f"/submissions/{code}").text


def test_a_runner_that_is_started_again_has_nothing_in_hand(world: World) -> None:
    submit(world)
    runner = ApiRunner(world)
    before = runner.take()
    assert before is not None
    hello = Hello(version="1", offers={"linux": ["python3"]}, slots=1, machine={})
    answer = runner.browser.post(
        f"{api_path()}/hello", content=hello.model_dump_json(), headers=runner.headers
    )
    assert answer.status_code == 200
    assert state(world).state == JobState.QUEUED
    again = runner.take()
    assert again is not None
    assert runner.hand_in(before) == 409
    assert runner.hand_in(again) == 204


@pytest.mark.sqlite
def test_a_full_disk_at_any_write_leaves_one_judgement_or_a_job_that_waits(world: World) -> None:
    """The database may grow by n pages, for n = 0, 1, 2 …, until all goes through."""
    submit(world, key="the one that is judged")
    runner = ApiRunner(world)
    with world.session() as session:
        pages = int(session.connection().exec_driver_sql("PRAGMA page_count").scalar_one())
    room: list[int] = []

    def limit(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute(f"PRAGMA max_page_count={pages + room[0] if room else 1 << 30}")

    event.listen(world.engine, "connect", limit)
    refused = 0
    for extra in range(100):
        room[:] = [extra]
        world.engine.dispose()
        job = runner.take_or_none()
        answers = [runner.post(job, "judgement", BIG_HAND_IN)] if job is not None else []
        room.clear()
        world.engine.dispose()
        if answers == [204]:
            break
        refused += 1
        assert set(answers) <= {503}
        # The disk has room again: the same words are accepted, or the job waits for another try.
        with world.session() as session:
            assert not session.exec(select(JudgementRow)).all()
        reset(world)
    assert refused > 0
    with world.session() as session:
        assert len(session.exec(select(JudgementRow)).all()) == 1


def test_a_candidate_sees_one_line_of_a_group_of_secret_tests_and_staff_see_all(
    world: World,
) -> None:
    tests = [secret_test(number, Verdict.ACCEPTED) for number in (1, 2)]
    tests.append(secret_test(3, Verdict.WRONG_ANSWER))
    candidate, staff = world.signed_in(Role.CANDIDATE), world.signed_in(Role.INTERVIEWER)
    code = submit_as(candidate, "a key of the form")
    runner = ApiRunner(world)
    job = runner.take()
    assert job is not None
    hand_in = HandIn(judgement=dataclasses.replace(JUDGEMENT, tests=tuple(tests)))
    assert runner.post(job, "judgement", hand_in.model_dump_json()) == 204
    for browser, lines, figures in ((candidate, 1, False), (staff, 3, True)):
        body = browser.get(f"/submissions/{code}.json").json()["judgement"]
        assert len(body["tests"]) == lines
        assert any(test["cpu_ms"] for test in body["tests"]) is figures
        assert ("77.7" in browser.get(f"/submissions/{code}").text) is figures


def test_a_judgement_sent_twice_is_one_judgement(world: World) -> None:
    submit(world)
    runner = ApiRunner(world)
    job = runner.take()
    assert job is not None
    assert [runner.hand_in(job), runner.hand_in(job)] == [204, 204]
    with world.session() as session:
        assert len(session.exec(select(JudgementRow)).all()) == 1


def test_a_silent_runner_loses_its_job_and_its_late_result_leaves_nothing(world: World) -> None:
    submit(world)
    runner = ApiRunner(world)
    zombie = runner.take()
    assert zombie is not None
    expire_leases(world)
    heir = runner.take()
    assert heir is not None
    assert heir.try_number == 2
    assert runner.hand_in(zombie) == 409
    assert runner.post(zombie, "heartbeat") == 409
    batch = EventBatch(first=0, events=[Event(stage=Stage.TESTING, done=1, total=1)])
    assert runner.post(zombie, "events", batch.model_dump_json()) == 409
    assert runner.hand_in(heir) == 204
    with world.session() as session:
        assert session.exec(select(JudgementRow)).one().tries == 2
        assert not session.exec(select(JudgingEvent)).all()


def test_after_three_tries_it_is_a_judge_error_that_does_not_count(world: World) -> None:
    code = submit(world)
    for _ in range(jobs.TRIES_MAX):
        assert ApiRunner(world).take() is not None
        expire_leases(world)
    assert ApiRunner(world).take() is None
    assert state(world).state == JobState.FAILED
    page = world.signed_in(Role.INTERVIEWER).get(f"/submissions/{code}").text
    assert "Judge error" in page


def test_a_fault_is_tried_again_unless_that_cannot_help(world: World) -> None:
    submit(world)
    runner = ApiRunner(world)
    job = runner.take()
    assert job is not None
    assert runner.post(job, "fault", HandBack(reason="engine gone").model_dump_json()) == 204
    assert state(world).state == JobState.QUEUED
    job = runner.take()
    assert job is not None
    body = HandBack(reason="package broken", final=True).model_dump_json()
    assert runner.post(job, "fault", body) == 204
    assert state(world).state == JobState.FAILED


def test_repeated_event_batches_leave_each_event_once(world: World) -> None:
    submit(world)
    runner = ApiRunner(world)
    job = runner.take()
    assert job is not None
    events = [Event(stage=Stage.TESTING, done=n, total=3) for n in range(3)]
    for first, part in ((0, events[:2]), (0, events[:2]), (1, events[1:])):
        body = EventBatch(first=first, events=part).model_dump_json()
        assert runner.post(job, "events", body) == 204
    with world.session() as session:
        rows = session.exec(select(JudgingEvent)).all()
    assert [row.number for row in rows] == [0, 1, 2]


def test_jobs_are_given_by_priority_then_by_arrival(world: World) -> None:
    first, second = submit(world, name="Ada"), submit(world, name="Bo")
    browser = world.signed_in(Role.CANDIDATE, name="Cy")
    answer = browser.post(
        "/sitting/bplus-tree/submissions",
        data={"language": "python3", "form_key": "x" * 20, "source": SOURCE, "kind": "samples"},
    )
    trial = answer.headers["location"].rsplit("/", 1)[-1]
    runner = ApiRunner(world)
    taken = [offer.submission for offer in (runner.take() for _ in range(3)) if offer]
    assert taken == [trial, first, second]


def test_a_runner_gets_only_the_languages_that_it_offers(world: World) -> None:
    submit(world)
    assert ApiRunner(world).take("rust", "cpp") is None
    assert ApiRunner(world).take("python3") is not None


@pytest.mark.parametrize("token", ["", "guessed", "a runner's tokens"])
def test_strangers_get_nothing(world: World, token: str) -> None:
    submit(world)
    runner = ApiRunner(world, token)
    body = TakeRequest(offers={"linux": ["python3"]}, wait_s=0).model_dump_json()
    answer = runner.browser.post(f"{api_path()}/take", content=body, headers=runner.headers)
    assert answer.status_code in (401, 403)
    assert state(world).state == JobState.QUEUED


def test_one_runner_cannot_touch_anothers_job(world: World) -> None:
    submit(world)
    with transaction(world.engine) as session:
        session.add(RunnerRow(name="b", token_hash=digest("other"), offers={}, seen_at_ms=0))
    job = ApiRunner(world).take()
    assert job is not None
    other = ApiRunner(world, "other")
    assert other.hand_in(job) == 409
    assert ApiRunner(world).hand_in(job, token="forged") == 409


def test_a_runner_reads_only_the_blobs_of_its_job(world: World) -> None:
    submit(world)
    runner = ApiRunner(world)
    job = runner.take()
    assert job is not None
    headers = {**runner.headers, JOB_TOKEN_HEADER: job.token}
    base = f"{api_path()}/jobs/{job.job}/blobs"
    source = runner.browser.get(f"{base}/{job.files[0].sha256}", headers=headers)
    assert source.text == SOURCE
    package = runner.browser.get(f"{base}/{job.package_sha256}", headers=headers)
    assert package.status_code == 200
    assert runner.browser.get(f"{base}/{'0' * 64}", headers=headers).status_code == 404


def test_what_could_not_be_measured_is_measured_again_and_counts_for_nothing(world: World) -> None:
    code = submit(world)
    runner = ApiRunner(world)
    unsure = dataclasses.replace(JUDGEMENT, verdict=Verdict.INCONCLUSIVE, unfit=True)
    content = HandIn(judgement=unsure).model_dump_json()
    for number in range(1, jobs.TRIES_MAX + 1):
        job = runner.take()
        assert job is not None
        assert job.try_number == number
        assert runner.post(job, "judgement", content) == 204
    assert runner.take() is None
    with world.session() as session:
        assert not session.exec(select(JudgementRow)).all()
        row = session.exec(select(SubmissionRow)).one()
        assert submissions.counted(session, row.person_id, row.problem) == 0
    page = world.signed_in(Role.INTERVIEWER).get(f"/submissions/{code}").text
    assert "It could not be told, 3 times" in page


def test_what_a_fit_machine_could_not_tell_twice_counts_and_gives_no_time_back(
    world: World,
) -> None:
    candidate = world.signed_in(Role.CANDIDATE)
    code = submit_as(candidate, "a key of the form")
    runner = ApiRunner(world)
    unsure = dataclasses.replace(JUDGEMENT, verdict=Verdict.INCONCLUSIVE)
    content = HandIn(judgement=unsure).model_dump_json()
    for _ in range(2):
        job = runner.take()
        assert job is not None
        with transaction(world.engine) as session:  # as if its judging had taken so long
            waiting = session.exec(select(Job)).one()
            waiting.queued_at_ms -= 203_000
            session.add(waiting)
        assert runner.post(job, "judgement", content) == 204
    assert runner.take() is None
    with world.session() as session:
        row = session.exec(select(SubmissionRow)).one()
        assert submissions.counted(session, row.person_id, row.problem) == 1
        assert session.exec(select(JudgementRow)).one().verdict == Verdict.INCONCLUSIVE.value
        assert session.exec(select(Sitting)).one().credit_ms == 0
        told = session.exec(select(AuditEntry.subject)).all()
        assert code in told
    page = world.signed_in(Role.INTERVIEWER).get(f"/submissions/{code}").text
    assert "twice in a row" in page
    # And the next one of the same author has no free try at all.
    submit_as(candidate, "another key of the form")
    job = runner.take()
    assert job is not None
    assert runner.post(job, "judgement", content) == 204
    assert runner.take() is None


def test_a_submission_whose_machine_failed_says_so_and_uses_up_nothing(world: World) -> None:
    candidate = world.signed_in(Role.CANDIDATE)
    code = submit_as(candidate, "a key of the form")
    runner = ApiRunner(world)
    reason = HandBack(reason="SandboxFault: the disk is full").model_dump_json()
    page = ""
    for tries in (1, 2, 3):
        job = runner.take()
        assert job is not None
        assert runner.post(job, "fault", reason) == 204
        page = candidate.get(f"/submissions/{code}").text
        if tries < 3:
            assert "A machine failed; judged again, nothing lost." in page
            assert "1 of 3 submissions" in page
    assert "Judge error" in page
    assert "It was tried 3 times." in page
    assert "0 of 3 submissions" in page
    assert "the disk is full" not in page, "what failed is for those who can mend it"
    staff = world.signed_in(Role.INTERVIEWER).get(f"/submissions/{code}").text
    assert "SandboxFault: the disk is full" in staff


def test_what_a_runner_has_taken_is_not_called_off(world: World) -> None:
    candidate = world.signed_in(Role.CANDIDATE)
    for text in ("the first", "the second"):
        submit_as(candidate, text)
    taken = ApiRunner(world).take()
    assert taken is not None
    with transaction(world.engine) as session:
        numbers = session.exec(select(Job.submission_id)).all()
        jobs.call_off(session, numbers, "nobody wants it any more")
    with world.session() as session:
        states = dict(session.exec(select(Job.id, Job.state)).all())
        faults = [one.fault for one in session.exec(select(Job)) if one.state == "failed"]
    assert states.pop(taken.job) == "held"
    assert list(states.values()) == ["failed"]
    assert faults == ["nobody wants it any more"]
