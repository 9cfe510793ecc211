"""Kill the runner, the server, the containers in mid-job: judged again, once, by itself."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import docker
import httpx
import pytest
from docker.errors import APIError
from sqlmodel import Session, select

from web.database import open_engine
from web.settings import Settings
from web.tables import Job, JudgementRow

pytestmark = pytest.mark.docker

ROOT = Path(__file__).parents[1]
SLOW = "import time\nstart = time.time()\nwhile time.time() < start + 0.3: pass\n"
ANSWER = (ROOT / "problems/bank/bplus-tree/submissions/accepted/ok.py").read_text()


class Judge:
    """`judge start` as a user starts it, on a port of its own."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port, self.url = folder, port, f"http://127.0.0.1:{port}"
        self.settings = Settings(data_dir=folder)
        self.start()

    def start(self) -> None:
        log = (self.folder / "log").open("ab")
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "cli", "start", "--data-dir", str(self.folder)),
                *("--port", str(self.port)),
            ],
            cwd=ROOT,
            stdout=log,
            stderr=log,
            env={**os.environ, "COLUMNS": "300"},
        )
        log.close()
        self.wait_for(lambda: "Ctrl-C stops it" in self.new_log())

    def new_log(self) -> str:
        return (self.folder / "log").read_text(errors="replace").split("problems loaded")[-1]

    def wait_for(self, condition: object, timeout_s: float = 90) -> None:
        assert callable(condition)
        deadline = time.monotonic() + timeout_s
        while not condition():
            assert time.monotonic() < deadline, self.new_log()[-2000:]
            time.sleep(0.05)

    def link(self, role: str) -> str:
        found = re.search(rf"{role}\s+(http\S+)", self.new_log())
        assert found is not None
        return found[1]

    def runner_pid(self) -> int:
        out = subprocess.run(
            ["pgrep", "-P", str(self.process.pid), "-f", "cli.runner"],
            capture_output=True,
            text=True,
            check=True,
        )
        return int(out.stdout.split()[0])

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(timeout=30)

    def job(self, submission: str) -> tuple[str, int, int]:
        """(state, tries, judgements) of a submission."""
        engine = open_engine(self.settings.database_url)
        with Session(engine) as session:
            rows = session.connection().exec_driver_sql(
                "SELECT id FROM submission WHERE code = ?", (submission,)
            )
            number = rows.scalar_one()
            job = session.exec(select(Job).where(Job.submission_id == number)).one()
            judged = session.exec(
                select(JudgementRow).where(JudgementRow.submission_id == number)
            ).all()
        engine.dispose()
        return job.state, job.tries, len(judged)


@pytest.fixture
def judge(tmp_path: Path) -> Iterator[Judge]:
    started = Judge(tmp_path, 8700 + os.getpid() % 100)
    yield started
    started.stop()


def submit(judge: Judge, key: str) -> str:
    """A submission through the page; its code."""
    with httpx.Client(base_url=judge.url) as browser:
        browser.post(judge.link("candidate"))
        browser.post("/sitting/start")
        answer = browser.post(
            "/sitting/bplus-tree/submissions",
            data={
                "language": "python3",
                "form_key": key,
                "source": SLOW + ANSWER,
                "kind": "submit",
            },
        )
        assert answer.status_code == 303, answer.text
        return str(answer.headers["location"]).rsplit("/", 1)[-1]


def test_whoever_dies_the_submission_is_judged_once(judge: Judge) -> None:
    # The runner, in mid-job: its lease runs out, the next runner takes the job.
    code = submit(judge, "runner killed")
    judge.wait_for(lambda: judge.job(code)[0] == "held")
    time.sleep(1)
    os.kill(judge.runner_pid(), signal.SIGKILL)
    judge.stop()
    judge.start()
    judge.wait_for(lambda: judge.job(code)[0] == "judged")
    assert judge.job(code) == ("judged", 2, 1)

    # Its containers, in mid-job: a fault of ours, tried again by the same runner.
    code = submit(judge, "containers killed")
    judge.wait_for(lambda: judge.job(code)[0] == "held")
    time.sleep(2)
    client = docker.from_env()
    for container in client.containers.list(ignore_removed=True, filters={"label": "judge.owner"}):
        if container.labels["judge.owner"].startswith(f"local-{judge.port}"):
            with contextlib.suppress(APIError):  # its slot may be throwing it away just now
                container.kill()
    client.close()
    judge.wait_for(lambda: judge.job(code)[0] == "judged")
    assert judge.job(code)[2] == 1
    assert judge.job(code)[1] >= 2

    # The server, in mid-job: all comes back, and nothing is lost.
    code = submit(judge, "server killed")
    judge.wait_for(lambda: judge.job(code)[0] == "held")
    time.sleep(1)
    judge.process.kill()
    judge.process.wait()
    judge.start()
    judge.wait_for(lambda: judge.job(code)[0] == "judged")
    assert judge.job(code)[2] == 1

    # And after all that, Ctrl-C leaves no process and no container.
    runner = judge.runner_pid()
    judge.stop()
    judge.wait_for(lambda: not Path(f"/proc/{runner}").exists(), timeout_s=20)
    client = docker.from_env()
    left = [
        container.name
        for container in client.containers.list(
            all=True, ignore_removed=True, filters={"label": "judge.owner"}
        )
        if container.labels["judge.owner"].startswith(f"local-{judge.port}")
    ]
    client.close()
    assert left == []


@pytest.mark.soak
def test_an_engine_that_is_killed_in_mid_job_costs_one_try(judge: Judge) -> None:
    """Kills the engine, so only one that scripts/engine started here."""
    assert Path("/var/log/judge-dockerd.log").exists(), "start the engine by scripts/engine first"
    code = submit(judge, "engine killed")
    judge.wait_for(lambda: judge.job(code)[0] == "held")
    time.sleep(2)
    os.kill(int(Path("/var/run/docker.pid").read_text()), signal.SIGKILL)
    time.sleep(2)
    subprocess.run([str(ROOT / "scripts" / "engine")], check=True)
    judge.wait_for(lambda: judge.job(code)[0] == "judged")
    assert judge.job(code) == ("judged", 2, 1)
