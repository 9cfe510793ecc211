"""The timed runs: candidate and reference in turn, on the same fresh input, in one container."""

from dataclasses import dataclass

from judge.errors import JudgeProgramFault
from judge.events import Event, Stage
from judge.grading import REFERENCE_DIRECTORY, limits_for
from judge.languages.base import ENVIRONMENT, PROGRAM_DIRECTORY
from judge.measuring import cost_ns, orders, ratio_of
from judge.sandbox import Arena, Command, User
from judge.task import Task
from judge.values import (
    Artifact,
    Benchmark,
    BuildKind,
    Execution,
    MemorySource,
    Pair,
    Ratio,
    TestResult,
    Workload,
)
from judge.verdicts import Verdict

_INPUT = "/prog/in"


@dataclass(frozen=True, slots=True)
class Measured:
    """A ratio, or the timed runs that were wrong (then there is none)."""

    ratio: Ratio | None
    failures: tuple[TestResult, ...]


def measure(task: Task, program: Artifact, arena: Arena) -> Measured:
    """Compare `program` with the package's reference in its language, over all workloads.

    A problem without a benchmark has no ratio, and nothing runs.
    """
    benchmark = task.problem.benchmark
    if benchmark is None:
        return Measured(None, ())
    race = _Race(task, program, arena)
    total = benchmark.pairs * len(benchmark.workloads)
    pairs: list[Pair] = []
    for workload in benchmark.workloads:
        race.warm_up(workload)
        for candidate_first in orders(benchmark.pairs):
            with task.bench.sandbox.quiet():
                result = race.pair(workload, candidate_first=candidate_first)
            if isinstance(result, TestResult):
                return Measured(None, (result,))
            pairs.append(result)
            task.report(
                Event(stage=Stage.MEASURING, done=len(pairs), total=total, label=workload.name)
            )
    return Measured(ratio_of(pairs, benchmark), ())


class _Race:
    """Two programs, and the container that both run in."""

    def __init__(self, task: Task, program: Artifact, arena: Arena) -> None:
        problem, language = task.problem, task.submission.language
        assert problem.benchmark is not None
        self._benchmark: Benchmark = problem.benchmark
        self._box = arena.candidate
        self._seed = task.bench.seed
        self._limits = limits_for(problem, language, BuildKind.PLAIN)
        self._slug = problem.slug
        self._box.limit_memory(problem.limits.memory_bytes)
        reference = _reference(task)
        self._put(program, PROGRAM_DIRECTORY, None)
        self._put(reference, REFERENCE_DIRECTORY, User.REFERENCE)
        self._commands = {
            User.CANDIDATE: self._command(program, PROGRAM_DIRECTORY, User.CANDIDATE),
            User.REFERENCE: self._command(reference, REFERENCE_DIRECTORY, User.REFERENCE),
        }

    def warm_up(self, workload: Workload) -> None:
        """One untimed run of each: caches, page tables and the clock of an idle CPU."""
        self._lay_input(workload)
        self._run(User.CANDIDATE)
        self._run(User.REFERENCE)

    def pair(self, workload: Workload, *, candidate_first: bool) -> Pair | TestResult:
        self._lay_input(workload)
        order = (User.CANDIDATE, User.REFERENCE)
        runs = {user: self._run(user) for user in (order if candidate_first else order[::-1])}
        reference, candidate = runs[User.REFERENCE], runs[User.CANDIDATE]
        if not reference.clean:
            raise JudgeProgramFault(
                f"{self._slug}'s reference",
                f"failed on workload {workload.name}: {reference.ending}, "
                f"code {reference.exit_code}: {reference.stderr[-300:].decode(errors='replace')}",
            )
        if not candidate.clean or candidate.stdout != reference.stdout:
            return self._failure(workload, candidate)
        return Pair(
            workload=workload.name,
            candidate_ns=self._cost(candidate),
            reference_ns=self._cost(reference),
            candidate_first=candidate_first,
        )

    def _lay_input(self, workload: Workload) -> None:
        text = workload.input.replace("{seed}", str(self._seed()))
        self._box.put(_INPUT, text.encode() + b"\n", mode=0o600)

    def _run(self, user: User) -> Execution:
        self._box.wipe()
        return self._box.run(self._commands[user], self._limits)

    def _cost(self, execution: Execution) -> int:
        measured = execution.measurement
        return cost_ns(self._benchmark.metric, cpu_ns=measured.cpu_ns, wall_ns=measured.wall_ns)

    def _failure(self, workload: Workload, candidate: Execution) -> TestResult:
        measured = candidate.measurement
        ended, ended_zh = "another result than the reference's", "结果与参考实现不同"
        if not candidate.clean:
            ended = ended_zh = candidate.ending
        verdict = Verdict.WRONG_ANSWER if candidate.clean else Verdict.RUNTIME_ERROR
        if candidate.ending.endswith("-limit"):
            verdict = Verdict(candidate.ending.replace("wall", "time").replace("cpu", "time"))
        return TestResult(
            name=f"timed run: {workload.name}",
            group="benchmark",
            build=BuildKind.PLAIN,
            sample=False,
            verdict=verdict,
            cpu_ms=measured.cpu_ms,
            wall_ms=measured.wall_ns / 1e6,
            memory_bytes_peak=measured.memory_bytes_peak,
            memory_source=MemorySource(measured.memory_source),
            note=f"in a timed run: {ended}",
            note_zh=f"计时运行中：{ended_zh}",
        )

    def _put(self, artifact: Artifact, directory: str, user: User | None) -> None:
        for file in artifact.files:
            private, public = (0o500, 0o755) if file.name == "program" else (0o400, 0o644)
            mode = public if user is None else private
            self._box.put(f"{directory}/{file.name}", file.content, user=user, mode=mode)

    def _command(self, artifact: Artifact, directory: str, user: User) -> Command:
        return Command(
            arguments=artifact.command_in(directory),
            user=user,
            environment=ENVIRONMENT,
            directory="/tmp",  # noqa: S108  (inside the container)
            stdin=_INPUT,
        )


def _reference(task: Task) -> Artifact:
    problem, language = task.problem, task.submission.language
    files = problem.references.get(language)
    if files is None:
        raise JudgeProgramFault(problem.slug, f"has no reference in {language}")
    name = f"{problem.slug}'s reference"
    includes = problem.includes.get(language, ())
    return task.bench.workshop.artifact(name, language, files, includes=includes)
