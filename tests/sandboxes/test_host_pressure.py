"""What the kernel holds for all: read from trees as proc has them, and from this host's own."""

from pathlib import Path

import pytest

from sandboxes.host_pressure import host_shares, suffering

QUIET = {
    "meminfo": "MemTotal: 24000000 kB\nSUnreclaim: 400000 kB\nKernelStack: 20000 kB\n"
    "PageTables: 50000 kB\n",
    "cgroups": "#subsys_name\thierarchy\tnum_cgroups\tenabled\nmemory\t9\t120\t1\n",
    "loadavg": "0.10 0.20 0.30 2/350 4711\n",
    "sys/fs/dentry-state": "400000 380000 45 0 150000 0\n",
    "sys/fs/file-nr": "2000 0 1000000\n",
    "sys/fs/aio-nr": "0\n",
    "sys/fs/aio-max-nr": "65536\n",
    "sys/kernel/threads-max": "100000\n",
}


def host(folder: Path, **changed: str) -> Path:
    for name, text in {**QUIET, **{k.replace("__", "/"): v for k, v in changed.items()}}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def test_a_quiet_host_does_not_suffer(tmp_path: Path) -> None:
    shares = host_shares(host(tmp_path))
    assert [one.name for one in shares] == [
        "kernel memory",
        "names that are not there",
        "memory cgroups",
        "open files",
        "asynchronous input and output",
        "threads",
    ]
    assert all(one.share < 0.1 for one in shares)
    assert suffering(tmp_path) == ""


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("meminfo", "MemTotal: 1000000 kB\nSUnreclaim: 450000 kB\n", "kernel memory"),
        ("cgroups", "memory\t9\t60000\t1\n", "memory cgroups: 60000"),
        ("loadavg", "0 0 0 2/90000 1\n", "threads: 90000 of 100000"),
        ("sys__fs__file-nr", "900000 0 1000000\n", "open files"),
        ("sys__fs__aio-nr", "65530\n", "asynchronous"),
        ("sys__fs__dentry-state", "90000000 1 45 0 80000000 0\n", "names that are not there"),
    ],
)
def test_what_runs_out_is_told(tmp_path: Path, name: str, text: str, told: str) -> None:
    assert told in suffering(host(tmp_path, **{name: text}))


def test_what_a_host_does_not_tell_is_left_out(tmp_path: Path) -> None:
    assert host_shares(tmp_path) == ()
    (tmp_path / "loadavg").write_text("half\n")
    (tmp_path / "cgroups").write_text("\n")
    assert host_shares(tmp_path) == ()


def test_this_host_tells_and_does_not_suffer() -> None:
    assert {one.name for one in host_shares()} >= {"kernel memory", "open files", "threads"}
    assert suffering() == ""
