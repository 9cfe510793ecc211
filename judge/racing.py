"""Two programs in one container, run in turn on the same fresh input."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from judge.examining import ACCEPTED, Examiner
from judge.finding import Finding
from judge.languages.base import ENVIRONMENT, PROGRAM_DIRECTORY
from judge.latency import Requests, read_requests
from judge.measuring import cost, disturbance
from judge.performance import Benchmark, Pair, Surroundings, Usage, Workload
from judge.sandbox import Box, Command, Sandbox, User, Watch
from judge.values import Artifact, Execution, Limits, Testcase

REFERENCE_DIRECTORY = "/ref"
_INPUT = "/prog/in"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One timed run: how the program ended, and what a harness said where one talked to it."""

    execution: Execution
    refused: Finding | None = None
    """Why the harness did not accept what the program said."""
    requests: Requests | None = None
    counters: dict[str, float] = field(default_factory=dict)
    harness_cpu_ns: int = 0

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
class Heat:
    """One pair's two runs, and what is to be kept of them."""

    candidate: Run
    reference: Run
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
            disturbed=disturbance(self.surroundings, (candidate, reference), metric),
            operations=workload.operations,
            threads=workload.threads,
            candidate=candidate,
            reference=reference,
            surroundings=self.surroundings,
        )


class Race:
    """Candidate and reference, installed side by side; neither can read the other's files.

    With an `examiner`, its program talks to them; without, they read the input by themselves.
    """

    def __init__(
        self,
        sandbox: Sandbox,
        box: Box,
        limits: Limits,
        seed: Callable[[], int],
        examiner: Examiner | None = None,
    ) -> None:
        self._sandbox = sandbox
        self._box = box
        self._limits = limits
        self._seed = seed
        self._examiner = examiner
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
            arguments=artifact.command_in(directory),
            user=user,
            environment=ENVIRONMENT,
            directory="/tmp",  # noqa: S108  (inside the container)
            stdin="" if self._examiner is not None else _INPUT,
        )

    def replace_candidate(self, artifact: Artifact) -> None:
        """Let another program run in the candidate's place from now on."""
        self._install(User.CANDIDATE, artifact, PROGRAM_DIRECTORY, None)

    def warm_up(self, workload: Workload) -> None:
        """One untimed run of each: caches, page tables and the clock of an idle CPU."""
        case = self._lay_out(workload)
        self._run(User.CANDIDATE, case)
        self._run(User.REFERENCE, case)

    def heat(self, workload: Workload, *, candidate_first: bool) -> Heat:
        """One timed run of each, on an input that nobody has seen before."""
        case = self._lay_out(workload)
        order = (User.CANDIDATE, User.REFERENCE)
        with self._sandbox.quiet() as watch:
            runs = {
                user: self._run(user, case) for user in (order if candidate_first else order[::-1])
            }
        return Heat(runs[User.CANDIDATE], runs[User.REFERENCE], _surroundings(watch, runs.values()))

    def _lay_out(self, workload: Workload) -> Testcase:
        content = workload.text(self._seed()).encode() + b"\n"
        if self._examiner is None:
            self._box.put(_INPUT, content, mode=0o600)
        return Testcase(name=f"timed run: {workload.name}", group="benchmark", input=content)

    def _run(self, user: User, case: Testcase) -> Run:
        self._box.wipe()
        command = self._commands[user]
        if self._examiner is None:
            return Run(execution=self._box.run(command, self._limits))
        return _examined(self._examiner, case, self._box, command, self._limits)


def _examined(
    examiner: Examiner, case: Testcase, box: Box, command: Command, limits: Limits
) -> Run:
    examiner.lay_out(case, anew=True)
    execution, judged = examiner.talk(case, box, command, limits, _unclean)
    if judged is None:
        return Run(execution=execution)
    harness_cpu_ns = judged.measurement.cpu_ns
    if judged.exit_code != ACCEPTED:
        refused = examiner.read_verdict(judged)
        return Run(execution=execution, refused=refused, harness_cpu_ns=harness_cpu_ns)
    told = examiner.feedback("latencies.json")
    return Run(
        execution=execution,
        requests=read_requests(told, examiner.name, execution.measurement.wall_ns),
        counters=examiner.counters(),
        harness_cpu_ns=harness_cpu_ns,
    )


def _unclean(execution: Execution) -> Execution | None:
    return None if execution.clean else execution


def _surroundings(watch: Watch, runs: Iterable[Run]) -> Surroundings:
    ours_ns = sum(
        run.execution.measurement.cpu_ns
        + run.execution.measurement.preparing_cpu_ns
        + run.harness_cpu_ns
        for run in runs
    )
    return Surroundings(
        wall_ns=watch.wall_ns,
        cpus=watch.cpus,
        others_ns=watch.busy_ns - ours_ns,
        stolen_ns=watch.stolen_ns,
        switches=watch.switches,
    )
