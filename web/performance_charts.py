"""What the performance part of a page draws and says: rows, curves and amounts with their units."""

import math
import statistics
from dataclasses import dataclass

from judge.performance import Growth, Latency, Pair, Ratio, Scaling, ScalingLaw, Tradeoff
from web.charts import Chart, chart

_CURVE_POINTS = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkloadRow:
    """One workload of a benchmark over its pairs that count; costs by the benchmark's metric."""

    name: str
    threads: int
    operations: int
    ratio: float
    candidate: float
    reference: float
    ticks: tuple[float, ...]
    """The ratio of each pair that counts."""
    pairs: str
    memory: tuple[int, int] | None
    """Peak bytes of both sides; None for judgements from before that was kept."""
    utilisation: float
    """CPUs that the candidate kept busy on average."""


def workloads(ratio: Ratio) -> list[WorkloadRow]:
    """A row each, in their order."""
    names = dict.fromkeys(pair.workload for pair in ratio.pairs)
    return [_row([p for p in ratio.pairs if p.workload == name]) for name in names]


def _row(pairs: list[Pair]) -> WorkloadRow:
    kept = [pair for pair in pairs if not pair.disturbed] or pairs
    sides = [(p.candidate, p.reference) for p in kept if p.candidate and p.reference]
    memory, utilisation = None, 0.0
    if sides:
        memory = (
            max(own.memory_bytes_peak for own, _ in sides),
            max(reference.memory_bytes_peak for _, reference in sides),
        )
        utilisation = statistics.median(own.cpu_ns / max(own.wall_ns, 1) for own, _ in sides)
    return WorkloadRow(
        name=kept[0].workload,
        threads=kept[0].threads,
        operations=kept[0].operations,
        ratio=statistics.median(p.candidate_cost / p.reference_cost for p in kept),
        candidate=statistics.median(p.candidate_cost for p in kept),
        reference=statistics.median(p.reference_cost for p in kept),
        ticks=tuple(p.candidate_cost / p.reference_cost for p in kept),
        pairs=f"{len(kept)}" if len(kept) == len(pairs) else f"{len(kept)}/{len(pairs)}",
        memory=memory,
        utilisation=utilisation,
    )


def say(metric: str, amount: float, operations: int = 0) -> str:
    """An amount with its unit; a throughput where it is known how many operations a run did."""
    if metric == "throughput" and operations:
        return rate(operations / (amount / 1e9))
    if metric == "peak-memory":
        return f"{amount / 1048576:.2f} MiB"
    if metric.startswith("latency-") or metric in ("cpu-time", "wall-time", "throughput"):
        return f"{amount / 1e6:.2f} ms"
    return f"{amount:g}"


def rate(per_s: float) -> str:
    """Operations a second, short."""
    for unit, size in (("G", 1e9), ("M", 1e6), ("k", 1e3)):
        if per_s >= size:
            return f"{per_s / size:.3g} {unit}/s"
    return f"{per_s:.3g} /s"


def growth(found: Growth) -> Chart:
    """Cost over size."""
    return chart(
        {
            "reference": [(p.size, p.reference_cost) for p in found.points],
            "candidate": [(p.size, p.candidate_cost) for p in found.points],
        }
    )


def scaling(found: Scaling) -> Chart:
    """Operations a second over threads, with the fitted laws."""
    curves: dict[str, list[tuple[float, float]]] = {}
    most = found.points[-1].threads
    steps = [1 + (most - 1) * step / _CURVE_POINTS for step in range(_CURVE_POINTS + 1)]
    for name, law in (("fit", found.candidate), ("reference fit", found.reference)):
        if law is not None:
            curves[name] = [(threads, law.at(threads)) for threads in steps]
    curves["reference"] = [(p.threads, p.reference_per_s) for p in found.points]
    curves["candidate"] = [(p.threads, p.candidate_per_s) for p in found.points]
    return chart(curves, log_x=False, log_y=False)


def alone(law: ScalingLaw) -> float:
    """The share of the work that one thread at a time does: at most all of it."""
    return min(1.0, law.contention + law.crosstalk)


def peak(law: ScalingLaw) -> float | None:
    """The number of threads at which more make it slower; None where there is none."""
    if law.crosstalk <= 0 or law.contention >= 1:
        return None
    return max(1.0, math.sqrt((1 - law.contention) / law.crosstalk))


def latencies(found: Latency) -> Chart:
    """Latency over percentiles, as nines: 90, 99 and 99.9 lie one step apart."""

    def nines(percentile: float) -> float:
        return -math.log10(1 - percentile / 100)

    rows = [row for row in found.rows if row.percentile < 100]  # noqa: PLR2004  (the slowest)
    return chart(
        {
            "reference": [(nines(row.percentile), row.reference_ns) for row in rows],
            "candidate": [(nines(row.percentile), row.candidate_ns) for row in rows],
        },
        log_x=False,
    )


def tradeoff(found: Tradeoff) -> Chart:
    """A dot each."""
    return chart({dot.name: [(dot.x, dot.y)] for dot in found.dots}, log_x=False, log_y=False)
