"""Where things lie on the drawings: plain numbers for the SVG in the templates."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from judge.values import Operation

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
class ChartLine:
    """One curve: its points for an SVG polyline, and the same one by one."""

    name: str
    points: str
    dots: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """Curves on the same axes, with what the axes reach from and to."""

    lines: tuple[ChartLine, ...]
    x_low: float
    x_high: float
    y_low: float
    y_high: float


CHART_LEFT, CHART_RIGHT, CHART_TOP, CHART_BOTTOM = 8, 312, 12, 112


def chart(
    curves: Mapping[str, Sequence[tuple[float, float]]],
    *,
    log_x: bool = True,
    log_y: bool = True,
) -> Chart:
    """Curves by name over common axes, logarithmic where asked for; values must be over 0 there."""
    xs = [x for curve in curves.values() for x, _ in curve]
    ys = [y for curve in curves.values() for _, y in curve]
    across = _axis(xs, CHART_LEFT, CHART_RIGHT, log=log_x)
    up = _axis(ys if log_y else [0.0, *ys], CHART_BOTTOM, CHART_TOP, log=log_y)
    return Chart(
        lines=tuple(_line(name, [(across(x), up(y)) for x, y in c]) for name, c in curves.items()),
        x_low=min(xs),
        x_high=max(xs),
        y_low=min(ys) if log_y else 0.0,
        y_high=max(ys),
    )


def _axis(
    values: Sequence[float], first: float, last: float, *, log: bool
) -> Callable[[float], float]:
    """From a value to its pixel; one value alone lies in the middle."""
    scale: Callable[[float], float] = math.log if log else float
    low, high = scale(min(values)), scale(max(values))
    if high - low < 1e-9:  # noqa: PLR2004
        return lambda _: (first + last) / 2
    return lambda value: round(first + (last - first) * (scale(value) - low) / (high - low), 1)


def _line(name: str, dots: Sequence[tuple[float, float]]) -> ChartLine:
    return ChartLine(name, " ".join(f"{x},{y}" for x, y in dots), tuple(dots))


def score_bar(low: float, value: float, high: float, *, most: float) -> tuple[float, float, float]:
    """Positions of a score's interval and dot on a bar of the leaderboard's width."""
    scale = (CELL_WIDTH - 8) / most if most > 0 else 0.0
    return (4 + low * scale, 4 + value * scale, 4 + high * scale)


@dataclass(frozen=True, slots=True)
class OperationBar:
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
    bars: tuple[OperationBar, ...]


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
            OperationBar(
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
