"""Break the n-th call to the engine, the n-th read or write of a supervisor's stream, for n = 1,
2, 3 … until a judging survives, once transient and once lasting: never a wrong verdict, never a
stuck slot, nothing left behind. (The way SQLite's tests loop over faults.)
"""

import contextlib
import itertools
import os
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any, cast

import docker
import pytest
from docker.errors import APIError, DockerException

from judge.building.package_programs import PackagePrograms
from judge.errors import JudgeFault
from judge.judging import judge_submission
from judge.sandbox import User
from judge.task import TargetSlot, Task
from judge.values import SourceFile, Submission
from judge.verdicts import Verdict
from problems import skeleton
from problems.package import Package, load
from sandboxes import containers
from sandboxes.pool import Pool
from sandboxes.users import Users

pytestmark = pytest.mark.docker

RIGHT = "print(sum(map(int, input().split())))\n"
WRONG = "print(0)\n"
STEPS_MAX = 400


class Breaker:
    """Counts what passes, and says when it is to break: at the n-th, or from it on."""

    def __init__(self) -> None:
        self.count = 0
        self.at = 0
        self.lasting = False
        self.error: Exception = DockerException("injected: the engine does not answer")

    def arm(self, at: int, *, lasting: bool) -> None:
        self.count, self.at, self.lasting = 0, at, lasting

    @property
    def tripped(self) -> bool:
        return 0 < self.at <= self.count

    def breaks(self) -> bool:
        self.count += 1
        return self.at > 0 and (self.count >= self.at if self.lasting else self.count == self.at)


class BreakingEngine:
    """An engine's client whose calls pass the breaker."""

    def __init__(self, real: object, calls: Breaker, stream: Breaker) -> None:
        self._real, self._calls, self._stream = real, calls, stream

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  (whatever the client has)
        found = getattr(self._real, name)
        if name in ("api", "images", "containers"):
            return BreakingEngine(found, self._calls, self._stream)
        if not callable(found) or name == "create_host_config":
            return found

        def call(*positional: object, **named: object) -> object:
            if self._calls.breaks():
                raise self._calls.error
            result = found(*positional, **named)
            return _Attached(result, self._stream) if name == "attach_socket" else result

        return call


class _Attached:
    """What attach_socket gives, its socket's reads and writes passing the breaker."""

    def __init__(self, real: Any, stream: Breaker) -> None:  # noqa: ANN401  (the client's own)
        self._sock = _BreakingSocket(real._sock, stream)
        self._response = real._response


class _BreakingSocket:
    def __init__(self, real: Any, stream: Breaker) -> None:  # noqa: ANN401  (a socket)
        self._real, self._stream = real, stream

    def sendall(self, data: bytes) -> None:
        if self._stream.breaks():
            self._real.sendall(data[: len(data) // 2])
            raise ConnectionResetError("injected: half of it went out")
        self._real.sendall(data)

    def recv(self, size: int) -> bytes:
        return b"" if self._stream.breaks() else cast("bytes", self._real.recv(size))

    def settimeout(self, seconds: float) -> None:
        self._real.settimeout(seconds)

    def detach(self) -> int:
        return int(self._real.detach())


@pytest.fixture(scope="module")
def package() -> Package:
    files = dict(skeleton.make("sum", shape="program", languages=["python3"]))
    files["systems.yaml"] = files["systems.yaml"].replace(b"count: 5", b"count: 1")
    return load(files, slug="sum")


@contextmanager
def breaking_pool(owner: str) -> Iterator[tuple[Pool, Breaker, Breaker]]:
    """A slot whose engine passes two breakers; afterwards nothing of it may be left."""
    calls, stream = Breaker(), Breaker()
    with closing(containers.connect()) as client:
        engine = cast("docker.DockerClient", BreakingEngine(client, calls, stream))
        pool = Pool(engine, cpus="0", owner=owner)
        try:
            yield pool, calls, stream
        finally:
            calls.arm(0, lasting=False)
            stream.arm(0, lasting=False)
            pool.close()
            # What the engine refused to remove, the next life of this owner sweeps.
            containers.sweep(client, owner)
            deadline = time.monotonic() + 20
            filters: dict[str, str | list[str] | bool] = {"label": f"judge.owner={owner}"}
            while client.containers.list(all=True, ignore_removed=True, filters=filters):
                assert time.monotonic() < deadline, "containers are left"
                time.sleep(0.1)


def judge(pool: Pool, package: Package, source: str) -> Verdict:
    file = SourceFile("main.py", source.encode())
    return judge_submission(
        Task(
            submission=Submission(problem="sum", language="python3", files=(file,)),
            problem=package.problem,
            slot=TargetSlot(sandbox=pool, programs=PackagePrograms(pool)),
            report=lambda event: None,  # noqa: ARG005
        )
    ).verdict


@pytest.mark.parametrize("lasting", [False, True])
@pytest.mark.parametrize("where", ["calls", "stream"])
def test_whatever_breaks_no_verdict_is_wrong_and_no_slot_stuck(
    package: Package, where: str, *, lasting: bool
) -> None:
    with breaking_pool(f"faults-{os.getpid()}") as (pool, calls, stream):
        breaker: Breaker = {"calls": calls, "stream": stream}[where]
        survived = _loop(pool, package, breaker, lasting=lasting)
        assert survived > 5, "the loop broke nothing"
        breaker.arm(0, lasting=False)
        assert judge(pool, package, WRONG) is Verdict.WRONG_ANSWER


def test_a_full_disk_in_a_container_is_a_fault_at_whatever_write_it_comes(
    package: Package, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Containers whose file systems hold 1, 2, 3 … pages, until one suffices."""
    outcomes: list[str] = []
    with closing(containers.connect()) as client:
        for pages in range(1, 60):
            monkeypatch.setattr("sandboxes.pool._SCRATCH_BYTES", pages * 4096)
            pool = Pool(client, cpus="0", owner=f"full-{os.getpid()}")
            try:
                for source, right in ((RIGHT, Verdict.ACCEPTED), (WRONG, Verdict.WRONG_ANSWER)):
                    assert judge(pool, package, source) is right
                outcomes.append("survived")
                break
            except JudgeFault as fault:
                outcomes.append(str(fault))
            finally:
                pool.close()
    assert outcomes[-1] == "survived"
    assert len(outcomes) > 1
    for words in outcomes[:-1]:
        assert "could not be written" in words or "may only exit with" in words, words


def _loop(pool: Pool, package: Package, breaker: Breaker, *, lasting: bool) -> int:
    """The first n that a judging outlives unbroken."""
    # Streams see some hundred reads and writes; the first ones closely, then ever more sparsely.
    steps: Callable[[int], int] = lambda n: n + 1 + n // 12  # noqa: E731
    at = 1
    for source, right in itertools.cycle(
        ((RIGHT, Verdict.ACCEPTED), (WRONG, Verdict.WRONG_ANSWER))
    ):
        breaker.arm(at, lasting=lasting)
        with contextlib.suppress(JudgeFault):
            assert judge(pool, package, source) is right
        if not breaker.tripped:
            return at
        breaker.arm(0, lasting=False)
        at = steps(at)
        assert at < STEPS_MAX
    raise AssertionError("unreachable")


def test_an_engine_that_fails_to_remove_a_container_is_asked_again() -> None:
    """As it does when the container ends at that very instant: it stays half removed for ever."""
    calls, stream = Breaker(), Breaker()
    owner = f"removal-{os.getpid()}"
    with closing(containers.connect()) as client:
        engine = cast("docker.DockerClient", BreakingEngine(client, calls, stream))
        spec = containers.ContainerSpec(
            owner=User.CANDIDATE,
            users=Users(10001),
            memory_bytes=64 << 20,
            scratch_bytes=1 << 20,
            cpus="0",
        )
        made = containers.Container(engine, spec, owner)
        calls.error = APIError("injected", response=cast("Any", Answer(500)))
        calls.arm(1, lasting=False)
        made.close()
        assert calls.tripped
        filters: dict[str, str | list[str] | bool] = {"label": f"judge.owner={owner}"}
        assert client.containers.list(all=True, ignore_removed=True, filters=filters) == []


class Answer:
    """What an API error is made of."""

    def __init__(self, status_code: int) -> None:
        self.status_code = status_code
        self.reason = "injected"
        self.url = ""
