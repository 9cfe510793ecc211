"""Ranks as ranges that hold for everybody at once.

If all candidates' intervals hold at once with probability 95 %, then so do all of these ranges:
from one more than those surely ahead (their lower bound is above our upper one) to all but those
surely behind. That the intervals hold at once is bought by making each wider: the error is shared
among all of them (Bonferroni). Overlap is not transitive, so it can't define ties; a range can.

Source: Klein, Wright and Wieczorek, "A joint confidence region for an overall ranking of
populations", Journal of the Royal Statistical Society C 69(3), 2020.
"""

import dataclasses
import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from judge.benchmark import UNBOUNDED, benchmark_of, fixed_interval, rounds_of
from judge.scoring import score_bounds
from judge.values import Judgement

SIMULTANEOUS_ERROR = 0.05
"""That any range of the board fails to hold its candidate's true rank."""


def side_error(intervals: int) -> float:
    """What each of so many intervals may err on either side, so that all hold at once."""
    return SIMULTANEOUS_ERROR / (2 * max(1, intervals))


def rank_ranges(bounds: Sequence[tuple[float, float]]) -> list[tuple[int, int]]:
    """(best, worst) rank of each, from bounds of their scores; more points is better."""
    lows = sorted(low for low, _ in bounds)
    highs = sorted(high for _, high in bounds)
    count = len(bounds)
    return [
        (1 + count - bisect_right(lows, high), count - bisect_left(highs, low))
        for low, high in bounds
    ]


def confirmed_bounds(judgement: Judgement, error: float) -> tuple[float, float]:
    """Lowest and highest points by rounds whose number was fixed beforehand; equal without any."""
    ratio = judgement.ratio
    if ratio is None:
        return score_bounds(judgement)
    found = fixed_interval(rounds_of(ratio.pairs, benchmark_of(ratio)), error)
    low, high = (1 / UNBOUNDED, UNBOUNDED) if found is None else map(math.exp, found)
    bounded = dataclasses.replace(ratio, low=low, high=high)
    return score_bounds(dataclasses.replace(judgement, ratio=bounded))
