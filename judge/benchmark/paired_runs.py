"""Two programs in one container, run in turn on the same fresh input, each run looked at.

`PairedRuns` runs; `CheckedPairs` holds what both programs said against each other, as long as they
agree both were at work, and makes a failure of the candidate's a value: a `TestResult`, judged by
the same table from ending to verdict as every other run.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from judge.benchmark.latency import Requests, read_requests
from judge.benchmark.ratio import cost, disturbance, is_candidate_first
from judge.errors import JudgeProgramFault
from judge.grading import Finding, ValidatorRunner, judge_ending
from judge.languages import ENVIRONMENT, PROGRAM_DIRECTORY
from judge.performance import Benchmark, Pair, Surroundings, Usage, Workload
from judge.sandbox import Box, Command, Sandbox, User, Watch
from judge.targets import Target
from judge.values import Artifact, BuildKind, Execution, Limits, Problem, Testcase, TestResult
from judge.verdicts import Verdict
from judge.visibility import kept_result

REFERENCE_DIRECTORY = "/ref"
CONDUCTED_MAX = 100
PAIRS_FACTOR_MAX = 2
"""At most so many times the wanted pairs are run, where many are thrown away."""
_INPUT = "/prog/in"
_OUT_OF_TIME = Finding(
    Verdict.TIME_LIMIT,
    "timed runs took all the time that they may hold a slot for, by the reference's",
    "计时运行用尽了按参考实现计算的评测时间",
)
_DIFFERS = Finding(
    Verdict.WRONG_ANSWER, "another result than the reference's", "结果与参考实现不同"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedRun:
    """One timed run: how the program ended, and what a harness said where one talked to it."""

    execution: Execution
    refused: Finding | None = None
    """Why the harness did not accept what the program said."""
    requests: Requests | None = None
    outcome: bytes = b""
    """What came of its work, by a harness that hands it out: the same for both of a pair."""
    conducted: bool = False
    """Whether the harness conducted it from beginning to end: such a run measures nothing."""
    counters: dict[str, float] = field(default_factory=dict)
    judge_cpu_ns: int = 0

    @property
    def right(self) -> bool:
        """Whether it ended well, and nobody refused what it said."""
        return self.execution.clean and self.refused is None

    def usage(self) -> Usage:
        measured = self.execution.measurement
        return Usage(
            cpu_ns=measured.cpu_ns,
            wall_ns=measured.wall_ns,
            memory_bytes_peak=measured.memory_bytes_peak,
            preemptions=measured.preemptions,
            latencies_ns=self.requests.percentiles() if self.requests is not None else {},
            counters=self.counters,
        )


@dataclass(frozen=True, slots=True)
class TimedPair:
    """One pair's two runs, and what is to be kept of them."""

    candidate: TimedRun
    reference: TimedRun
    surroundings: Surroundings

    def pair(self, workload: Workload, benchmark: Benchmark, *, candidate_first: bool) -> Pair:
        """To be asked of a pair in which both were right."""
        candidate, reference = self.candidate.usage(), self.reference.usage()
        metric = benchmark.metric
        return Pair(
            workload=workload.name,
            candidate_cost=cost(metric, candidate),
            reference_cost=cost(metric, reference),
            candidate_first=candidate_first,
            disturbed=disturbance(self.surroundings, reference, metric),
            operations=workload.operations,
            threads=workload.threads,
            candidate=candidate,
            reference=reference,
            surroundings=self.surroundings,
        )


class PairedRuns:
    """Candidate and reference, installed side by side; neither can read the other's files.

    With a `validator`, its program talks to them; without, they read the input by themselves.
    """

    def __init__(
        self,
        sandbox: Sandbox,
        box: Box,
        limits: Limits,
        seed: Callable[[], int],
        validator: ValidatorRunner | None = None,
    ) -> None:
        self._sandbox = sandbox
        self._box = box
        self._limits = limits
        self._seed = seed
        self._validator = validator
        self._commands: dict[User, Command] = {}

    def install(self, candidate: Artifact, reference: Artifact) -> None:
        self._install(User.CANDIDATE, candidate, PROGRAM_DIRECTORY, None)
        self._install(User.REFERENCE, reference, REFERENCE_DIRECTORY, User.REFERENCE)

    def _install(self, user: User, artifact: Artifact, directory: str, owner: User | None) -> None:
        for file in artifact.files:
            private, public = (0o500, 0o755) if file.name == "program" else (0o400, 0o644)
            mode = public if owner is None else private
            self._box.put(f"{directory}/{file.name}", file.content, user=owner, mode=mode)
        self._commands[user] = Command(
            arguments=artifact.command_in(directory, self._limits),
            user=user,
            environment=ENVIRONMENT,
            directory="/tmp",  # noqa: S108  (inside the container)
            stdin="" if self._validator is not None else _INPUT,
        )

    def replace_candidate(self, artifact: Artifact) -> None:
        """Let another program run in the candidate's place from now on."""
        self._install(User.CANDIDATE, artifact, PROGRAM_DIRECTORY, None)

    def warm_up(self, workload: Workload) -> None:
        """One untimed run of each: caches, page tables and the clock of an idle CPU."""
        case = self._lay_out(workload)
        self._run(User.CANDIDATE, case)
        self._run(User.REFERENCE, case)

    def run_pair(self, workload: Workload, *, candidate_first: bool) -> TimedPair:
        """One timed run of each, on an input that nobody has seen before."""
        case = self._lay_out(workload)
        order = (User.CANDIDATE, User.REFERENCE)
        with self._sandbox.quiet() as watch:
            runs = {
                user: self._run(user, case) for user in (order if candidate_first else order[::-1])
            }
        surroundings = _surroundings(watch, runs.values())
        return TimedPair(runs[User.CANDIDATE], runs[User.REFERENCE], surroundings)

    def _lay_out(self, workload: Workload) -> Testcase:
        content = workload.text(self._seed()).encode() + b"\n"
        if self._validator is None:
            self._box.put(_INPUT, content, mode=0o600)
        return Testcase(name=f"timed run: {workload.name}", group="benchmark", input=content)

    def _run(self, user: User, case: Testcase) -> TimedRun:
        self._box.wipe()
        command = self._commands[user]
        if self._validator is None:
            return TimedRun(execution=self._box.run(command, self._limits))
        return self._talked_to(self._validator, command, case)

    def _talked_to(self, validator: ValidatorRunner, command: Command, case: Testcase) -> TimedRun:
        validator.lay_out(case, anew=True)
        dialogue = validator.talk(case, self._box, command, self._limits)
        execution, judge_cpu_ns = dialogue.execution, dialogue.judge_cpu_ns
        said = validator.judge_dialogue(case, dialogue)
        if said.verdict is not Verdict.ACCEPTED:
            return TimedRun(execution=execution, refused=said, judge_cpu_ns=judge_cpu_ns)
        told = validator.feedback("latencies.json")
        return TimedRun(
            execution=execution,
            requests=read_requests(told, validator.name, execution.measurement.wall_ns),
            outcome=validator.feedback("outcome.txt") or b"",
            conducted=validator.feedback("conducted") is not None,
            counters=said.counters,
            judge_cpu_ns=judge_cpu_ns,
        )


class CheckedPairs:
    """A submission's timed pairs by one benchmark; keeps the runs for what is told besides."""

    def __init__(
        self, runs: PairedRuns, benchmark: Benchmark, problem: Problem, target: Target
    ) -> None:
        self._runs = runs
        self._benchmark = benchmark
        self._problem = problem
        self._target = target
        self.kept: dict[str, list[TimedPair]] = {}
        """By workload, those whose pair counts."""
        self._last: tuple[Workload, TimedRun] | None = None

    def warm_up(self, workload: Workload) -> None:
        self._runs.warm_up(workload)

    def pair(self, workload: Workload, number: int) -> Pair | TestResult:
        """One pair, in the order of round `number`; the result where the candidate went wrong.

        Or where the validator could not tell of the reference. Raises JudgeProgramFault where the
        reference went wrong.
        """
        first = is_candidate_first(number)
        both = self._measuring_pair(workload, candidate_first=first)
        self._last = workload, both.candidate
        refused = both.reference.refused
        if refused is not None and refused.verdict is Verdict.INCONCLUSIVE:
            return _result(workload, both.reference, refused)
        self._require_reference(workload, both.reference)
        failure = self._failure(both)
        if failure is not None:
            return _result(workload, both.candidate, failure)
        pair = both.pair(workload, self._benchmark, candidate_first=first)
        if not pair.disturbed:
            self.kept.setdefault(workload.name, []).append(both)
        return pair

    def pairs(self, workload: Workload, count: int) -> Sequence[Pair] | TestResult:
        """`count` pairs that were not disturbed; all there are where too many were."""
        pairs: list[Pair] = []
        kept: list[Pair] = []
        while len(kept) < count and len(pairs) < PAIRS_FACTOR_MAX * count:
            pair = self.pair(workload, len(pairs))
            if isinstance(pair, TestResult):
                return pair
            pairs.append(pair)
            kept = [pair for pair in pairs if not pair.disturbed]
        return kept or pairs

    def out_of_time(self) -> TestResult:
        """What is said of a candidate whose runs took a slot's time before anything was told."""
        assert self._last is not None
        return _result(*self._last, _OUT_OF_TIME)

    def runs_of(self, program: Artifact, workload: Workload, count: int) -> Iterable[TimedRun]:
        """`count` runs of another program in the candidate's place, where it stays."""
        self._runs.replace_candidate(program)
        for number in range(count):
            both = self._runs.run_pair(workload, candidate_first=is_candidate_first(number))
            yield both.candidate

    def _measuring_pair(self, workload: Workload, *, candidate_first: bool) -> TimedPair:
        """The next pair that measures something, or in which something went wrong.

        Raises JudgeProgramFault where a harness conducts them all, and leaves nothing to measure.
        """
        for _ in range(CONDUCTED_MAX):
            both = self._runs.run_pair(workload, candidate_first=candidate_first)
            right = both.candidate.right and both.reference.right
            if not (right and both.reference.conducted):
                return both
        raise JudgeProgramFault(
            f"{self._problem.slug}'s output_validator",
            f"conducted {CONDUCTED_MAX} timed runs of {workload.name} in a row from beginning to "
            "end, so that nothing is measured; it should conduct one of some",
        )

    def _require_reference(self, workload: Workload, reference: TimedRun) -> None:
        if reference.right:
            return
        ended = reference.execution
        said = reference.refused.note if reference.refused is not None else ""
        raise JudgeProgramFault(
            f"{self._problem.slug}'s reference",
            f"failed on workload {workload.name}: {said} {ended.ending}, "
            f"code {ended.exit_code}: {ended.stderr[-300:].decode(errors='replace')}",
        )

    def _failure(self, both: TimedPair) -> Finding | None:
        """What is to be said of the candidate's run; None as long as both agree."""
        run = both.candidate
        ended = judge_ending(run.execution, self._problem, self._target)
        if ended is not None or run.refused is not None:
            return ended or run.refused
        reference = both.reference
        same = run.execution.stdout == reference.execution.stdout
        return None if same and run.outcome == reference.outcome else _DIFFERS


def _result(workload: Workload, run: TimedRun, finding: Finding) -> TestResult:
    """A run that went wrong; an input that others get too is as secret as a fixed secret test's."""
    measured = run.execution.measurement
    result = TestResult(
        name=f"timed run: {workload.name}",
        group="benchmark",
        build=BuildKind.PLAIN,
        sample=False,
        verdict=finding.verdict,
        cpu_ms=measured.cpu_ms,
        wall_ms=measured.wall_ns / 1e6,
        memory_bytes_peak=measured.memory_bytes_peak,
        memory_source=measured.memory_source,
        note=f"in a timed run: {finding.note}",
        note_zh=f"计时运行中：{finding.note_zh or finding.note}",
        witness=finding.witness,
        secret=not workload.is_fresh,
    )
    return kept_result(result)


def _surroundings(watch: Watch, runs: Iterable[TimedRun]) -> Surroundings:
    ours_ns = sum(
        run.execution.measurement.cpu_ns
        + run.execution.measurement.preparing_cpu_ns
        + run.judge_cpu_ns
        for run in runs
    )
    return Surroundings(
        wall_ns=watch.wall_ns,
        cpus=watch.cpus,
        others_ns=max(0, watch.busy_ns - ours_ns - watch.own_ns),
        stolen_ns=watch.stolen_ns,
        switches=watch.switches,
    )
