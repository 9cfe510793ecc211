"""What others did meanwhile: exact where the host's control groups tell, by ticks else."""

from pathlib import Path

import pytest

from sandboxes import cgroups
from sandboxes.disturbance import watched


def counters(directory: Path, *, ticks: int, exact_ns: int) -> None:
    busy = f"{ticks} 0 0 0 0 0 0 0"
    (directory / "stat").write_text(f"cpu {busy}\ncpu0 {busy}\ncpu1 {busy}\nctxt {ticks}\n")
    accounts = directory / "cpuacct/cpuacct.usage_percpu"
    if accounts.parent.is_dir():
        accounts.write_text(f"{exact_ns} {exact_ns * 2} \n")
    else:
        (directory / "cpu.stat").write_text(f"usage_usec {exact_ns // 1000}\nuser_usec 0\n")


@pytest.mark.parametrize(
    ("version", "cpus", "busy_ns"),
    [
        # Exact, of the slot's own CPUs.
        (1, "0", 5_000_000),
        (1, "0,1", 15_000_000),
        # Exact, of the whole host: what ticks say of a CPU can't be more.
        (2, "1", 5_000_000),
    ],
)
def test_who_is_awake_around_ticks_alone_is_not_taken_for_others(
    tmp_path: Path, version: int, cpus: str, busy_ns: int
) -> None:
    if version == 1:
        (tmp_path / "cpuacct").mkdir()
    counters(tmp_path, ticks=100, exact_ns=1_000_000_000)
    with watched(cpus, tmp_path / "stat", tmp_path) as watch:
        counters(tmp_path, ticks=150, exact_ns=1_005_000_000)
    assert (watch.busy_ns, watch.switches) == (busy_ns, 50)


def test_a_groups_own_accounts_are_not_taken_for_the_hosts(tmp_path: Path) -> None:
    (tmp_path / "cpuacct").mkdir()
    counters(tmp_path, ticks=100_000, exact_ns=7_000_000)
    with watched("0", tmp_path / "stat", tmp_path) as watch:
        counters(tmp_path, ticks=100_050, exact_ns=7_000_001)
    assert watch.busy_ns > 100_000_000


def test_without_accounts_ticks_are_all_there_is(tmp_path: Path) -> None:
    (tmp_path / "cpuacct").mkdir()
    counters(tmp_path, ticks=100, exact_ns=0)
    with watched("0", tmp_path / "stat", tmp_path / "nowhere") as watch:
        counters(tmp_path, ticks=150, exact_ns=0)
    assert watch.busy_ns > 100_000_000
    assert cgroups.busy_time("0", tmp_path / "nowhere") is None
    assert cgroups.busy_time("7", tmp_path) is None
