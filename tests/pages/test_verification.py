"""Verification on the fleet: its jobs behind candidates', its matrix, shares, ends and refusals."""

import dataclasses

import pytest
from fastapi.testclient import TestClient
from sqlmodel import col, select

from judge.runner.wire import HandBack, HandIn, TakenJob
from judge.values import BuildKind, Judgement, MemorySource, TestResult, Witness
from judge.verdicts import Verdict
from tests.conftest import World
from tests.fleet.test_jobs import JUDGEMENT, ApiRunner, submit
from tests.pages.test_editing import author, made, save
from web.storage.authoring_tables import Verification, VerificationRun
from web.storage.database import now_ms, transaction
from web.storage.tables import Job, JobState
from web.verification import verifications


def verdict_of(job: TakenJob, sources: dict[str, Verdict]) -> Judgement:
    """What a runner would say: the check is right, answers by their source."""
    verdict = Verdict.ACCEPTED if job.check else sources[job.files[0].sha256]
    test = TestResult(
        name="sample/1",
        group="sample",
        build=BuildKind.PLAIN,
        sample=True,
        verdict=verdict,
        cpu_ms=700.0,
        wall_ms=700.0,
        memory_bytes_peak=200 << 20,
        memory_source=MemorySource.CGROUP,
    )
    return dataclasses.replace(JUDGEMENT, verdict=verdict, score=0.0, tests=(test,))


def start(browser: TestClient, **fields: str) -> int:
    answer = browser.post("/problems/sums/verify", data=fields)
    assert answer.status_code == 303, answer.text
    return int(answer.headers["location"].rsplit("/", 1)[1])


def judge_all(
    world: World,
    runner: ApiRunner,
    wrong: Verdict = Verdict.WRONG_ANSWER,
    right: Verdict = Verdict.ACCEPTED,
) -> int:
    """Judge whatever waits: the skeleton's answers as they must be; how many."""
    count = 0
    while (job := runner.take("python3")) is not None:
        source = runner.browser.get(
            f"/api/v5/runner/jobs/{job.job}/blobs/{job.files[0].sha256}",
            headers={**runner.headers, "X-Job-Token": job.token},
        ).content
        sources = {job.files[0].sha256: right if b"a + b" in source else wrong}
        content = HandIn(judgement=verdict_of(job, sources)).model_dump_json()
        assert runner.post(job, "judgement", content) == 204
        count += 1
    with transaction(world.engine) as session:
        verifications.assess(session, now_ms())
    return count


def test_a_verification_is_judged_behind_candidates_and_its_matrix_tells_all(
    world: World,
) -> None:
    browser = made(world)
    number = start(browser)
    code = submit(world)
    runner = ApiRunner(world)
    first = runner.take("python3")
    assert first is not None
    assert first.submission == code, "candidates come first"
    runner.hand_in(first)
    page = browser.get(f"/problems/sums/verify/{number}").text
    assert "0 of 3 judged" in page
    assert "hx-get" in page
    assert judge_all(world, runner) == 3
    page = browser.get(f"/problems/sums/verify/{number}").text
    assert "all as expected" in page
    assert "3 of 3 judged" in page
    assert 'class="caught"' in page, "a planted bug is red where it was caught"
    assert 'class="near"' in page, "0.7 s of 1 s, and 200 MB of 256"
    assert "Validators say" in page
    assert "hx-get" not in page
    shown = browser.get(f"/problems/sums/verify/{number}/now").text
    assert "accepted/ok.py" in shown
    assert "all as expected" in browser.get("/problems/sums/verify").text


def test_what_is_not_as_expected_is_told_and_the_run_can_be_seen_as_its_candidate(
    world: World,
) -> None:
    browser = made(world)
    number = start(browser)
    judge_all(world, ApiRunner(world), wrong=Verdict.ACCEPTED)
    page = browser.get(f"/problems/sums/verify/{number}").text
    assert "not all as expected" in page
    assert "accepted is not expected" in page
    with world.session() as session:
        run = session.exec(
            select(VerificationRun).where(col(VerificationRun.name).startswith("wrong"))
        ).one()
    link = page.split("wrong_answer/difference.py</a>")[0].rsplit('href="', 1)[1].split('"')[0]
    assert run.outcome["linux"]["verdict"] == "accepted"
    seen = browser.get(link.replace("&amp;", "&"))
    assert seen.status_code == 200
    assert "Shown as its candidate would see it" in seen.text


def test_run_often_gives_a_share_with_its_interval(world: World) -> None:
    browser = made(world)
    number = start(browser, only="wrong_answer/", runs="20")
    assert judge_all(world, ApiRunner(world)) == 20
    page = browser.get(f"/problems/sums/verify/{number}").text
    assert "20/20" in page
    assert "(83.9–100.0 %)" in page, "Wilson's interval"


def test_the_working_copy_is_verified_as_it_is_and_is_no_commit(world: World) -> None:
    browser = made(world)
    save(browser, "data/sample/1.ans", "6\n", 1)
    number = start(browser)
    with world.session() as session:
        version = session.get_one(Verification, number).version
    history = browser.get("/problems/sums/history").text
    assert version not in history
    assert browser.get(f"/problems/sums/verify/{number}").status_code == 200
    save(browser, "problem.yaml", "name: [", 1)
    refused = browser.post("/problems/sums/verify")
    assert refused.status_code == 422
    assert "problem.yaml" in refused.text


def test_a_verification_survives_a_runner_that_dies_and_is_called_off(world: World) -> None:
    browser = made(world)
    number = start(browser)
    runner = ApiRunner(world)
    held = runner.take("python3")
    assert held is not None
    assert browser.post("/problems/sums/verify").status_code == 422, "one runs already"
    with transaction(world.engine) as session:
        job = session.get_one(Job, held.job)
        job.lease_until_ms = 1
        session.add(job)
        session.flush()
        from web.fleet import jobs  # noqa: PLC0415

        jobs.sweep(session, now_ms())
    assert browser.get(f"/problems/sums/verify/{number}").status_code == 200
    browser.post(f"/problems/sums/verify/{number}/call-off")
    assert runner.take("python3") is None
    assert "called off" in browser.get(f"/problems/sums/verify/{number}").text
    start(browser)


def test_a_program_of_the_package_that_is_at_fault_is_told_in_its_cell(world: World) -> None:
    browser = made(world)
    number = start(browser)
    runner = ApiRunner(world)
    while (job := runner.take("python3")) is not None:
        back = HandBack(reason="JudgeProgramFault: output_validator loops", final=True)
        assert runner.post(job, "fault", back.model_dump_json()) == 204
    with transaction(world.engine) as session:
        verifications.assess(session, now_ms())
    page = browser.get(f"/problems/sums/verify/{number}").text
    assert "output_validator loops" in page
    assert "not all as expected" in page
    with world.session() as session:
        states = set(session.exec(select(Job.state)).all())
    assert states == {JobState.FAILED.value}


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"only": "nothing-like-it"}, "No submission"),
        ({"runs": "1001"}, "1 to 1000"),
        ({"runs": "0"}, "1 to 1000"),
    ],
)
def test_a_verification_that_cant_be_is_refused_with_words(
    world: World, fields: dict[str, str], words: str
) -> None:
    browser = made(world)
    answer = browser.post("/problems/sums/verify", data=fields)
    assert answer.status_code == 422
    assert words in answer.text


def test_any_source_is_tried_against_the_draft_and_told_whole(world: World) -> None:
    browser = made(world)
    data = {"language": "python3", "source": "print(1)\n"}
    answer = browser.post("/problems/sums/try", data=data)
    assert answer.status_code == 303, answer.text
    job = ApiRunner(world).take("python3")
    assert job is not None
    assert job.every_test
    empty = browser.post("/problems/sums/try", data={"language": "python3", "source": " "})
    assert empty.status_code == 422
    assert "empty" in empty.text
    wrong = browser.post("/problems/sums/try", data={"language": "cobol", "source": "x"})
    assert "“cobol” is not offered" in wrong.text
    assert author(world, "Other").post("/problems/sums/try", data=data).status_code == 403


def test_stress_is_a_job_whose_input_becomes_a_fixed_test(world: World) -> None:
    browser = made(world)
    data = {"language": "python3", "source": "print(1)\n", "against": "accepted/ok.py"}
    for wrong in ({"against": "nothing"}, {"seconds": "0"}, {"seconds": "100000"}):
        assert browser.post("/problems/sums/try", data={**data, **wrong}).status_code == 422
    sent = browser.post("/problems/sums/try", data={**data, "seconds": "5"})
    code = sent.headers["location"].rsplit("/", 1)[1]
    runner = ApiRunner(world)
    job = runner.take("python3")
    assert job is not None
    assert (job.stress_against, job.stress_s) == ("accepted/ok.py", 5.0)
    early = browser.post(f"/problems/sums/tests/keep/{code}")
    assert early.status_code == 422
    witness = Witness(kind="input", sentence_en="x", sentence_zh="x", input="7 1\n")
    said = dataclasses.replace(JUDGEMENT, witness=witness)
    runner.post(job, "judgement", HandIn(judgement=said).model_dump_json())
    assert "Make its input a fixed test" in browser.get(f"/submissions/{code}").text
    kept = browser.post(f"/problems/sums/tests/keep/{code}")
    assert kept.headers["location"].endswith(f"data/secret/found/{code.lower()}.in")
    assert "found" in browser.get("/problems/sums/tests").text
    other = author(world, "Other")
    assert other.post(f"/problems/sums/tests/keep/{code}").status_code == 403
