"""How many runners and submissions one server carries: the real API, simulated runners, no Docker.

    .venv/bin/python benchmarks/fleet.py [--runners 1,10,100,1000] [--waiting 10000]
                                         [--database sqlite,postgres]
                                         [--sitting 60] [--candidates 400]

For each database and each number of runners that poll: CPU of the server while nothing happens;
submit-to-start (from the candidate's POST until a runner has the job), one submission at a time;
submissions a second when 200 come at once; then the same beside so many jobs that wait for a
language which nobody offers. Last, the end of a sitting of so many candidates pressed into
--sitting seconds: each loads three pages and sends one answer while 10 runners poll. Prints a
table; PostgreSQL is a cluster of the benchmark's own.
"""

import argparse
import asyncio
import os
import random
import re
import ssl
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path

import httpx
import psutil
import sqlalchemy as sa
from sqlalchemy import Engine
from sqlmodel import Session

from judge.runner.wire import JOB_TOKEN_HEADER, HandIn, TakenJob, TakeRequest, api_path
from judge.values import Judgement
from judge.verdicts import Verdict
from problems import BANK
from problems.package import load_folder
from tests.postgres import running
from tests.processes import ROOT
from web.accounts import people
from web.candidates import campaigns
from web.candidates.campaigns import NewCampaign
from web.fleet import runners
from web.storage.database import migrate, now_ms, open_engine, transaction
from web.storage.tables import Job, JobState, Role, SubmissionRow

PROBLEM = "bplus-tree"
_TLS = ssl.create_default_context()
LATENCIES, BURST, POSTERS = 40, 200, 16
CANDIDATES = 400
IDLE_S = 5.0
SITTING_RUNNERS = 10
JUDGEMENT = HandIn(
    judgement=Judgement(
        verdict=Verdict.ACCEPTED, score=100.0, too_close=False, also=(), builds=(), tests=()
    )
).model_dump_json()


@dataclass
class Served:
    """A server under load, and what is known of it."""

    url: str
    process: psutil.Process
    engine: Engine
    cookies: dict[str, str]
    tokens: list[str]
    started: dict[str, float] = field(default_factory=dict)
    """When a runner had each submission."""
    news: asyncio.Condition = field(default_factory=asyncio.Condition)
    judged: int = 0
    sent: int = 0

    def browser(self) -> httpx.AsyncClient:
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
        # One context for all: making one takes longer than a request.
        return httpx.AsyncClient(
            base_url=self.url, cookies=self.cookies, timeout=60, limits=limits, verify=_TLS
        )

    async def send(self, browser: httpx.AsyncClient) -> str:
        self.sent += 1
        form = {
            "language": "python3",
            "form_key": f"fleet-{os.getpid()}-{self.sent:07}",
            "source": f"# {self.sent}",
            "kind": "samples",
        }
        answer = await browser.post(f"/sitting/{PROBLEM}/submissions", data=form)
        if answer.status_code != HTTPStatus.SEE_OTHER:
            raise RuntimeError(f"{answer.status_code}: {answer.text[:300]}")
        return answer.headers["location"].rsplit("/", 1)[-1]

    async def poll(self, token: str) -> None:
        """One runner's slot: take, hand in, for ever.

        Each has a client of its own: a pool of a thousand connections is gone through at each
        request, and the benchmark would measure that.
        """
        async with self.browser() as browser:
            await self._poll(browser, token)

    async def _poll(self, browser: httpx.AsyncClient, token: str) -> None:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        question = TakeRequest(offers={"linux": ["python3"]}).model_dump_json()
        while True:
            answer = await browser.post(f"{api_path()}/take", content=question, headers=headers)
            if answer.status_code != HTTPStatus.OK:
                continue
            offer = TakenJob.model_validate_json(answer.content)
            async with self.news:
                self.started[offer.submission] = time.perf_counter()
                self.news.notify_all()
            await browser.post(
                f"{api_path()}/jobs/{offer.job}/judgement",
                content=JUDGEMENT,
                headers={**headers, JOB_TOKEN_HEADER: offer.token},
            )
            async with self.news:
                self.judged += 1
                self.news.notify_all()

    async def until(self, condition: Callable[[], bool]) -> None:
        async with self.news:
            await self.news.wait_for(condition)


@contextmanager
def serving(database: str, runners: int) -> Iterator[Served]:
    """A server with an empty database, a campaign, and so many registered runners."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="judge-fleet-")))
        (folder / "cluster").mkdir()
        url = f"sqlite:///{folder / 'judge.sqlite'}"
        if database == "postgres":
            url = stack.enter_context(running(folder / "cluster", durable=True)).create("judge")
        migrate(url)
        engine = open_engine(url)
        stack.callback(engine.dispose)
        cookie, tokens = _people(engine, runners)
        port = 18_000 + os.getpid() % 2_000
        environment = {**os.environ, "JUDGE_DATABASE": url if database == "postgres" else ""}
        command = ("-m", "cli", "serve", "--data-dir", str(folder), "--port", str(port))
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, *command], cwd=ROOT, env=environment, stdout=log, stderr=log
            )
        stack.callback(process.wait)
        stack.callback(process.terminate)
        address = f"http://127.0.0.1:{port}"
        _wait_until_ready(address)
        yield Served(address, psutil.Process(process.pid), engine, {"judge": cookie}, tokens)


def _wait_until_ready(address: str) -> None:
    for _ in range(300):
        with suppress(httpx.HTTPError):
            if httpx.get(f"{address}/readyz").status_code == HTTPStatus.OK:
                return
        time.sleep(0.1)
    raise RuntimeError("the server does not get ready")


def _people(engine: Engine, count: int) -> tuple[str, list[str]]:
    with transaction(engine) as session:
        campaign = campaigns.create(
            session,
            NewCampaign(
                slug="fleet",
                title_en="Fleet",
                title_zh="机群",
                demo=False,
                openings=1,
                minutes=600,
                submissions_max=10**6,
                board_open=False,
            ),
            [load_folder(BANK / PROBLEM)],
            now_ms(),
        )
        person = _candidate(session, campaign.id)
        secret = people.invite(session, person, time_factor=1.0, expires_at_ms=now_ms() + 10**9)
        cookie, visitor = people.sign_in(session, secret, now_ms())
        campaigns.start_sitting(session, visitor, now_ms())
        tokens = [
            runners.add(session, f"runner-{n}", [], actor="benchmark", now_ms=now_ms())
            for n in range(count)
        ]
    return cookie, tokens


def _candidate(session: Session, campaign_id: int | None) -> int:
    return people.new_person(
        session,
        Role.CANDIDATE,
        name="Candidate",
        mail="",
        language="en",
        campaign_id=campaign_id,
        now_ms=now_ms(),
    )


def add_waiting(served: Served, count: int) -> None:
    """Jobs for a language that nobody offers, sent by so many candidates as a sitting has."""
    with transaction(served.engine) as session:
        others = [_candidate(session, None) for _ in range(CANDIDATES)]
        row = session.connection().execute(sa.select(SubmissionRow.__table__)).mappings().first()  # type: ignore[attr-defined]
        assert row is not None
        rows = [
            {
                **row,
                "id": 10**6 + n,
                "code": f"W{n:06}",
                "form_key": f"waiting-{n}",
                "language": "rust",
                "person_id": others[n % CANDIDATES],
            }
            for n in range(count)
        ]
        session.connection().execute(sa.insert(SubmissionRow), rows)
        session.connection().execute(
            sa.insert(Job),
            [
                {
                    "submission_id": one["id"],
                    "target": "linux",
                    "language": "rust",
                    "state": JobState.QUEUED.value,
                    "priority": 1,
                    "tries": 0,
                    "queued_at_ms": now_ms(),
                    "needs": "",
                    "token_hash": "",
                    "lease_until_ms": 0,
                    "taken_at_ms": 0,
                    "fault": "",
                    "trace": "",
                }
                for one in rows
            ],
        )


async def idle_cpu(served: Served) -> float:
    """Percent of one CPU that the server uses while nothing happens."""
    await asyncio.sleep(1.0)
    served.process.cpu_percent()
    await asyncio.sleep(IDLE_S)
    return float(served.process.cpu_percent())


async def latencies(served: Served, browser: httpx.AsyncClient) -> list[float]:
    """Submit-to-start in ms, one at a time."""
    found = []
    for _ in range(LATENCIES):
        sent = time.perf_counter()
        code = await served.send(browser)
        await served.until(lambda code=code: code in served.started)  # type: ignore[misc]
        found.append(1000 * (served.started[code] - sent))
        await asyncio.sleep(random.uniform(0.02, 0.06))  # noqa: S311  (no secret)
    return found


async def burst(served: Served, browser: httpx.AsyncClient) -> float:
    """Submissions a second, sent, judged and recorded, when many come at once."""
    gate = asyncio.Semaphore(POSTERS)

    async def one() -> None:
        async with gate:
            await served.send(browser)

    began, before = time.perf_counter(), served.judged
    await asyncio.gather(*(one() for _ in range(BURST)))
    await served.until(lambda: served.judged >= before + BURST)
    return BURST / (time.perf_counter() - began)


async def measure(served: Served, waiting: int) -> list[tuple[str, float, list[float], float]]:
    """(what waits, idle CPU, latencies, submissions/s), without and with jobs that wait."""
    found = []
    async with served.browser() as browser:
        tasks = [asyncio.create_task(served.poll(token)) for token in served.tokens]
        for what in ("0", str(waiting)):
            if what != "0":
                await asyncio.to_thread(add_waiting, served, waiting)
            cpu = await idle_cpu(served)
            times = await latencies(served, browser)
            found.append((what, cpu, times, await burst(served, browser)))
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return found


async def end_of_a_sitting(
    served: Served, seconds: float, candidates: int
) -> dict[str, list[float]]:
    """Times in ms of pages and submits, and from submit to start."""
    times: dict[str, list[float]] = {"page": [], "submit": [], "submit to start": []}
    rng = random.Random(1)  # noqa: S311  (no secret)

    async def candidate(browser: httpx.AsyncClient) -> None:
        await asyncio.sleep(rng.uniform(0, seconds))
        for path in ("/sitting", f"/sitting/{PROBLEM}"):
            await timed(browser, path)
        sent = time.perf_counter()
        code = await served.send(browser)
        times["submit"].append(1000 * (time.perf_counter() - sent))
        await timed(browser, f"/submissions/{code}")
        await served.until(lambda code=code: code in served.started)  # type: ignore[misc]
        times["submit to start"].append(1000 * (served.started[code] - sent))

    async def timed(browser: httpx.AsyncClient, path: str) -> None:
        began = time.perf_counter()
        answer = await browser.get(path)
        if answer.status_code != HTTPStatus.OK:
            raise RuntimeError(f"{path}: {answer.status_code}")
        times["page"].append(1000 * (time.perf_counter() - began))

    async with served.browser() as browser:
        tasks = [asyncio.create_task(served.poll(token)) for token in served.tokens]
        await asyncio.gather(*(candidate(browser) for _ in range(candidates)))
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return times


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def size_mb(served: Served) -> float:
    if served.engine.dialect.name == "sqlite":
        file = Path(str(served.engine.url.database))
        # What was written last lies in a log beside it.
        return sum(one.stat().st_size for one in file.parent.glob(f"{file.name}*")) / 1e6
    with served.engine.connect() as connection:
        name = sa.func.current_database()
        return (
            float(connection.execute(sa.select(sa.func.pg_database_size(name))).scalar() or 0) / 1e6
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runners", default="1,10,100,1000")
    parser.add_argument("--waiting", type=int, default=10_000)
    parser.add_argument("--database", default="sqlite,postgres")
    parser.add_argument("--sitting", type=float, default=60.0)
    parser.add_argument("--candidates", type=int, default=CANDIDATES)
    options = parser.parse_args()
    if not re.fullmatch(r"(sqlite|postgres)(,(sqlite|postgres))*", options.database):
        parser.error(f"--database {options.database!r}: give sqlite, postgres, or both")
    print(
        f"{'database':>9}{'runners':>9}{'waiting':>9}{'idle CPU':>10}{'start p50':>11}{'p99':>9}"
        f"{'subs/s':>9}{'MB':>8}"
    )
    for database in options.database.split(","):
        for count in (int(word) for word in options.runners.split(",")):
            with serving(database, count) as served:
                for what, cpu, found, rate in asyncio.run(measure(served, options.waiting)):
                    print(
                        f"{database:>9}{count:>9}{what:>9}{cpu:>8.1f} %"
                        f"{statistics.median(found):>8.1f} ms{percentile(found, 0.99):>6.0f} ms"
                        f"{rate:>9.0f}{size_mb(served):>8.1f}",
                        flush=True,
                    )
        with serving(database, SITTING_RUNNERS) as served:
            times = asyncio.run(end_of_a_sitting(served, options.sitting, options.candidates))
        for what, values in times.items():
            middle, slow = statistics.median(values), percentile(values, 0.99)
            print(
                f"{database:>9}  a sitting of {options.candidates} ends: {what} {middle:.0f} ms, "
                f"p99 {slow:.0f} ms ({len(values)})",
                flush=True,
            )


if __name__ == "__main__":
    main()
