"""One judging to be done."""

from dataclasses import dataclass

from judge.events import Report
from judge.values import Problem, Submission
from judge.workbench import Workbench


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What is to be judged, with what, and who wants to hear of it.

    `samples_only` leaves out secret and fresh testcases and the benchmark: a free trial run.
    `confirming` measures a number of rounds that was fixed beforehand, however clear the first
    ones are, for intervals that ranks can stand on.
    """

    submission: Submission
    problem: Problem
    bench: Workbench
    report: Report
    samples_only: bool = False
    confirming: bool = False
