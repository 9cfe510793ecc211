"""From Submit to verdict as a candidate has it, and what server and runner weigh, in one run.

    .venv/bin/python benchmarks/journey.py [SUBMISSIONS]

Starts `judge start` over an empty database on a port of its own, opens a campaign with one problem
of ten tests, and sends a trivial C++ program again and again, over HTTP, each when the one before
has its verdict. Parts come from the server's own event rows. Memory is what each process holds
alone plus its share of what several hold (PSS), and a container's is what its cgroup counts.
"""

import os
import re
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import docker
import httpx
import psutil

from judge.values import MEBIBYTE
from problems import skeleton
from sandboxes.containers import OWNER_LABEL
from web.settings import Settings
from web.storage.database import open_engine

ROOT = Path(__file__).parents[1]
SOURCE = (
    "#include <iostream>\nint main() { long long a, b; std::cin >> a >> b; std::cout << a + b; }\n"
)
START_MAX_S = 120
MEMORY_FILES = ("memory/docker/{id}/memory.usage_in_bytes", "docker/{id}/memory.current")
PARTS = """
SELECT job.taken_at_ms - job.queued_at_ms,
  (SELECT max(at_ms) FROM judgingevent e WHERE e.submission_id = s.id
    AND json_extract(body, '$.stage') = 'compiling') - job.taken_at_ms,
  (SELECT max(at_ms) FROM judgingevent e WHERE e.submission_id = s.id)
   - (SELECT max(at_ms) FROM judgingevent e WHERE e.submission_id = s.id
      AND json_extract(body, '$.stage') = 'compiling'),
  judged_at_ms - job.queued_at_ms
FROM submission s JOIN job ON job.submission_id = s.id JOIN judgement j ON j.submission_id = s.id
WHERE s.id > 2
"""


def command(*words: str, data: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "cli", *words, "--data-dir", str(data)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout


def write_problem(folder: Path) -> None:
    for path, content in skeleton.make("sum", shape="program", languages=["cpp"]).items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content.replace(b"count: 5", b"count: 9"))


@contextmanager
def running(data: Path, port: int) -> Iterator[tuple[psutil.Process, psutil.Process]]:
    """`judge start`: the server's process and its runner's, once both are at work."""
    log = (data / "log").open("wb")
    started = subprocess.Popen(
        [
            *(sys.executable, "-m", "cli", "start", "--no-demo"),
            *("--data-dir", str(data), "--port", str(port)),
        ],
        cwd=ROOT,
        stdout=log,
        stderr=log,
    )
    try:
        deadline = time.monotonic() + START_MAX_S
        while "judging linux: c, cpp" not in (data / "log").read_text(errors="replace"):
            waiting = started.poll() is None and time.monotonic() < deadline
            assert waiting, (data / "log").read_text()
            time.sleep(0.2)
        server = psutil.Process(started.pid)
        yield server, server.children()[0]
    finally:
        started.terminate()
        started.wait(timeout=60)
        log.close()


def submit(browser: httpx.Client) -> float:
    """Send the program and follow its page until the verdict; how long that took, in ms."""
    started = time.perf_counter_ns()
    answer = browser.post(
        "/sitting/sum/submissions",
        data={
            "language": "cpp",
            "form_key": secrets.token_hex(8),
            "source": SOURCE,
            "kind": "submit",
        },
    )
    assert answer.status_code == httpx.codes.SEE_OTHER, answer.text
    with browser.stream("GET", answer.headers["location"] + "/live") as live:
        for line in live.iter_lines():
            if line == "event: done":
                break
    return (time.perf_counter_ns() - started) / 1e6


def container_bytes(port: int) -> list[int]:
    """What each idle pooled container holds, by its own cgroup."""
    with closing(docker.from_env()) as client:
        made = client.containers.list(filters={"label": OWNER_LABEL}, ignore_removed=True)
        ids = [c.id for c in made if c.labels[OWNER_LABEL].startswith(f"local-{port}")]
    files = [Path("/sys/fs/cgroup") / name.format(id=one) for one in ids for name in MEMORY_FILES]
    return [int(file.read_text()) for file in files if file.exists()]


def say_memory(when: str, server: psutil.Process, runner: psutil.Process) -> None:
    held = [process.memory_full_info().pss / MEBIBYTE for process in (server, runner)]
    print(f"{when}: server {held[0]:.0f} MiB + runner {held[1]:.0f} MiB = {sum(held):.0f} MiB")


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 30
    port = 8900 + os.getpid() % 90
    with tempfile.TemporaryDirectory() as folder:
        data, problem = Path(folder) / "data", Path(folder) / "sum"
        data.mkdir()
        write_problem(problem)
        opened = ("--title", "Benchmark", "--problems", str(problem), "--minutes", "1440")
        command("campaigns", "new", "bench", *opened, "--submissions", "1000", data=data)
        people = Path(folder) / "people.csv"
        people.write_text("name,mail\nAda,ada@example.org\n")
        link = re.findall(r"/i/\S+", command("invite", "bench", str(people), data=data))[0]
        with running(data, port) as (server, runner):
            time.sleep(3)
            say_memory("idle", server, runner)
            sizes = container_bytes(port)
            print(f"idle pooled containers: {[round(size / 1e6, 2) for size in sizes]} MB")
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as browser:
                browser.post(link)
                browser.post("/sitting/start")
                totals = []
                for _ in range(count):
                    totals.append(submit(browser))
                    time.sleep(1)  # a person reads the verdict; the pool fills up meanwhile
            time.sleep(3)
            say_memory(f"after {count} submissions", server, runner)
        engine = open_engine(Settings(data_dir=data).database_url)
        with engine.connect() as connection:
            rows = connection.exec_driver_sql(PARTS).all()
        engine.dispose()
        print(f"\nC++, 10 tests, from Submit to the verdict on the page, {count} submissions:")
        print(
            f"  median {statistics.median(totals):.0f} ms, p90 {sorted(totals)[-count // 10]:.0f}"
        )
        names = ("waited for the runner", "fetched, compiled", "ten tests", "all of it, by rows")
        for name, values in zip(names, zip(*rows, strict=True), strict=True):
            print(f"  {name:24}{statistics.median(values):7.0f} ms")


main()
