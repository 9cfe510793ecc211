"""The runner's loop: ask for a job, judge it, hand the judgement in.

Threads: one a slot, which judges; and while it judges, one that keeps the lease and passes events
on, so that neither waits for the network. Everything that is ours and breaks is caught here, and
only here, and hands the job back; a candidate never pays for it.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Self

from judge.benchmark import AAMonitor
from judge.errors import (
    JudgeFault,
    JudgeProgramFault,
    LeaseLost,
    LinkFault,
    Outdated,
    PackageFault,
    SandboxFault,
)
from judge.events import Event, Report, Stage
from judge.judging import judge_submission
from judge.runner.blob_cache import BlobCache
from judge.runner.link import Link
from judge.runner.wire import HEARTBEAT_S, Phase, PhaseName, TakenJob
from judge.task import TargetSlot, Task
from judge.values import Judgement, Problem, SourceFile, Submission

_log = logging.getLogger(__name__)

FLUSH_S = 0.1
"""Events are passed on this often: soon enough for a person, rare enough for the server."""
PACKAGES_KEPT = 16
_BACKOFF_S_MAX = 10.0


@dataclass(frozen=True, slots=True)
class MutantTask:
    """A mutant to be judged: of which answer of which problem, as which files."""

    problem: str
    answer: str
    submission: Submission
    slot: TargetSlot
    report: Report


@dataclass(frozen=True, slots=True)
class StressTask:
    """Two answers to be told apart: one sent, the other of the package by its name."""

    problem: str
    other: str
    submission: Submission
    slot: TargetSlot
    seconds: float
    report: Report


@dataclass(frozen=True, slots=True)
class Slot:
    """One place to judge: as set up for each target, and how a package's bytes become a problem."""

    by_target: Mapping[str, TargetSlot]
    read_package: Callable[[bytes, str], Problem]
    check_package: Callable[[bytes, str, TargetSlot, Report], Judgement]
    """Looks at a package by its validators, for who makes it."""
    judge_mutant: Callable[[bytes, MutantTask], Judgement]
    """Judges a mutant of one of a package's answers."""
    judge_stress: Callable[[bytes, StressTask], Judgement]
    """Looks for an input on which two answers differ."""


class SlotLoop:
    """Takes jobs for one slot until told to stop."""

    def __init__(
        self,
        link: Link,
        slot: Slot,
        *,
        offers: Mapping[str, tuple[str, ...]],
        cache: BlobCache | None = None,
        suffering: Callable[[], str] = lambda: "",
    ) -> None:
        """`suffering` says why this host should take no job now; "" where it may."""
        self._link = link
        self._suffering = suffering
        self._told_draining = False
        self._cache = cache or BlobCache(None)
        self._held: TakenJob | None = None
        self.outdated: Outdated | None = None
        """Why it stopped by itself: the server speaks another version."""
        self._slot = slot
        self._monitors = {target: AAMonitor(one) for target, one in slot.by_target.items()}
        self._offers = offers
        self._packages: dict[str, Problem] = {}
        self._stopping = threading.Event()

    def stop(self) -> None:
        """Finish the job in hand, and take no other."""
        self._stopping.set()

    def give_back(self) -> None:
        """Hand the job in hand back as no try, since nobody will be there to finish it."""
        job = self._held
        if job is None:
            return
        try:
            self._link.hand_back(job, "the runner was stopped", untried=True)
        except LinkFault as gone:
            _log.warning("job %s: its lease will run out: %s", job.job, gone)

    def run(self) -> None:
        """Loop until stopped; the server may come and go meanwhile."""
        backoff_s = 0.2
        while not self._stopping.is_set():
            if why := self._suffering():
                _log.warning("no job is taken, since this host suffers: %s", why)
                self._tell_draining(why)
                self._stopping.wait(_BACKOFF_S_MAX)
                continue
            if self._told_draining:
                self._tell_draining("")
            try:
                job = self._link.take(self._offers)
                backoff_s = 0.2
            except Outdated as fault:
                self.outdated = fault
                return
            except LinkFault as fault:
                _log.warning("no work can be asked for: %s", fault)
                self._stopping.wait(backoff_s)
                backoff_s = min(backoff_s * 2, _BACKOFF_S_MAX)
                continue
            if job is not None:
                self._held = job
                self._do(job)
                self._held = None

    def _tell_draining(self, why: str) -> None:
        """Why no job is taken now, for the page of runners; "" where jobs are taken again."""
        try:
            self._link.phase(Phase(name=PhaseName.DRAINING, good=not why, detail=why))
            self._told_draining = bool(why)
        except (LinkFault, Outdated) as fault:
            _log.warning("the server does not hear of it: %s", fault)

    def _do(self, job: TakenJob) -> None:
        courier = _LeaseKeeper(self._link, job)
        try:
            with courier:
                judgement = self._judge(job, courier.report)
            stages_s = courier.stages.taken_s()
            self._link.hand_in(job, judgement, stages_s)
            _log.info(
                "job %s judged: %s",
                job.job,
                judgement.verdict,
                extra={
                    "trace": job.trace,
                    "job": job.job,
                    "submission": job.submission,
                    "verdict": judgement.verdict.value,
                    "stages_s": stages_s,
                },
            )
        except LeaseLost as fault:
            _log.warning("job %s (%s): %s", job.job, job.trace, fault)
        except Exception as fault:  # noqa: BLE001  (the one place: a bug is handed back, too)
            self._hand_back(job, fault)
            if isinstance(fault, SandboxFault):
                self._wait_for_sandbox(self._slot.by_target[job.target])

    def _judge(self, job: TakenJob, report: Report) -> Judgement:
        slot = self._slot.by_target[job.target]
        if job.check:
            return self._slot.check_package(self._package(job), job.problem, slot, report)
        if job.mutant_of:
            mutant = MutantTask(job.problem, job.mutant_of, self._submission(job), slot, report)
            return self._slot.judge_mutant(self._package(job), mutant)
        if job.stress_against:
            stress = StressTask(
                job.problem,
                job.stress_against,
                self._submission(job),
                slot,
                job.stress_s,
                report,
            )
            return self._slot.judge_stress(self._package(job), stress)
        task = Task(
            submission=self._submission(job),
            problem=self._problem(job),
            slot=slot,
            report=report,
            samples_only=job.samples_only,
            confirming=job.confirming,
            every_test=job.every_test,
        )
        return judge_submission(task, self._monitors[job.target])

    def _wait_for_sandbox(self, slot: TargetSlot) -> None:
        """Take nothing before a container works: a restart must not use up a job's tries."""
        backoff_s = 0.2
        while not self._stopping.wait(backoff_s):
            try:
                with slot.sandbox.compile_box():
                    return
            except SandboxFault as fault:
                _log.warning("the sandbox is not back yet: %s", fault)
                backoff_s = min(backoff_s * 2, _BACKOFF_S_MAX)

    def _hand_back(self, job: TakenJob, fault: Exception) -> None:
        _log.warning(
            "job %s (%s) is handed back: %r",
            job.job,
            job.trace,
            fault,
            exc_info=not _expected(fault),
        )
        final = isinstance(fault, JudgeProgramFault | PackageFault)
        try:
            self._link.hand_back(job, f"{type(fault).__name__}: {fault}"[:4000], final=final)
        except LinkFault as gone:
            _log.warning("job %s: its lease will run out: %s", job.job, gone)

    def _problem(self, job: TakenJob) -> Problem:
        if job.package_sha256 not in self._packages:
            content = self._package(job)
            while len(self._packages) >= PACKAGES_KEPT:
                del self._packages[next(iter(self._packages))]
            self._packages[job.package_sha256] = self._slot.read_package(content, job.problem)
        return self._packages[job.package_sha256]

    def _package(self, job: TakenJob) -> bytes:
        sha256 = job.package_sha256
        return self._cache.get(sha256, lambda: self._link.blob(job, sha256))

    def _submission(self, job: TakenJob) -> Submission:
        files = tuple(
            SourceFile(file.name, self._link.blob(job, file.sha256)) for file in job.files
        )
        return Submission(problem=job.problem, language=job.language, files=files, entry=job.entry)


def _expected(fault: Exception) -> bool:
    return isinstance(fault, JudgeFault)


class _Stages:
    """How long each stage of a judging took, by the events that tell of it."""

    def __init__(self) -> None:
        self._now: Stage | None = None
        self._since = time.monotonic()
        self._taken_s: dict[str, float] = {}

    def see(self, event: Event) -> None:
        if event.stage is not self._now:
            self._close()
            self._now = event.stage

    def _close(self) -> None:
        now = time.monotonic()
        if self._now is not None:
            before = self._taken_s.get(self._now.value, 0.0)
            self._taken_s[self._now.value] = before + now - self._since
        self._since = now

    def taken_s(self) -> dict[str, float]:
        self._close()
        return {stage: round(seconds, 4) for stage, seconds in self._taken_s.items()}


class _LeaseKeeper:
    """Keeps one job's lease and carries its events, from a thread of its own."""

    def __init__(self, link: Link, job: TakenJob) -> None:
        self._link = link
        self._job = job
        self.stages = _Stages()
        self._condition = threading.Condition()
        self._waiting: list[Event] = []
        self._sent = 0
        self._done = False
        self._lost: LeaseLost | None = None
        self._thread = threading.Thread(target=self._carry, name="courier", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with self._condition:
            self._done = True
            self._condition.notify_all()
        self._thread.join()

    def report(self, event: Event) -> None:
        """Take an event. Raises LeaseLost once the job is another's: judging on is pointless."""
        with self._condition:
            if self._lost is not None:
                raise self._lost
            self.stages.see(event)
            self._waiting.append(event)

    def _carry(self) -> None:
        since_heartbeat_s = 0.0
        while True:
            with self._condition:
                self._condition.wait_for(lambda: self._done, timeout=FLUSH_S)
                batch, self._waiting = self._waiting, []
                done = self._done
            try:
                if batch:
                    self._link.events(self._job, self._sent, batch)
                    self._sent += len(batch)
                since_heartbeat_s += FLUSH_S
                if since_heartbeat_s >= HEARTBEAT_S and not done:
                    self._link.heartbeat(self._job)
                    since_heartbeat_s = 0.0
            except LeaseLost as lost:
                with self._condition:
                    self._lost = lost
                return
            except LinkFault as fault:
                # Progress may be lost to a viewer; the judgement has its own retries.
                _log.warning("job %s: %s", self._job.job, fault)
            if done:
                return
