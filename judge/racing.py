"""Two programs in one container, run in turn on the same fresh input."""

from collections.abc import Callable
from dataclasses import dataclass

from judge.languages.base import ENVIRONMENT, PROGRAM_DIRECTORY
from judge.measuring import cost, disturbance
from judge.sandbox import Box, Command, Sandbox, User
from judge.values import Artifact, Benchmark, Execution, Limits, Pair, Workload

REFERENCE_DIRECTORY = "/ref"
_INPUT = "/prog/in"


@dataclass(frozen=True, slots=True)
class Heat:
    """One pair's two runs, and what is to be kept of them."""

    candidate: Execution
    reference: Execution
    pair: Pair


class Race:
    """Candidate and reference, installed side by side; neither can read the other's files."""

    def __init__(
        self,
        sandbox: Sandbox,
        box: Box,
        benchmark: Benchmark,
        limits: Limits,
        seed: Callable[[], int],
    ) -> None:
        self._sandbox = sandbox
        self._box = box
        self._benchmark = benchmark
        self._limits = limits
        self._seed = seed
        self._commands: dict[User, Command] = {}

    def install(self, candidate: Artifact, reference: Artifact) -> None:
        for user, artifact, directory, owner in (
            (User.CANDIDATE, candidate, PROGRAM_DIRECTORY, None),
            (User.REFERENCE, reference, REFERENCE_DIRECTORY, User.REFERENCE),
        ):
            for file in artifact.files:
                private, public = (0o500, 0o755) if file.name == "program" else (0o400, 0o644)
                mode = public if owner is None else private
                self._box.put(f"{directory}/{file.name}", file.content, user=owner, mode=mode)
            self._commands[user] = Command(
                arguments=artifact.command_in(directory),
                user=user,
                environment=ENVIRONMENT,
                directory="/tmp",  # noqa: S108  (inside the container)
                stdin=_INPUT,
            )

    def warm_up(self, workload: Workload) -> None:
        """One untimed run of each: caches, page tables and the clock of an idle CPU."""
        self._lay_input(workload)
        self._run(User.CANDIDATE)
        self._run(User.REFERENCE)

    def heat(self, workload: Workload, *, candidate_first: bool) -> Heat:
        """One timed run of each, on an input that nobody has seen before."""
        self._lay_input(workload)
        order = (User.CANDIDATE, User.REFERENCE)
        with self._sandbox.quiet() as watch:
            runs = {user: self._run(user) for user in (order if candidate_first else order[::-1])}
        candidate, reference = runs[User.CANDIDATE], runs[User.REFERENCE]
        metric = self._benchmark.metric
        own_cpu_ns = sum(run.measurement.cpu_ns for run in runs.values())
        pair = Pair(
            workload=workload.name,
            candidate_cost=cost(metric, candidate),
            reference_cost=cost(metric, reference),
            candidate_first=candidate_first,
            disturbed=disturbance(watch, own_cpu_ns, metric),
        )
        return Heat(candidate, reference, pair)

    def _lay_input(self, workload: Workload) -> None:
        text = workload.input.replace("{seed}", str(self._seed()))
        self._box.put(_INPUT, text.encode() + b"\n", mode=0o600)

    def _run(self, user: User) -> Execution:
        self._box.wipe()
        return self._box.run(self._commands[user], self._limits)
