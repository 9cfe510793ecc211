"""A problem's time limit: given, or computed from how long its own submissions take.

Source: format 2025-09, *Problem timing* and *Timelimit inference*; legacy, *Limits*. What was
measured is kept in `.timelimit`, where the legacy format's tools keep it, so it is part of the
package's version.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from judge.errors import PackageFault
from problems.description import Description
from problems.tree import Tree

MEASURED = ".timelimit"
_DOMJUDGE = "domjudge-problem.ini"
_SECONDS_MAX = 3600.0


@dataclass(frozen=True, slots=True)
class TimeRule:
    """How a time limit follows from measurements; times in seconds."""

    known_s: float | None
    """The limit, where one is given or was measured."""
    ac_to_time_limit: float
    time_limit_to_tle: float
    resolution_s: float


@dataclass(frozen=True, slots=True)
class Timed:
    """How long a submission took at its slowest, in seconds; `upper` for one that must be slow."""

    name: str
    seconds: float
    upper: bool


def time_rule(files: Tree, description: Description) -> TimeRule:
    """Multipliers of the package's format, and the limit if it is known."""
    given = description.limits
    if description.legacy:
        ac, tle = given.time_multiplier or 5.0, given.time_safety_margin or 2.0
    else:
        ac = given.time_multipliers.ac_to_time_limit
        tle = given.time_multipliers.time_limit_to_tle
    return TimeRule(
        known_s=known_time_limit(files, description),
        ac_to_time_limit=ac,
        time_limit_to_tle=tle,
        resolution_s=given.time_resolution,
    )


def known_time_limit(files: Tree, description: Description) -> float | None:
    """Seconds; None where nobody gives a limit, and none was measured yet."""
    if description.limits.time_limit is not None:
        return description.limits.time_limit
    if MEASURED in files:
        return _seconds(files[MEASURED].decode(errors="replace"), MEASURED)
    for line in files.get(_DOMJUDGE, b"").decode(errors="replace").splitlines():
        key, _, value = line.partition("=")
        if key.strip() == "timelimit":
            return _seconds(value.strip().strip("'\""), _DOMJUDGE)
    return None


def _seconds(text: str, place: str) -> float:
    try:
        seconds = float(text.strip())
    except ValueError:
        seconds = math.nan
    if not 0 < seconds <= _SECONDS_MAX:
        raise PackageFault(
            place, f"says '{text.strip()[:80]}'; wanted are seconds, over 0 and at most 3600"
        )
    return seconds


def compute(rule: TimeRule, timed: Iterable[Timed]) -> tuple[float, Timed]:
    """The smallest limit that the package's submissions allow, and the one that it comes from.

    Raises PackageFault where nothing bounds it from below, or no limit is between both bounds.
    """
    timed = list(timed)
    lower = [one for one in timed if not one.upper]
    upper = [one for one in timed if one.upper]
    if not lower:
        raise PackageFault(
            "submissions/accepted", "holds nothing that a time limit could be measured by"
        )
    slowest = max(lower, key=lambda one: one.seconds)
    if not math.isfinite(slowest.seconds):
        raise PackageFault(
            f"submissions/{slowest.name}", "does not end in the time that measuring allows"
        )
    steps = max(1, math.ceil(round(slowest.seconds * rule.ac_to_time_limit / rule.resolution_s, 9)))
    limit = steps * rule.resolution_s
    if limit > _SECONDS_MAX:
        raise PackageFault(
            f"submissions/{slowest.name}",
            f"would ask for a time limit of {limit:g} s; 3600 is most",
        )
    fastest = min(upper, key=lambda one: one.seconds, default=None)
    if fastest is not None and limit * rule.time_limit_to_tle > fastest.seconds:
        raise PackageFault(
            f"submissions/{fastest.name}",
            f"takes {fastest.seconds:.2f} s, too little for a time limit of {limit:g} s (from "
            f"{slowest.name}, {slowest.seconds:.2f} s): it must take {rule.time_limit_to_tle:g} "
            "times as long (limits.time_multipliers)",
        )
    return limit, slowest
