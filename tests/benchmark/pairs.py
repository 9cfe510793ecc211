"""Pairs for tests: made of ratios, or of what both sides used."""

from collections.abc import Sequence

from judge.performance import (
    Benchmark,
    Metric,
    Pair,
    Usage,
    Workload,
)

BENCHMARK = Benchmark(
    workloads=(Workload(name="w", input=""),), metric=Metric.CPU_TIME, limit=1.5, full=1.0
)


def pairs_of(ratios: Sequence[float]) -> list[Pair]:
    return [
        Pair(
            workload="w",
            candidate_cost=round(ratio * 1e6),
            reference_cost=10**6,
            candidate_first=True,
        )
        for ratio in ratios
    ]


def pair(cpu: int, wall: int) -> Pair:
    other = Usage(cpu_ns=100, wall_ns=100, memory_bytes_peak=1)
    own = Usage(cpu_ns=cpu, wall_ns=wall, memory_bytes_peak=1)
    return Pair(
        workload="w",
        candidate_cost=wall,
        reference_cost=100,
        candidate_first=True,
        candidate=own,
        reference=other,
    )
