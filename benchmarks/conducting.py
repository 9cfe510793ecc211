"""What conducting costs: a library problem conducted, beside the same problem as it was before.

    .venv/bin/python benchmarks/conducting.py [RUNS] [PAIRS] [REVISION]

The package bounded-queue of this tree and that of REVISION (the last whose harness ran its script
and wrote its log by itself) judge the same answer in turn, RUNS times (9): the tests alone, without
timed runs, of those groups that both have; and all of this tree's, which tells what was added
since. Then each measures its reference against itself, PAIRS pairs (31), in turn. Prints
medians and their ratio, and how far the middle half of the pairs' ratios spreads. Exits with 1
where conducting takes over 1.3 times as long. Without REVISION in the clone (a shallow one lacks
it) the package of this tree stands for both.
"""

import dataclasses
import io
import math
import statistics
import subprocess
import sys
import tarfile
import time
from collections.abc import Collection
from pathlib import Path

from cli.local import local_slot
from judge.benchmark.paired_runs import PairedRuns
from judge.benchmark.ratio import is_candidate_first
from judge.grading import ValidatorRunner, limits_for
from judge.judging import judge_submission
from judge.task import TargetSlot, Task
from judge.values import BuildKind, Shape
from judge.verdicts import Verdict
from problems import BANK
from problems.package import Package, load, load_folder

ROOT = Path(__file__).parents[1]
SLUG, LANGUAGE = "bounded-queue", "c"
BEFORE = "f5e8a830dff0"
RATIO_MAX = 1.3


def package_of(revision: str) -> Package:
    """The package as it was, or as it is where the clone does not go back so far."""
    folder = BANK.relative_to(ROOT) / SLUG
    archive = subprocess.run(
        ["git", "archive", revision, str(folder)], cwd=ROOT, capture_output=True, check=False
    )
    if archive.returncode != 0:
        print(f"{revision} is not in this clone: the package is compared with itself")
        return load_folder(BANK / SLUG)
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as tar:
        files = {
            one.name.removeprefix(f"{folder}/"): content.read()
            for one in tar
            if one.isfile() and (content := tar.extractfile(one)) is not None
        }
    return load(files, slug=SLUG)


def tests_s(package: Package, slot: TargetSlot, groups: Collection[str]) -> float:
    """How long the reference's tests of these groups take, without its timed runs."""
    problem = dataclasses.replace(
        package.problem,
        fresh=tuple(tests for tests in package.problem.fresh if tests.group in groups),
        benchmark=None,
        growth=None,
        scaling=None,
        tradeoff=None,
    )
    (answer,) = (
        one.submission for one in package.submissions if one.name == f"accepted/ok.{LANGUAGE}"
    )
    started = time.monotonic()
    judgement = judge_submission(
        Task(submission=answer, problem=problem, slot=slot, report=_unheard)
    )
    assert judgement.verdict is Verdict.ACCEPTED, judgement
    builds_s = sum(build.wall_ms for build in judgement.builds) / 1000
    return time.monotonic() - started - builds_s


def _unheard(_event: object) -> None:
    """Nobody listens to the progress."""


def spread(package: Package, slot: TargetSlot, pairs: int) -> float:
    """How far apart the quartiles of the reference's ratio to itself are: 0.02 is 2 %."""
    problem = package.problem
    benchmark = problem.benchmark
    assert benchmark is not None
    files, includes = problem.references[LANGUAGE], problem.includes[LANGUAGE]
    program = slot.programs.artifact("the reference", LANGUAGE, files, includes=includes)
    limits = limits_for(problem, LANGUAGE, BuildKind.PLAIN)
    ratios: list[float] = []
    with slot.sandbox.arena(limits) as arena:
        interactive = problem.shape is Shape.INTERACTIVE
        validator = (
            ValidatorRunner(problem, arena.judge, slot.programs, slot.sandbox.target)
            if interactive
            else None
        )
        runs = PairedRuns(slot.sandbox, arena.candidate, limits, slot.seed, validator)
        runs.install(program, program)
        workload = benchmark.workloads[0]
        runs.warm_up(workload)
        while len(ratios) < pairs:
            first = is_candidate_first(len(ratios))
            both = runs.run_pair(workload, candidate_first=first)
            assert both.candidate.right
            if not both.candidate.conducted:
                ours, theirs = both.candidate.usage().cpu_ns, both.reference.usage().cpu_ns
                ratios.append(math.log(ours / theirs))
    low, _, high = statistics.quantiles(ratios, n=4)
    return high - low


def main() -> None:
    given = sys.argv[1:]
    runs, pairs = (int(word) for word in (*given[:2], *("9", "31")[len(given[:2]) :]))
    packages = {"before": package_of(given[2] if len(given) > 2 else BEFORE)}  # noqa: PLR2004
    packages["conducted"] = load_folder(BANK / SLUG)
    groups = {name: {tests.group for tests in p.problem.fresh} for name, p in packages.items()}
    shared = groups["before"] & groups["conducted"]
    taken: dict[str, list[float]] = {name: [] for name in packages}
    whole: list[float] = []
    with local_slot() as slot:
        for _ in range(runs):
            for name, package in packages.items():
                taken[name].append(tests_s(package, slot, shared))
            whole.append(tests_s(packages["conducted"], slot, groups["conducted"]))
        spreads = {name: spread(package, slot, pairs) for name, package in packages.items()}
    medians = {name: statistics.median(times) for name, times in taken.items()}
    for name in packages:
        print(
            f"{name}: tests {medians[name]:.2f} s at the median of {runs}; the reference against "
            f"itself, quartiles {100 * spreads[name]:.1f} % apart"
        )
    added = ", ".join(sorted(groups["conducted"] - shared)) or "nothing"
    print(f"with what was added since ({added}): {statistics.median(whole):.2f} s")
    ratio = medians["conducted"] / medians["before"]
    print(f"conducted / before: {ratio:.2f} (at most {RATIO_MAX})")
    if ratio > RATIO_MAX:
        sys.exit(1)


if __name__ == "__main__":
    main()
