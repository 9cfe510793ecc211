"""A submission on several targets: a job for each, and what it is worth is its worst."""

import dataclasses
import re

import pytest
from sqlmodel import select

from judge.events import Event, Stage
from judge.runner.wire import EventBatch, HandBack, HandIn, Hello, TakenJob, TakeRequest, api_path
from judge.verdicts import Verdict
from problems import BANK
from problems.package import load
from problems.tree import read_folder
from tests.candidates.test_confirmation import end_sittings, measured
from tests.conftest import World
from tests.fleet.test_jobs import JUDGEMENT, ApiRunner, submit_as
from web.accounts.people import Visitor
from web.candidates import campaigns, submission_targets, submission_view, submissions
from web.hiring import demo, leaderboard
from web.refusals import NotYours
from web.storage.database import transaction
from web.storage.tables import Job, Role, SubmissionKind, SubmissionRow

ACCEPTED = dataclasses.replace(JUDGEMENT, verdict=Verdict.ACCEPTED, score=100.0)


class TwoTargets(ApiRunner):
    """A runner that has proved Python on Windows, too, and asks for both at once."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        hello = Hello(
            version="1",
            offers={"linux": ["python3"], "windows-wine": ["python3"]},
            slots=1,
            machine={},
        )
        answer = self.browser.post(
            f"{api_path()}/hello", content=hello.model_dump_json(), headers=self.headers
        )
        assert answer.status_code == 200, answer.text

    def take_for(self, **offers: list[str]) -> TakenJob | None:
        wanted = {target.replace("_", "-"): languages for target, languages in offers.items()}
        body = TakeRequest(offers=wanted, wait_s=0).model_dump_json()
        answer = self.browser.post(f"{api_path()}/take", content=body, headers=self.headers)
        return TakenJob.model_validate_json(answer.content) if answer.status_code == 200 else None

    def judge(self, judgement: object, **offers: list[str]) -> TakenJob:
        job = self.take_for(**offers)
        assert job is not None
        content = HandIn.model_validate({"judgement": judgement}).model_dump_json()
        assert self.post(job, "judgement", content) == 204
        return job


def test_where_no_runner_proved_a_target_it_is_judged_without_it_and_the_page_says_so(
    world: World,
) -> None:
    browser = world.signed_in(Role.CANDIDATE)
    assert "no runner for it is registered" in browser.get("/sitting/bplus-tree").text
    submit_as(browser, "a key of the form")
    with world.session() as session:
        assert [job.target for job in session.exec(select(Job)).all()] == ["linux"]


def test_each_target_has_its_job_and_the_worst_is_what_it_is_worth(world: World) -> None:
    runner = TwoTargets(world)
    browser = world.signed_in(Role.CANDIDATE)
    assert "Windows programs run under Wine" in browser.get("/sitting/bplus-tree").text
    code = submit_as(browser, "a key of the form")
    assert runner.take_for(linux=["cpp"], windows_wine=["c"]) is None
    first = runner.judge(ACCEPTED, linux=["python3"])
    assert first.target == "linux"
    page = browser.get(f"/submissions/{code}").text
    assert "Being judged" in page, "Windows is still to come"
    recruiter = world.signed_in(Role.RECRUITER)
    board = recruiter.get("/campaigns/interns/leaderboard.json").json()
    assert board["lines"][0]["cells"] == {}, "half a verdict counts for nothing"
    assert runner.take_for(linux=["python3"]) is None

    assert runner.judge(JUDGEMENT, windows_wine=["python3"]).target == "windows-wine"
    page = browser.get(f"/submissions/{code}").text
    assert "Wrong answer" in page
    assert "Windows programs run under Wine" in page
    on_linux = browser.get(f"/submissions/{code}?target=linux").text
    assert re.search(r"<h1[^>]*>.*Accepted", on_linux, re.DOTALL)
    answer = browser.get(f"/submissions/{code}.json").json()
    assert answer["targets"] == {
        "linux": {"state": "judged", "verdict": "accepted"},
        "windows-wine": {"state": "judged", "verdict": "wrong-answer"},
    }
    cell = recruiter.get("/campaigns/interns/leaderboard.json").json()["lines"][0]["cells"]
    assert (cell["bplus-tree"]["verdict"], cell["bplus-tree"]["score"]) == ("wrong-answer", 12.5)
    assert cell["bplus-tree"]["tries"] == 1
    shown = recruiter.get("/campaigns/interns/leaderboard").text
    assert f"/submissions/{code}?target=windows-wine" in shown
    assert "they say nothing of Windows" in shown


def test_the_demos_people_send_once_and_to_all_that_is_offered(world: World) -> None:
    now = 10**12
    with transaction(world.engine) as session:
        assert demo.ensure(session, [world.package], now)
        assert demo.ensure(session, [world.package], now), "its people are still to send"
        assert session.exec(select(Job)).all() == []
    TwoTargets(world)
    for _ in range(2):
        with transaction(world.engine) as session:
            demo.send(session, now)
            assert not demo.ensure(session, [world.package], now)
            sent = session.exec(select(SubmissionRow)).all()
            jobs = session.exec(select(Job)).all()
            in_python = [row.id for row in sent if row.language == "python3"]
            assert len(sent) > len(in_python) > 0
            assert len(jobs) == len(sent) + len(in_python)


def test_progress_of_one_target_is_not_shown_as_anothers(world: World) -> None:
    runner = TwoTargets(world)
    submit_as(world.signed_in(Role.CANDIDATE), "a key of the form")
    for offers, label in (({"linux": ["python3"]}, "one"), ({"windows_wine": ["python3"]}, "two")):
        job = runner.take_for(**offers)
        assert job is not None
        event = Event(stage=Stage.TESTING, done=1, total=2, label=label, verdict=Verdict.ACCEPTED)
        batch = EventBatch(first=0, events=[event]).model_dump_json()
        assert runner.post(job, "events", batch) == 204
        assert runner.post(job, "events", batch) == 204, "sent twice is there once"
    with world.session() as session:
        number = session.exec(select(SubmissionRow.id)).one() or 0
        for target, label in (("linux", "one"), ("windows-wine", "two")):
            (found,) = submission_view.events_after(session, number, target, 0)
            assert found.event.label == label


def test_a_target_that_was_given_up_makes_it_count_for_nothing(world: World) -> None:
    runner = TwoTargets(world)
    browser = world.signed_in(Role.CANDIDATE)
    code = submit_as(browser, "a key of the form")
    runner.judge(ACCEPTED, linux=["python3"])
    job = runner.take_for(windows_wine=["python3"])
    assert job is not None
    content = HandBack(reason="no", final=True).model_dump_json()
    assert runner.post(job, "fault", content) == 204
    assert "Judge error" in browser.get(f"/submissions/{code}").text
    with world.session() as session:
        person = session.exec(select(SubmissionRow.person_id)).one()
        assert submissions.counted(session, person, "bplus-tree") == 0
        reader = Visitor(
            id=0, code="", roles=frozenset({Role.RECRUITER}), name="", campaign_id=None
        )
        assert not leaderboard.build(session, world.campaign, reader).lines


def test_what_is_measured_again_is_the_first_target(world: World) -> None:
    runner = TwoTargets(world)
    submit_as(world.signed_in(Role.CANDIDATE), "a key of the form")
    runner.judge(measured(1.2, 1.3, score=90), linux=["python3"])
    assert end_sittings(world) == 0, "Windows is still to come"
    runner.judge(measured(1.1, 1.1, score=70), windows_wine=["python3"])
    assert end_sittings(world) == 1
    again = runner.judge(measured(1.2, 1.25, score=95), linux=["python3"], windows_wine=["python3"])
    assert (again.target, again.confirming) == ("linux", True)
    assert runner.take_for(linux=["python3"], windows_wine=["python3"]) is None
    with world.session() as session:
        reader = Visitor(
            id=0, code="", roles=frozenset({Role.RECRUITER}), name="", campaign_id=None
        )
        (line,) = leaderboard.build(session, world.campaign, reader).lines
    assert line.score == 70, "confirming the first target can't lift the other's points"
    assert not line.provisional


def test_what_is_judged_on_windows_alone_is_refused_where_nobody_can(world: World) -> None:
    files = dict(read_folder(BANK / "bplus-tree"))
    files["systems.yaml"] = files["systems.yaml"].replace(
        b"[linux, windows-wine]", b"[windows-wine]"
    )
    package = load(files, slug="bplus-tree")
    assert submission_targets.targets_for(package, "python3", {}) == ()
    assert submission_targets.targets_for(package, "python3", {"windows-wine": ["c"]}) == ()
    assert submission_targets.targets_for(package, "c", {"windows-wine": ["c"]}) == (
        "windows-wine",
    )
    (place,) = submission_targets.target_offers(package, {"windows-wine": ["c", "cpp", "python3"]})
    assert (place.here, place.lacks) == (True, ("rust",))
    form = submissions.SubmissionForm(
        problem="bplus-tree",
        language="c",
        source=b"int x;",
        kind=SubmissionKind.SUBMIT,
        form_key="k",
    )
    with world.session() as session, pytest.raises(NotYours, match="no machine"):
        submissions.submit(
            session,
            Visitor(id=1, code="", roles=frozenset({Role.CANDIDATE}), name="", campaign_id=None),
            package,
            form,
            submissions_max=3,
            now_ms=1,
        )


def test_the_demo_is_made_anew_and_nothing_else_goes_with_it(world: World) -> None:
    with transaction(world.engine) as session:
        assert demo.ensure(session, [world.package], 1)
        demo.send(session, 2)
        first = set(session.exec(select(SubmissionRow.code)).all())
        assert first
        demo.remove(session, 3)
        assert not session.exec(select(SubmissionRow.code)).all()
        demo.remove(session, 3)  # there is none: nothing to do
        assert demo.ensure(session, [world.package], 4)
        demo.send(session, 5)
        assert first.isdisjoint(session.exec(select(SubmissionRow.code)).all())
        assert campaigns.exists(session, world.campaign.slug)
