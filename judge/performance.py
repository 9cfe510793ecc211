"""What performance is asked, measured and said: frozen values, all costs the smaller the better.

A `Benchmark` asks; each `Pair` holds what two runs used and what else went on; a `Ratio` is what
was made of them. Growth, scaling, latency and trade-offs are shown besides, and decide nothing.
"""

from dataclasses import dataclass, field
from enum import StrEnum

UNBOUNDED = 1e6
"""The upper bound of a ratio of which nothing can be said yet; JSON has no infinity."""
PERCENTILES = (50.0, 90.0, 99.0, 99.9, 100.0)


class Metric(StrEnum):
    """What a benchmark compares."""

    CPU_TIME = "cpu-time"
    WALL_TIME = "wall-time"
    PEAK_MEMORY = "peak-memory"
    THROUGHPUT = "throughput"
    """Operations a second of wall time."""
    LATENCY_P50 = "latency-p50"
    LATENCY_P90 = "latency-p90"
    LATENCY_P99 = "latency-p99"
    LATENCY_P999 = "latency-p99.9"

    @property
    def percentile(self) -> float | None:
        """Which percentile a latency is; None for anything else."""
        return float(self.removeprefix("latency-p")) if self.startswith("latency-p") else None

    @property
    def is_by_the_clock(self) -> bool:
        """Whether others who use the same CPUs make it worse."""
        return self not in (Metric.CPU_TIME, Metric.PEAK_MEMORY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """One timed input of a benchmark; {seed} in it is replaced by a fresh secret number.

    {threads} and {operations} stand for the two numbers below.
    """

    name: str
    input: str
    threads: int = 1
    operations: int = 0
    """How many operations one run does; 0 where that is not told."""

    @property
    def is_fresh(self) -> bool:
        """Whether no other pair, of whomever, gets the same input."""
        return "{seed}" in self.input

    def text(self, seed: int) -> str:
        """The input of one pair."""
        words = {"{seed}": seed, "{threads}": self.threads, "{operations}": self.operations}
        text = self.input
        for word, number in words.items():
            text = text.replace(word, str(number))
        return text


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmark:
    """A performance limit: the candidate's cost as a ratio to the reference's."""

    workloads: tuple[Workload, ...]
    metric: Metric
    limit: float
    """The pass bar: over this ratio it is too slow."""
    full: float
    """Full marks at this ratio and below."""
    rounds_max: int = 61
    """A round is one pair of each workload; measuring ends before, once the bar is cleared."""
    cpu_limit: float | None = None
    """Where the metric isn't CPU time: how much more of that than the reference may be used, so
    that nobody buys time by spinning on every core."""
    clock_limit: float | None = None
    """Where it is CPU time: how much longer than the reference it may take by the clock, so that
    nobody saves CPU time by sleeping."""
    keeps_disturbed: bool = False
    """Whether pairs that were disturbed count: a machine that ties with itself right afterwards
    did not do it."""
    tail_limit: float | None = None
    """What the worst tenth of rounds may reach: a median doesn't see four slow runs of ten."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GrowthTest:
    """Inputs of growing size, whose costs show how an answer scales; {n} is the size."""

    input: str
    sizes: tuple[int, ...]
    expected: str
    """A class of judge/benchmark/complexity_fit.py, such as "n log n"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScalingTest:
    """The same work for more and more threads, up to the slot's CPUs."""

    input: str
    operations: int
    threads: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TradeoffTest:
    """Two costs of the same runs, named by metric or counter, drawn against each other."""

    x: str
    y: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What one timed run used: measured from outside, but for a harness's latencies and counts."""

    cpu_ns: int
    wall_ns: int
    memory_bytes_peak: int
    preemptions: int = 0
    latencies_ns: dict[str, int] = field(default_factory=dict)
    """By percentile ("99.0"), where the package's harness took them."""
    counters: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What else the slot's CPUs did while a pair ran, from the host's own counters."""

    wall_ns: int
    cpus: int
    others_ns: int
    stolen_ns: int
    switches: int = 0
    """Context switches of the whole machine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One comparison: costs in ns or bytes by its benchmark's metric, and all that was seen."""

    workload: str
    candidate_cost: int
    reference_cost: int
    candidate_first: bool
    disturbed: str = ""
    """Why it does not count, by a rule that is blind to which side it favours; "" when it does."""
    operations: int = 0
    """How many each run did, where the problem tells."""
    threads: int = 1
    candidate: Usage | None = None
    reference: Usage | None = None
    surroundings: Surroundings | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """Candidate over reference: the estimate, its interval and what it was made of."""

    estimate: float
    low: float
    high: float
    limit: float
    full: float
    metric: Metric
    pairs: tuple[Pair, ...]
    rounds_max: int = 31
    """The budget; the interval's error is shared among looks up to it."""
    rounds: int = 0
    """How many counted: one undisturbed pair of each workload each."""
    quantile: float = 0.5
    """Which quantile of the rounds: 0.5 is the median, at 0.9 the worst tenth begins."""
    keeps_disturbed: bool = False
    """Whether disturbed pairs count: what disturbed them was the program itself."""
    noise_floor: float = 0.0
    """What the machine could tell apart when it last compared the same with the same: 0.015 is
    1.5 %. 0 where it was not asked."""

    @property
    def discarded(self) -> int:
        return 0 if self.keeps_disturbed else sum(1 for pair in self.pairs if pair.disturbed)

    @property
    def has_interval(self) -> bool:
        """Whether enough rounds counted to give bounds."""
        return self.high < UNBOUNDED

    @property
    def too_slow(self) -> bool:
        return self.low > self.limit

    @property
    def too_close(self) -> bool:
        return self.low <= self.limit < self.high


@dataclass(frozen=True, slots=True, kw_only=True)
class GrowthPoint:
    """Median costs at one size, in ns or bytes."""

    size: int
    candidate_cost: int
    reference_cost: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """How the candidate's cost grows: the class that fits best, and the power law's exponent."""

    points: tuple[GrowthPoint, ...]
    fitted: str
    exponent: float
    expected: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScalingPoint:
    """Median operations a second with so many threads."""

    threads: int
    candidate_per_s: float
    reference_per_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ScalingLaw:
    """Throughput of N threads: one·N / (1 + contention·(N-1) + crosstalk·N·(N-1))."""

    one: float
    contention: float
    crosstalk: float

    def at(self, threads: float) -> float:
        waiting = self.contention * (threads - 1) + self.crosstalk * threads * (threads - 1)
        return self.one * threads / (1 + waiting)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scaling:
    """Throughput against threads, and the law fitted to it; None with fewer than two points."""

    points: tuple[ScalingPoint, ...]
    candidate: ScalingLaw | None
    reference: ScalingLaw | None
    left_out: tuple[int, ...] = ()
    """Numbers of threads for which the slot had too few CPUs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LatencyRow:
    """One percentile over all pairs that count, in ns."""

    percentile: float
    candidate_ns: int
    reference_ns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency:
    """Latencies of a workload whose requests came at a fixed rate, counted from when each was due.

    `requests` of each side, over all pairs that count.
    """

    workload: str
    rate_per_s: float
    requests: int
    rows: tuple[LatencyRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TradeoffDot:
    """An answer's place: `name` is "yours", or that of a package's answer."""

    name: str
    x: float
    y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Tradeoff:
    """Two costs against each other; times in ns, sizes in bytes, counts as they are."""

    x: str
    y: str
    dots: tuple[TradeoffDot, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Extras:
    """What is shown beside the bar, where a problem asks for it."""

    scaling: Scaling | None = None
    latencies: tuple[Latency, ...] = ()
    tradeoff: Tradeoff | None = None


NO_EXTRAS = Extras()
