"""Kill the runner and the server in mid-job: judged again, once, by itself. (tests/test_kills.py
kills supervisors and engines, at random.)
"""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import docker
import httpx
import pytest

from tests.processes import ROOT, Judge

pytestmark = pytest.mark.docker

SLOW = "import time\nstart = time.time()\nwhile time.time() < start + 1.2: pass\n"
ANSWER = (ROOT / "problems/bank/bplus-tree/submissions/accepted/ok.py").read_text()


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
                "kind": "samples",  # killed in its timed runs it would take minutes, twice
            },
        )
        assert answer.status_code == 303, answer.text
        return str(answer.headers["location"]).rsplit("/", 1)[-1]


def test_whoever_dies_the_submission_is_judged_once(judge: Judge) -> None:
    # The runner, in mid-job: it is started again, and says that it has nothing in hand.
    code = submit(judge, "runner killed")
    judge.wait_for(lambda: judge.job(code)[0] == "held")
    time.sleep(1)
    os.kill(judge.runner_pid(), signal.SIGKILL)
    judge.wait_for(lambda: judge.job(code)[0] == "judged")
    assert judge.job(code) == ("judged", 2, 1)

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
