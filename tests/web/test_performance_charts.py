"""Curves and amounts lie and read as their numbers say."""

import pytest

from judge.benchmark.scalability_law import law
from judge.performance import (
    Latency,
    LatencyRow,
    Scaling,
    ScalingPoint,
    Tradeoff,
    TradeoffDot,
)
from web import performance_charts


def test_curves_lie_where_their_numbers_say() -> None:
    rows = [LatencyRow(percentile=p, candidate_ns=int(p), reference_ns=1) for p in (50, 90, 100)]
    drawn = performance_charts.latencies(
        Latency(workload="w", rate_per_s=1, requests=1, rows=tuple(rows))
    )
    reference, candidate = drawn.lines
    assert len(candidate.dots) == 2  # the slowest has no place on an axis of nines
    assert candidate.dots[0][1] > candidate.dots[1][1]  # higher is slower
    assert reference.dots[0][1] == reference.dots[1][1]
    points = (
        ScalingPoint(threads=1, candidate_per_s=100, reference_per_s=100),
        ScalingPoint(threads=2, candidate_per_s=50, reference_per_s=190),
    )
    scaling = performance_charts.scaling(
        Scaling(points=points, candidate=law([(1, 100), (2, 50)]), reference=None)
    )
    assert [line.name for line in scaling.lines] == ["fit", "reference", "candidate"]
    assert (scaling.y_low, scaling.y_high) == (0.0, 190)
    dots = performance_charts.tradeoff(
        Tradeoff(
            x="cpu-time",
            y="peak-memory",
            dots=(TradeoffDot(name="yours", x=1, y=2), TradeoffDot(name="ok", x=3, y=1)),
        )
    )
    (yours,), (ok,) = (line.dots for line in dots.lines)
    assert yours[0] < ok[0]
    assert yours[1] < ok[1]


@pytest.mark.parametrize(
    ("metric", "amount", "operations", "said"),
    [
        ("cpu-time", 12_340_000, 0, "12.34 ms"),
        ("throughput", 10_000_000, 20_000, "2 M/s"),
        ("throughput", 10_000_000, 0, "10.00 ms"),
        ("peak-memory", 3 * 1048576, 0, "3.00 MiB"),
        ("latency-p99", 1_234_000, 0, "1.23 ms"),
        ("flushes", 31.2, 0, "31.2"),
    ],
)
def test_amounts_have_their_units(metric: str, amount: float, operations: int, said: str) -> None:
    assert performance_charts.say(metric, amount, operations) == said
