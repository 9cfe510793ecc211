"""Throughput against threads, as a law: what waiting for each other costs, and what agreeing does.

N. J. Gunther's universal scalability law ("Guerrilla Capacity Planning", Springer 2007, ch. 4):
X(N) = X(1)·N / (1 + s·(N-1) + k·N(N-1)). s, the share that only one thread at a time can do, is
Amdahl's law; k, the cost of keeping each other up to date, makes more of them slower in the end.
"""

from collections.abc import Sequence

from judge.performance import ScalingLaw

POINTS_MIN = 2
"""Two points tell s alone; k needs a third."""


def law(points: Sequence[tuple[int, float]]) -> ScalingLaw | None:
    """The law through (threads, operations a second), of which the first is for one thread.

    N/C(N) - 1 = s·(N-1) + k·N(N-1) with C(N) = X(N)/X(1): least squares with s, k ≥ 0.
    """
    if len(points) < POINTS_MIN or points[0][0] != 1:
        return None
    one = points[0][1]
    rows = [(n - 1.0, n * (n - 1.0), n * one / x - 1.0) for n, x in points[1:]]
    ways = [(max(0.0, _slope([(a, y) for a, _, y in rows])), 0.0)]
    if len(points) > POINTS_MIN:
        ways.append((0.0, max(0.0, _slope([(b, y) for _, b, y in rows]))))
        both = _plane(rows)
        if both is not None and min(both) >= 0:
            ways.append(both)
    contention, crosstalk = min(
        ways, key=lambda way: sum((way[0] * a + way[1] * b - y) ** 2 for a, b, y in rows)
    )
    return ScalingLaw(one=one, contention=contention, crosstalk=crosstalk)


def _slope(rows: Sequence[tuple[float, float]]) -> float:
    return sum(a * y for a, y in rows) / sum(a * a for a, _ in rows)


def _plane(rows: Sequence[tuple[float, float, float]]) -> tuple[float, float] | None:
    aa, bb, ab = (sum(f) for f in zip(*((a * a, b * b, a * b) for a, b, _ in rows), strict=True))
    ay, by = (sum(f) for f in zip(*((a * y, b * y) for a, b, y in rows), strict=True))
    determinant = aa * bb - ab * ab
    if abs(determinant) < 1e-9 * aa * bb:
        return None
    return (ay * bb - by * ab) / determinant, (by * aa - ay * ab) / determinant
