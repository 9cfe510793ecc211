"""The class of growth, found again."""

import math
import random
from collections.abc import Callable

import pytest

from judge.benchmark.complexity_fit import fit
from judge.performance import (
    GrowthPoint,
)


@pytest.mark.parametrize(
    ("name", "cost"),
    [
        ("1", lambda _: 5e6),
        ("log n", lambda n: 1e6 * math.log(n)),
        ("n", lambda n: 1e5 + 300 * n),
        ("n log n", lambda n: 2e6 + 40 * n * math.log(n)),
        ("n²", lambda n: 3e6 + 0.05 * n * n),
        ("n³", lambda n: 1e6 + 1e-5 * n**3),
    ],
)
def test_growth_is_named_though_starting_costs_and_runs_are_noisy(
    name: str, cost: Callable[[float], float]
) -> None:
    rng = random.Random(5)
    points = [
        GrowthPoint(
            size=size,
            candidate_cost=round(cost(size) * math.exp(rng.gauss(0, 0.004))),
            reference_cost=1,
        )
        for size in (10_000, 20_000, 40_000, 80_000, 160_000)
    ]
    assert fit(points, "n").fitted == name
