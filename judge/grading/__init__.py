"""One testcase after another put to a submission's programs, and what is said of each.

May enter: built programs and a pair of joined boxes. Nothing here compares costs: that is
`benchmark`.
"""

from judge.grading.finding import Finding
from judge.grading.fresh_testcases import make_fresh_testcases
from judge.grading.grader import limits_for
from judge.grading.group_points import group_points
from judge.grading.run_ending import judge_ending
from judge.grading.shrinking import shrink_tail
from judge.grading.suspicions import find_suspicions
from judge.grading.test_run import run_tests
from judge.grading.validator_checks import ValidationCase, Validators, ValidatorTrial
from judge.grading.validator_runner import ValidatorRunner

__all__ = [
    "Finding",
    "ValidationCase",
    "ValidatorRunner",
    "ValidatorTrial",
    "Validators",
    "find_suspicions",
    "group_points",
    "judge_ending",
    "limits_for",
    "make_fresh_testcases",
    "run_tests",
    "shrink_tail",
]
