"""The problem that needs a GPU: refused where none is, and judged where OpenCL is pocl's.

What runs its kernels in `scripts/test soak` is pocl, which compiles OpenCL C for the CPU: kernels,
harness and checker are real, times are not. They ran on an H100 too, without a sandbox: there a
group's own memory was clear at first, and a kernel that relies on it was right. So it is soiled.
"""

import dataclasses
import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from cli.main import app
from judge.building.package_programs import PackagePrograms
from judge.judging import judge_submission
from judge.task import TargetSlot, Task
from judge.verdicts import Verdict
from problems import BANK
from problems.package import Package, load
from problems.package_submissions import PackageSubmission
from problems.tree import read_folder
from sandboxes import containers, images
from sandboxes.pool import ON_LINUX, Pool
from sandboxes.slots import cpusets

IMAGE = "judge/run-pocl:1"
ANY_DEVICE = b"DEVICES = 0xFFFFFFFF"
RACY = "wrong_answer/races.py"
"""Not caught for sure: pocl runs a group's work items one after the other on one CPU."""
SLOW = "time_limit_exceeded/simple.py"
"""Right, and not timed here."""


def test_where_no_gpu_is_the_command_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = SimpleNamespace(version=dict, close=lambda: None)
    monkeypatch.setattr(containers, "connect", lambda: engine)
    monkeypatch.setattr(containers, "gpus", lambda _client: ())
    answer = BANK / "gpu-histogram" / "submissions" / "accepted" / "ok.py"
    result = CliRunner().invoke(app, ["submit", "gpu-histogram", str(answer)])
    assert result.exit_code == 3
    assert "needs a GPU" in result.output


@pytest.fixture(scope="module")
def slot() -> Iterator[TargetSlot]:
    with closing(containers.connect()) as client:
        folder = Path(__file__).parents[1] / "gpu"
        images.follow_build(
            IMAGE,
            lambda: client.api.build(
                path=str(folder),
                tag=IMAGE,
                rm=True,
                decode=True,
                network_mode="host",
                buildargs=images.proxies(),
            ),
            lambda _text: None,
        )
        footing = dataclasses.replace(ON_LINUX, run_image=IMAGE)
        pool = Pool(client, cpus=cpusets(1)[0], owner=f"gpu-{os.getpid()}", footing=footing)
        yield TargetSlot(sandbox=pool, programs=PackagePrograms(pool))
        pool.close()


def package() -> Package:
    """On any device of OpenCL, and without the benchmark, whose times mean nothing here."""
    files = dict(read_folder(BANK / "gpu-histogram"))
    harness = "include/python3/main.py"
    assert files[harness].count(b"DEVICES = 1 << 2") == 1
    files[harness] = files[harness].replace(b"DEVICES = 1 << 2", ANY_DEVICE)
    loaded = load(files, slug="gpu-histogram")
    problem = dataclasses.replace(loaded.problem, benchmark=None)
    return dataclasses.replace(loaded, problem=problem)


@pytest.mark.docker
@pytest.mark.soak
@pytest.mark.parametrize("sample", package().submissions, ids=lambda sample: sample.name)
def test_each_kernel_earns_what_it_must(slot: TargetSlot, sample: PackageSubmission) -> None:
    task = Task(
        submission=sample.submission,
        problem=package().problem,
        slot=slot,
        report=lambda event: None,  # noqa: ARG005
    )
    verdict = judge_submission(task).verdict
    may_pass = sample.name in (RACY, SLOW)
    allowed = sample.expected | {Verdict.ACCEPTED} if may_pass else sample.expected
    assert verdict in allowed


LOOKS_INTO_THE_HARNESS = b"""
import ctypes, os
parent = os.getppid()
ways = [lambda: open(f"/proc/{parent}/mem", "rb"), lambda: os.listdir(f"/proc/{parent}/fd")]
reached = len(os.listdir("/proc/self/fd")) > 5
for way in ways:
    try:
        way()
        reached = True
    except OSError:
        pass
if ctypes.CDLL(None).ptrace(16, parent, 0, 0) == 0:
    reached = True
"""
"""Right where it reaches anything of the harness's."""
SAYS_IT_ALL_BY_ITSELF = b"""
import os
print(*[0] * 256)
os._exit(0)
"""


@pytest.mark.docker
@pytest.mark.soak
@pytest.mark.parametrize("hostile", [LOOKS_INTO_THE_HARNESS, SAYS_IT_ALL_BY_ITSELF])
def test_what_gives_the_kernel_reaches_nothing_of_the_harness(
    slot: TargetSlot, hostile: bytes
) -> None:
    right = next(one for one in package().submissions if one.name == "accepted/ok.py").submission
    (file,) = right.files
    content = hostile + b"if not reached: KERNEL = 'none'\n"
    looking = dataclasses.replace(file, content=file.content + content)
    task = Task(
        submission=dataclasses.replace(right, files=(looking,)),
        problem=package().problem,
        slot=slot,
        report=lambda event: None,  # noqa: ARG005
    )
    assert judge_submission(task).verdict in (Verdict.RUNTIME_ERROR, Verdict.WRONG_ANSWER)
