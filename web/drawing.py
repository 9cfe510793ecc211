"""Where things lie on the drawings: plain numbers for the SVG in the templates."""

import math
from dataclasses import dataclass

WIDTH = 320
CELL_WIDTH = 96
_LOW = 0.5


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


def score_bar(low: float, value: float, high: float, *, most: float) -> tuple[float, float, float]:
    """Positions of a score's interval and dot on a bar of the leaderboard's width."""
    scale = (CELL_WIDTH - 8) / most if most > 0 else 0.0
    return (4 + low * scale, 4 + value * scale, 4 + high * scale)
