"""What tests are worth in a scoring problem, and what they came to: values."""

from dataclasses import dataclass
from enum import StrEnum


class Aggregation(StrEnum):
    """How points of parts make the points of a whole."""

    PASS_FAIL = "pass-fail"  # noqa: S105  (no secret)
    SUM = "sum"
    MIN = "min"


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRule:
    """What a test data group is worth; `requires` names groups that must be passed before it."""

    name: str
    max_points: float
    aggregation: Aggregation
    requires: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsRule:
    """What all secret tests of a scoring problem are worth, by their groups if there are any."""

    max_points: float
    aggregation: Aggregation
    requires: tuple[str, ...] = ()
    groups: tuple[GroupRule, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupPoints:
    """What a group of tests came to."""

    name: str
    points: float
    max_points: float
