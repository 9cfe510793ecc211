"""Each benchmark runs: one of them once rotted unseen. What it measures here says nothing."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SMOKE: dict[str, tuple[str, ...]] = {
    "compiling": ("1",),
    "fairness": ("--pairs", "8", "--programs", "cpu", "--noise", "quiet"),
    "fleet": (
        *("--runners", "1", "--waiting", "20", "--database", "sqlite"),
        *("--sitting", "2", "--candidates", "20"),
    ),
    "journey": ("4",),
    "pages": ("--problems", "4", "--versions", "3", "--looks", "3", "--database", "sqlite"),
    "planted": ("1", "0", "bplus-tree"),
    "sandbox": ("3",),
    "conducting": ("1", "8", "HEAD"),
    "verifying": ("4", "2"),
}
ELSEWHERE = {"windows": "needs the images of windows-wine: scripts/test windows"}


def run(name: str, *options: str) -> str:
    done = subprocess.run(
        [sys.executable, f"benchmarks/{name}.py", *options],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    # 1 says that a promise was missed, which so few runs can't tell.
    ran = done.returncode in (0, 1) and "Traceback" not in done.stderr
    assert ran, done.stdout[-1500:] + done.stderr[-1500:]
    return done.stdout


def test_every_benchmark_has_a_smoke_run() -> None:
    names = {path.stem for path in (ROOT / "benchmarks").glob("*.py")} - {"__init__"}
    assert names == set(SMOKE) | set(ELSEWHERE)


@pytest.mark.docker
@pytest.mark.parametrize("name", SMOKE)
def test_a_benchmark_runs(name: str) -> None:
    assert run(name, *SMOKE[name]).strip()


@pytest.mark.docker
@pytest.mark.windows
def test_the_benchmark_of_windows_runs() -> None:
    assert run("windows", "1").strip()
