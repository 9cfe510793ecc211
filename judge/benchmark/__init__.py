"""Performance: timed runs beside the reference's, and what may be said after how many of them.

May enter: a right program, the package's own, and what grading says of a run that went wrong.
"""

from judge.benchmark.aa_check import AAMonitor, run_aa_check
from judge.benchmark.confidence_sequence import ROUNDS_MAX, ROUNDS_MIN, SIDE_ERROR, fixed_interval
from judge.benchmark.measure import PerformanceResult, measure_performance
from judge.benchmark.ratio import (
    benchmark_of,
    guards_of,
    is_inconclusive,
    ratio_of,
    rounds_of,
)
from judge.benchmark.wilson import wilson_interval
from judge.performance import UNBOUNDED

__all__ = [
    "ROUNDS_MAX",
    "ROUNDS_MIN",
    "SIDE_ERROR",
    "UNBOUNDED",
    "AAMonitor",
    "PerformanceResult",
    "benchmark_of",
    "fixed_interval",
    "guards_of",
    "is_inconclusive",
    "measure_performance",
    "ratio_of",
    "rounds_of",
    "run_aa_check",
    "wilson_interval",
]
