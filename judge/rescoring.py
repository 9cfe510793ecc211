"""Verdict and points of a stored judgement under the rule as it is now, without running anything.

Everything that was measured is stored raw: each pair with its costs and why it was thrown away,
each count. So a new rule, or new bars, can be applied to what is there.
"""

import dataclasses
from dataclasses import dataclass

from judge.benchmark import benchmark_of, guards_of, ratio_of
from judge.performance import Metric, Ratio
from judge.scoring import performance_verdict, score
from judge.values import Judgement
from judge.verdicts import Verdict


@dataclass(frozen=True, slots=True)
class Bars:
    """Where passing ends and full marks begin."""

    limit: float
    full: float


def rescore(judgement: Judgement, bars: Bars | None = None) -> Judgement:
    """The judgement again; only what performance decides can change. `bars`: None for its own."""
    if judgement.verdict not in (Verdict.ACCEPTED, Verdict.TOO_SLOW):
        return judgement
    ratio = _again(judgement.ratio, bars) if judgement.ratio is not None else None
    guards = _guards_again(judgement)
    verdict = performance_verdict(ratio, judgement.counters, guards)
    if verdict is Verdict.INCONCLUSIVE:
        return judgement
    return dataclasses.replace(
        judgement,
        verdict=verdict,
        score=score(verdict, judgement.tests, ratio, judgement.counters, judgement.points),
        too_close=verdict is Verdict.ACCEPTED and ratio is not None and ratio.too_close,
        ratio=ratio,
        guards=guards,
    )


def _guards_again(judgement: Judgement) -> tuple[Ratio, ...]:
    """The bars beside the bar, as they were, from the same pairs."""
    ratio = judgement.ratio
    if ratio is None:
        return ()
    tails = [one.limit for one in judgement.guards if one.quantile != ratio.quantile]
    medians = {g.metric: g.limit for g in judgement.guards if g.quantile == ratio.quantile}
    benchmark = dataclasses.replace(
        benchmark_of(ratio),
        cpu_limit=medians.get(Metric.CPU_TIME),
        clock_limit=medians.get(Metric.WALL_TIME),
        tail_limit=tails[0] if tails else None,
    )
    return guards_of(ratio.pairs, benchmark)


def _again(ratio: Ratio, bars: Bars | None) -> Ratio:
    benchmark = benchmark_of(ratio)
    if bars is not None:
        benchmark = dataclasses.replace(benchmark, limit=bars.limit, full=bars.full)
    return ratio_of(ratio.pairs, benchmark, noise_floor=ratio.noise_floor)
