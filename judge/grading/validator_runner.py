"""The package's programs that judge an answer: laid out, run, and their word read."""

from dataclasses import dataclass

from judge.building import PackagePrograms
from judge.errors import JudgeProgramFault
from judge.grading.finding import SHOWN_CHARACTERS, Finding
from judge.grading.validator_feedback import read_counters, read_witness
from judge.languages import ENVIRONMENT
from judge.sandbox import Box, Command, User
from judge.targets import Target
from judge.values import MEBIBYTE, Ending, Execution, JudgeProgram, Limits, Problem, Shape, Testcase
from judge.verdicts import Verdict

ACCEPTED, REJECTED = 42, 43
JUDGE_LIMITS = Limits(cpu_ms=60_000, wall_ms=90_000, memory_bytes=512 * MEBIBYTE)

_FEEDBACK = "/box/feedback"
_FEEDBACK_BYTES_MAX = 4 * MEBIBYTE


@dataclass(frozen=True, slots=True)
class Dialogue:
    """How a program and the interactor that talked to it ended."""

    execution: Execution
    interactor: Execution | JudgeProgramFault
    """The fault where it did not end as it may."""
    spent: bool
    """Whether the program took its container along, and with it who starts the programs."""

    def judged(self) -> Execution:
        """How the interactor ended. Raises JudgeProgramFault where it failed by itself."""
        if isinstance(self.interactor, JudgeProgramFault):
            raise self.interactor
        return self.interactor

    def is_decided_by_ending(self, ended: Finding | None) -> bool:
        """Whether the program's own bad ending decides, `ended`, and not the interactor's word.

        Limits do, whatever was said; a crash does where the interactor did not accept. Where the
        candidate's container is gone the interactor may have failed for that alone.
        """
        if ended is None:
            return False
        if isinstance(self.interactor, JudgeProgramFault):
            return self.spent
        by_limit = self.execution.ending not in (Ending.EXITED, Ending.SIGNALLED)
        return by_limit or self.interactor.exit_code != ACCEPTED


class ValidatorRunner:
    """A problem's validator or interactor, in the judge's box of one arena.

    It judges programs of `target`: an interactor sees their lines without the CR of Windows.
    """

    def __init__(
        self, problem: Problem, box: Box, programs: PackagePrograms, target: Target
    ) -> None:
        self._problem = problem
        self._box = box
        self._programs = programs
        self._installed: tuple[str, ...] = ()
        in_text = target.ends_lines_by_crlf(exact=problem.exact_line_ends)
        self._line_ends = ("JUDGE_LINE_ENDS=crlf",) if in_text else ()

    @property
    def _program(self) -> JudgeProgram:
        program = self._problem.validator
        assert isinstance(program, JudgeProgram)
        return program

    @property
    def name(self) -> str:
        return self._program.name

    def lay_out(self, testcase: Testcase, *, anew: bool) -> None:
        """Put input and answer where the program looks for them.

        Its feedback directory is empty in the first pass and kept for those that follow, where a
        validator remembers what it asked (format 2025-09, *Multi-pass Problems*).
        """
        if anew:
            self._box.wipe()
        self._box.put("/box/input", testcase.input, user=User.JUDGE, mode=0o600)
        self._box.put("/box/answer", testcase.answer, user=User.JUDGE, mode=0o600)
        self._box.put(f"{_FEEDBACK}/nextpass.in", b"", user=User.JUDGE)

    def validate(self, testcase: Testcase, output: bytes) -> Execution:
        """Let the validator look at what a program wrote."""
        self._box.put("/prog/output", output, user=None, mode=0o600)
        return self._run(testcase, environment=(), stdin="/prog/output")

    def talk(
        self,
        testcase: Testcase,
        box: Box,
        command: Command,
        limits: Limits,
    ) -> Dialogue:
        """Let the interactor talk to `command` in the box beside: how both ended."""
        interactor: Execution | JudgeProgramFault
        with box.serve(command, limits) as service:
            environment = (f"JUDGE_PEER={service.name}", *self._line_ends)
            try:
                interactor = self._run(testcase, environment=environment, stdin="")
            except JudgeProgramFault as fault:
                interactor = fault
            # Raises SandboxFault where the box is gone and that was not its program's doing.
            execution = service.stop()
            return Dialogue(execution, interactor, box.spent)

    def _run(self, testcase: Testcase, *, environment: tuple[str, ...], stdin: str) -> Execution:
        program = self._program
        if not self._installed:
            self._installed = install_judge_program(program, self._box, self._programs)
        launcher: tuple[str, ...] = ()
        if self._problem.shape is Shape.INTERACTIVE and not self._problem.harness_starts:
            # Nothing is imported from where it runs (-P), nor from a home that can be written (-s).
            launcher = ("/usr/bin/python3", "-s", "-P", "-m", "oracles.interact")
        command = Command(
            arguments=(
                *launcher,
                *self._installed,
                "/box/input",
                "/box/answer",
                f"{_FEEDBACK}/",
                *testcase.validator_flags,
            ),
            user=User.JUDGE,
            environment=(*ENVIRONMENT, "PYTHONPATH=/usr/local/lib/judge", *environment),
            directory="/box",
            stdin=stdin,
        )
        execution = self._box.run(command, JUDGE_LIMITS)
        if execution.ending is not Ending.EXITED or execution.exit_code not in (ACCEPTED, REJECTED):
            raise JudgeProgramFault(
                program.name,
                f"on {testcase.name} it ended by {execution.ending} with code "
                f"{execution.exit_code}, signal {execution.signal}; it may only exit with "
                f"{ACCEPTED} or {REJECTED}. It said: "
                f"{execution.stderr[-800:].decode(errors='replace')}",
            )
        return execution

    def read_verdict(self, judged: Execution) -> Finding:
        """What the program said in its feedback directory."""
        program = self._program
        if judged.exit_code == ACCEPTED:
            next_input = self.feedback("nextpass.in") if self._problem.multi_pass else None
            return Finding(Verdict.ACCEPTED, counters=self.counters(), next_input=next_input)
        message = (self.feedback("judgemessage.txt") or b"").decode(errors="replace")
        witness = self.feedback("witness.json")
        if witness is None:
            return Finding(Verdict.WRONG_ANSWER, message[:SHOWN_CHARACTERS])
        return read_witness(witness, message, program.name)

    def counters(self) -> dict[str, float]:
        return read_counters(self.feedback("counters.json"), self._program.name)

    def feedback(self, name: str) -> bytes | None:
        """One file of the feedback directory; None where the program left none."""
        return self._box.get(f"{_FEEDBACK}/{name}", bytes_max=_FEEDBACK_BYTES_MAX, user=User.JUDGE)


def install_judge_program(
    program: JudgeProgram, box: Box, programs: PackagePrograms
) -> tuple[str, ...]:
    """Put a package's program into the judge's box; the command line that runs it."""
    directory = f"/prog/{program.name}"
    artifact = programs.program(program)
    for file in artifact.files:
        box.put(f"{directory}/{file.name}", file.content, mode=0o755)
    return artifact.command_in(directory, JUDGE_LIMITS)
