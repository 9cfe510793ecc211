"""What the sandbox costs a test, beside the alternatives, in one run.

    .venv/bin/python benchmarks/sandbox.py [RUNS]

One tiny static program, started by: a bare spawn; our supervisor over its socket; bubblewrap and
nsjail where the machine has them; `docker exec`; `docker run`. Interleaved, so that a busy machine
disturbs all alike. Medians, and ratios to the bare spawn. Then a whole submission of ten tests,
submit to verdict, with its parts: back to back, and one every five seconds with what a waiting
candidate notices of the pool's refilling.
"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from judge.building.package_programs import PackagePrograms
from judge.events import Event, Stage
from judge.judging import judge_submission
from judge.sandbox import Command, User
from judge.task import TargetSlot, Task
from judge.values import Limits, SourceFile, Submission
from problems import skeleton
from problems.package import load
from sandboxes import containers
from sandboxes.containers import RUN_IMAGE
from sandboxes.pool import Pool
from sandboxes.slots import cpusets

BUBBLEWRAP = (
    *("bwrap", "--unshare-all", "--die-with-parent", "--new-session", "--ro-bind", "/", "/"),
    *("--dev", "/dev", "--proc", "/proc", "--tmpfs", "/tmp", "--cap-drop", "ALL"),  # noqa: S108
)
NSJAIL = ("nsjail", "--mode", "o", "--quiet", "--chroot", "/", "--time_limit", "10", "--")
DOCKER_RUN = ("docker", "run", "--rm", "--network=none", RUN_IMAGE, "/bin/true")
PROGRAM = "int main(void) { return 0; }\n"
SLOW_SHARE = 10
"""docker exec and run are hundreds of times slower: measured in every tenth round only."""


def elapsed_ms(work: Callable[[], object]) -> float:
    started = time.perf_counter_ns()
    work()
    return (time.perf_counter_ns() - started) / 1e6


def quiet(*words: str) -> None:
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)


def compare(pool: Pool, program: Path, rounds: int) -> dict[str, list[float]]:
    """Times in ms of each way to start the program."""
    held = subprocess.run(
        ["docker", "run", "-d", "--rm", "--network=none", RUN_IMAGE, "sleep", "600"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    times: dict[str, list[float]] = {"bare spawn": [], "supervisor": []}
    others = {way[0]: way for way in (BUBBLEWRAP, NSJAIL) if shutil.which(way[0])}
    times |= {name: [] for name in others}
    times |= {"docker exec": [], "docker run": []}
    limits = Limits()
    command = Command(arguments=("/prog/program",), user=User.CANDIDATE)
    try:
        with pool.arena(limits) as arena:
            arena.candidate.put("/prog/program", program.read_bytes(), mode=0o755)
            for number in range(rounds):
                times["bare spawn"].append(elapsed_ms(lambda: quiet(str(program))))
                times["supervisor"].append(elapsed_ms(lambda: arena.candidate.run(command, limits)))
                for name, way in others.items():
                    times[name].append(elapsed_ms(partial(quiet, *way, str(program))))
                if number in (0, 1) or number % SLOW_SHARE == 0:
                    times["docker exec"].append(
                        elapsed_ms(lambda: quiet("docker", "exec", held, "/bin/true"))
                    )
                    times["docker run"].append(elapsed_ms(lambda: quiet(*DOCKER_RUN)))
    finally:
        quiet("docker", "kill", held)
    return times


def whole_submissions(pool: Pool, count: int, every_s: float) -> tuple[float, float, float]:
    """Ten tests of a trivial C++ program, one submission every so often, warm.

    Median ms in all and of compiling, and how often a container was made while somebody waited.
    """
    files = dict(skeleton.make("sum", shape="program", languages=["cpp"]))
    files["systems.yaml"] = files["systems.yaml"].replace(b"count: 5", b"count: 9")
    package = load(files, slug="sum")
    slot = TargetSlot(sandbox=pool, programs=PackagePrograms(pool))
    source = (
        "#include <iostream>\n"
        "int main() { long long a, b; std::cin >> a >> b; std::cout << a + b; }\n"
    )
    totals, compiled, waited = [], [], 0
    pool.wait_until_stocked()
    for number in range(count + 1):
        begun = time.monotonic()
        empty = pool.found_empty
        started = time.perf_counter_ns()
        marks: list[float] = []

        def report(event: Event, *, started: int = started, marks: list[float] = marks) -> None:
            if event.stage is Stage.COMPILING and event.done:
                marks.append((time.perf_counter_ns() - started) / 1e6)

        judge_submission(
            Task(
                submission=Submission(
                    problem="sum",
                    language="cpp",
                    files=(SourceFile("main.cpp", source.encode()),),
                ),
                problem=package.problem,
                slot=slot,
                report=report,
            )
        )
        if number:  # the first one also built the package's own programs
            totals.append((time.perf_counter_ns() - started) / 1e6)
            compiled.append(marks[0])
            waited += pool.found_empty - empty
        time.sleep(max(0.0, every_s - (time.monotonic() - begun)))
    return statistics.median(totals), statistics.median(compiled), waited / count


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    client = containers.connect()
    pool = Pool(client, cpus=cpusets(1)[0], owner=f"benchmark-{os.getpid()}")
    try:
        with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
            source, program = Path(folder) / "a.c", Path(folder) / "a"
            source.write_text(PROGRAM)
            quiet("gcc", "-O2", "-static", "-o", str(program), str(source))
            times = compare(pool, program, rounds)
        base = statistics.median(times["bare spawn"])
        print(f"{'':14}{'median ms':>10}{'p90 ms':>10}{'ratio':>8}")
        for name, values in times.items():
            median, p90 = statistics.median(values), statistics.quantiles(values, n=10)[-1]
            print(f"{name:14}{median:10.2f}{p90:10.2f}{median / base:8.1f}")
        print("\nC++, 10 tests, warm          ms, of which compiling, containers waited for")
        for label, count, every_s in (
            ("back to back", min(12, rounds), 0.0),
            ("one every 5 s", min(8, rounds), 5.0),
        ):
            total, compiling, waited = whole_submissions(pool, count, every_s)
            print(f"{label:26}{total:7.0f}{compiling:20.0f}{waited:23.2f}")
    finally:
        pool.close()


main()
