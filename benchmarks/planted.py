"""How surely the bank's planted wrong answers are caught, each with its 95 % interval.

    .venv/bin/python benchmarks/planted.py [MANY] [FEW] [PROBLEM...]

One of each problem, the one whose fault shows most rarely in a single run of the program, is judged
MANY times (300), the others FEW times (20). Exits with 1 when one of them is caught in less than
99 of 100. Some forty minutes; each row is printed as it is known. Problems that need what this
machine may lack are left out.
"""

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from cli.verify import bank_folders
from judge.benchmark.wilson import wilson_interval
from judge.verdicts import Verdict
from problems.package import load_folder

ROOT = Path(__file__).parents[1]
RAREST = {
    "atomic-save": "wrong_answer/name_not_flushed.c",
    "bounded-queue": "wrong_answer/lost_wakeup.cpp",
    "bplus-tree": "wrong_answer/separator.cpp",
    "write-ahead-log": "wrong_answer/no_checksum.cpp",
}
SHARE_MIN = 0.99


def verify(folder: Path, name: str, runs: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "cli", "verify", str(folder), "--only", name, "--json"]
    done = subprocess.run(
        [*command, "--runs", str(runs)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    rows: list[dict[str, Any]] = json.loads(done.stdout)
    return next(row for row in rows if row["submission"] == name)


def main() -> None:
    many, few = (int(word) for word in (sys.argv[1:3] + ["300", "20"][len(sys.argv[1:3]) :]))
    wanted = sys.argv[3:]
    worst = 1.0
    started = time.monotonic()
    for folder in bank_folders():
        package = load_folder(folder)
        if package.needs or (wanted and folder.name not in wanted):
            continue
        for sample in package.submissions:
            if sample.expected & {Verdict.ACCEPTED, Verdict.TOO_SLOW}:
                continue
            runs = many if sample.name == RAREST[folder.name] else few
            if runs == 0:
                continue
            row = verify(folder, sample.name, runs)
            caught = runs - row["got"].get(Verdict.ACCEPTED, 0) - row["got"].get("too-slow", 0)
            low, high = wilson_interval(caught, runs)
            worst = min(worst, caught / runs)
            got = ", ".join(f"{verdict} {count}" for verdict, count in row["got"].items())
            print(
                f"{folder.name}/{sample.name}: caught {caught} of {runs} ({low:.1%}-{high:.1%}), "
                f"{row['seconds'] / runs:.1f} s each: {got}",
                flush=True,
            )
    print(f"all in {(time.monotonic() - started) / 60:.0f} minutes; the least {worst:.1%}")
    sys.exit(worst < SHARE_MIN)


main()
