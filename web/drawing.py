"""Where things lie on the drawings: plain numbers for the SVG in the templates."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from judge.values import Growth, Operation

WIDTH = 320
CELL_WIDTH = 96
_LOW = 0.5
_LANE_HEIGHT = 24


@dataclass(frozen=True, slots=True)
class Strip:
    """Positions in pixels on a logarithmic axis from 0.5× to twice the limit."""

    width: int
    one: float
    wall: float
    low: float
    high: float
    dot: float
    ticks: tuple[float, ...]
    off_scale: bool
    hollow: bool


def strip(
    estimate: float,
    low: float,
    high: float,
    *,
    limit: float,
    ticks: tuple[float, ...] = (),
    width: int = WIDTH,
) -> Strip:
    """A ratio with its interval, its limit as a wall, and its pairs as ticks."""

    def at(ratio: float) -> float:
        span = math.log(2 * limit / _LOW)
        share = math.log(max(ratio, _LOW) / _LOW) / span
        return round(min(max(share, 0.0), 1.0) * (width - 8) + 4, 1)

    return Strip(
        width=width,
        one=at(1.0),
        wall=at(limit),
        low=at(low),
        high=at(high),
        dot=at(estimate),
        ticks=tuple(at(tick) for tick in ticks),
        off_scale=estimate > 2 * limit,
        hollow=low <= limit < high,
    )


@dataclass(frozen=True, slots=True)
class Curves:
    """Two lines on logarithmic axes, as SVG points, and the dots of the first."""

    candidate: str
    reference: str
    dots: tuple[tuple[float, float], ...]


def growth(found: Growth) -> Curves:
    """Cost over size, candidate and reference on the same axes."""
    points = found.points
    costs = [cost for p in points for cost in (p.candidate_cost, p.reference_cost)]
    x0, x1 = math.log(points[0].size), math.log(points[-1].size)
    y0, y1 = math.log(min(costs)), math.log(max(costs))

    def at(size: int, cost: int) -> tuple[float, float]:
        x = 8 + 304 * (math.log(size) - x0) / max(x1 - x0, 1e-9)
        y = 112 - 100 * (math.log(cost) - y0) / max(y1 - y0, 1e-9)
        return round(x, 1), round(y, 1)

    mine = tuple(at(p.size, p.candidate_cost) for p in points)
    theirs = tuple(at(p.size, p.reference_cost) for p in points)
    return Curves(
        candidate=" ".join(f"{x},{y}" for x, y in mine),
        reference=" ".join(f"{x},{y}" for x, y in theirs),
        dots=mine,
    )


def score_bar(low: float, value: float, high: float, *, most: float) -> tuple[float, float, float]:
    """Positions of a score's interval and dot on a bar of the leaderboard's width."""
    scale = (CELL_WIDTH - 8) / most if most > 0 else 0.0
    return (4 + low * scale, 4 + value * scale, 4 + high * scale)


@dataclass(frozen=True, slots=True)
class Bar:
    """An operation of a history on its lane; `number` is that of its step in the list below."""

    number: int
    x: float
    y: float
    width: float
    failing: bool
    open: bool
    """It never came back: the bar runs to the edge."""


@dataclass(frozen=True, slots=True)
class History:
    """Lanes from top to bottom with their names' heights, and the bars on them."""

    width: int
    height: int
    lanes: tuple[tuple[str, float], ...]
    bars: tuple[Bar, ...]


def history(operations: Sequence[Operation], failing: Sequence[int]) -> History:
    """A lane a thread, a bar an operation.

    Along the axis the order is true, distances are not: what decides is who overlaps whom, and
    real distances span five powers of ten.
    """
    names = sorted({operation.lane for operation in operations}, key=_natural)
    ends = (o.end_us for o in operations if o.end_us is not None)
    moments = sorted({*(o.start_us for o in operations), *ends})
    left, step = 84, (WIDTH * 2 - 84) / (len(moments) + 1)
    at = {moment: left + step * (index + 0.5) for index, moment in enumerate(moments)}
    edge = left + step * (len(moments) + 1)
    bars = []
    for index, operation in enumerate(operations):
        end = edge if operation.end_us is None else at[operation.end_us]
        bars.append(
            Bar(
                number=index + 1,
                x=round(at[operation.start_us], 1),
                y=names.index(operation.lane) * _LANE_HEIGHT + 4,
                width=round(max(end - at[operation.start_us], 6.0), 1),
                failing=index in failing,
                open=operation.end_us is None,
            )
        )
    lanes = tuple((name, index * _LANE_HEIGHT + 16.0) for index, name in enumerate(names))
    return History(WIDTH * 2, len(names) * _LANE_HEIGHT + 4, lanes, tuple(bars))


def _natural(name: str) -> tuple[int, str]:
    """Order `thread 2` before `thread 10`."""
    return (len(name), name)


def mark_difference(expected: str, got: str) -> tuple[str, str]:
    """Both texts with `‸` where they part and spaces as `·`; unchanged if one of them is empty."""
    if not expected or not got:
        return expected, got
    same = next(
        (i for i, (a, b) in enumerate(zip(expected, got, strict=False)) if a != b),
        min(len(expected), len(got)),
    )
    shown = (f"{text[:same]}‸{text[same:]}".replace(" ", "·") for text in (expected, got))
    return next(shown), next(shown)
