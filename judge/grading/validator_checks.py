"""A package's validators, tried: on every input and answer, and on what they must refuse.

Source: format 2025-09, *Input validators*, *Invalid test cases*, *Valid output*, *Samples*.
"""

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass

from judge.building import PackagePrograms
from judge.errors import JudgeProgramFault
from judge.grading.default_validator import compare
from judge.grading.dialogue import ACCEPTED, REJECTED
from judge.grading.validator_runner import (
    ValidatorRunner,
    install_judge_program,
)
from judge.languages import ENVIRONMENT
from judge.sandbox import Arena, Command, User
from judge.targets import Target
from judge.values import DefaultValidator, Ending, JudgeProgram, Problem, SourceFile, Testcase

INVALID_INPUT, INVALID_OUTPUT, VALID_OUTPUT = "invalid_input", "invalid_output", "valid_output"
_WORK = "/box/work"


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidationCase:
    """A test of the package's validators; without `output` the input alone is to be judged."""

    name: str
    folder: str
    input: bytes
    answer: bytes
    output: bytes | None
    input_arguments: dict[str, tuple[str, ...]]
    """By validator; under "" those that each gets."""
    validator_arguments: tuple[str, ...]
    comparison: DefaultValidator
    arguments: tuple[str, ...] = ()
    files: tuple[SourceFile, ...] = ()

    def arguments_of(self, validator: str) -> tuple[str, ...]:
        """What an input validator is given: its own arguments, then the test's."""
        own = self.input_arguments.get(validator, self.input_arguments.get("", ()))
        return (*own, *self.arguments)


@dataclass(frozen=True, slots=True)
class Validators:
    """The programs that judge a package's data."""

    of_inputs: tuple[JudgeProgram, ...] = ()
    of_answers: tuple[JudgeProgram, ...] = ()


class ValidatorTrial:
    """Tries the validators of one problem, in one pair of boxes."""

    def __init__(
        self,
        problem: Problem,
        validators: Validators,
        arena: Arena,
        programs: PackagePrograms,
        target: Target,
    ) -> None:
        self._problem = problem
        self._validators = validators
        self._box = arena.judge
        self._programs = programs
        self._runner = ValidatorRunner(problem, arena.judge, programs, target)
        self._commands: dict[str, tuple[str, ...]] = {}

    def faults(self, case: ValidationCase) -> Iterator[str]:
        """What a validator says otherwise than it must. Raises JudgeProgramFault for a broken one.

        One that can't be built, or whose output validator answers neither 42 nor 43.
        """
        yield from self._input_faults(case)
        if case.folder not in (INVALID_INPUT, INVALID_OUTPUT):
            for program in self._validators.of_answers:
                code, said = self._run(program, case, case.answer, ("/box/input",))
                if code != ACCEPTED:
                    yield f"{program.name} refuses its answer (code {code}){said}"
        if case.output is not None and not self._problem.harness_starts:
            yield from self._output_faults(case, case.output)

    def _input_faults(self, case: ValidationCase) -> Iterator[str]:
        must_fail = case.folder == INVALID_INPUT
        refused = False
        for program in self._validators.of_inputs:
            code, said = self._run(
                program, case, case.input, case.arguments_of(program.name.rsplit("/", 1)[-1])
            )
            refused = refused or code != ACCEPTED
            if code != ACCEPTED and not must_fail:
                yield f"{program.name} refuses its input (code {code}){said}"
        if must_fail and not refused:
            names = ", ".join(program.name for program in self._validators.of_inputs)
            yield f"no input validator refuses it; there are {names or 'none'}"

    def _output_faults(self, case: ValidationCase, output: bytes) -> Iterator[str]:
        wanted = REJECTED if case.folder == INVALID_OUTPUT else ACCEPTED
        if self._problem.validator is None:
            difference = compare(output, case.answer, case.comparison)
            code = ACCEPTED if difference is None else REJECTED
        else:
            testcase = Testcase(
                name=case.name,
                group=case.folder,
                input=case.input,
                answer=case.answer,
                validator_arguments=case.validator_arguments,
            )
            self._runner.lay_out(testcase, anew=True)
            code = self._runner.validate(testcase, output).exit_code
        if code != wanted:
            words = {ACCEPTED: "accepts", REJECTED: "refuses"}
            name = "the default validator" if self._problem.validator is None else self._runner.name
            yield f"{name} {words[code]} its output, which it must not"

    def _run(
        self,
        program: JudgeProgram,
        case: ValidationCase,
        content: bytes,
        arguments: tuple[str, ...],
    ) -> tuple[int, str]:
        """The exit code, negative for what ended otherwise, and what was said."""
        limits = self._problem.validation_limits
        if program.name not in self._commands:
            # Under a name that none of the package's other programs can have.
            apart = dataclasses.replace(program, name=f"data+validator+{len(self._commands)}")
            try:
                self._commands[program.name] = install_judge_program(
                    apart, self._box, self._programs, limits
                )
            except JudgeProgramFault as fault:
                raise JudgeProgramFault(program.name, fault.message) from fault
        self._box.wipe()
        self._box.put("/box/input", case.input, user=User.JUDGE, mode=0o600)
        self._box.put("/prog/output", content, user=None, mode=0o600)
        for file in (*program.files, *case.files):
            self._box.put(f"{_WORK}/{file.name}", file.content, user=User.JUDGE)
        execution = self._box.run(
            Command(
                arguments=(*self._commands[program.name], *arguments),
                user=User.JUDGE,
                environment=ENVIRONMENT,
                directory=_WORK,
                stdin="/prog/output",
            ),
            limits,
        )
        said = execution.stderr.decode(errors="replace").strip() or execution.stdout[:400].decode(
            errors="replace"
        )
        words = f": {' '.join(said.split())[:200]}" if said else ""
        if execution.ending is not Ending.EXITED:
            return -1, f" ({execution.ending}){words}"
        return execution.exit_code, words
