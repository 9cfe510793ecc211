"""The package's programs that judge an answer: laid out, run, and their word read."""

import dataclasses

from judge.building import PackagePrograms
from judge.errors import JudgeProgramFault, SandboxFault
from judge.grading.dialogue import (
    ACCEPTED,
    REJECTED,
    Dialogue,
    DialogueOutcome,
    First,
    decided_by_program,
    read_outcome,
)
from judge.grading.finding import SHOWN_CHARACTERS, Finding
from judge.grading.run_ending import judge_ending
from judge.grading.validator_feedback import points_of, read_counters, read_witness
from judge.languages import ENVIRONMENT
from judge.sandbox import Box, Command, User
from judge.targets import Target
from judge.values import (
    MEBIBYTE,
    VALIDATION_LIMITS,
    Ending,
    Execution,
    JudgeProgram,
    Limits,
    Problem,
    Testcase,
)
from judge.verdicts import Verdict

_FEEDBACK = "/box/feedback"
_FEEDBACK_BYTES_MAX = 4 * MEBIBYTE
_INPUT_BYTES_MAX = 64 * MEBIBYTE
_NEXT_INPUT = "nextpass.in"
_OUTCOME = "/box/outcome.json"
_OUTCOME_BYTES_MAX = 1024


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
        self._target = target
        self._installed: tuple[str, ...] = ()
        in_text = target.ends_lines_by_crlf(exact=problem.exact_line_ends)
        self._line_ends = ("JUDGE_LINE_ENDS=crlf",) if in_text else ()

    @property
    def _program(self) -> JudgeProgram:
        program = self._problem.validator
        assert program is not None
        return program

    @property
    def name(self) -> str:
        return self._program.name

    def lay_out(self, testcase: Testcase, *, anew: bool) -> None:
        """Put input and answer where the program looks for them.

        Its feedback directory is empty in the first pass and kept for those that follow, all but
        nextpass.in (format 2025-09, *Multi-pass validation*).
        """
        if anew:
            self._box.wipe()
            self._box.put(f"{_FEEDBACK}/.made", b"", user=User.JUDGE)
        else:
            remove = Command(
                arguments=("/bin/rm", "-rf", f"{_FEEDBACK}/{_NEXT_INPUT}", _OUTCOME),
                user=User.JUDGE,
            )
            self._box.run(remove, self._problem.validation_limits)
        self._box.put("/box/input", testcase.input, user=User.JUDGE, mode=0o600)
        self._box.put("/box/answer", testcase.answer, user=User.JUDGE, mode=0o600)

    def validate(self, testcase: Testcase, output: bytes) -> Execution:
        """Let the validator look at what a program wrote."""
        self._box.put("/prog/output", output, user=None, mode=0o600)
        execution = self._run(testcase, (), self._limits, stdin="/prog/output")
        return self._require_word(testcase, execution)

    def talk(self, testcase: Testcase, box: Box, command: Command, limits: Limits) -> Dialogue:
        """Let the interactor talk to `command` in the box beside: how both ended.

        Raises SandboxFault where that box is gone and it was not its program's doing, and
        JudgeProgramFault where an interactor can't be judged by at all.
        """
        with box.serve(command, limits) as service:
            environment = (f"JUDGE_PEER={service.name}", *self._line_ends)
            # It may judge as long as it wants, and the program takes its time meanwhile.
            both = dataclasses.replace(self._limits, wall_ms=self._limits.wall_ms + limits.wall_ms)
            if self._problem.harness_starts:
                judged = self._run(testcase, environment, both)
                return self._harness_dialogue(testcase, judged, service.stop())
            # Nothing is imported from where it runs (-P), nor from a home that can be written (-s).
            launcher = ("/usr/bin/python3", "-s", "-P", "-m", "oracles.interact", _OUTCOME)
            judged = self._run(testcase, environment, both, launcher=launcher)
            return self._dialogue(testcase, judged, service.stop())

    def _harness_dialogue(
        self, testcase: Testcase, judged: Execution, execution: Execution
    ) -> Dialogue:
        fault = None
        try:
            self._require_word(testcase, judged)
        except JudgeProgramFault as error:
            fault = error
        return Dialogue(
            execution=execution,
            judge_cpu_ns=judged.measurement.cpu_ns,
            first=First.HARNESS,
            code=judged.exit_code,
            fault=fault,
        )

    def _dialogue(self, testcase: Testcase, judged: Execution, execution: Execution) -> Dialogue:
        by_limit = execution.ending not in (Ending.EXITED, Ending.SIGNALLED)
        if execution.starts == 0 and not by_limit:
            raise SandboxFault("a program was asked for and never started")
        outcome = None
        if judged.clean:
            told = self._box.get(_OUTCOME, bytes_max=_OUTCOME_BYTES_MAX, user=User.JUDGE)
            outcome = read_outcome(told)
        if outcome is None and not by_limit:
            raise self._broke(testcase, judged)
        if outcome is None:
            outcome = DialogueOutcome(First.PROGRAM, None, by_itself=False, flooded=False)
        ended_well = execution.clean or outcome.first is First.INTERACTOR
        if outcome.broke_by_itself and ended_well:
            raise self._broke(testcase, judged, outcome.code)
        return Dialogue(
            execution=execution,
            judge_cpu_ns=judged.measurement.cpu_ns,
            first=outcome.first,
            code=outcome.code,
            flooded=outcome.flooded,
        )

    @property
    def _limits(self) -> Limits:
        return self._problem.validation_limits

    def _run(
        self,
        testcase: Testcase,
        environment: tuple[str, ...],
        limits: Limits,
        *,
        stdin: str = "",
        launcher: tuple[str, ...] = (),
    ) -> Execution:
        if not self._installed:
            self._installed = install_judge_program(
                self._program, self._box, self._programs, self._limits
            )
        command = Command(
            arguments=(
                *launcher,
                *self._installed,
                "/box/input",
                "/box/answer",
                f"{_FEEDBACK}/",
                *testcase.validator_arguments,
            ),
            user=User.JUDGE,
            environment=(*ENVIRONMENT, "PYTHONPATH=/usr/local/lib/judge", *environment),
            directory="/box",
            stdin=stdin,
        )
        return self._box.run(command, limits)

    def _require_word(self, testcase: Testcase, execution: Execution) -> Execution:
        """The execution, if it ended with *accepted* or *rejected*."""
        if execution.ending is not Ending.EXITED or execution.exit_code not in (ACCEPTED, REJECTED):
            raise self._broke(testcase, execution)
        return execution

    def _broke(
        self, testcase: Testcase, execution: Execution, code: int | None = None
    ) -> JudgeProgramFault:
        """The fault of a program that ended as it may not, an interactor with `code` by itself."""
        if code is None:
            how = (
                f"it ended by {execution.ending} with code {execution.exit_code}, signal "
                f"{execution.signal}"
            )
        else:
            how = f"it ended by itself with {'signal' if code < 0 else 'code'} {abs(code)}"
        return JudgeProgramFault(
            self.name,
            f"on {testcase.name} {how}; it may only exit with {ACCEPTED} or {REJECTED}. It said: "
            f"{execution.stderr[-800:].decode(errors='replace')}",
        )

    def judge_dialogue(self, testcase: Testcase, dialogue: Dialogue) -> Finding:
        """What is to be said of a dialogue. Raises JudgeProgramFault where a harness broke."""
        ended = judge_ending(dialogue.execution, self._problem, self._target)
        decided = decided_by_program(dialogue, ended)
        return decided or self.read_verdict(testcase, dialogue.said())

    def read_verdict(self, testcase: Testcase, code: int) -> Finding:
        """What the program said by its exit code, and in its feedback directory."""
        next_input = self._next_input(testcase, code) if self._problem.multi_pass else None
        points = self._points(testcase, code) if self._problem.points is not None else None
        if code == ACCEPTED:
            return Finding(
                Verdict.ACCEPTED, counters=self.counters(), next_input=next_input, points=points
            )
        message = (self.feedback("judgemessage.txt") or b"").decode(errors="replace")
        witness = self.feedback("witness.json")
        if witness is None:
            return Finding(Verdict.WRONG_ANSWER, message[:SHOWN_CHARACTERS])
        return read_witness(witness, message, self.name)

    def _next_input(self, testcase: Testcase, code: int) -> bytes | None:
        """Another pass's input, an empty one too; JudgeProgramFault beside a rejection."""
        asked = self.feedback(_NEXT_INPUT, bytes_max=_INPUT_BYTES_MAX)
        if asked is not None and code != ACCEPTED:
            raise JudgeProgramFault(
                self.name,
                f"on {testcase.name} it left {_NEXT_INPUT} and exited with {code}; who asks for "
                f"another pass must exit with {ACCEPTED}",
            )
        return asked

    def _points(self, testcase: Testcase, code: int) -> float | None:
        """What score.txt or score_multiplier.txt says of a test that is worth something itself."""
        if testcase.sample:
            return None
        told = (self.feedback("score.txt"), self.feedback("score_multiplier.txt"))
        return points_of(testcase, *told, accepted=code == ACCEPTED, program=self.name)

    def counters(self) -> dict[str, float]:
        return read_counters(self.feedback("counters.json"), self._program.name)

    def feedback(self, name: str, *, bytes_max: int = _FEEDBACK_BYTES_MAX) -> bytes | None:
        """One file of the feedback directory; None where the program left none."""
        return self._box.get(f"{_FEEDBACK}/{name}", bytes_max=bytes_max, user=User.JUDGE)


def install_judge_program(
    program: JudgeProgram, box: Box, programs: PackagePrograms, limits: Limits
) -> tuple[str, ...]:
    """Put a package's program into the judge's box; the command line that runs it."""
    if limits.memory_bytes != VALIDATION_LIMITS.memory_bytes:
        box.limit_memory(limits.memory_bytes)
    directory = f"/prog/{program.name}"
    artifact = programs.program(program)
    for file in artifact.files:
        box.put(f"{directory}/{file.name}", file.content, mode=0o755)
    return artifact.command_in(directory, limits)
