"""What a candidate may see of a judgement: it is data out of the judge too.

A program can put a fixed secret test's input into whatever is shown of that test: its CPU time,
its memory, how it ends, which tests of many it fails. So of each group of such tests one line is
shown: its gravest verdict, and the first test that earned it. Fresh tests have an input that was
never used before and won't be again; nothing is lost by showing all of them. What the machine's
other programs did while a pair ran is for those who run the machine.
"""

import dataclasses
from collections.abc import Iterable
from itertools import groupby

from judge.performance import Ratio
from judge.values import Judgement, TestResult
from judge.verdicts import Verdict, most_severe


def shown_to_candidate(judgement: Judgement) -> Judgement:
    """The judgement with each group of fixed secret tests as one line, and no figure of theirs."""
    tests = tuple(_lines(judgement.tests))
    shown = {test.verdict for test in tests} - {judgement.verdict, Verdict.ACCEPTED}
    return dataclasses.replace(
        judgement,
        ratio=_without_others(judgement.ratio),
        guard=_without_others(judgement.guard),
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
    verdict = most_severe(test.verdict for test in group)
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
    )
