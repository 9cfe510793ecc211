"""Testcases that nobody has seen before, made by the package's generator from a secret seed."""

import dataclasses
from collections.abc import Callable

from judge.building import PackagePrograms
from judge.errors import JudgeProgramFault
from judge.grading.validator_runner import install_judge_program
from judge.languages import ENVIRONMENT
from judge.sandbox import Box, Command, User
from judge.values import MEBIBYTE, FreshTests, Problem, Testcase

_INPUT_BYTES_MAX = 64 * MEBIBYTE


def make_fresh_testcases(
    problem: Problem, box: Box, programs: PackagePrograms, seed: Callable[[], int]
) -> tuple[Testcase, ...]:
    """All that the problem asks for, each from a `seed` of its own.

    Raises JudgeProgramFault, which names the generator's arguments, when one can't be made.
    """
    if problem.generator is None:
        return ()
    command = install_judge_program(problem.generator, box, programs, problem.validation_limits)
    return tuple(
        _make(problem, tests, number, (*command, *_arguments(tests, seed())), box)
        for tests in problem.fresh
        for number in range(1, tests.count + 1)
    )


def _arguments(tests: FreshTests, seed: int) -> tuple[str, ...]:
    return tuple(word.replace("{seed}", str(seed)) for word in tests.arguments)


def _make(
    problem: Problem, tests: FreshTests, number: int, command: tuple[str, ...], box: Box
) -> Testcase:
    execution = box.run(
        Command(arguments=command, user=User.JUDGE, environment=ENVIRONMENT),
        dataclasses.replace(problem.validation_limits, output_bytes=_INPUT_BYTES_MAX),
    )
    if not execution.clean:
        raise JudgeProgramFault(
            f"{problem.slug}'s generator",
            f"{' '.join(command)}: {execution.ending}, code {execution.exit_code}: "
            f"{execution.stderr[-400:].decode(errors='replace')}",
        )
    return Testcase(
        name=f"{tests.group}-{number}",
        group=tests.group,
        input=execution.stdout,
        fresh=True,
        builds=tests.builds,
    )
