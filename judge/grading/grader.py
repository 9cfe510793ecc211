"""One testcase: run the program, look at how it ended, and let the package judge what it wrote.

A run's ending speaks first (limits, signals, sanitizers); only a clean run's output is validated.
In a dialogue it is who ends first that decides: dialogue.py.
"""

import dataclasses

from judge.building import PackagePrograms
from judge.errors import JudgeProgramFault
from judge.grading.default_validator import compare
from judge.grading.finding import Finding
from judge.grading.run_ending import judge_ending
from judge.grading.sanitizer_reports import find_report
from judge.grading.validator_runner import ValidatorRunner
from judge.languages import (
    ENVIRONMENT,
    MEMORY_FACTOR,
    PROGRAM_DIRECTORY,
    SANITIZER_ENVIRONMENT,
    TIME_FACTOR,
)
from judge.sandbox import Arena, Command, User
from judge.targets import Target
from judge.values import (
    Artifact,
    BuildKind,
    Execution,
    Limits,
    Problem,
    Shape,
    Testcase,
    TestResult,
    Witness,
)
from judge.verdicts import Verdict

_INPUT = "/prog/in"
_DIRECTORY = "/box"


class Grader:
    """Puts testcases to one submission's programs, in one arena."""

    def __init__(
        self,
        problem: Problem,
        arena: Arena,
        programs: PackagePrograms,
        target: Target,
        *,
        language: str,
        own_files: frozenset[str],
    ) -> None:
        self._problem = problem
        self._arena = arena
        self._target = target
        self._validator = ValidatorRunner(problem, arena.judge, programs, target)
        self._language = language
        self._own_files = own_files
        self._installed: BuildKind | None = None
        self._command: tuple[str, ...] = ()
        self._limits = problem.limits
        self._pass = 0

    @property
    def spent(self) -> bool:
        """Whether the candidate's container went with what ran in it."""
        return self._arena.candidate.spent

    def install(self, artifact: Artifact, kind: BuildKind) -> None:
        """Put a build's program in place; later calls of `grade` run it."""
        for file in artifact.files:
            mode = 0o755 if file.name == "program" else 0o644
            self._arena.candidate.put(f"{PROGRAM_DIRECTORY}/{file.name}", file.content, mode=mode)
        limits = limits_for(self._problem, self._language, kind)
        self._command = artifact.command_in(PROGRAM_DIRECTORY, limits)
        if limits.memory_bytes != self._limits.memory_bytes:
            self._arena.candidate.limit_memory(limits.memory_bytes)
        self._limits = limits
        self._installed = kind

    def grade(self, testcase: Testcase) -> TestResult:
        """Run one testcase against the installed build."""
        assert self._installed is not None
        question = testcase
        cpu_ns = wall_ns = peak = 0
        self._pass = 0
        while True:
            execution, finding = self._ask(question)
            measured = execution.measurement
            self._pass += 1
            cpu_ns, wall_ns = cpu_ns + measured.cpu_ns, wall_ns + measured.wall_ns
            peak = max(peak, measured.memory_bytes_peak)
            if finding.next_input is None:
                break
            self._require_pass_left(testcase)
            question = dataclasses.replace(question, input=finding.next_input)
        return TestResult(
            name=testcase.name,
            group=testcase.group,
            build=self._installed,
            sample=testcase.sample,
            verdict=finding.verdict,
            cpu_ms=round(cpu_ns / 1e6, 2),
            wall_ms=round(wall_ns / 1e6, 2),
            memory_bytes_peak=peak,
            memory_source=measured.memory_source,
            note=finding.note,
            note_zh=finding.note_zh,
            witness=finding.witness,
            counters=finding.counters,
            secret=testcase.secret,
            points=finding.points,
        )

    def _require_pass_left(self, testcase: Testcase) -> None:
        most = self._problem.passes_max
        if self._pass >= most:
            raise JudgeProgramFault(
                self._validator.name,
                f"on {testcase.name} it asked for more than {most} passes; problem.yaml says how "
                "many there may be (limits.validation_passes)",
            )

    def _ask(self, testcase: Testcase) -> tuple[Execution, Finding]:
        box = self._arena.candidate
        box.wipe()
        for file in testcase.files:
            box.put(f"{_DIRECTORY}/{file.name}", file.content, user=User.CANDIDATE)
        match self._problem.shape:
            case Shape.BATCH:
                return self._ask_batch(testcase)
            case Shape.INTERACTIVE:
                return self._ask_interactive(testcase)

    def _ask_batch(self, testcase: Testcase) -> tuple[Execution, Finding]:
        self._arena.candidate.put(_INPUT, testcase.input, mode=0o600)
        command = self._candidate_command(testcase, _INPUT)
        execution = self._arena.candidate.run(command, self._limits)
        exact = self._problem.exact_line_ends
        output = self._target.text_of(execution.stdout, exact_line_ends=exact)
        finding = (
            self._sanitizer_finding(execution)
            or judge_ending(execution, self._problem, self._target)
            or self._validate(testcase, output)
        )
        return execution, finding

    def _ask_interactive(self, testcase: Testcase) -> tuple[Execution, Finding]:
        self._validator.lay_out(testcase, anew=self._pass == 0)
        command = self._candidate_command(testcase, "")
        dialogue = self._validator.talk(testcase, self._arena.candidate, command, self._limits)
        execution = dialogue.execution
        seen = self._sanitizer_finding(execution)
        return execution, seen or self._validator.judge_dialogue(testcase, dialogue)

    def _candidate_command(self, testcase: Testcase, stdin: str) -> Command:
        assert self._installed is not None
        return Command(
            arguments=(*self._command, *testcase.arguments),
            user=User.CANDIDATE,
            environment=(*ENVIRONMENT, *SANITIZER_ENVIRONMENT[self._installed]),
            directory=_DIRECTORY,
            stdin=stdin,
            fixed_addresses=self._installed is BuildKind.THREAD,
        )

    def _sanitizer_finding(self, execution: Execution) -> Finding | None:
        """What a sanitizer saw: a proof, however the run ended and whatever was said of it."""
        if self._installed is BuildKind.PLAIN:
            return None
        report = find_report(execution.stderr, self._own_files)
        if report is None:
            return None
        return Finding(report.verdict, report.note, witness=report.witness)

    def _validate(self, testcase: Testcase, output: bytes) -> Finding:
        if self._problem.validator is None:
            return _default(testcase, output)
        self._validator.lay_out(testcase, anew=self._pass == 0)
        judged = self._validator.validate(testcase, output)
        return self._validator.read_verdict(testcase, judged.exit_code)


def limits_for(problem: Problem, language: str, kind: BuildKind) -> Limits:
    """The problem's limits, with room for the language and for a sanitizer."""
    limits = problem.limits
    factor = problem.language_time_factor.get(language, 1.0) * TIME_FACTOR[kind]
    return dataclasses.replace(
        limits,
        cpu_ms=int(limits.cpu_ms * factor),
        wall_ms=int(limits.wall_ms * factor),
        memory_bytes=limits.memory_bytes * MEMORY_FACTOR[kind],
    )


def _default(testcase: Testcase, output: bytes) -> Finding:
    difference = compare(output, testcase.answer, testcase.comparison)
    if difference is None:
        return Finding(Verdict.ACCEPTED, points=testcase.max_points)
    expected, got = difference.expected or "the end", difference.got or "the end"
    witness = Witness(
        kind="difference",
        sentence_en=f"Line {difference.line}: expected {expected!r}, got {got!r}.",
        sentence_zh=f"第 {difference.line} 行：期望 {expected!r}，得到 {got!r}。",
        expected=difference.expected,
        got=difference.got,
    )
    return Finding(
        Verdict.WRONG_ANSWER,
        f"first difference in line {difference.line}",
        f"第 {difference.line} 行首次出现差异",
        witness,
    )
