"""One judging to be done, and the slot that it is done on."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from judge.building import PackagePrograms
from judge.events import Event, Report
from judge.sandbox import Sandbox
from judge.values import Problem, Submission

FAILURES_MAX = 3
"""Enough for somebody to see what fails."""


def _secret_seed() -> int:
    return secrets.randbits(48)


@dataclass(frozen=True, slots=True)
class TargetSlot:
    """A slot as it is set up for one target; `seed` gives a secret number for fresh inputs."""

    sandbox: Sandbox
    programs: PackagePrograms
    seed: Callable[[], int] = _secret_seed


def unheard(_event: Event) -> None:
    """A report of what nobody watches."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What is to be judged, on what, and who wants to hear of it.

    `samples_only` leaves out secret and fresh testcases and the benchmark: a free trial run.
    `every_test` goes on after failures and keeps what is said of secret tests, for who makes the
    problem. `confirming` measures a number of rounds that was fixed beforehand, however clear the
    first ones are, for intervals that ranks can stand on. After `failures_max` failed tests of a
    build the rest are not run: the verdict stands.
    """

    submission: Submission
    problem: Problem
    slot: TargetSlot
    report: Report = unheard
    samples_only: bool = False
    every_test: bool = False
    confirming: bool = False
    failures_max: int = FAILURES_MAX
