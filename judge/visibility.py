"""What may be shown of fixed secret tests, decided here alone: what is shown is data out of us.

A program can put a fixed secret test's input into whatever is told of that test: its own words, its
exit code, its CPU time, its memory, when it ends, which tests of many it fails. Fresh tests have an
input that was never used before and won't be again; nothing is lost by showing all of them.

Three stages, each of them a function below:

    a test has ended       `may_be_reported`   progress tells of it now, or of its build all at once
    the result is kept     `kept_result`       without what the program said; figures are for staff
    a candidate looks      `shown_to_candidate` a group is one line: its verdict, no figure; in a
                           scoring problem its points, as the format has it

What the machine's other programs did while a pair ran is for those who run the machine.
"""

import dataclasses
from collections.abc import Iterable, Sequence
from itertools import groupby

from judge.performance import Ratio
from judge.values import BuildKind, CounterReading, Judgement, Problem, Testcase, TestResult
from judge.verdicts import Verdict, together


def may_be_reported(case: Testcase) -> bool:
    """Whether progress may tell of a test as it ends: when a secret one ends, it can tell."""
    return not case.secret


def verdict_of_secret_tests(tests: Iterable[TestResult], kind: BuildKind) -> Verdict | None:
    """What progress tells of a build's secret tests, all at once; None where it has none."""
    secret = [test.verdict for test in tests if test.secret and test.build is kind]
    return together(secret) if secret else None


def kept_result(result: TestResult) -> TestResult:
    """A result as it is stored: number, group and kind of failure of a secret test, no more.

    What a program says itself, its exit code and a sanitizer's report included, may be the input.
    """
    if not result.secret or result.verdict is Verdict.ACCEPTED:
        return result
    return dataclasses.replace(result, witness=None, note="", note_zh="")


def counter_readings(
    problem: Problem, tests: Sequence[TestResult], target: str
) -> tuple[CounterReading, ...]:
    """The worst value of each counter over the tests that report it and may be told of.

    Against its bars on the target.
    """
    told = [test.counters for test in tests if not test.secret]
    readings = []
    for counter in problem.counters:
        values = [counters[counter.name] for counters in told if counter.name in counters]
        if values:
            limit, full = counter.bars_on.get(target, (counter.limit, counter.full))
            readings.append(
                CounterReading(name=counter.name, value=max(values), limit=limit, full=full)
            )
    return tuple(readings)


def shown_to_candidate(judgement: Judgement) -> Judgement:
    """The judgement with each group of fixed secret tests as one line, and no figure of theirs."""
    tests = tuple(_lines(judgement.tests))
    shown = {test.verdict for test in tests} - {judgement.verdict, Verdict.ACCEPTED}
    return dataclasses.replace(
        judgement,
        ratio=_without_others(judgement.ratio),
        tests=tests,
        also=tuple(other for other in judgement.also if other in shown),
    )


def _without_others(ratio: Ratio | None) -> Ratio | None:
    """Whether a pair counts is the candidate's to know; what others did meanwhile is not."""
    if ratio is None:
        return None
    pairs = tuple(dataclasses.replace(pair, surroundings=None) for pair in ratio.pairs)
    return dataclasses.replace(ratio, pairs=pairs)


def _lines(tests: Iterable[TestResult]) -> Iterable[TestResult]:
    by_part = groupby(tests, key=lambda test: (test.build, test.secret and test.group))
    for (_, group), part in by_part:
        if group is False:
            yield from part
        else:
            yield _one_line(tuple(part))


def _one_line(group: tuple[TestResult, ...]) -> TestResult:
    verdict = together(test.verdict for test in group)
    first = next(test for test in group if test.verdict is verdict)
    name = f"{first.group}: {len(group)}" if verdict is Verdict.ACCEPTED else first.name
    return dataclasses.replace(
        first,
        name=name,
        cpu_ms=0.0,
        wall_ms=0.0,
        memory_bytes_peak=0,
        note="",
        note_zh="",
        witness=None,
        counters={},
        points=None,
    )
