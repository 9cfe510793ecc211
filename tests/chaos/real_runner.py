"""The runner that operators start, in real containers; its judgements say by which try.

python -m tests.chaos.real_runner OPTION...     those of `judge runner`
"""

import dataclasses

import typer

import cli.runner
import judge.runner.loop
from judge.benchmark.aa_check import AAMonitor
from judge.judging import judge_submission
from judge.task import Task
from judge.values import Judgement
from tests.chaos.noting import NotingLink, notes


def judge_noting(task: Task, monitor: AAMonitor) -> Judgement:
    judgement = judge_submission(task, monitor)
    return dataclasses.replace(judgement, machine={**judgement.machine, **notes()})


if __name__ == "__main__":
    vars(judge.runner.loop)["judge_submission"] = judge_noting
    vars(cli.runner)["HttpLink"] = NotingLink
    typer.run(cli.runner.runner)
