"""How often each rule is wrong: absolute limits, medians, and ours, on this machine, noise made.

    .venv/bin/python benchmarks/fairness.py [--full] [--pairs N] [--programs A,B] [--noise A,B]
                                             [--save]

Programs of known factor (their work is scaled, what starting costs included) run beside the
reference in the judge's own containers; beside them nothing, a busy loop on the same CPU, one on
another CPU, or a compiler. All pairs are recorded once, by CPU and by wall time; each rule then
judges the same record, from every starting point. Bar: 1.2; the record of the program there is
moved so that its median lies at the bar exactly; another that turns out to be within 4 % of it is
left out. Wrong: a factor below it rejected, or one above accepted as clear.
Printed: wrong and undecided verdicts, runs spent; at the bar itself, how many were rejected. Exits
with 1 when our rule misses what docs/measurement.md states.
"""

import argparse
import json
import os
import statistics
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from judge.benchmark.confidence_sequence import ROUNDS_MAX, ROUNDS_MIN
from judge.benchmark.paired_runs import PAIRS_FACTOR_MAX, PairedRuns
from judge.benchmark.ratio import (
    DISCARDED_SHARE_MAX,
    disturbance,
    is_candidate_first,
    is_crowded,
    is_decided,
    ratio_of,
)
from judge.building.package_programs import PackagePrograms
from judge.languages.base import ENVIRONMENT
from judge.performance import Benchmark, Metric, Pair, Workload
from judge.sandbox import Command, User
from judge.task import TargetSlot
from judge.values import COMPILATION_LIMITS as COMPILE_LIMITS
from judge.values import Artifact, Limits, SourceFile
from sandboxes import containers
from sandboxes.pool import Pool
from sandboxes.quiet import Quiet

OURS = "paired, sequential (ours)"
RESULT = Path(__file__).parents[1] / "web" / "measured" / "fairness.json"
BAR = 1.2
FACTORS = (1.0, 1.1, 1.2, 1.25, 1.5)
CALIBRATION_PAIRS = 41
NEAR = 0.04
JUDGED_BY = Benchmark(
    workloads=(Workload(name="w", input=""),), metric=Metric.CPU_TIME, limit=BAR, full=1.0
)
NOISES = ("quiet", "hog same CPU", "hog other CPU", "compiler")
LIMITS = Limits(cpu_ms=20_000, wall_ms=60_000)
C_SOURCE = b"""#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static uint64_t spin(uint64_t n, uint64_t x) {
  for (uint64_t i = 0; i < n; i++) x = (x ^ (x >> 29)) * 0x9e3779b97f4a7c15u;
  return x;
}

static uint64_t walk(uint64_t n, uint64_t x) {
  static uint32_t cells[1 << 20];
  for (uint32_t i = 0; i < 1 << 20; i++) cells[i] = (i * 1664525u + 1013904223u) & ((1 << 20) - 1);
  uint32_t at = (uint32_t)x & ((1 << 20) - 1);
  for (uint64_t i = 0; i < n; i++) at = cells[at] ^ (uint32_t)(i & 1);
  return at;
}

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static uint64_t shared, each;

static void *alone(void *seed) { return (void *)spin(each, (uint64_t)seed | 1); }
static void *contend(void *seed) {
  for (uint64_t i = 0; i < each; i++) {
    pthread_mutex_lock(&lock);
    shared += spin(20, i | 1) & 1;
    pthread_mutex_unlock(&lock);
  }
  return seed;
}

static uint64_t two(void *(*work)(void *), uint64_t n, uint64_t seed) {
  pthread_t threads[2];
  each = n / 2;
  for (int i = 0; i < 2; i++) pthread_create(&threads[i], NULL, work, (void *)seed);
  for (int i = 0; i < 2; i++) pthread_join(threads[i], NULL);
  return shared;
}

static uint64_t flush(uint64_t n, uint64_t x) {
  int fd = open("/tmp/log", O_RDWR | O_CREAT | O_TRUNC, 0600);
  char page[4096];
  memset(page, (int)x, sizeof page);
  for (uint64_t i = 0; i < n; i++) {
    if (pwrite(fd, page, sizeof page, (off_t)(i % 64) * 4096) != sizeof page) exit(2);
    fsync(fd);
  }
  return x;
}

int main(void) {
  char kind[16];
  uint64_t seed, n, x = 0;
  double factor = FACTOR;
  if (scanf("%15s %lu %lu", kind, &n, &seed) != 3) return 1;
  n = (uint64_t)((double)(n + OVERHEAD) * factor) - OVERHEAD;
  if (!strcmp(kind, "cpu")) x = spin(n, seed | 1);
  else if (!strcmp(kind, "memory")) x = walk(n, seed);
  else if (!strcmp(kind, "threads")) x = two(alone, n, seed);
  else if (!strcmp(kind, "locks")) x = two(contend, n, seed);
  else if (!strcmp(kind, "flush")) x = flush(n, seed);
  if (x == 42) puts("never");
  printf("%lu\\n", seed);
}
"""
PY_SOURCE = b"""kind, n, seed = input().split()
x = int(seed) | 1
for _ in range(int((int(n) + OVERHEAD) * FACTOR) - OVERHEAD):
    x = (x ^ (x >> 29)) * 0x9E3779B97F4A7C15 & 0xFFFFFFFFFFFFFFFF
print(seed)
"""
WORK = {
    "cpu": 12_000_000,
    "memory": 1_500_000,
    "threads": 20_000_000,
    "locks": 300_000,
    "flush": 12_000,
    "python": 90_000,
}
HOG = "x = 0\nwhile True: x += 1\n"


@dataclass
class Record:
    """(candidate, reference) costs in ns of one program, factor and noise, by either clock.

    `kept` is without what our rule throws away; the other rules don't see what disturbed a run.
    """

    all: dict[str, list[tuple[int, int]]] = field(default_factory=lambda: {"cpu": [], "wall": []})
    crowded: int = 0
    kept: dict[str, list[tuple[int, int]]] = field(default_factory=lambda: {"cpu": [], "wall": []})

    @property
    def is_near_the_bar(self) -> bool:
        """Whether the true ratio, by all pairs, lies within 4 % of the bar, whatever was wanted."""
        true = statistics.median(candidate / reference for candidate, reference in self.all["cpu"])
        return abs(true / BAR - 1) < NEAR


@dataclass
class Score:
    """Verdicts of one rule."""

    trials: int = 0
    wrong: int = 0
    undecided: int = 0
    unfit: int = 0
    near: int = 0
    """Truly nearer to the bar than is promised anything of: left out."""
    at_bar: int = 0
    rejected_at_bar: int = 0
    runs: int = 0


@dataclass(frozen=True)
class Trial:
    """What a rule may see: pairs from some point on, those that ours keeps, and the usual cost."""

    pairs: list[tuple[int, int]]
    kept: list[tuple[int, int]]
    usual: float
    crowded: bool
    """Whether most pairs ran beside others on the same CPUs."""


Rule = Callable[[Trial], tuple[str, int]]
"""Says slow, clear, close or unfit, and how many runs that took."""


def absolute(runs: int) -> Rule:
    def judge(trial: Trial) -> tuple[str, int]:
        cost = statistics.median(candidate for candidate, _ in trial.pairs[:runs])
        return ("slow" if cost > BAR * trial.usual else "clear"), runs

    return judge


def ratio_of_medians(trial: Trial) -> tuple[str, int]:
    candidate, reference = zip(*trial.pairs[:5], strict=True)
    slow = statistics.median(candidate) > BAR * statistics.median(reference)
    return ("slow" if slow else "clear"), 10


def ours(trial: Trial) -> tuple[str, int]:
    """As the product does, disturbed pairs left out; unfit where most of them were."""
    share_kept = len(trial.kept) / len(trial.pairs)
    rounds_max = min(ROUNDS_MAX, int(PAIRS_FACTOR_MAX * ROUNDS_MAX * share_kept))
    made = [
        Pair(workload="w", candidate_cost=candidate, reference_cost=reference, candidate_first=True)
        for candidate, reference in trial.kept[:rounds_max]
    ]
    for rounds in range(ROUNDS_MIN, len(made) + 1):
        ratio = ratio_of(made[:rounds], JUDGED_BY)
        if is_decided(ratio):
            return ("slow" if ratio.too_slow else "clear"), round(2 * rounds / share_kept)
    unfit = trial.crowded or 1 - share_kept > DISCARDED_SHARE_MAX
    return ("unfit" if unfit else "close"), round(2 * rounds_max / max(share_kept, 0.5))


RULES: dict[str, Rule] = {
    "absolute limit, one run": absolute(1),
    "absolute limit, median of 5": absolute(5),
    "ratio of medians of 5": ratio_of_medians,
    OURS: ours,
}


@contextmanager
def disturbed(pool: Pool, noise: str) -> Iterator[None]:
    """The noise, in containers of another pool, for as long as the block lasts."""
    stop = threading.Event()

    def hog() -> None:
        command = Command(arguments=("/usr/bin/python3", "-c", HOG), user=User.CANDIDATE)
        short = Limits(cpu_ms=2_000, wall_ms=4_000)
        with pool.arena(short) as arena:
            while not stop.is_set():
                arena.candidate.run(command, short)

    def compile_on() -> None:
        source = b'#include <iostream>\n#include <regex>\nint main() { std::regex r("a+"); }\n'
        gcc = ("/usr/bin/g++", "-O2", "-c", "/box/a.cpp", "-o", "/box/a.o")
        with pool.compile_box() as box:
            box.put("/box/a.cpp", source, user=User.CANDIDATE)
            command = Command(arguments=gcc, user=User.CANDIDATE, environment=ENVIRONMENT)
            while not stop.is_set():
                box.run(command, COMPILE_LIMITS)

    if noise == "quiet":
        yield
        return
    thread = threading.Thread(target=compile_on if noise == "compiler" else hog, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def program(programs: PackagePrograms, kind: str, factor: float, overhead: int) -> Artifact:
    python = kind == "python"
    source = PY_SOURCE if python else C_SOURCE
    for word, number in (("FACTOR", factor), ("OVERHEAD", overhead)):
        source = source.replace(word.encode(), str(number).encode())
    file = SourceFile("main.py" if python else "main.c", source)
    return programs.artifact(f"{kind} {factor}", "python3" if python else "c", (file,))


def overhead_of(slot: TargetSlot, kind: str) -> int:
    """What starting costs, in steps of the program's work: so that factors are of the whole."""
    costs = []
    for share in (1, 2):
        found = record(slot, kind, 1.0, 9, overhead=0, steps=share * WORK[kind])
        costs.append(statistics.median(candidate for candidate, _ in found.all["cpu"]))
    each = (costs[1] - costs[0]) / WORK[kind]
    return max(0, round((2 * costs[0] - costs[1]) / each))


def calibrated(slot: TargetSlot, kind: str, factor: float, overhead: int) -> float:
    """How much more work makes the program `factor` times as slow here, when all is quiet.

    Caches and a lock's traffic don't grow with the work; a factor that is not known to 1 % proves
    nothing at 4 % from a bar.
    """
    work = factor
    for _ in range(3 if factor > 1 else 0):
        pairs = record(slot, kind, work, CALIBRATION_PAIRS, overhead=overhead).all["cpu"]
        found = statistics.median(candidate / reference for candidate, reference in pairs)
        if found > 1:
            work = 1 + (work - 1) * (factor - 1) / (found - 1)
    return work


def record(
    slot: TargetSlot, kind: str, factor: float, pairs: int, *, overhead: int, steps: int = 0
) -> Record:
    workload = Workload(name=kind, input=f"{kind} {steps or WORK[kind]} {{seed}}")
    found = Record()
    with slot.sandbox.arena(LIMITS) as arena:
        runs = PairedRuns(slot.sandbox, arena.candidate, LIMITS, slot.seed)
        runs.install(
            program(slot.programs, kind, factor, overhead),
            program(slot.programs, kind, 1.0, overhead),
        )
        runs.warm_up(workload)
        for number in range(pairs):
            both = runs.run_pair(workload, candidate_first=is_candidate_first(number))
            candidate, reference = both.candidate.execution, both.reference.execution
            assert candidate.clean, candidate
            assert candidate.stdout == reference.stdout
            costs = {
                "cpu": (candidate.measurement.cpu_ns, reference.measurement.cpu_ns),
                "wall": (candidate.measurement.wall_ns, reference.measurement.wall_ns),
            }
            found.crowded += is_crowded(both.surroundings)
            usage = both.reference.usage()
            for clock, metric in (("cpu", Metric.CPU_TIME), ("wall", Metric.WALL_TIME)):
                found.all[clock].append(costs[clock])
                if not disturbance(both.surroundings, usage, metric):
                    found.kept[clock].append(costs[clock])
    return found


def tally(found: Record, clock: str, factor: float, usual: float, rule: Rule, into: Score) -> None:
    """Judge from every starting point of the record, going round at its end."""
    pairs, kept = found.all[clock], found.kept[clock]
    if factor == BAR:
        off = BAR / statistics.median(one / other for one, other in kept or pairs)
        pairs, kept = ([(round(m * off), t) for m, t in some] for some in (pairs, kept))
    for start in range(len(pairs)):
        turn = start * len(kept) // len(pairs)
        crowded = found.crowded > DISCARDED_SHARE_MAX * len(pairs)
        trial = Trial(pairs[start:] + pairs[:start], kept[turn:] + kept[:turn], usual, crowded)
        outcome, runs = rule(trial)
        if factor != BAR and found.is_near_the_bar:
            into.near += 1
            continue
        into.runs += runs
        if factor == BAR:
            into.at_bar += 1
            into.rejected_at_bar += outcome == "slow"
            continue
        into.trials += 1
        into.unfit += outcome == "unfit"
        into.undecided += outcome == "close"
        into.wrong += outcome == ("slow" if factor < BAR else "clear")


def main() -> None:
    options = arguments()
    scores = {(rule, clock): Score() for clock in ("cpu", "wall") for rule in RULES}
    isolated = Score()
    with ExitStack() as stack:
        client = stack.enter_context(closing(containers.connect()))
        for kind in options.programs:
            cpus = "0,1" if kind in ("threads", "locks") else "0"
            pool, others = pools(stack, client, cpus)
            slot = TargetSlot(pool, PackagePrograms(pool))
            overhead = overhead_of(slot, kind)
            usual = record(slot, kind, 1.0, 15, overhead=overhead)
            at_rest = {
                clock: statistics.median(candidate for candidate, _ in usual.all[clock])
                for clock in ("cpu", "wall")
            }
            factors = {factor: calibrated(slot, kind, factor, overhead) for factor in FACTORS}
            for noise in options.noise:
                beside = others["1" if noise == "hog other CPU" else "0"]
                with disturbed(beside, noise):
                    for factor in FACTORS:
                        work = factors[factor]
                        found = record(slot, kind, work, options.pairs, overhead=overhead)
                        said = f"{kind}, {noise}, {factor}: {summary(found, factor)}"
                        print(f"  {said}", file=sys.stderr, flush=True)
                        for (rule, clock), score in scores.items():
                            tally(found, clock, factor, at_rest[clock], RULES[rule], score)
                        if noise == "quiet":
                            tally(found, "wall", factor, at_rest["wall"], ours, isolated)
    scores[("ours, isolated slot", "wall")] = isolated
    report(scores)
    if options.save:
        save(scores, options)
    sys.exit(not kept(scores))


def save(scores: dict[tuple[str, str], Score], options: argparse.Namespace) -> None:
    """What /method shows."""
    rows = [
        {
            "rule": rule,
            "clock": clock,
            "wrong": score.wrong / max(1, score.trials),
            "undecided": score.undecided / max(1, score.trials),
            "handed_back": score.unfit / max(1, score.trials),
            "rejected_at_bar": score.rejected_at_bar / max(1, score.at_bar),
            "runs": score.runs / max(1, score.trials + score.at_bar),
        }
        for (rule, clock), score in scores.items()
    ]
    found = {
        "date": datetime.now(UTC).date().isoformat(),
        "command": f"benchmarks/fairness.py --programs {','.join(options.programs)}"
        f" --noise '{','.join(options.noise)}' --pairs {options.pairs}",
        "rows": rows,
    }
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(found, indent=1) + "\n")


def pools(stack: ExitStack, client: object, cpus: str) -> tuple[Pool, dict[str, Pool]]:
    """The measured slot, and others for noise, by their CPU."""
    quiet = Quiet()
    made = {}
    for name, where in (("slot", cpus), ("0", "0"), ("1", "1")):
        owner = f"fairness-{os.getpid()}-{name}"
        made[name] = Pool(client, cpus=where, owner=owner, quiet=quiet)  # type: ignore[arg-type]
        stack.callback(made[name].close)
    return made.pop("slot"), made


def summary(found: Record, factor: float) -> str:
    cpu = statistics.median(candidate / reference for candidate, reference in found.all["cpu"])
    wall = statistics.median(candidate / reference for candidate, reference in found.all["wall"])
    kept = " and ".join(str(len(found.kept[clock])) for clock in ("cpu", "wall"))
    ours_by = []
    for clock in ("cpu", "wall"):
        score = Score()
        tally(found, clock, factor, 0.0, ours, score)
        ours_by.append(f"{score.wrong}/{score.undecided}/{score.unfit}/{score.rejected_at_bar}")
    return (
        f"CPU {cpu:.3f}, wall {wall:.3f}; {kept} of {len(found.all['cpu'])} kept; "
        f"wrong/undecided/handed back/rejected at the bar {' and '.join(ours_by)}"
    )


def report(scores: dict[tuple[str, str], Score]) -> None:
    print(
        f"{'':30}{'by':>5}{'wrong':>9}{'undecided':>11}{'handed back':>13}"
        f"{'rejected at bar':>17}{'runs':>7}"
    )
    for (rule, clock), score in scores.items():
        judged = score.trials + score.at_bar
        print(
            f"{rule:30}{clock:>5}{share(score.wrong, score.trials):>9}"
            f"{share(score.undecided, score.trials):>11}{share(score.unfit, score.trials):>13}"
            f"{share(score.rejected_at_bar, score.at_bar):>17}{score.runs / max(1, judged):7.1f}"
        )


def share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "–"


def kept(scores: dict[tuple[str, str], Score]) -> bool:
    """Whether our rule does what is stated: by CPU time everywhere, by wall time when isolated."""
    cpu = scores[(OURS, "cpu")]
    wall = scores[("ours, isolated slot", "wall")]
    return (
        cpu.wrong <= 0.01 * cpu.trials
        and cpu.undecided <= 0.02 * cpu.trials
        and cpu.rejected_at_bar <= 0.01 * cpu.at_bar
        and wall.wrong <= 0.02 * wall.trials
        and wall.undecided <= 0.15 * wall.trials
    )


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="How often each rule is wrong, on this machine.")
    parser.add_argument("--full", action="store_true", help="all programs and noises, 93 pairs")
    parser.add_argument("--pairs", type=int, default=0, help="of each program, factor and noise")
    parser.add_argument("--programs", default="", help=f"of {', '.join(WORK)}")
    parser.add_argument("--noise", default="", help=f"of {', '.join(NOISES)}")
    parser.add_argument("--save", action="store_true", help="for /method to show")
    options = parser.parse_args()
    options.pairs = options.pairs or (93 if options.full else 40)
    programs = options.programs or (",".join(WORK) if options.full else "cpu,memory,python")
    options.programs = programs.split(",")
    noise = options.noise or (",".join(NOISES) if options.full else "quiet,hog same CPU")
    options.noise = noise.split(",")
    if unknown := (set(options.programs) - set(WORK)) | (set(options.noise) - set(NOISES)):
        parser.error(f"there is no {', '.join(sorted(unknown))}")
    return options


if __name__ == "__main__":
    main()
