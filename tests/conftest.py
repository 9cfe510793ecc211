"""What tests share: a server over a fresh database, and sandboxes where Docker is asked for."""

import dataclasses
import os
import secrets
import shutil
import sys
import tempfile
import time
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine
from sqlalchemy.pool import QueuePool
from sqlmodel import Session
from typer.testing import CliRunner, Result

from cli.main import app
from judge.building.package_programs import PackagePrograms
from judge.task import TargetSlot
from problems import BANK
from problems.package import Package, load_folder
from sandboxes import containers
from sandboxes.pool import ON_LINUX, Pool
from sandboxes.slots import cpusets
from tests.fuzzing import images
from tests.postgres import Cluster, running
from web.accounts import people
from web.app import create_app
from web.candidates import campaigns
from web.candidates.campaigns import CampaignView, NewCampaign
from web.settings import Settings
from web.storage.database import migrate, now_ms, open_engine, transaction
from web.storage.tables import Role, RunnerRow
from web.storage.tokens import digest

TEMPLATE = "judge-template"
RUNNER_TOKEN = "a runner's token"


NEEDS_ENGINE = ("docker", "browser", "attacks", "windows")
"""Marks of tests that may ask for a Docker engine; without one of them none is to be found."""


@pytest.fixture(autouse=True)
def _no_engine_by_accident(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A quick test that needs Docker fails everywhere, not only where none runs yet."""
    if not any(request.node.get_closest_marker(mark) for mark in NEEDS_ENGINE):
        monkeypatch.setenv("DOCKER_HOST", "unix:///no-engine-for-tests-without-a-mark.sock")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None]:
    """Simulations run without coverage's tracing: to count each line takes thrice as long."""
    tracing = sys.gettrace()
    if item.get_closest_marker("simulated"):
        sys.settrace(None)
    try:
        return (yield)
    finally:
        if item.get_closest_marker("simulated"):
            sys.settrace(tracing)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Say last what failed and why: of a long log the end is what is kept and read."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or hasattr(config, "workerinput"):
        return
    for outcome in ("failed", "error"):
        for report in reporter.stats.get(outcome, []):
            reason = report.longreprtext.strip().splitlines()[-1:]
            crash = getattr(getattr(report.longrepr, "reprcrash", None), "message", "")
            said = " ".join((crash or " ".join(reason)).split())
            reporter.write_line(f"{outcome}: {report.nodeid}: {said[:600]}")


@cache
def bank_package(slug: str) -> Package:
    """A package of the bank, read once for all tests of a process."""
    return load_folder(BANK / slug)


@dataclass
class World:
    """A server with one campaign, and a browser for each role."""

    engine: Engine
    settings: Settings
    campaign: CampaignView
    package: Package

    def browser(self) -> TestClient:
        app = create_app(self.settings, self.engine)
        return TestClient(app, base_url="http://127.0.0.1:8000", follow_redirects=False)

    def secret(self, role: Role, *, name: str = "Somebody", expires_in_ms: int = 10**9) -> str:
        now = now_ms()
        with transaction(self.engine) as session:
            person = people.new_person(
                session,
                role,
                name=name,
                mail=f"{name}@example.invalid",
                language="en",
                campaign_id=self.campaign.id if role is Role.CANDIDATE else None,
                now_ms=now,
            )
            return people.invite(
                session, person, time_factor=1.0, expires_at_ms=now + expires_in_ms
            )

    def signed_in(self, role: Role, *, name: str = "Somebody", start: bool = True) -> TestClient:
        browser = self.browser()
        assert browser.post(f"/i/{self.secret(role, name=name)}").status_code == 303
        if role is Role.CANDIDATE and start:
            assert browser.post("/sitting/start").status_code == 303
        return browser

    def command(self, *words: str) -> Result:
        """`judge WORDS` on this installation."""
        environment = {"JUDGE_DATABASE": self.settings.database, "COLUMNS": "160"}
        where = ("--data-dir", str(self.settings.data_dir))
        return CliRunner(env=environment).invoke(app, [*words, *where])

    def session(self) -> Session:
        return Session(self.engine)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL with an empty judge's database to copy.

    Not in pytest's own folder: the next pytest that starts takes that from the server's account.
    """
    with (
        tempfile.TemporaryDirectory(prefix="judge-postgres-") as folder,
        running(Path(folder)) as cluster,
    ):
        migrate(cluster.create(TEMPLATE))
        yield cluster


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty judge's database to copy: migrating each anew took half of the quick part."""
    made = Settings(data_dir=tmp_path_factory.mktemp("sqlite"), database="")
    migrate(made.database_url)
    (found,) = made.data_dir.iterdir()
    return found


@pytest.fixture
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """The settings of a server with a fresh database: SQLite, or what JUDGE_TEST_DATABASE says."""
    if os.environ.get("JUDGE_TEST_DATABASE", "sqlite") == "sqlite":
        made = Settings(data_dir=tmp_path, database="")
        template: Path = request.getfixturevalue("sqlite_template")
        shutil.copy(template, tmp_path / template.name)
        yield made
        return
    cluster: Cluster = request.getfixturevalue("cluster")
    name = f"test-{secrets.token_hex(6)}"
    yield Settings(data_dir=tmp_path, database=cluster.create(name, template=TEMPLATE))
    cluster.drop(name)


@pytest.fixture
def world(settings: Settings) -> Iterator[World]:
    engine = open_engine(settings.database_url)
    package = bank_package("bplus-tree")
    with transaction(engine) as session:
        campaign = campaigns.create(
            session,
            NewCampaign(
                slug="interns",
                title_en="Interns",
                title_zh="实习生",
                demo=False,
                openings=2,
                minutes=60,
                submissions_max=3,
                board_open=False,
            ),
            [package],
            now_ms(),
        )
        session.add(
            RunnerRow(name="test", token_hash=digest(RUNNER_TOKEN), offers={}, seen_at_ms=0)
        )
    yield World(engine, settings, campaign, package)
    _wait_until_given_back(engine)
    engine.dispose()


def _wait_until_given_back(engine: Engine) -> None:
    """Until no thread that outlives its request holds a connection: it would never be closed."""
    patience = time.monotonic() + 10
    while isinstance(engine.pool, QueuePool) and engine.pool.checkedout():
        assert time.monotonic() < patience, "a connection was never given back"
        time.sleep(0.01)


def worker_cpus() -> str:
    """All CPUs where tests run one at a time; this worker's share where they run beside others."""
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    return cpusets(workers)[worker]


@pytest.fixture(scope="session")
def pool() -> Iterator[Pool]:
    client = containers.connect()
    made = Pool(client, cpus=worker_cpus(), owner=f"tests-{os.getpid()}")
    yield made
    made.close()
    client.close()


@pytest.fixture(scope="session", params=["shipped", "sanitized"])
def supervised(request: pytest.FixtureRequest) -> Iterator[Pool]:
    """A pool whose supervisor is the shipped one, and one under address and UB sanitizers."""
    if request.param == "shipped":
        yield request.getfixturevalue("pool")
        return
    with closing(containers.connect()) as client:
        image = images.build(client, images.SANITIZED_IMAGE)
        footing = dataclasses.replace(ON_LINUX, run_image=image)
        owner = f"tests-sanitized-{os.getpid()}"
        made = Pool(client, cpus=worker_cpus(), owner=owner, footing=footing)
        yield made
        made.close()


@pytest.fixture(scope="session")
def slot(pool: Pool) -> TargetSlot:
    return TargetSlot(sandbox=pool, programs=PackagePrograms(pool))
