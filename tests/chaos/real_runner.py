"""The runner that operators start, in real containers; its judgements say by which try.

python -m tests.chaos.real_runner OPTION...     those of `judge runner`
"""

import dataclasses

import typer

import cli.runner
import judge.runner
from judge.judging import judge_submission
from judge.task import Task
from judge.values import Judgement
from tests.chaos.noting import NotingLink, notes


def judge_noting(task: Task) -> Judgement:
    judgement = judge_submission(task)
    return dataclasses.replace(judgement, machine={**judgement.machine, **notes()})


if __name__ == "__main__":
    vars(judge.runner)["judge_submission"] = judge_noting
    vars(cli.runner)["HttpLink"] = NotingLink
    typer.run(cli.runner.runner)
