"""Stored measurements under another rule."""

import dataclasses

from judge.benchmark.ratio import ratio_of
from judge.rescoring import Bars, rescore
from judge.values import Judgement
from judge.verdicts import Verdict
from tests.benchmark.pairs import BENCHMARK, pairs_of


def judged(verdict: Verdict = Verdict.ACCEPTED) -> Judgement:
    return Judgement(
        verdict=verdict,
        score=1.0,
        too_close=False,
        also=(),
        builds=(),
        tests=(),
        ratio=ratio_of(pairs_of([1.2] * 16), BENCHMARK),
    )


def test_points_are_computed_again_from_what_was_measured() -> None:
    again = rescore(judged())
    assert (again.verdict, again.score) == (Verdict.ACCEPTED, 82.0)
    assert rescore(again) == again, "a second time changes nothing"


def test_other_bars_can_turn_the_verdict_both_ways() -> None:
    assert rescore(judged(), Bars(limit=1.1, full=1.0)).verdict is Verdict.TOO_SLOW
    slow = dataclasses.replace(judged(), verdict=Verdict.TOO_SLOW, score=50.0)
    assert rescore(slow, Bars(limit=3.0, full=1.5)).score == 100.0


def test_what_performance_does_not_decide_stays() -> None:
    for verdict in (Verdict.WRONG_ANSWER, Verdict.COMPILE_ERROR):
        assert rescore(judged(verdict), Bars(limit=1.1, full=1.0)) == judged(verdict)
