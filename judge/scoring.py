"""From verdict and measurements to points, 0 to 100.

Accepted is 60, and up to 40 more for performance; too slow is 50; anything else is 40 times the
share of tests passed (0 when it does not compile). In a scoring problem points are the share that
its test data groups give, whatever the verdict (grading/group_points.py). The rule is shown to
candidates as it is here.
"""

import dataclasses
import math
from collections.abc import Sequence

from judge.benchmark import is_inconclusive
from judge.performance import Ratio
from judge.points import GroupPoints
from judge.values import CounterReading, Judgement, TestResult
from judge.verdicts import Verdict

ACCEPTED_POINTS = 60.0
PERFORMANCE_POINTS = 40.0
TOO_SLOW_POINTS = 50.0
PARTIAL_POINTS = 40.0


def score(
    verdict: Verdict,
    tests: Sequence[TestResult],
    ratio: Ratio | None,
    counters: Sequence[CounterReading],
    points: Sequence[GroupPoints] = (),
) -> float:
    """Points of a judgement, rounded to a tenth; `points` are a scoring problem's own."""
    judged = verdict not in (Verdict.COMPILE_ERROR, Verdict.JUDGE_ERROR, Verdict.INCONCLUSIVE)
    if points and judged:
        return round(100.0 * points[0].points / points[0].max_points, 1)
    match verdict:
        case Verdict.ACCEPTED:
            marks = ACCEPTED_POINTS + PERFORMANCE_POINTS * _performance(ratio, counters)
        case Verdict.TOO_SLOW:
            marks = TOO_SLOW_POINTS
        case Verdict.COMPILE_ERROR | Verdict.JUDGE_ERROR | Verdict.INCONCLUSIVE:
            marks = 0.0
        case _:
            decided = [test.verdict for test in tests if test.verdict is not Verdict.INCONCLUSIVE]
            passed = decided.count(Verdict.ACCEPTED)
            marks = PARTIAL_POINTS * passed / len(decided) if decided else 0.0
    return round(marks, 1)


def score_bounds(judgement: Judgement) -> tuple[float, float]:
    """Lowest and highest points that the ratio's interval allows; equal without a ratio."""
    ratio = judgement.ratio
    if judgement.verdict is not Verdict.ACCEPTED or ratio is None:
        return judgement.score, judgement.score
    at = [
        score(
            judgement.verdict,
            judgement.tests,
            dataclasses.replace(ratio, estimate=bound),
            judgement.counters,
            judgement.points,
        )
        for bound in (ratio.high, ratio.low)
    ]
    return at[0], at[1]


def performance_verdict(
    ratio: Ratio | None, counters: Sequence[CounterReading], guards: Sequence[Ratio] = ()
) -> Verdict:
    """What is said of a right program. Counters have no noise, so they speak first."""
    if any(reading.value > reading.limit for reading in counters):
        return Verdict.TOO_SLOW
    if ratio is not None and is_inconclusive(ratio):
        return Verdict.INCONCLUSIVE
    over = any(one is not None and one.too_slow for one in (ratio, *guards))
    return Verdict.TOO_SLOW if over else Verdict.ACCEPTED


def _performance(ratio: Ratio | None, counters: Sequence[CounterReading]) -> float:
    """The mean of the parts' marks; 1 for a problem without performance limits."""
    parts = [between(reading.value, reading.limit, reading.full) for reading in counters]
    if ratio is not None:
        parts.append(between(ratio.estimate, ratio.limit, ratio.full))
    return sum(parts) / len(parts) if parts else 1.0


def between(value: float, limit: float, full: float) -> float:
    """1 at `full` and below, 0 at `limit` and above, linear in the logarithm between."""
    if value <= full:
        return 1.0
    if value >= limit:
        return 0.0
    return math.log(limit / value) / math.log(limit / full)
