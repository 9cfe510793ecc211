"""Supervisor, engine, runner (and PostgreSQL) killed under load: each submission one right verdict.

The engine is one of our own beside the machine's. A job has three tries; nobody is killed while one
is in its third, since what is promised after that is a judge error with the reason.
"""

import itertools
import os
import random
import signal
import time
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from judge.languages import language_of_file
from judge.verdicts import Verdict
from problems import BANK
from problems.package import Package, load_folder
from tests.postgres import Cluster, running
from tests.processes import Judge, PrivateEngine
from web.accounts import people
from web.accounts.people import Visitor
from web.candidates import submissions
from web.candidates.submissions import SubmissionForm
from web.fleet.jobs import TRIES_MAX
from web.storage.database import now_ms, open_engine, transaction
from web.storage.tables import Job, JobState, JudgementRow, Role, SubmissionKind, SubmissionRow

pytestmark = pytest.mark.docker

SHORT, POSTGRES, LONG = 14, 40, 500
WAITING_MIN = 3
VICTIMS = {"supervisor": 6, "engine": 1, "runner": 1}
"""How often each, in proportion: the first is back in no time, the others take some seconds."""
SETTLED_S_MAX = 180.0
PAUSE_S = 1.5
PROBLEM = BANK / "write-ahead-log"
ANSWERS = {
    "accepted/ok.c": Verdict.ACCEPTED,
    "wrong_answer/early_confirm.py": Verdict.NOT_DURABLE,
}


class Killing:
    """A judge under load, and who is killed in it."""

    def __init__(
        self, judge: Judge, engine: PrivateEngine, seed: int, cluster: Cluster | None
    ) -> None:
        self.judge, self.engine, self.cluster = judge, engine, cluster
        self.rng = random.Random(seed)
        self.database: Engine = open_engine(judge.settings.database_url)
        self.package: Package = load_folder(PROBLEM)
        self.right: dict[str, Verdict] = {}
        self._next = itertools.cycle(ANSWERS.items())
        self.visitor = self._candidate()

    def _candidate(self) -> Visitor:
        with transaction(self.database) as session:
            person_id = people.new_person(
                session,
                Role.CANDIDATE,
                name="",
                mail="",
                language="en",
                campaign_id=None,
                now_ms=now_ms(),
            )
            return Visitor(
                id=person_id, code="", roles=frozenset({Role.CANDIDATE}), name="", campaign_id=None
            )

    def feed(self) -> None:
        """Keep some submissions waiting."""
        with transaction(self.database) as session:
            waiting = session.exec(select(Job).where(Job.state == JobState.QUEUED.value)).all()
            for _ in range(WAITING_MIN - len(waiting)):
                name, verdict = next(self._next)
                language = language_of_file(name)
                assert language is not None
                form = SubmissionForm(
                    problem=PROBLEM.name,
                    language=language.id,
                    source=(PROBLEM / "submissions" / name).read_bytes(),
                    kind=SubmissionKind.SAMPLES,  # timed runs would make each ten times as long
                    form_key=f"killing-{len(self.right)}",
                )
                code = submissions.submit(
                    session,
                    self.visitor,
                    self.package,
                    form,
                    submissions_max=10**6,
                    now_ms=now_ms(),
                )
                self.right[code] = verdict

    def wait_for_prey(self) -> None:
        """Until a job is held that can afford to lose a try."""
        deadline = time.monotonic() + SETTLED_S_MAX
        while True:
            self.feed()
            with Session(self.database) as session:
                held = session.exec(select(Job).where(Job.state == JobState.HELD.value)).all()
            if held and all(job.tries < TRIES_MAX for job in held):
                return
            assert time.monotonic() < deadline, self.judge.new_log()[-3000:]
            time.sleep(0.1)

    def kill(self, victim: str) -> None:
        match victim:
            case "supervisor":
                owner = f"judge.owner=local-{self.judge.port}-0"
                self.engine.kill_a_container(owner, self.rng)
            case "engine":
                self.engine.kill()
                time.sleep(self.rng.uniform(0, PAUSE_S))
                self.engine.start()
            case "database" if self.cluster is not None:
                self.cluster.stop("immediate")
                time.sleep(self.rng.uniform(0, PAUSE_S))
                self.cluster.start()
            case _:
                if pid := self.judge.runner_pid():
                    os.kill(pid, signal.SIGKILL)

    def settle(self) -> None:
        """Until nothing is queued or held."""
        open_states = (JobState.QUEUED.value, JobState.HELD.value)
        deadline = time.monotonic() + SETTLED_S_MAX
        while True:
            with Session(self.database) as session:
                if all(job.state not in open_states for job in session.exec(select(Job)).all()):
                    return
            assert time.monotonic() < deadline, self.judge.new_log()[-3000:]
            time.sleep(0.2)

    def check(self) -> int:
        """Every submission has one judgement, the right one; how many were tried again."""
        again = 0
        with Session(self.database) as session:
            for code, verdict in self.right.items():
                row = session.exec(select(SubmissionRow).where(SubmissionRow.code == code)).one()
                judged = session.exec(
                    select(JudgementRow).where(JudgementRow.submission_id == row.id)
                ).all()
                job = session.exec(select(Job).where(Job.submission_id == row.id)).one()
                assert [one.verdict for one in judged] == [verdict.value], (code, job.fault)
                again += job.tries > 1
        return again


def kill_at_random(folder: Path, kills: int, seed: int, *, postgres: bool = False) -> None:
    with ExitStack() as stack:
        cluster = None
        if postgres:
            (folder / "cluster").mkdir()
            cluster = stack.enter_context(running(folder / "cluster", durable=True))
        engine = PrivateEngine()
        stack.callback(engine.stop)
        environment = {**os.environ, "DOCKER_HOST": engine.address}
        database = cluster.create("judge") if cluster is not None else ""
        port = 8800 + os.getpid() % 100
        judge = Judge(folder, port, "--no-demo", environment=environment, database=database)
        stack.callback(judge.stop)
        killing = Killing(judge, engine, seed, cluster)
        stack.callback(killing.database.dispose)
        victims_of = {**VICTIMS, "database": 2} if postgres else VICTIMS
        shares = [name for name, share in victims_of.items() for _ in range(share)]
        victims = [shares[number % len(shares)] for number in range(kills)]
        killing.rng.shuffle(victims)
        for number, victim in enumerate(victims, start=1):
            time.sleep(killing.rng.uniform(0, PAUSE_S))
            killing.wait_for_prey()
            print(f"seed {seed}, {number} of {kills}: {victim}")
            killing.kill(victim)
        killing.settle()
        again = killing.check()
        print(f"{len(killing.right)} submissions, {again} of them judged again")
        assert again > 0, "nobody was hit"


@pytest.fixture
def seed() -> int:
    return time.monotonic_ns() % 10**6


@pytest.mark.timeout(900)
def test_whoever_is_killed_each_submission_gets_one_right_verdict(
    tmp_path: Path, seed: int
) -> None:
    kill_at_random(tmp_path, SHORT, seed)


@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_with_postgresql_killed_too_each_submission_gets_one_right_verdict(
    tmp_path: Path, seed: int
) -> None:
    kill_at_random(tmp_path, POSTGRES, seed, postgres=True)


@pytest.mark.soak
@pytest.mark.timeout(4 * 3600)
def test_five_hundred_kills_and_each_submission_one_right_verdict(
    tmp_path: Path, seed: int
) -> None:
    kill_at_random(tmp_path, LONG, seed)
