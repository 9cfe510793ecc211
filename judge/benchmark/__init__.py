"""Performance: timed runs beside the reference's, and what may be said after how many of them.

May enter: a right program, the package's own, and what grading says of a run that went wrong.
"""

from judge.benchmark.aa_check import AAMonitor, run_check
from judge.benchmark.confidence_sequence import ERROR, ROUNDS_MAX, ROUNDS_MIN, fixed_interval
from judge.benchmark.measure import Measured, measure_performance
from judge.benchmark.ratio import (
    UNBOUNDED,
    benchmark_of,
    is_inconclusive,
    ratio_of,
    rounds_of,
    share_interval,
)

__all__ = [
    "ERROR",
    "ROUNDS_MAX",
    "ROUNDS_MIN",
    "UNBOUNDED",
    "AAMonitor",
    "Measured",
    "benchmark_of",
    "fixed_interval",
    "is_inconclusive",
    "measure_performance",
    "ratio_of",
    "rounds_of",
    "run_check",
    "share_interval",
]
