"""The processes of a chaos run, and what can befall them."""

import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tests.chaos.cut import Wire
from tests.postgres import Cluster
from tests.processes import ROOT, PrivateEngine
from web.fleet.jobs import TRIES_MAX

REPLICAS, RUNNERS, SLOTS = 2, 4, 2
REAL = RUNNERS
"""The number of one more runner, which judges in containers."""
REAL_NAME = f"chaos-{os.getpid()}"
HOLDING_S_MAX = 20.0
DOWN_S = (0.2, 2.5)
"""How long something is away, at random between."""


@dataclass
class Outage:
    """When something was away."""

    what: str
    began_ms: int
    ended_ms: int


@dataclass
class Fleet:
    """Replicas on one database, runners on wires of their own; one of them with an engine."""

    folder: Path
    cluster: Cluster
    engine: PrivateEngine
    database: str
    tokens: list[str]
    ballast: Path
    """A file on the database's disk: as large as what is free, for a while."""
    rng: random.Random
    tries_in_hand: Callable[[], dict[int, int]]
    """The most tries of each runner that holds jobs. In the third nobody strikes at it: what is
    promised after that is a judge error."""
    outages: list[Outage] = field(default_factory=list)
    struck_at_work: int = 0
    """How often the engine's runner had a job in hand when the engine was struck."""

    def __post_init__(self) -> None:
        base = 20_000 + os.getpid() % 10_000
        self.ports = [base + index for index in range(REPLICAS)]
        self.clocks = [self.folder / f"clock-{index}" for index in range(REPLICAS)]
        for clock in self.clocks:
            clock.write_text("+0")
        self.replicas = [self._serve(index) for index in range(REPLICAS)]
        self.front = Wire(self.ports)
        self.wires = [Wire(self.ports) for _ in self.tokens]
        self.runners = [self._judge(index) for index in range(len(self.tokens))]

    def _serve(self, index: int) -> subprocess.Popen[bytes]:
        environment = {
            **os.environ,
            "JUDGE_DATABASE": self.database,
            "LD_PRELOAD": faketime(),
            "FAKETIME_TIMESTAMP_FILE": str(self.clocks[index]),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }
        command = ("serve", "--data-dir", str(self.folder), "--port", str(self.ports[index]))
        return self._start(f"replica-{index}", ("-m", "cli", *command), environment)

    def _judge(self, index: int) -> subprocess.Popen[bytes]:
        token = self.folder / f"token-{index}"
        token.write_text(self.tokens[index])
        server, name = self.wires[index].url, f"runner-{index}"
        if index == REAL:
            module = "tests.chaos.real_runner"
            options = {"--server": server, "--token-file": str(token), "--name": REAL_NAME}
            arguments = ["--slots", "1", "--target", "linux"]
            arguments += [word for option in options.items() for word in option]
        else:
            module, arguments = "tests.chaos.quick_runner", [server, str(token), str(SLOTS)]
        environment = {**os.environ, "DOCKER_HOST": self.engine.address}
        return self._start(name, ("-m", module, *arguments), environment)

    def _start(
        self, name: str, arguments: tuple[str, ...], environment: dict[str, str]
    ) -> subprocess.Popen[bytes]:
        with (self.folder / f"{name}.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, *arguments], cwd=ROOT, env=environment, stdout=log, stderr=log
            )

    def wait_until_ready(self, timeout_s: float = 60) -> None:
        deadline = time.monotonic() + timeout_s
        for port in self.ports:
            while True:
                with contextlib.suppress(httpx.HTTPError):
                    if httpx.get(f"http://127.0.0.1:{port}/readyz").status_code == 200:
                        break
                assert time.monotonic() < deadline, self.logs()
                time.sleep(0.1)

    def stop(self) -> None:
        for process in (*self.runners, *self.replicas):
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGCONT)
            process.kill()
            process.wait()
        for wire in (self.front, *self.wires):
            wire.close()

    def logs(self) -> str:
        """The last words of everybody."""
        return "\n".join(
            f"--- {path.name}\n{path.read_text(errors='replace')[-1500:]}"
            for path in sorted(self.folder.glob("*.log"))
        )

    def strike(self, what: str) -> None:
        """Let one thing happen, and be over."""
        blows: dict[str, Callable[[float], None]] = {
            "runner killed": self._kill_runner,
            "runner frozen": self._freeze_runner,
            "engine killed": self._kill_engine,
            "supervisor killed": self._kill_supervisor,
            "replica killed": self._kill_replica,
            "replica frozen": self._freeze_replica,
            "network cut": self._cut,
            "database killed": self._kill_database,
            "disk full": self._fill_disk,
            "clock jumped": self._jump,
        }
        began = _now_ms()
        blows[what](self.rng.uniform(*DOWN_S))
        self.outages.append(Outage(what, began, _now_ms()))

    def _prey(self) -> int:
        chosen = self.rng.randrange(RUNNERS)
        while self.tries_in_hand().get(chosen, 0) >= TRIES_MAX:
            time.sleep(0.1)
        return chosen

    def _wait_for_a_real_job(self) -> None:
        """Until the runner with an engine is at work, or seems to get nothing more."""
        deadline = time.monotonic() + HOLDING_S_MAX
        while True:
            tries = self.tries_in_hand().get(REAL, 0)
            if 0 < tries < TRIES_MAX:
                self.struck_at_work += 1
                return
            if tries == 0 and time.monotonic() > deadline:
                return
            time.sleep(0.05)

    def _kill_engine(self, down_s: float) -> None:
        self._wait_for_a_real_job()
        self.engine.kill()
        time.sleep(down_s)
        self.engine.start()

    def _kill_supervisor(self, down_s: float) -> None:
        time.sleep(down_s / 2)
        self._wait_for_a_real_job()
        self.engine.kill_a_container(f"judge.owner={REAL_NAME}-0", self.rng)

    def _kill_runner(self, down_s: float) -> None:
        index = self._prey()
        self.runners[index].kill()
        self.runners[index].wait()
        time.sleep(down_s)
        self.runners[index] = self._judge(index)

    def _freeze_runner(self, _down_s: float) -> None:
        """Longer than a lease: what it finishes when it thaws is another's by then."""
        process = self.runners[self._prey()]
        process.send_signal(signal.SIGSTOP)
        thaw = threading.Timer(self.rng.uniform(14, 19), process.send_signal, (signal.SIGCONT,))
        thaw.daemon = True
        thaw.start()

    def _kill_replica(self, down_s: float) -> None:
        index = self.rng.randrange(REPLICAS)
        self.replicas[index].kill()
        self.replicas[index].wait()
        time.sleep(down_s)
        self.replicas[index] = self._serve(index)

    def _freeze_replica(self, down_s: float) -> None:
        process = self.replicas[self.rng.randrange(REPLICAS)]
        process.send_signal(signal.SIGSTOP)
        time.sleep(down_s)
        process.send_signal(signal.SIGCONT)

    def _cut(self, down_s: float) -> None:
        wire = self.rng.choice([self.front, *self.wires])
        wire.cut()
        time.sleep(down_s)
        wire.mend()

    def _kill_database(self, down_s: float) -> None:
        self.cluster.stop("immediate")
        time.sleep(down_s)
        self.cluster.start()

    def _fill_disk(self, down_s: float) -> None:
        free = shutil.disk_usage(self.ballast.parent).free
        with contextlib.suppress(OSError), self.ballast.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, free - 4096)
        time.sleep(down_s)
        self.ballast.unlink(missing_ok=True)
        # A full disk under its log ends PostgreSQL itself; somebody starts it again.
        if not self.cluster.answers():
            with contextlib.suppress(RuntimeError):
                self.cluster.stop("immediate")
            self.cluster.start()

    def _jump(self, down_s: float) -> None:
        clock = self.rng.choice(self.clocks)
        clock.write_text(self.rng.choice(["+3600", "-3600", "+86400"]))
        time.sleep(down_s)
        clock.write_text("+0")


def faketime() -> str:
    """The library that lets one process's clock jump; scripts/test chaos installs it."""
    found = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
    assert found, "faketime is not installed; scripts/test chaos installs it"
    return str(found[0])


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
