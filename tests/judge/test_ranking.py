"""Ranks as ranges that hold for all at once."""

import math
import random

import pytest

from judge.benchmark.ratio import (
    ratio_of,
)
from judge.ranking import confirmed_bounds, rank_ranges, side_error
from judge.scoring import between
from judge.values import Judgement
from judge.verdicts import Verdict
from tests.benchmark.pairs import BENCHMARK, pairs_of


def confirmed(rng: random.Random, true: float, rounds: int = 31) -> Judgement:
    """What a confirmation of a program of this true ratio measures, with heavy tails."""
    noise = [0.02 * math.tan(1.2 * (rng.random() - 0.5)) for _ in range(rounds)]
    pairs = pairs_of([true * math.exp(one) for one in noise])
    return Judgement(
        verdict=Verdict.ACCEPTED,
        score=0,
        too_close=False,
        also=(),
        builds=(),
        tests=(),
        ratio=ratio_of(pairs, BENCHMARK),
    )


@pytest.mark.simulated
def test_with_400_candidates_every_true_rank_lies_in_its_range_in_19_of_20_boards() -> None:
    rng, boards, held = random.Random(3), 30, 0
    for _ in range(boards):
        true = [math.exp(rng.uniform(math.log(0.9), math.log(1.6))) for _ in range(400)]
        error = side_error(len(true))
        bounds = [confirmed_bounds(confirmed(rng, one), error) for one in true]
        points = [60 + 40 * between(one, BENCHMARK.limit, BENCHMARK.full) for one in true]
        ranges = rank_ranges(bounds)
        held += all(
            best <= 1 + sum(other > mine + 1e-9 for other in points)
            and 400 - sum(other < mine - 1e-9 for other in points) <= worst
            for mine, (best, worst) in zip(points, ranges, strict=True)
        )
        # And they say something: half of the ranges are narrower than a quarter of the board.
        assert sorted(worst - best for best, worst in ranges)[200] < 100
    assert held / boards >= 0.95


def test_ranks_of_overlapping_scores_are_not_told_apart() -> None:
    assert rank_ranges([(85, 95), (83, 93), (70, 70), (50, 50), (50, 50)]) == [
        (1, 2),
        (1, 2),
        (3, 3),
        (4, 5),
        (4, 5),
    ]
