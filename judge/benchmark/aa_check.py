"""Whether a machine can measure now: the same program against itself must tie.

Before anything is ranked, every hour, and after pairs had to be thrown away, a small program of
ours (half of it computes, half of it walks through memory) is measured against itself. If the
interval does not hold 1, twice in a row, or is too wide for a limit, the machine goes on judging
correctness and hands back what it would have to measure.
"""

import logging
import math
import threading
import time
from dataclasses import dataclass

from judge.benchmark.paired_runs import PairedRuns
from judge.benchmark.ratio import is_candidate_first, ratio_of
from judge.performance import Benchmark, Metric, Pair, Workload
from judge.task import TargetSlot
from judge.values import MEBIBYTE, Limits, SourceFile

_log = logging.getLogger(__name__)

ROUNDS = 16
VALID_S = 3600.0
LIMITS = Limits(cpu_ms=5_000, wall_ms=20_000, memory_bytes=64 * MEBIBYTE)
BENCHMARK = Benchmark(
    workloads=(Workload(name="a/a", input="{seed}"),),
    metric=Metric.CPU_TIME,
    limit=2.0,
    full=1.0,
    rounds_max=ROUNDS,
)
SOURCE = b"""#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>

enum { CELLS = 1 << 18 }; /* 1 MiB: more would measure how fast a guest gets fresh pages */
static uint32_t next[CELLS];

int main(void) {
  uint64_t seed, mixed;
  if (scanf("%" SCNu64, &seed) != 1) return 1;
  mixed = seed | 1;
  for (int i = 0; i < 12000000; i++) mixed = (mixed ^ (mixed >> 29)) * 0x9e3779b97f4a7c15u;
  for (uint32_t i = 0; i < CELLS; i++) next[i] = (i * 1664525u + (uint32_t)mixed) % CELLS;
  uint32_t at = (uint32_t)seed % CELLS;
  for (int i = 0; i < 300000; i++) at = next[at] ^ (uint32_t)(i & 1);
  printf("%" PRIu64 " %u\\n", mixed, at);
}
"""


@dataclass(frozen=True, slots=True)
class AACheck:
    """One A/A check: the interval of a program's ratio to itself."""

    low: float
    high: float

    @property
    def noise_floor(self) -> float:
        """The smallest excess over 1 that could be told apart: 0.015 is 1.5 %."""
        return max(self.high, 1 / self.low if self.low > 0 else math.inf) - 1

    @property
    def ties(self) -> bool:
        return self.low <= 1 <= self.high

    def is_fit_for(self, limit: float) -> bool:
        """Whether noise takes up less than half of the way from a tie to the limit."""
        return self.ties and (1 + self.noise_floor) ** 2 <= limit

    @property
    def words(self) -> str:
        return f"the same program against itself measured {self.low:.3f} to {self.high:.3f}"


class AAMonitor:
    """One slot's latest check, made again when it is due."""

    def __init__(self, slot: TargetSlot) -> None:
        self._slot = slot
        self._lock = threading.Lock()
        self._check: AACheck | None = None
        self._made_at = 0.0

    def current(self, limit: float) -> AACheck:
        """The check that holds now; one that is not fit for `limit` is made again.

        Raises SandboxFault when the sandbox breaks.
        """
        with self._lock:
            old = time.monotonic() - self._made_at > VALID_S
            if self._check is None or old or not self._check.is_fit_for(limit):
                self._check = _twice(self._slot, limit)
                self._made_at = time.monotonic()
                if not self._check.is_fit_for(limit):
                    _log.warning("not fit to measure against %.2f: %s", limit, self._check.words)
            return self._check

    def ties_now(self, limit: float) -> bool:
        """Whether a check made at once is fit for `limit`: then it was not the machine."""
        self.doubt()
        return self.current(limit).is_fit_for(limit)

    def doubt(self) -> None:
        """Something was odd: check again before anything else is measured."""
        with self._lock:
            self._made_at = -math.inf


def _twice(slot: TargetSlot, limit: float) -> AACheck:
    """A check; a second one where the first fails, since one of fifty fails by chance."""
    first = run_aa_check(slot)
    return first if first.is_fit_for(limit) else run_aa_check(slot)


def run_aa_check(slot: TargetSlot) -> AACheck:
    """Measure our program against itself, `ROUNDS` rounds."""
    source = (SourceFile("main.c", SOURCE),)
    program = slot.programs.artifact("the judge's own A/A program", "c", source)
    workload = BENCHMARK.workloads[0]
    pairs: list[Pair] = []
    with slot.sandbox.arena(LIMITS) as arena:
        runs = PairedRuns(slot.sandbox, arena.candidate, LIMITS, slot.seed)
        runs.install(program, program)
        runs.warm_up(workload)
        while sum(not pair.disturbed for pair in pairs) < ROUNDS and len(pairs) < 2 * ROUNDS:
            first = is_candidate_first(len(pairs))
            both = runs.run_pair(workload, candidate_first=first)
            pairs.append(both.pair(workload, BENCHMARK, candidate_first=first))
    ratio = ratio_of(pairs, BENCHMARK)
    return AACheck(ratio.low, ratio.high)
