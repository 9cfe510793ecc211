"""How cost grows with the input's size, as a class: to tell a wrong algorithm from a slow constant.

For each class f the costs are fitted by a + b·f(n), a and b not negative (a is what starting
costs); the class whose fit is off by the least relative error is named. Classes that differ by a
logarithm are close together: the exponent of the plain power law is told besides.
"""

import math
import statistics
from collections.abc import Callable, Sequence

from judge.performance import Growth, GrowthPoint

CLASSES: dict[str, Callable[[float], float]] = {
    "1": lambda _: 1.0,
    "log n": math.log,
    "n": lambda n: n,
    "n log n": lambda n: n * math.log(n),
    "n²": lambda n: n * n,
    "n³": lambda n: n**3,
}

FLAT_MAX = 1.15
"""Costs within this factor of each other do not grow: any class would fit their noise better."""


def fit(points: Sequence[GrowthPoint], expected: str) -> Growth:
    """The class that the candidate's costs fit best."""
    sizes = [float(point.size) for point in points]
    costs = [float(point.candidate_cost) for point in points]
    if max(costs) < FLAT_MAX * min(costs):
        best = "1"
    else:
        best = min(CLASSES, key=lambda name: _error(sizes, costs, CLASSES[name]))
    return Growth(
        points=tuple(points),
        fitted=best,
        exponent=_exponent(sizes, costs),
        expected=expected,
    )


def _error(sizes: list[float], costs: list[float], growth: Callable[[float], float]) -> float:
    """The sum of squared relative errors of the best a + b·f(n) with a, b ≥ 0.

    Weighted by 1/cost², so that small sizes count like large ones: ordinary least squares of
    1 = a/cost + b·f/cost.
    """
    ones = [1 / cost for cost in costs]
    grown = [growth(size) / cost for size, cost in zip(sizes, costs, strict=True)]
    aa, bb = _dot(ones, ones), _dot(grown, grown)
    ab, a1, b1 = _dot(ones, grown), sum(ones), sum(grown)
    determinant = aa * bb - ab * ab
    candidates = [(a1 / aa, 0.0), (0.0, b1 / bb)]
    if determinant > 1e-12 * aa * bb:
        a, b = (a1 * bb - b1 * ab) / determinant, (b1 * aa - a1 * ab) / determinant
        if a >= 0 and b >= 0:
            candidates.append((a, b))
    return min(
        statistics.fmean(
            (1 - a * one - b * grow) ** 2 for one, grow in zip(ones, grown, strict=True)
        )
        for a, b in candidates
    )


def _exponent(sizes: list[float], costs: list[float]) -> float:
    """The slope of log cost over log size, by the larger half: there starting weighs least."""
    half = max(2, (len(sizes) + 1) // 2)
    xs = [math.log(size) for size in sizes[-half:]]
    ys = [math.log(cost) for cost in costs[-half:]]
    return statistics.linear_regression(xs, ys).slope


def _dot(left: list[float], right: list[float]) -> float:
    return sum(one * other for one, other in zip(left, right, strict=True))
