"""The judge and a Docker engine as processes of their own, to be killed."""

import contextlib
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import docker
import psutil
from docker.errors import DockerException
from sqlmodel import Session, select

from sandboxes.containers import BUILD_IMAGE, RUN_IMAGE
from web.settings import Settings
from web.storage.database import open_engine
from web.storage.tables import Job, JudgementRow

ROOT = Path(__file__).parents[1]


class Judge:
    """`judge start` as a user starts it, on a port of its own."""

    def __init__(
        self,
        folder: Path,
        port: int,
        *options: str,
        environment: Mapping[str, str] = os.environ,
        database: str = "",
    ) -> None:
        self.folder, self.port, self.url = folder, port, f"http://127.0.0.1:{port}"
        self._options = options
        self._environment = {**environment, "JUDGE_DATABASE": database}
        self.settings = Settings(data_dir=folder, database=database)
        self.start()

    def start(self) -> None:
        log = (self.folder / "log").open("ab")
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "cli", "start", "--data-dir", str(self.folder)),
                *("--port", str(self.port), "--target", "linux", *self._options),
            ],
            cwd=ROOT,
            stdout=log,
            stderr=log,
            env={**self._environment, "COLUMNS": "300"},
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
        """The local runner's process; 0 while there is none."""
        out = subprocess.run(
            ["pgrep", "-P", str(self.process.pid), "-f", "cli.runner"],
            capture_output=True,
            text=True,
            check=False,
        )
        return int((out.stdout.split() or ["0"])[0])

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


class PrivateEngine:
    """A Docker engine beside the machine's own, with the sandbox's images; killed at will.

    Needs root, as every engine does. What it keeps lies in a folder of its own.
    """

    def __init__(self) -> None:
        assert os.geteuid() == 0, "an engine can only be started, and killed, by root"
        self._folder = tempfile.TemporaryDirectory(prefix="judge-engine-")
        self._root = Path(self._folder.name)
        self.address = f"unix://{self._root}/docker.sock"
        self._process: subprocess.Popen[bytes] | None = None
        self.start()
        try:
            self._load_images()
        except BaseException:
            self.stop()
            raise

    def _load_images(self) -> None:
        with subprocess.Popen(
            ["docker", "save", RUN_IMAGE, BUILD_IMAGE], stdout=subprocess.PIPE
        ) as saving:
            subprocess.run(
                ["docker", "-H", self.address, "load"],
                check=True,
                stdin=saving.stdout,
                stdout=subprocess.DEVNULL,
            )

    def start(self) -> None:
        """Start it, after a kill too, and wait until it answers."""
        # A killed engine leaves its pid files, and refuses to start beside them.
        for left in ("docker.pid", "exec/containerd/containerd.pid"):
            (self._root / left).unlink(missing_ok=True)
        with (self._root / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [
                    *("dockerd", "--data-root", f"{self._root}/data"),
                    *("--exec-root", f"{self._root}/exec", "--pidfile", f"{self._root}/docker.pid"),
                    *("--host", self.address, "--bridge=none", "--iptables=false"),
                    *("--ip-masq=false", "--ip-forward=false"),
                ],
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + 60
        while subprocess.run(
            ["docker", "-H", self.address, "version"], capture_output=True, check=False
        ).returncode:
            assert time.monotonic() < deadline, (self._root / "log").read_text()[-2000:]
            time.sleep(0.1)

    def kill(self) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def kill_a_container(self, label: str, rng: random.Random) -> None:
        """One of those with this label, at work or on a shelf: PID 1 is its supervisor."""
        client = docker.DockerClient(base_url=self.address)
        # It may be thrown away by its slot just now.
        with closing(client), contextlib.suppress(DockerException):
            made = client.containers.list(ignore_removed=True, filters={"label": label})
            if made:
                rng.choice(made).kill()

    def stop(self) -> None:
        """End it, and the container runtime that it started."""
        assert self._process is not None
        self._process.terminate()
        self._process.wait(timeout=60)
        for process in psutil.process_iter(["cmdline"]):
            # After a kill, an engine goes on with the runtime that it finds; nobody stops that one.
            if any(str(self._root) in word for word in process.info["cmdline"] or ()):
                process.kill()
        # It mounts its own folder over itself, and a killed one leaves its containers' there.
        mounts = [part.mountpoint for part in psutil.disk_partitions(all=True)]
        for mounted in sorted(mounts, reverse=True):
            if mounted.startswith(f"{self._root}/"):
                subprocess.run(["umount", "-l", mounted], check=True)
        self._folder.cleanup()
