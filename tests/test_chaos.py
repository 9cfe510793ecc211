"""Nothing lost, nothing twice: a fleet under random blows, and a checker that reads the record.

Each submission is sent by the page, through a network that is cut at times; runners and replicas
are killed and frozen, the database is killed and its disk filled, clocks jump. Which blows fall, on
whom and in which order replays by the seed; the instant within a job does not.
"""

import itertools
import os
import random
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col, func, select

from judge.events import Event, Stage
from judge.runner.wire import EVENT, LEASE_S
from judge.verdicts import Verdict
from problems import skeleton
from problems.package import load
from tests.chaos.fleet import REAL, RUNNERS, Fleet, Outage
from tests.postgres import running
from tests.processes import PrivateEngine
from tests.webhooks.test_webhooks import receiving
from web.accounts import people
from web.candidates import campaigns
from web.candidates.campaigns import NewCampaign
from web.fleet import runners
from web.storage.database import migrate, now_ms, open_engine, transaction
from web.storage.tables import (
    Campaign,
    Delivery,
    DeliveryState,
    Job,
    JobState,
    JudgementRow,
    JudgingEvent,
    Role,
    RunnerRow,
    SubmissionKind,
    SubmissionRow,
)
from web.webhooks import outbox, subscriptions

pytestmark = [pytest.mark.chaos, pytest.mark.docker]

BLOWS = {
    "runner killed": 6,
    "runner frozen": 2,
    "engine killed": 2,
    "supervisor killed": 2,
    "replica killed": 3,
    "replica frozen": 2,
    "network cut": 5,
    "database killed": 2,
    "disk full": 1,
    "clock jumped": 3,
}
PACKAGE = skeleton.make("sum", shape="program", languages=["cpp", "python3"])
ANSWERS = {
    "cpp": PACKAGE["submissions/accepted/ok.cpp"].decode(),
    "python3": PACKAGE["submissions/accepted/ok.py"].decode(),
}
PEOPLE = 6
SUBMISSIONS = {"short": 120, "whole": 400}
ROUNDS = {"short": 1, "whole": 3}
"""How often all of BLOWS fall."""
PAUSE_S = 2.5
SETTLED_S_MAX = 180.0
HANDED_ON_MS_MAX = 30_000
TAKING_MS = 500
"""From a look at the queue until the job is a runner's."""
DISK_BYTES = 400 * 1024 * 1024


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk of its own for the database, so that it can be filled."""
    folder = tmp_path / "disk"
    folder.mkdir()
    subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES},mode=0755", "judge-chaos", folder],
        check=True,
    )
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


@dataclass
class Sender:
    """Somebody who sends answers by the page and follows one of them."""

    url: str
    link: str
    seen: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    sent: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.browser = httpx.Client(base_url=self.url, timeout=10)

    def leave(self) -> None:
        self.browser.close()

    def enter(self) -> None:
        self._post(self.link, {})
        self._post("/sitting/start", {})

    def send(self, number: int, kind: SubmissionKind) -> None:
        language = "cpp" if number % 3 else "python3"
        form = {
            "language": language,
            "form_key": f"chaos-{number:06}",
            "source": ANSWERS[language],
            "kind": kind.value,
        }
        where = self._post("/sitting/sum/submissions", form)
        self.sent.append(where.rsplit("/", 1)[-1])

    def _post(self, path: str, form: dict[str, str]) -> str:
        """Until it went through: a form's key makes a repeated post the same submission."""
        deadline = time.monotonic() + SETTLED_S_MAX
        while time.monotonic() < deadline:
            try:
                answer = self.browser.post(path, data=form)
            except httpx.HTTPError:
                answer = None
            if answer is not None and answer.status_code == 303:
                return str(answer.headers["location"])
            if answer is not None and answer.status_code < 500:
                self.faults.append(f"{path}: {answer.status_code} {answer.text[:300]}")
                return ""
            time.sleep(0.1)
        self.faults.append(f"{path}: never went through")
        return ""

    def follow(self, code: str) -> None:
        """Read a live page to its end, over as many connections as it takes."""
        seen = self.seen.setdefault(code, [])
        deadline = time.monotonic() + SETTLED_S_MAX
        while time.monotonic() < deadline:
            last = {"Last-Event-ID": str(seen[-1][0])} if seen else {}
            try:
                path = f"/submissions/{code}/live"
                with self.browser.stream("GET", path, headers=last, timeout=5) as answer:
                    if self._read(answer, seen):
                        return
            except httpx.HTTPError:
                time.sleep(0.1)
        self.faults.append(f"{code}: its live page never ended")

    def _read(self, answer: httpx.Response, seen: list[tuple[int, str]]) -> bool:
        """Whether the end was told."""
        number, data = 0, ""
        for line in answer.iter_lines():
            if line.startswith("id:"):
                number = int(line[3:])
            elif line.startswith("event:") and "done" in line:
                return True
            elif line.startswith("data:"):
                data += line[5:]
            elif not line and data:
                seen.append((number, data))
                data = ""
        return False


@contextmanager
def a_fleet(folder: Path, disk: Path, seed: int) -> Iterator[tuple[Fleet, Engine, list[str]]]:
    """Two replicas, five runners, and links for the people."""
    with running(disk, durable=True) as cluster:
        url = cluster.create("judge")
        migrate(url)
        engine = open_engine(url)
        with transaction(engine) as session:
            campaign = campaigns.create(
                session,
                NewCampaign(
                    slug="chaos",
                    title_en="Chaos",
                    title_zh="混沌",
                    demo=False,
                    openings=1,
                    minutes=600,
                    submissions_max=1000,
                    board_open=False,
                ),
                [load(PACKAGE, slug="sum")],
                now_ms(),
            )
            links = [_invited(session, campaign.id, number) for number in range(PEOPLE)]
            tokens = [
                runners.add(session, f"runner-{index}", [], actor="chaos", now_ms=now_ms())
                for index in range(RUNNERS + 1)
            ]
        containers = PrivateEngine()
        made = Fleet(
            folder=folder,
            cluster=cluster,
            engine=containers,
            database=url,
            tokens=tokens,
            ballast=disk / "ballast",
            rng=random.Random(seed),
            tries_in_hand=lambda: _tries_in_hand(engine),
        )
        try:
            made.wait_until_ready()
            _wait_until_offered(engine, made)
            yield made, engine, links
        finally:
            made.stop()
            containers.stop()
            engine.dispose()


def _wait_until_offered(engine: Engine, made: Fleet) -> None:
    """Until the runner with an engine has proved its sandbox."""
    deadline = time.monotonic() + SETTLED_S_MAX
    while True:
        with Session(engine) as session:
            name = f"runner-{REAL}"
            row = session.exec(select(RunnerRow).where(RunnerRow.name == name)).one()
        if row.offers.get("offers"):
            return
        assert time.monotonic() < deadline, made.logs()
        time.sleep(0.2)


def _tries_in_hand(engine: Engine) -> dict[int, int]:
    """The most tries among the jobs that a runner holds, by its number."""
    with Session(engine) as session:
        held = session.exec(
            select(RunnerRow.name, Job.tries)
            .join(Job, col(Job.runner_id) == RunnerRow.id)
            .where(Job.state == JobState.HELD.value)
            .order_by(col(Job.tries))
        ).all()
    return {int(name.removeprefix("runner-")): tries for name, tries in held}


def _invited(session: Session, campaign_id: int, number: int) -> str:
    person = people.new_person(
        session,
        Role.CANDIDATE,
        name=f"Candidate {number}",
        mail="",
        language="en",
        campaign_id=campaign_id,
        now_ms=now_ms(),
    )
    expires = now_ms() + 10**9
    return f"/i/{people.invite(session, person, time_factor=1.0, expires_at_ms=expires)}"


def run_chaos(folder: Path, disk: Path, seed: int, size: str) -> None:
    rng = random.Random(seed)
    blows = [what for what, count in BLOWS.items() for _ in range(count * ROUNDS[size])]
    rng.shuffle(blows)
    with receiving(stumbles=5) as receiver, a_fleet(folder, disk, seed) as (made, engine, links):
        with transaction(engine) as session:
            campaign = session.exec(select(Campaign)).one()
            subscriptions.set_webhook(session, campaign.id or 0, receiver.url, now_ms())
        senders = [Sender(made.front.url, link) for link in links]
        threads = [
            threading.Thread(target=_send_all, args=(sender, index, SUBMISSIONS[size]))
            for index, sender in enumerate(senders)
        ]
        for thread in threads:
            thread.start()
        for number, what in enumerate(blows, start=1):
            time.sleep(rng.uniform(0.2, 1.2))
            print(f"seed {seed}, {number} of {len(blows)}: {what}", flush=True)
            made.strike(what)
        for thread in threads:
            thread.join(timeout=SETTLED_S_MAX)
        try:
            _settle(engine)
        except AssertionError as late:
            raise AssertionError(f"seed {seed}: {late}\n{made.logs()}") from late
        for sender in senders:
            sender.leave()
        _wait_for_deliveries(engine)
        faults = [fault for sender in senders for fault in sender.faults]
        assert not faults, faults
        codes = [code for sender in senders for code in sender.sent]
        assert len(codes) == SUBMISSIONS[size]
        record = Record(engine, made.outages)
        record.check(codes, senders)
        real = sum("image" in one.body["machine"] for one in record.judgements)
        print(
            f"{real} judged in containers, whose engine was struck {made.struck_at_work} times "
            "while they were"
        )
        assert made.struck_at_work > 0, "the engine's runner was never at work"
        told = {headers["webhook-id"] for headers, _ in receiver.messages}
        print(f"{len(receiver.messages)} messages of {len(told)} deliveries")
        with Session(engine) as session:
            deliveries = session.exec(select(Delivery)).all()
        assert told >= {f"msg_{one.id}" for one in deliveries}


def _send_all(sender: Sender, index: int, total: int) -> None:
    rng = random.Random(index)
    sender.enter()
    for number in range(index, total, PEOPLE):
        kind = SubmissionKind.SAMPLES if number % 4 == 0 else SubmissionKind.SUBMIT
        sender.send(number, kind)
        if index % 2:  # some in a rush, some as long as blows fall
            time.sleep(rng.uniform(0, 2 * PAUSE_S))
        if number % 30 == index:
            sender.follow(sender.sent[-1])


def _settle(engine: Engine) -> None:
    """Until nothing is queued or held."""
    states = (JobState.QUEUED.value, JobState.HELD.value)
    deadline = time.monotonic() + SETTLED_S_MAX
    while True:
        with Session(engine) as session:
            try:
                left = session.exec(
                    select(func.count()).select_from(Job).where(col(Job.state).in_(states))
                ).one()
            except DBAPIError:
                left = -1
        if left == 0:
            return
        assert time.monotonic() < deadline, f"{left} jobs are still open"
        time.sleep(0.2)


def _wait_for_deliveries(engine: Engine) -> None:
    """Until nobody is still to be told."""
    deadline = time.monotonic() + SETTLED_S_MAX
    while True:
        with Session(engine) as session:
            due = outbox.counts(session).get(DeliveryState.DUE.value, 0)
        if due == 0:
            return
        assert time.monotonic() < deadline, f"{due} deliveries are still due"
        time.sleep(0.2)


class Record:
    """What the database says afterwards, and what must hold of it."""

    def __init__(self, engine: Engine, outages: list[Outage]) -> None:
        self._outages = outages
        with Session(engine) as session:
            self.rows = {row.id: row for row in session.exec(select(SubmissionRow)).all()}
            # When each was there for others to see: its row bears when its request began.
            committed = session.connection().execute(
                text(
                    "SELECT id, extract(epoch FROM pg_xact_commit_timestamp(xmin)) * 1000"
                    " FROM submission"
                )
            )
            self.committed_ms = {int(number): int(at_ms) for number, at_ms in committed}
            self.jobs = session.exec(select(Job)).all()
            self.deliveries = session.exec(select(Delivery)).all()
            self.judgements = session.exec(select(JudgementRow)).all()
            events = session.exec(select(JudgingEvent).order_by(col(JudgingEvent.id))).all()
        self.events: dict[int, list[JudgingEvent]] = {}
        for event in events:
            self.events.setdefault(event.submission_id, []).append(event)

    def check(self, codes: list[str], senders: list[Sender]) -> None:
        assert sorted(row.code for row in self.rows.values()) == sorted(codes)
        self._one_judgement_each()
        self._told_once()
        self._no_result_of_a_lost_lease()
        self._events_are_whole()
        self._priorities_hold()
        longest_ms = self._handed_on_in_time()
        for sender in senders:
            for code, seen in sender.seen.items():
                self._live_page_told_all(code, seen)
        again = sum(job.tries > 1 for job in self.jobs)
        print(f"{len(codes)} submissions, {again} tried again; longest hand-over {longest_ms} ms")
        assert again > 0, "nobody was hit"

    def _one_judgement_each(self) -> None:
        judged = [one.submission_id for one in self.judgements]
        assert {job.state for job in self.jobs} == {JobState.JUDGED.value}, [
            (job.id, job.state, job.tries, job.fault) for job in self.jobs if job.state != "judged"
        ]
        assert sorted(judged) == sorted(job.submission_id for job in self.jobs)
        assert {one.verdict for one in self.judgements} == {Verdict.ACCEPTED.value}

    def _told_once(self) -> None:
        """Each counted submission was told of, and the record has it once."""
        counted = [
            row.id or 0 for row in self.rows.values() if row.kind == SubmissionKind.SUBMIT.value
        ]
        assert sorted(one.submission_id for one in self.deliveries) == sorted(counted)
        assert {one.state for one in self.deliveries} == {DeliveryState.SENT.value}, {
            one.answered for one in self.deliveries
        }

    def _no_result_of_a_lost_lease(self) -> None:
        """A judgement says by which try it was made; only the last one's counts."""
        tries = {job.submission_id: job.tries for job in self.jobs}
        for one in self.judgements:
            made_by = int(one.body["machine"]["try"])
            assert made_by == one.tries == tries[one.submission_id], one.submission_id

    def _events_are_whole(self) -> None:
        """The events of each try are numbered from 0 without a gap, none twice."""
        for submission, events in self.events.items():
            numbers: dict[int, list[int]] = {}
            for event in events:
                numbers.setdefault(event.try_number, []).append(event.number)
            for found in numbers.values():
                assert found == list(range(len(found))), (submission, found)

    def _priorities_hold(self) -> None:
        """Nobody was taken while a more urgent one had been waiting in the queue."""
        once = [job for job in self.jobs if job.tries == 1]
        for urgent in once:
            for other in once:
                overtaken = (
                    urgent.priority < other.priority
                    and self.committed_ms[urgent.submission_id] + TAKING_MS
                    < other.taken_at_ms
                    < urgent.taken_at_ms
                )
                assert not overtaken or self._was_in_dead_hands(urgent, other), (
                    f"job {urgent.id}, there at {self.committed_ms[urgent.submission_id]} and "
                    f"taken at {urgent.taken_at_ms}, was overtaken by job {other.id}, taken at "
                    f"{other.taken_at_ms}"
                )

    def _was_in_dead_hands(self, urgent: Job, other: Job) -> bool:
        """Whether a replica fell that may have been giving the job away just then."""
        return any(
            outage.began_ms - 500 < other.taken_at_ms and urgent.queued_at_ms < outage.ended_ms
            for outage in self._outages
            if outage.what not in ("runner killed", "runner frozen", "clock jumped")
        )

    def _handed_on_in_time(self) -> int:
        """From the last word of a dead runner to the next try, all being away left out."""
        longest = 0
        for events in self.events.values():
            for before, after in itertools.pairwise(events):
                # A try may end before its first word: then two runners died one after the other.
                tries = after.try_number - before.try_number
                if tries > 0:
                    gap = after.at_ms - before.at_ms
                    away = sum(
                        max(0, min(after.at_ms, o.ended_ms) - max(before.at_ms, o.began_ms))
                        for o in self._outages
                        if o.what in ("database killed", "disk full")
                    )
                    longest = max(longest, (gap - away) // tries)
        assert longest <= HANDED_ON_MS_MAX, longest
        assert LEASE_S * 1000 < HANDED_ON_MS_MAX
        return longest

    def _live_page_told_all(self, code: str, seen: list[tuple[int, str]]) -> None:
        """Ids never go back, and each is of an event of this submission."""
        row = next(row for row in self.rows.values() if row.code == code)
        mine = [event.id for event in self.events.get(row.id or 0, [])]
        numbers = [number for number, _ in seen]
        assert numbers == sorted(numbers), (code, numbers)
        assert set(numbers) <= {0, *mine}, (code, numbers)
        if mine:
            last = EVENT.validate_python(self.events[row.id or 0][-1].body, strict=False)
            assert isinstance(last, Event)
            assert last.stage is Stage.TESTING


@pytest.fixture
def seed() -> int:
    given = os.environ.get("JUDGE_CHAOS_SEED", "")
    return int(given) if given else time.monotonic_ns() % 10**6


@pytest.mark.timeout(600)
def test_whatever_befalls_the_fleet_each_submission_has_one_judgement(
    tmp_path: Path, disk: Path, seed: int
) -> None:
    run_chaos(tmp_path, disk, seed, "short")


@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_several_hundred_submissions_under_blows(tmp_path: Path, disk: Path, seed: int) -> None:
    run_chaos(tmp_path, disk, seed, "whole")
