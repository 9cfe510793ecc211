"""The package's programs that judge an answer: laid out, run, and their word read."""

from collections.abc import Callable

from judge.errors import JudgeProgramFault
from judge.feedback import read_counters, read_witness
from judge.finding import SHOWN_CHARACTERS, Finding
from judge.languages.base import ENVIRONMENT
from judge.sandbox import Box, Command, User
from judge.targets import Target
from judge.values import (
    MEBIBYTE,
    Ending,
    Execution,
    JudgeProgram,
    Limits,
    Problem,
    Shape,
    Testcase,
)
from judge.verdicts import Verdict
from judge.workshop import Workshop

ACCEPTED, REJECTED = 42, 43
JUDGE_LIMITS = Limits(cpu_ms=60_000, wall_ms=90_000, memory_bytes=512 * MEBIBYTE)

_FEEDBACK = "/box/feedback"
_FEEDBACK_BYTES_MAX = 4 * MEBIBYTE


class Examiner:
    """A problem's validator or interactor, in the judge's box of one arena.

    It judges programs of `target`: an interactor sees their lines without the CR of Windows.
    """

    def __init__(self, problem: Problem, box: Box, workshop: Workshop, target: Target) -> None:
        self._problem = problem
        self._box = box
        self._workshop = workshop
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
        self._box.put("/box/input", testcase.input, user=User.HARNESS, mode=0o600)
        self._box.put("/box/answer", testcase.answer, user=User.HARNESS, mode=0o600)
        self._box.put(f"{_FEEDBACK}/nextpass.in", b"", user=User.HARNESS)

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
        look: Callable[[Execution], object],
    ) -> tuple[Execution, Execution | None]:
        """Let the interactor talk to `command` in the box beside: how both ended.

        The interactor's is None where it failed because the other box was gone by its program's
        doing: `look` tells what that is called. Raises JudgeProgramFault for its own failures.
        """
        with box.serve(command, limits) as service:
            environment = (f"JUDGE_PEER={service.name}", *self._line_ends)
            try:
                judged = self._run(testcase, environment=environment, stdin="")
            except JudgeProgramFault:
                # It may have failed because who starts its programs is gone. That is a fault of
                # ours, raised here, or was the candidate's doing.
                execution = service.stop()
                if look(execution) is None or not box.spent:
                    raise
                return execution, None
            return service.stop(), judged

    def _run(self, testcase: Testcase, *, environment: tuple[str, ...], stdin: str) -> Execution:
        program = self._program
        if not self._installed:
            self._installed = install_judge_program(program, self._box, self._workshop)
        launcher: tuple[str, ...] = ()
        if self._problem.shape is Shape.INTERACTIVE and not self._problem.harness_starts:
            launcher = ("/usr/bin/python3", "-I", "/usr/local/lib/judge/interact.py")
        command = Command(
            arguments=(
                *launcher,
                *self._installed,
                "/box/input",
                "/box/answer",
                f"{_FEEDBACK}/",
                *testcase.validator_flags,
            ),
            user=User.HARNESS,
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
        return self._box.get(
            f"{_FEEDBACK}/{name}", bytes_max=_FEEDBACK_BYTES_MAX, user=User.HARNESS
        )


def install_judge_program(program: JudgeProgram, box: Box, workshop: Workshop) -> tuple[str, ...]:
    """Put a package's program into the judge's box; the command line that runs it."""
    directory = f"/prog/{program.name}"
    artifact = workshop.program(program)
    for file in artifact.files:
        box.put(f"{directory}/{file.name}", file.content, mode=0o755)
    return artifact.command_in(directory)
