"""The sandbox in real containers: what a program did, what it could not, and what it left."""

import errno
import json
import os
import statistics
import threading
import time
from collections.abc import Iterator
from typing import Any

import docker
import pytest

from judge.errors import SandboxFault
from judge.languages.base import ENVIRONMENT
from judge.sandbox import Arena, Command, User
from judge.values import COMPILATION_LIMITS as COMPILE_LIMITS
from judge.values import MEBIBYTE, Ending, Execution, Limits
from sandboxes.pool import Pool
from sandboxes.seccomp import REFUSED, profile

pytestmark = pytest.mark.docker

LIMITS = Limits(cpu_ms=1000, wall_ms=2500)


@pytest.fixture
def arena(supervised: Pool) -> Iterator[Arena]:
    with supervised.arena(LIMITS) as lent:
        yield lent


def python(arena: Arena, code: str, limits: Limits = LIMITS, stdin: str = "") -> Execution:
    arguments = ("/usr/bin/python3", "-I", "-c", code)
    command = Command(arguments=arguments, user=User.CANDIDATE, directory="/box", stdin=stdin)
    return arena.candidate.run(command, limits)


def test_a_program_reads_its_input_and_its_output_comes_back(arena: Arena) -> None:
    arena.candidate.put("/prog/in", b"hello", mode=0o600)
    execution = python(arena, "print(input() * 2)", stdin="/prog/in")
    assert execution.clean
    assert execution.stdout == b"hellohello\n"


@pytest.mark.parametrize(
    ("code", "ending"),
    [
        ("while True: pass", Ending.CPU_LIMIT),
        ("import time; time.sleep(60)", Ending.WALL_LIMIT),
        ("import signal; signal.pause()", Ending.WALL_LIMIT),
        ("x = bytearray(600 << 20)", Ending.MEMORY_LIMIT),
        ("open('/tmp/f', 'wb').write(bytes(60 << 20))", Ending.EXITED),
        ("while True: print('x' * 4096)", Ending.OUTPUT_LIMIT),
        ("import sys\nwhile True: sys.stderr.write('x' * 4096)", Ending.OUTPUT_LIMIT),
        ("import os\nwhile True: os.fork()", Ending.CPU_LIMIT),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSTOP)", Ending.WALL_LIMIT),
        ("import os; os.abort()", Ending.SIGNALLED),
        ("raise SystemExit(3)", Ending.EXITED),
    ],
)
def test_every_way_to_end_is_told_apart(arena: Arena, code: str, ending: Ending) -> None:
    execution = python(arena, code)
    # A fork bomb may hit the memory before it has used up its time; both are its own doing.
    allowed = {ending, Ending.MEMORY_LIMIT} if "fork" in code else {ending}
    assert execution.ending in allowed, execution
    assert python(arena, "print('next')").stdout == b"next\n"


def test_a_crowd_that_fights_for_the_last_page_is_stopped_each_time(pool: Pool) -> None:
    """The supervisor once waited in that crowd for over 20 s, in one of 25 runs."""
    for _ in range(15):
        with pool.arena(LIMITS) as arena:
            execution = python(arena, "import os\nwhile True: os.fork()")
            assert execution.ending in (Ending.MEMORY_LIMIT, Ending.CPU_LIMIT, Ending.EXITED)
            assert python(arena, "print('next')").stdout == b"next\n"


@pytest.mark.parametrize(
    "code",
    [
        "import os; os.kill(1, 9)",
        "import os; os.kill(-1, 9)",
        "import os; os.setuid(0)",
        "import os; os.chroot('/')",
        "open('/etc/x', 'w')",
        "open('/prog/x', 'w')",
        "import os; os.listdir('/ref')",
        "import os; os.listdir('/proc/1/fd')",
        "open('/proc/1/mem', 'rb').read(1)",
        "open('/proc/1/environ', 'rb').read(1)",
        "import socket; socket.create_connection(('1.1.1.1', 53), timeout=1)",
        "import ctypes; assert ctypes.CDLL(None).mount(0, b'/tmp', b'tmpfs', 0, 0) == 0",
        "import ctypes; assert ctypes.CDLL(None).unshare(0x10000000) == 0",
        "import ctypes; assert ctypes.CDLL(None).ptrace(16, 1, 0, 0) == 0",
        "import ctypes; assert ctypes.CDLL(None).shmget(0, 4096, 0o1666) >= 0 and False",
        "import os; os.mknod('/tmp/d', 0o60666, os.makedev(8, 0))",
    ],
)
def test_what_must_not_succeed_fails(arena: Arena, code: str) -> None:
    execution = python(arena, code)
    assert not execution.clean, code
    assert python(arena, "print('alive')").stdout == b"alive\n"


def test_system_calls_that_the_profile_refuses_are_refused(pool: Pool) -> None:
    calls = "".join(
        f"#ifdef SYS_{name}\n  errno = 0;\n  syscall(SYS_{name}, 7, 7, 7, 7, 7, 7);\n"
        f'  printf("{name} %d\\n", errno);\n#endif\n'
        for name in REFUSED.split()
    )
    source = (
        "#include <errno.h>\n#include <stdio.h>\n#include <sys/syscall.h>\n#include <unistd.h>\n"
        f"int main(void) {{\n{calls}}}\n"
    )
    with pool.compile_box() as box:
        box.put("/box/a.c", source.encode(), user=User.CANDIDATE)
        gcc = ("/usr/bin/gcc", "-static", "-o", "/box/a", "/box/a.c")
        built = box.run(
            Command(arguments=gcc, user=User.CANDIDATE, environment=ENVIRONMENT, directory="/box"),
            COMPILE_LIMITS,
        )
        assert built.clean, built.stderr
        program = box.get("/box/a", bytes_max=1 << 24, user=User.CANDIDATE)
    assert program is not None
    with pool.arena(LIMITS) as arena:
        arena.candidate.put("/prog/a", program, mode=0o755)
        done = arena.candidate.run(
            Command(arguments=("/prog/a",), user=User.CANDIDATE, directory="/box"), LIMITS
        )
    errors = dict(line.split() for line in done.stdout.decode().splitlines())
    assert len(errors) > 60
    assert {name: error for name, error in errors.items() if error != str(errno.EPERM)} == {}


def test_address_randomisation_is_the_supervisors_to_switch(arena: Arena) -> None:
    where = "print([line for line in open('/proc/self/maps') if '[stack]' in line])"

    def run(code: str, *, fixed: bool) -> str:
        arguments = ("/usr/bin/python3", "-I", "-c", code)
        command = Command(arguments=arguments, user=User.CANDIDATE, fixed_addresses=fixed)
        return arena.candidate.run(command, LIMITS).stdout.decode()

    assert run(where, fixed=True) == run(where, fixed=True)
    assert len({run(where, fixed=False) for _ in range(4)}) > 1
    ask = "import ctypes; print(ctypes.CDLL(None).personality({}))"
    for fixed in (True, False):
        assert run(ask.format("0x0040000"), fixed=fixed) == "-1\n"


def held(arena: Arena, code: str) -> Execution:
    """What starts is ours, and stops itself when it is ready: as Wine's supervisor does."""
    arguments = ("/usr/bin/python3", "-I", "-c", code)
    command = Command(arguments=arguments, user=User.CANDIDATE, held=True)
    return arena.candidate.run(command, LIMITS)


HOLD = "import os, signal, time\nos.kill(os.getpid(), signal.SIGSTOP)\n"
BURN = "end = time.process_time() + {0}\nwhile time.process_time() < end: pass\n"


def test_a_held_programs_time_counts_from_when_it_was_let_go(arena: Arena) -> None:
    before = "import time\n" + BURN.format(1.2)  # more than its limit
    done = held(arena, before + HOLD + BURN.format(0.2) + "print('over')")
    assert (done.ending, done.stdout) == (Ending.EXITED, b"over\n")
    assert 0.15 < done.measurement.cpu_ns / 1e9 < 0.8
    assert done.measurement.preparing_cpu_ns / 1e9 > 1.0
    assert done.measurement.wall_ns / 1e9 < 1.2
    over = held(arena, HOLD + BURN.format(5))
    assert over.ending is Ending.CPU_LIMIT


def test_who_stops_a_second_time_is_not_let_go_again(arena: Arena) -> None:
    done = held(arena, HOLD + HOLD + "print('over')")
    assert (done.ending, done.stdout) == (Ending.WALL_LIMIT, b"")
    asleep = held(arena, HOLD + "time.sleep(60)")
    assert (asleep.measurement.threads, asleep.measurement.threads_asleep) == (1, 1)


def test_what_never_comes_to_its_program_is_a_fault_of_ours(arena: Arena) -> None:
    with pytest.raises(SandboxFault, match="did not come to start it"):
        held(arena, "print('never held')")
    assert python(arena, "print(1)").clean, "the sandbox goes on"


def test_a_program_inherits_three_descriptors_and_no_environment(arena: Arena) -> None:
    code = "import os; print(sorted(map(int, os.listdir('/proc/self/fd')))[:4], dict(os.environ))"
    text = python(arena, code).stdout.decode()
    assert text.startswith("[0, 1, 2, 3]")  # 3 is the listing itself
    assert "{}" in text or "LC_CTYPE" in text


def test_who_outlives_its_test_is_gone_and_its_time_is_counted(arena: Arena) -> None:
    burn = (
        "import os, signal, time\nsignal.signal(signal.SIGCHLD, signal.SIG_IGN)\n"
        "if os.fork() == 0:\n os.setsid()\n if os.fork() == 0:\n"
        "  end = time.process_time() + 0.3\n  while time.process_time() < end: pass\n"
        "  time.sleep(60)\n os._exit(0)\n"
        "time.sleep(0.8)\n"
    )
    execution = python(arena, burn)
    assert execution.clean
    assert execution.measurement.cpu_ms > 290
    left = "import os; print([p for p in os.listdir('/proc') if p.isdigit()])"
    pids = json.loads(python(arena, left).stdout.decode().replace("'", '"'))
    assert len(pids) == 2  # the supervisor, and who asks


def test_files_left_behind_are_wiped_whatever_their_shape(arena: Arena) -> None:
    litter = (
        "import os\nos.makedirs('/box/a/b'); open('/box/a/b/c', 'w').close()\n"
        "os.chmod('/box/a', 0)\nos.symlink('/etc/passwd', '/box/link')\nos.mkfifo('/tmp/fifo')\n"
        "open('/dev/shm/x', 'w').close()\nos.chmod('/box', 0)\n"
    )
    assert python(arena, litter).clean
    arena.candidate.wipe()
    look = "import os; print(os.listdir('/box') + os.listdir('/tmp') + os.listdir('/dev/shm'))"
    assert python(arena, look).stdout == b"[]\n"


@pytest.mark.parametrize(
    "plant",
    [
        "os.symlink('/etc/passwd', '/box/out')",
        "os.symlink('/prog/secret', '/box/out')",
        "os.mkfifo('/box/out')",
        "os.mkdir('/box/out')",
        "open('/box/out', 'wb').write(bytes(5000))",
    ],
)
def test_what_comes_out_is_a_small_regular_file_or_nothing(arena: Arena, plant: str) -> None:
    arena.candidate.put("/prog/secret", b"the answers", mode=0o600)
    assert python(arena, f"import os; {plant}").clean
    assert arena.candidate.get("/box/out", bytes_max=4096, user=User.CANDIDATE) is None


def test_the_reference_is_unreadable_and_unseen(arena: Arena) -> None:
    arena.candidate.put("/ref/program", b"secret", user=User.REFERENCE, mode=0o500)
    assert not python(arena, "open('/ref/program', 'rb').read()").clean
    command = Command(arguments=("/usr/bin/cat", "/ref/program"), user=User.REFERENCE)
    assert arena.candidate.run(command, LIMITS).stdout == b"secret"


def test_memory_is_the_tests_own_though_an_earlier_one_used_more(arena: Arena) -> None:
    peaks = [
        python(arena, f"x = bytearray({size} << 20)").measurement.memory_bytes_peak / MEBIBYTE
        for size in (5, 80, 20)
    ]
    assert peaks[1] > 80
    assert peaks[2] < 60


def test_cpu_time_agrees_with_the_programs_own_clock(arena: Arena) -> None:
    code = (
        "import time\nend = time.process_time() + 0.4\n"
        "while time.process_time() < end: pass\nprint(time.process_time())"
    )
    execution = python(arena, code)
    own_ms = float(execution.stdout) * 1000
    assert abs(execution.measurement.cpu_ms - own_ms) < 30


def test_a_container_is_made_as_hard_as_written(pool: Pool) -> None:
    client = docker.from_env()
    with pool.arena(LIMITS):
        owner = f"judge.owner=tests-{os.getpid()}"
        made = client.containers.list(ignore_removed=True, filters={"label": owner})
        assert made
        for container in made:
            host: dict[str, Any] = container.attrs["HostConfig"]
            assert host["ReadonlyRootfs"]
            assert host["CapDrop"] == ["ALL"]
            assert sorted(c.removeprefix("CAP_") for c in host["CapAdd"]) == [
                "KILL",
                "SETGID",
                "SETUID",
            ]
            assert host["SecurityOpt"] == ["no-new-privileges", f"seccomp={profile()}"]
            assert host["NetworkMode"] == "none" or host["NetworkMode"].startswith("container:")
            assert host["IpcMode"] == "none"
            assert host["PidsLimit"] == 256
            assert host["Memory"] == host["MemorySwap"] > 0
            assert not host["Privileged"]
            assert not host["Binds"]
            assert host["LogConfig"]["Type"] == "none"
            assert host["CpusetCpus"]
    client.close()


def test_a_supervisor_that_dies_is_a_fault_and_no_verdict(pool: Pool) -> None:
    client = docker.from_env()
    with pool.arena(LIMITS) as arena:
        victim = arena.candidate._container.id  # type: ignore[attr-defined]
        threading.Timer(0.5, lambda: client.api.kill(victim)).start()
        with pytest.raises(SandboxFault):
            python(arena, "import time; time.sleep(2)")
    with pool.arena(LIMITS) as arena:
        assert python(arena, "print(1)").stdout == b"1\n"
    client.close()


def test_closing_a_pool_leaves_no_container() -> None:
    client = docker.from_env()
    owner = f"closing-{os.getpid()}"
    pool = Pool(client, cpus="0", owner=owner)
    assert pool.wait_until_stocked()
    with pool.arena(LIMITS) as arena:
        assert python(arena, "print(1)").clean
    pool.close()
    deadline = time.monotonic() + 20
    filters: dict[str, str | list[str] | bool] = {"label": f"judge.owner={owner}"}
    while (
        client.containers.list(all=True, ignore_removed=True, filters=filters)
        and time.monotonic() < deadline
    ):
        time.sleep(0.2)
    assert client.containers.list(all=True, ignore_removed=True, filters=filters) == []
    client.close()


def test_one_test_costs_little(arena: Arena) -> None:
    """No timing verdict: only that a test is not a container (which costs hundreds of ms)."""
    command = Command(arguments=("/usr/bin/true",), user=User.CANDIDATE)
    costs = []
    for _ in range(30):
        started = time.monotonic_ns()
        assert arena.candidate.run(command, LIMITS).clean
        costs.append((time.monotonic_ns() - started) / 1e6)
    assert statistics.median(costs) < 50
