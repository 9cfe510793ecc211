"""From verdict and measurements to points."""

import pytest

from judge.performance import (
    Metric,
    Ratio,
)
from judge.scoring import between, score
from judge.values import BuildKind, MemorySource, TestResult
from judge.verdicts import Verdict


def test_points_fall_with_the_logarithm_between_the_bars() -> None:
    assert between(0.9, 1.5, 1.0) == 1.0
    assert between(1.5, 1.5, 1.0) == 0.0
    assert between(1.5**0.5, 1.5, 1.0) == pytest.approx(0.5)


def test_scores_keep_the_order_of_verdicts() -> None:
    ratio = Ratio(
        estimate=1.2, low=1.1, high=1.3, limit=1.5, full=1.0, metric=Metric.CPU_TIME, pairs=()
    )
    accepted = score(Verdict.ACCEPTED, (), ratio, ())
    assert 60 < accepted < 100
    assert score(Verdict.TOO_SLOW, (), ratio, ()) == 50
    assert score(Verdict.COMPILE_ERROR, (), None, ()) == 0


def test_a_test_that_could_not_be_told_takes_no_point() -> None:
    def points(*verdicts: Verdict) -> float:
        tests = [
            TestResult(
                name=f"{number}",
                group="secret",
                build=BuildKind.PLAIN,
                sample=False,
                verdict=verdict,
                cpu_ms=1,
                wall_ms=1,
                memory_bytes_peak=1,
                memory_source=MemorySource.CGROUP,
            )
            for number, verdict in enumerate(verdicts)
        ]
        return score(Verdict.WRONG_ANSWER, tests, None, ())

    right, wrong, unsure = Verdict.ACCEPTED, Verdict.WRONG_ANSWER, Verdict.INCONCLUSIVE
    assert points(right, wrong) == points(right, unsure, wrong, unsure) > 0
    assert points(wrong, unsure) == 0
