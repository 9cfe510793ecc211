"""The pool: who waits for whom, and that no container is made or removed while a pair is timed."""

import dataclasses
import os
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from functools import partial

import pytest

from cli.submit import find_package
from judge.benchmark.aa_check import AAMonitor
from judge.benchmark.confidence_sequence import ROUNDS_MIN
from judge.building.package_programs import PackagePrograms
from judge.judging import judge_submission
from judge.task import TargetSlot, Task
from judge.verdicts import Verdict
from sandboxes import containers
from sandboxes.pool import Pool
from sandboxes.quiet import Quiet


def in_thread(work: object) -> threading.Thread:
    assert callable(work)
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def test_each_kind_runs_side_by_side_and_never_beside_the_other() -> None:
    for mine, other in (("timed", "housekeeping"), ("housekeeping", "timed")):
        quiet, entered = Quiet(), threading.Event()

        def come_in(quiet: Quiet, kind: str, told: threading.Event) -> None:
            with getattr(quiet, kind)():
                told.set()

        with getattr(quiet, mine)(), getattr(quiet, mine)():
            late = in_thread(partial(come_in, quiet, other, entered))
            assert not entered.wait(0.1)
        late.join(2)
        assert entered.is_set()


def test_neither_side_starves_the_other() -> None:
    """Both without a pause, from four threads: each gets many turns."""
    quiet, turns, stop = Quiet(), {"timed": 0, "housekeeping": 0}, threading.Event()

    def go_on(kind: str) -> None:
        while not stop.is_set():
            with getattr(quiet, kind)():
                turns[kind] += 1
                time.sleep(0.001)

    threads = [in_thread(lambda kind=kind: go_on(kind)) for kind in ("timed", "housekeeping") * 2]
    time.sleep(0.5)
    stop.set()
    for thread in threads:
        thread.join(2)
        assert not thread.is_alive()
    assert min(turns.values()) > 20, turns


class RecordingQuiet(Quiet):
    """Remembers when pairs were timed, in ns since 1970."""

    def __init__(self) -> None:
        super().__init__()
        self.pairs: list[tuple[int, int]] = []

    @contextmanager
    def timed(self) -> Iterator[None]:
        with super().timed():
            begun = time.time_ns()
            yield
            self.pairs.append((begun, time.time_ns()))


@pytest.mark.docker
def test_no_container_is_made_or_removed_while_a_pair_is_timed() -> None:
    quiet = RecordingQuiet()
    owners = [f"quiet-{os.getpid()}-{number}" for number in (0, 1)]
    package = find_package("bplus-tree")
    answer = next(s for s in package.submissions if s.name == "accepted/ok.c").submission
    assert package.problem.benchmark is not None
    timed_alone = dataclasses.replace(
        package.problem,
        fresh=(),
        growth=None,
        benchmark=dataclasses.replace(
            package.problem.benchmark, workloads=package.problem.benchmark.workloads[:1]
        ),
    )
    busy = threading.Event()
    with closing(containers.connect()) as client:
        since = datetime.now(UTC)
        pools = [Pool(client, cpus="0", owner=owner, quiet=quiet) for owner in owners]

        def disturb() -> None:
            while not busy.is_set():
                with pools[1].compile_box():
                    pass

        neighbour = in_thread(disturb)
        try:
            task = Task(
                submission=answer,
                problem=timed_alone,
                slot=TargetSlot(pools[0], PackagePrograms(pools[0])),
                report=lambda event: None,  # noqa: ARG005
            )
            assert judge_submission(task).verdict is Verdict.ACCEPTED
        finally:
            busy.set()
            neighbour.join(30)
            for pool in pools:
                pool.close()
        labels = [f"{containers.OWNER_LABEL}={owner}" for owner in owners]
        seen = client.events(
            since=since, until=datetime.now(UTC), filters={"label": labels[1]}, decode=True
        )
        events = [(one["Action"], one["timeNano"]) for one in seen]
    made = [one for one in events if one[0] in ("create", "start", "die", "destroy")]
    assert len(quiet.pairs) >= ROUNDS_MIN
    assert len(made) > 20, "the neighbour disturbed nobody"
    during = [one for one in made for begun, ended in quiet.pairs if begun < one[1] < ended]
    assert during == []


@pytest.mark.docker
def test_a_program_against_itself_ties_and_the_check_is_kept(slot: TargetSlot) -> None:
    monitor = AAMonitor(slot)
    first = monitor.current(limit=2.5)
    assert first.ties, first
    assert monitor.current(limit=2.5) is first
    monitor.doubt()
    assert monitor.current(limit=2.5) is not first


@pytest.mark.docker
def test_to_ask_the_engine_nobody_reads_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    # A thread that asked while another changed it failed, once in some thousand tests.
    with closing(containers.connect()) as client:
        monkeypatch.setattr("requests.sessions.get_environ_proxies", None)
        monkeypatch.setattr("requests.sessions.get_netrc_auth", None)
        assert client.ping()
