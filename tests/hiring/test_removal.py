"""Removal: after it no byte of a person is in the database's file, and others keep theirs."""

import secrets
from pathlib import Path

import pytest
from sqlmodel import col, select

from judge.events import Event, Stage
from judge.runner.wire import EventBatch, HandIn
from judge.values import Judgement, Witness
from judge.verdicts import Verdict
from tests.conftest import World
from tests.fleet.test_jobs import ApiRunner
from tests.postgres import Cluster
from web.hiring import removal
from web.refusals import NotFound
from web.storage.database import now_ms, transaction
from web.storage.tables import (
    AuditEntry,
    Blob,
    Campaign,
    Draft,
    Job,
    JudgementRow,
    JudgingEvent,
    Person,
    Review,
    Role,
    SubmissionRow,
)


def files_of(world: World, request: pytest.FixtureRequest) -> list[Path]:
    """Where the database keeps its rows."""
    if world.engine.dialect.name == "sqlite":
        return list(world.settings.data_dir.glob("*.sqlite*"))
    cluster: Cluster = request.getfixturevalue("cluster")
    with world.engine.connect() as connection:
        number = connection.exec_driver_sql(
            "SELECT oid FROM pg_database WHERE datname = current_database()"
        ).scalar_one()
    return list((cluster.data / "base" / str(number)).iterdir())


def flush(world: World) -> None:
    """What a database holds in memory alone, on the disk."""
    with world.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if world.engine.dialect.name == "postgresql":
            connection.exec_driver_sql("CHECKPOINT")


def marks_found(world: World, request: pytest.FixtureRequest, marks: dict[str, str]) -> set[str]:
    flush(world)
    content = b"".join(path.read_bytes() for path in files_of(world, request))
    return {what for what, mark in marks.items() if mark.encode() in content}


def use_all(world: World, marks: dict[str, str], form_key: str = "a key of a form") -> str:
    """Somebody who leaves a mark wherever a person can; their code."""
    browser = world.signed_in(Role.CANDIDATE, name=marks["name"])
    draft = {"text": f"# {marks['draft']}\n", "base_revision": 0}
    assert browser.put("/drafts/bplus-tree/python3", json=draft).status_code == 200
    sent = browser.post(
        "/sitting/bplus-tree/submissions",
        data={
            "language": "python3",
            "source": f"# {marks['source']}\n",
            "form_key": form_key + marks["name"],
        },
    )
    assert sent.status_code == 303
    runner = ApiRunner(world)
    job = runner.take("python3")
    assert job is not None
    event = Event(stage=Stage.TESTING, done=1, total=1, label=marks["event"])
    batch = EventBatch(first=0, events=[event]).model_dump_json()
    assert runner.post(job, "events", batch) == 204
    witness = Witness(kind="note", sentence_en=marks["witness"], sentence_zh="-")
    judgement = Judgement(
        verdict=Verdict.WRONG_ANSWER,
        score=0,
        too_close=False,
        also=(),
        builds=(),
        tests=(),
        witness=witness,
    )
    hand_in = HandIn(judgement=judgement).model_dump_json()
    assert runner.post(job, "judgement", hand_in) == 204
    with world.session() as session:
        code = session.exec(select(Person.code).where(Person.name == marks["name"])).one()
    reviewer = world.signed_in(Role.INTERVIEWER, name="Reviewer")
    review = f"/campaigns/interns/candidates/{code}/review"
    assert reviewer.post(review, data={"text": marks["review"]}).status_code == 303
    return code


def new_marks() -> dict[str, str]:
    kinds = ("name", "draft", "source", "event", "witness", "review")
    return {kind: f"{kind}-{secrets.token_hex(12)}" for kind in kinds}


def test_no_byte_of_a_removed_person_is_left_and_others_keep_theirs(
    world: World, request: pytest.FixtureRequest
) -> None:
    marks, others = new_marks(), new_marks()
    code, other = use_all(world, marks), use_all(world, others)
    assert marks_found(world, request, marks) == set(marks), "they were there"
    before = now_ms()
    done = world.command("campaigns", "remove", "interns", "--candidate", code, "--yes")
    assert done.exit_code == 0, done.output
    assert marks_found(world, request, marks) == set()
    assert marks_found(world, request, others) == set(others)
    with world.session() as session:
        last = session.exec(select(AuditEntry).order_by(col(AuditEntry.id).desc())).first()
        assert last is not None
        assert (last.actor, last.action, last.subject) == ("command line", "person removed", code)
        assert before <= last.at_ms <= now_ms()
        assert session.exec(select(Person.code).where(Person.roles == "candidate")).all() == [other]
    page = world.signed_in(Role.RECRUITER).get("/campaigns/interns/leaderboard")
    assert code not in page.text
    assert other in page.text


def test_bytes_that_two_people_sent_stay_as_long_as_one_of_them_does(world: World) -> None:
    marks = new_marks()
    code = use_all(world, marks)
    same = {**new_marks(), "source": marks["source"]}
    other = use_all(world, same)

    def sources() -> int:
        with world.session() as session:
            blobs = session.exec(select(Blob.content)).all()
            return sum(b"source-" in content for content in blobs)

    assert sources() == 1
    for gone, left in ((code, 1), (other, 0)):
        with transaction(world.engine) as session:
            removal.remove_person(session, gone, actor="test", now_ms=now_ms())
        assert sources() == left


def test_a_campaign_goes_with_all_its_people_and_its_problems_stay(
    world: World, request: pytest.FixtureRequest
) -> None:
    marks = new_marks()
    use_all(world, marks)
    done = world.command("campaigns", "remove", "interns", "--yes")
    assert done.exit_code == 0, done.output
    assert marks_found(world, request, marks) == set()
    with world.session() as session:
        for table in (Campaign, Draft, Job, JudgementRow, JudgingEvent, Review, SubmissionRow):
            assert not session.exec(select(table)).all(), table
        assert session.exec(select(Blob)).all(), "the package is still there"


def test_who_reviewed_is_removed_with_what_they_said(world: World) -> None:
    use_all(world, new_marks())
    with world.session() as session:
        code = session.exec(select(Person.code).where(Person.name == "Reviewer")).one()
    with transaction(world.engine) as session:
        removal.remove_person(session, code, actor="test", now_ms=now_ms())
        assert not session.exec(select(Review)).all()


@pytest.mark.parametrize("wanted", [("interns", "--candidate", "NOBODY"), ("nowhere",)])
def test_what_is_not_there_is_named(world: World, wanted: tuple[str, ...]) -> None:
    done = world.command("campaigns", "remove", *wanted, "--yes")
    assert done.exit_code == 2
    assert wanted[-1] in done.output
    with transaction(world.engine) as session:
        for remove in (removal.remove_person, removal.remove_campaign):
            with pytest.raises(NotFound):
                remove(session, "nobody", actor="test", now_ms=1)


@pytest.mark.sqlite
def test_a_file_that_others_read_is_scrubbed_later_and_that_is_said(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(removal, "SCRUB_WAIT_MS", 100)
    marks = new_marks()
    code = use_all(world, marks)
    with world.engine.connect() as reading:
        reading.exec_driver_sql("BEGIN")
        reading.exec_driver_sql("SELECT count(*) FROM person").scalar()
        done = world.command("campaigns", "remove", "interns", "--candidate", code, "--yes")
        reading.rollback()
    assert done.exit_code == 3
    assert "judge db scrub" in done.output
    assert world.command("db", "scrub").exit_code == 0
