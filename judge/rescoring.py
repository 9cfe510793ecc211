"""Verdict and points of a stored judgement under the rule as it is now, without running anything.

Everything that was measured is stored raw: each pair with its costs and why it was thrown away,
each count. So a new rule, or new bars, can be applied to what is there.
"""

import dataclasses
from dataclasses import dataclass

from judge.measuring import ratio_of
from judge.scoring import judge_performance, score
from judge.values import Benchmark, Judgement, Ratio, Workload
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
    verdict = judge_performance(ratio, judgement.counters)
    if verdict is Verdict.INCONCLUSIVE:
        return judgement
    return dataclasses.replace(
        judgement,
        verdict=verdict,
        score=score(verdict, judgement.tests, ratio, judgement.counters),
        too_close=verdict is Verdict.ACCEPTED and ratio is not None and ratio.too_close,
        ratio=ratio,
    )


def _again(ratio: Ratio, bars: Bars | None) -> Ratio:
    names = dict.fromkeys(pair.workload for pair in ratio.pairs)
    benchmark = Benchmark(
        workloads=tuple(Workload(name=name, input="") for name in names),
        metric=ratio.metric,
        limit=bars.limit if bars else ratio.limit,
        full=bars.full if bars else ratio.full,
        rounds_max=max(ratio.rounds_max, ratio.rounds),
    )
    return ratio_of(ratio.pairs, benchmark, noise_floor=ratio.noise_floor)
