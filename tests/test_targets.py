"""A submission on several targets: a job for each, and what it is worth is its worst."""

import dataclasses
import re
import subprocess
import sys
from pathlib import Path

import pytest
from sqlmodel import select

import sandboxes
from judge.errors import PackageFault
from judge.events import Event, Stage
from judge.grading.windows_exit_codes import exit_words
from judge.runner.wire import EventBatch, HandBack, HandIn, Hello, JobOffer, Take, api
from judge.targets import TARGETS, WINDOWS_WINE
from judge.values import Ending, Execution, Measurement, MemorySource
from judge.verdicts import Verdict
from problems import BANK
from problems.package import load, load_folder
from problems.tree import read_folder
from sandboxes.wine import parse_report, windows_path, with_told_code
from tests.conftest import World
from tests.test_confirming import end_sittings, measured
from tests.test_jobs import JUDGEMENT, ApiRunner, submit_as
from web.candidates import submission_targets, submission_view, submissions
from web.candidates.people import Visitor
from web.hiring import demo, leaderboard
from web.refusals import NotYours
from web.storage.database import transaction
from web.storage.tables import Job, Role, SubmissionKind, SubmissionRow

ACCEPTED = dataclasses.replace(JUDGEMENT, verdict=Verdict.ACCEPTED, score=100.0)


class TwoTargets(ApiRunner):
    """A runner that has proved Python on Windows, too, and asks as version 3 does."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        hello = Hello(
            version="1",
            offers={"linux": ["python3"], "windows-wine": ["python3"]},
            slots=1,
            machine={},
        )
        answer = self.browser.post(
            f"{api()}/hello", content=hello.model_dump_json(), headers=self.headers
        )
        assert answer.status_code == 200, answer.text

    def take_for(self, **offers: list[str]) -> JobOffer | None:
        wanted = {target.replace("_", "-"): languages for target, languages in offers.items()}
        body = Take(offers=wanted, wait_s=0).model_dump_json()
        answer = self.browser.post(f"{api()}/take", content=body, headers=self.headers)
        return JobOffer.model_validate_json(answer.content) if answer.status_code == 200 else None

    def judge(self, judgement: object, **offers: list[str]) -> JobOffer:
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
        reader = Visitor(id=0, code="", role=Role.RECRUITER, name="", campaign_id=None)
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
        reader = Visitor(id=0, code="", role=Role.RECRUITER, name="", campaign_id=None)
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
            Visitor(id=1, code="", role=Role.CANDIDATE, name="", campaign_id=None),
            package,
            form,
            submissions_max=3,
            now_ms=1,
        )


@pytest.mark.parametrize(
    ("systems", "message"),
    [
        (b"targets: [windows]", "targets"),
        (b"targets: []", "targets"),
        (b"line_ends: both", "line_ends"),
        (b"targets: [windows-native]", "no interactive"),
        (b"targets: [windows-wine, linux]", "linux must be the first of targets"),
    ],
)
def test_what_a_package_may_not_say_of_targets(systems: bytes, message: str) -> None:
    files = dict(read_folder(BANK / "write-ahead-log"))
    only_linux = files["systems.yaml"].replace(b"benchmark:\n", b"benchmark:\n  targets: [linux]\n")
    files["systems.yaml"] = only_linux + systems + b"\n"
    with pytest.raises(PackageFault, match=message):
        load(files, slug="x")


def test_planted_programs_may_earn_something_else_on_another_target() -> None:
    package = load_folder(BANK / "atomic-save")
    by_name = {one.name: one for one in package.submissions}
    waits = by_name["rejected/never_waits.c"]
    assert waits.expected_for("linux") == {Verdict.ACCEPTED}
    assert waits.expected_for("windows-wine") == {Verdict.WRONG_ANSWER}


def test_an_exit_code_is_read_as_its_system_means_it() -> None:
    assert exit_words(0xC0000005, windows=True)[0] == "STATUS_ACCESS_VIOLATION (0xC0000005)"
    assert exit_words(0xC0000005, windows=False)[0] == "exit code 3221225477"
    assert exit_words(3, windows=True)[0] == "exit code 3, which abort() ends with"
    assert exit_words(3, windows=False)[0] == "exit code 3"


def test_line_ends_are_forgiven_on_windows_alone() -> None:
    said = b"1\r\n2\n\r3\r\n"
    assert TARGETS["linux"].text_of(said, exact_line_ends=False) == said
    assert WINDOWS_WINE.text_of(said, exact_line_ends=True) == said
    assert WINDOWS_WINE.text_of(said, exact_line_ends=False) == b"1\n2\n\r3\n"


@pytest.mark.parametrize(
    "content",
    [None, b"", b"\xff\xfe", b"exit_code -1\n", b"exit_code 4294967296\n", b"exit_code 1e3\n"],
)
def test_what_a_program_put_in_its_reports_place_is_none(content: bytes | None) -> None:
    assert parse_report(content).get("exit_code") is None


@pytest.mark.parametrize(
    ("code", "stderr", "told", "left"),
    [
        (255, b"\r\njudge: exit_code 3221225477\r\n", 0xC0000005, b""),
        (255, b"a\njudge: exit_code 256\n\njudge: exit_code 300\n", 256, b"a"),
        (0, b"\njudge: exit_code 300\n", 0, b""),
        (7, b"\njudge: exit_code 300\n", 7, b""),
        (255, b"\njudge: exit_code 4294967296\n", 255, b""),
        (255, b"\njudge: exit_code 12\n", 255, b""),
        (255, b"it said judge: exit_code 300\n", 255, b"it said judge: exit_code 300\n"),
        (1, b"0024:err:virtual:virtual_setup_exception stack overflow 1 bytes\n", 0xC00000FD, None),
    ],
)
def test_the_code_of_a_served_program_is_its_own_line_where_linux_saw_that_it_was_great(
    code: int, stderr: bytes, told: int, left: bytes | None
) -> None:
    ended = Execution(
        ending=Ending.EXITED,
        exit_code=code,
        signal=0,
        stdout=b"",
        stderr=stderr,
        measurement=Measurement(
            wall_ns=1, cpu_ns=1, memory_bytes_peak=1, memory_source=MemorySource.CGROUP
        ),
    )
    found = with_told_code(ended)
    assert found.exit_code == told
    assert found.stderr == (stderr if left is None else left)


HARNESS_FOLDER = Path(sandboxes.__file__).parent / "python"


@pytest.mark.parametrize("pieces", [[b"a\r\nb\r", b"\nc\rd\r"], [b"\r", b"\r", b"\n\r"]])
def test_line_ends_are_forgiven_wherever_a_pipe_cuts_them(pieces: list[bytes]) -> None:
    """By the way itself from a program to an interactor; only a judge's machine imports it."""
    script = (
        "import os, sys, time\n"
        f"sys.path.insert(0, {str(HARNESS_FOLDER)!r})\n"
        "from interact import without_cr\n"
        "reads, writes = os.pipe()\n"
        "end = without_cr(reads)\n"
        "for piece in sys.argv[1:]:\n"
        "    os.write(writes, bytes.fromhex(piece))\n"
        "    time.sleep(0.05)\n"
        "os.close(writes)\n"
        "with open(end, 'rb') as seen: sys.stdout.buffer.write(seen.read())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *(piece.hex() for piece in pieces)],
        capture_output=True,
        check=True,
    )
    assert done.stdout == b"".join(pieces).replace(b"\r\n", b"\n")


def test_paths_are_told_to_windows_programs_as_theirs() -> None:
    assert windows_path("/prog/main.py") == "C:/prog/main.py"
    assert windows_path("/usr/bin/x") == "/usr/bin/x"
    assert windows_path("an argument") == "an argument"
