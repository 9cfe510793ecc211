"""Each limit a tenth under and a tenth over: clean, and the right ending, no other."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from judge.building.compiling import build
from judge.languages import LANGUAGES
from judge.languages.base import ENVIRONMENT
from judge.sandbox import Arena, Command, User
from judge.values import MEBIBYTE, Artifact, BuildKind, Ending, Execution, Limits, SourceFile
from sandboxes.containers import PIDS_MAX
from sandboxes.pool import Pool

pytestmark = pytest.mark.docker

LIMITS = Limits(
    cpu_ms=1000,
    wall_ms=3000,
    memory_bytes=128 * MEBIBYTE,
    output_bytes=MEBIBYTE,
    file_bytes=10 * MEBIBYTE,
    stack_bytes=32 * MEBIBYTE,
    open_files=100,
)
# use KIND AMOUNT: CPU and wall in ms, sizes in bytes, files and processes by count.
SOURCE = rb"""
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long used_ms(void) { return clock() * 1000 / CLOCKS_PER_SEC; }

static long dive(long left) {
  volatile char frame[4096];
  for (unsigned i = 0; i < sizeof frame; i += 512) frame[i] = (char)left;
  return left <= 0 ? frame[0] : dive(left - 4096 - 64) + frame[512];
}

static void write_out(int fd, long amount) {
  static char chunk[4096];
  for (; amount > 0; amount -= 4096) if (write(fd, chunk, 4096) != 4096) exit(3);
}

static void in_children(long amount) {
  for (int i = 0; i < 4; i++)
    if (fork() == 0) {
      volatile char *part = malloc(amount / 4);
      for (long at = 0; at < amount / 4; at += 4096) part[at] = 1;
      usleep(500000);
      _exit(0);
    }
  int status, bad = 0;
  while (wait(&status) > 0) bad |= status;
  exit(bad != 0);
}

int main(int argc, char **argv) {
  const char *kind = argv[1];
  long amount = atol(argv[2]);
  if (strcmp(kind, "cpu") == 0) while (used_ms() < amount) {}
  if (strcmp(kind, "cpu-child") == 0) {
    if (fork() == 0) { while (used_ms() < amount) {} _exit(0); }
    wait(NULL);
  }
  if (strcmp(kind, "wall") == 0) usleep(amount * 1000);
  if (strcmp(kind, "memory") == 0) {
    volatile char *all = malloc(amount);
    for (long at = 0; at < amount; at += 4096) all[at] = 1;
  }
  if (strcmp(kind, "memory-children") == 0) in_children(amount);
  if (strcmp(kind, "memory-tmpfs") == 0)
    for (int i = 0; i < 16; i++) {
      char name[] = "/tmp/0";
      name[5] = (char)('a' + i);
      write_out(open(name, O_CREAT | O_WRONLY, 0600), amount / 16);
    }
  if (strcmp(kind, "output") == 0) write_out(1, amount);
  if (strcmp(kind, "file") == 0) write_out(open("/tmp/f", O_CREAT | O_WRONLY, 0600), amount);
  if (strcmp(kind, "stack") == 0) dive(amount);
  if (strcmp(kind, "files") == 0)
    for (long i = 3; i < amount; i++) if (open("/dev/null", O_RDONLY) < 0) return 4;
  if (strcmp(kind, "processes") == 0)
    for (long i = 2; i < amount; i++) {
      pid_t pid = fork();
      if (pid < 0) return 5;
      if (pid == 0) { pause(); }
    }
  return argc == 3 ? 0 : 9;
}
"""


@pytest.fixture(scope="module")
def program(pool: Pool) -> Artifact:
    built = build((SourceFile("main.c", SOURCE),), LANGUAGES["c"], BuildKind.PLAIN, pool)
    assert built.artifact is not None, built.build.output
    return built.artifact


@contextmanager
def lent_with(pool: Pool, program: Artifact) -> Iterator[Arena]:
    with pool.arena(LIMITS) as lent:
        for file in program.files:
            lent.candidate.put(f"/prog/{file.name}", file.content, mode=0o755)
        yield lent


@pytest.fixture
def arena(supervised: Pool, program: Artifact) -> Iterator[Arena]:
    with lent_with(supervised, program) as lent:
        yield lent


@pytest.fixture
def shipped(pool: Pool, program: Artifact) -> Iterator[Arena]:
    """With the supervisor as shipped: a sanitizer's shadow counts as the container's memory."""
    with lent_with(pool, program) as lent:
        yield lent


def use(arena: Arena, kind: str, amount: float) -> Execution:
    arguments = ("/prog/program", kind, str(int(amount)))
    command = Command(arguments=arguments, user=User.CANDIDATE, directory="/box")
    arena.candidate.wipe()
    return arena.candidate.run(command, LIMITS)


@pytest.mark.parametrize(
    ("kind", "limit", "ending"),
    [
        ("cpu", LIMITS.cpu_ms, Ending.CPU_LIMIT),
        ("cpu-child", LIMITS.cpu_ms, Ending.CPU_LIMIT),
        ("wall", LIMITS.wall_ms, Ending.WALL_LIMIT),
        ("memory", LIMITS.memory_bytes, Ending.MEMORY_LIMIT),
        ("memory-children", LIMITS.memory_bytes, Ending.MEMORY_LIMIT),
        ("output", LIMITS.output_bytes, Ending.OUTPUT_LIMIT),
        ("file", LIMITS.file_bytes, Ending.SIGNALLED),
        ("stack", LIMITS.stack_bytes, Ending.SIGNALLED),
        ("files", LIMITS.open_files, Ending.EXITED),
        ("processes", PIDS_MAX, Ending.EXITED),
    ],
)
def test_a_limit_is_where_it_says(arena: Arena, kind: str, limit: int, ending: Ending) -> None:
    under = use(arena, kind, limit * 0.9)
    assert under.clean, under
    over = use(arena, kind, limit * 1.1)
    assert over.ending is ending, over
    assert not over.clean


def test_files_in_memory_count_as_memory(shipped: Arena) -> None:
    """A file system of 64 MiB beside a limit of 40: what it holds is charged."""
    shipped.candidate.limit_memory(40 * MEBIBYTE)
    assert use(shipped, "memory-tmpfs", 36 * MEBIBYTE).clean
    assert use(shipped, "memory-tmpfs", 44 * MEBIBYTE).ending is Ending.MEMORY_LIMIT


@pytest.mark.parametrize(
    ("files", "cpu_ns", "kills"),
    [
        (
            {
                "cpu.stat": "usage_usec 123456\nuser_usec 100000\nsystem_usec 23456\n",
                "memory.events": "low 0\nhigh 0\nmax 9\noom 3\noom_kill 2\noom_group_kill 5\n",
            },
            123_456_000,
            2,
        ),
        (
            {
                "cpuacct/cpuacct.usage": "987654321\n",
                "memory/memory.oom_control": "oom_kill_disable 0\nunder_oom 0\noom_kill 4\n",
            },
            987_654_321,
            4,
        ),
    ],
    ids=["cgroup v2", "cgroup v1"],
)
def test_the_supervisor_reads_both_kinds_of_counters(
    pool: Pool, files: dict[str, str], cpu_ns: int, kills: int
) -> None:
    """Its own source, over a tree laid out as a host of that kind shows it."""
    sources = Path(__file__).parents[2] / "sandboxes" / "supervisor"
    gcc = "gcc -std=c17 -D_GNU_SOURCE -DCGROUP_ROOT='\"/box/tree\"' -o /box/a main.c cgroup.c"
    main = (
        '#include "supervisor.h"\n#include <stdio.h>\n#include <stdlib.h>\n'
        "void die(const char *what) { fputs(what, stderr); exit(1); }\n"
        "int main(void) { cgroup_open();\n"
        '  printf("%lu %lu\\n", cgroup_cpu_ns(), cgroup_oom_kills()); }\n'
    )
    with pool.compile_box() as box:
        for name in ("cgroup.c", "supervisor.h"):
            box.put(f"/box/src/{name}", (sources / name).read_bytes(), user=User.CANDIDATE)
        box.put("/box/src/main.c", main.encode(), user=User.CANDIDATE)
        for name, content in files.items():
            box.put(f"/box/tree/{name}", content.encode(), user=User.CANDIDATE)
        done = box.run(
            Command(
                arguments=("/bin/sh", "-c", f"{gcc} && /box/a"),
                user=User.CANDIDATE,
                environment=ENVIRONMENT,
                directory="/box/src",
            ),
            LIMITS,
        )
    assert done.stdout.decode() == f"{cpu_ns} {kills}\n", done


def test_cpu_time_and_peak_agree_with_the_hosts_own_counters(shipped: Arena) -> None:
    container = shipped.candidate._container  # type: ignore[attr-defined]
    for kind, amount in (("cpu", 400), ("cpu-child", 200)):
        before_ms = host_cpu_ms(container.id)
        measured = use(shipped, kind, amount).measurement
        host_ms = host_cpu_ms(container.id) - before_ms
        assert abs(measured.cpu_ms - host_ms) < max(5.0, 0.02 * host_ms)
    # What the program, its stack and the kernel's batches take is in both: some 2 MiB.
    empty, filled = (use(shipped, "memory", mib * MEBIBYTE).measurement for mib in (0, 60))
    assert abs(filled.memory_bytes_peak - host_peak_bytes(container.id)) < MEBIBYTE
    grown = filled.memory_bytes_peak - empty.memory_bytes_peak
    assert abs(grown - 60 * MEBIBYTE) < MEBIBYTE


def host_peak_bytes(container: str) -> int:
    """The host's own file of the peak, looked for without the product's code."""
    names = ("memory.max_usage_in_bytes", "memory.peak")
    found = [f for name in names for f in Path("/sys/fs/cgroup").glob(f"**/*{container}*/{name}")]
    assert found, "this host shows no memory counter of its containers"
    return int(found[0].read_text())


def host_cpu_ms(container: str) -> float:
    """What the host's own files say of a container's CPU time, cgroup v1 or v2."""
    root = Path("/sys/fs/cgroup")
    for place in ("cpuacct/docker", "cpu,cpuacct/docker"):
        file = root / place / container / "cpuacct.usage"
        if file.exists():
            return int(file.read_text()) / 1e6
    for place in (f"system.slice/docker-{container}.scope", f"docker/{container}"):
        file = root / place / "cpu.stat"
        if file.exists():
            return int(file.read_text().split()[1]) / 1e3
    raise AssertionError("this host shows no CPU counter of its containers")
