"""A submission's timed runs, each looked at: who is wrong in one has not earned its time."""

from collections.abc import Sequence

from judge.errors import JudgeProgramFault
from judge.measuring import candidate_first
from judge.performance import Benchmark, Pair, Workload
from judge.racing import Heat, Race, Run
from judge.task import Task
from judge.values import BuildKind, MemorySource, TestResult
from judge.verdicts import Verdict

PAIRS_FACTOR_MAX = 2
"""At most so many times the wanted pairs are run, where many are thrown away."""


class WrongRun(Exception):  # noqa: N818  (evidence, not an error: measure() makes a result of it)
    """The candidate's program was wrong in a timed run."""

    def __init__(self, result: TestResult) -> None:
        super().__init__(result.note)
        self.result = result


class Course:
    """The race of one submission, by one benchmark; keeps the heats for what is told besides."""

    def __init__(self, task: Task, race: Race, benchmark: Benchmark) -> None:
        self._task = task
        self._race = race
        self._benchmark = benchmark
        self.kept: dict[str, list[Heat]] = {}
        """By workload, those whose pair counts."""

    def warm_up(self, workload: Workload) -> None:
        self._race.warm_up(workload)

    def pair(self, workload: Workload, number: int) -> Pair:
        """One pair, in the order of round `number`. Raises WrongRun."""
        first = candidate_first(number)
        heat = self._race.heat(workload, candidate_first=first)
        self._check(workload, heat)
        pair = heat.pair(workload, self._benchmark, candidate_first=first)
        if not pair.disturbed:
            self.kept.setdefault(workload.name, []).append(heat)
        return pair

    def some(self, workload: Workload, count: int) -> Sequence[Pair]:
        """`count` pairs that were not disturbed; all there are where too many were."""
        pairs: list[Pair] = []
        kept: list[Pair] = []
        while len(kept) < count and len(pairs) < PAIRS_FACTOR_MAX * count:
            pairs.append(self.pair(workload, len(pairs)))
            kept = [pair for pair in pairs if not pair.disturbed]
        return kept or pairs

    def _check(self, workload: Workload, heat: Heat) -> None:
        """Every timed run's result is checked: as long as they agree, both were at work."""
        reference, candidate = heat.reference, heat.candidate
        ended = reference.execution
        if not ended.clean or reference.refused is not None:
            said = reference.refused.note if reference.refused is not None else ""
            raise JudgeProgramFault(
                f"{self._task.problem.slug}'s reference",
                f"failed on workload {workload.name}: {said} {ended.ending}, "
                f"code {ended.exit_code}: {ended.stderr[-300:].decode(errors='replace')}",
            )
        agree = candidate.execution.stdout == ended.stdout and candidate.refused is None
        if not candidate.execution.clean or not agree:
            raise WrongRun(_failure(workload, candidate))


def _failure(workload: Workload, run: Run) -> TestResult:
    execution, measured = run.execution, run.execution.measurement
    ended, ended_zh = "another result than the reference's", "结果与参考实现不同"
    verdict = Verdict.WRONG_ANSWER
    if run.refused is not None:
        verdict, ended, ended_zh = run.refused.verdict, run.refused.note, run.refused.note_zh
    if not execution.clean:
        ended = ended_zh = execution.ending
        verdict = Verdict.RUNTIME_ERROR
        if execution.ending.endswith("-limit"):
            verdict = Verdict(execution.ending.replace("wall", "time").replace("cpu", "time"))
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
