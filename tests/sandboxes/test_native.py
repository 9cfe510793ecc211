"""The native Windows runner, as far as it can be tried without Windows.

What a Windows engine is asked for is compared with what its daemon is known to refuse; the file
protocol and the supervisor run under Wine, whose containers stand in for a Windows engine's.
"""

import dataclasses
import io
import tarfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any, NoReturn, cast

import docker
import pytest
from docker.errors import NotFound

from judge.building.compiling import build
from judge.errors import HostUnfit, SandboxFault
from judge.sandbox import Box, Command, User
from judge.targets import WINDOWS_NATIVE
from judge.values import MEBIBYTE, BuildKind, Ending, Limits, SourceFile
from sandboxes import containers, native, native_context, native_doctor, windows_python
from sandboxes.doctor import State
from sandboxes.native import NativePool
from sandboxes.pool import ON_WINE, Pool
from sandboxes.slots import cpusets
from sandboxes.users import Users

LIMITS = Limits(cpu_ms=2_000, wall_ms=4_000)


def test_a_windows_engine_is_asked_for_nothing_that_it_refuses() -> None:
    """By docker-py's own builder: what a daemon refuses must not even be there as a default."""
    api = docker.APIClient(base_url="tcp://127.0.0.1:1", version="1.43")
    config = native.host_config(api, memory_bytes=512 * MEBIBYTE, cpus=2)
    assert not [name for name in native.REJECTED_BY_WINDOWS if config.get(name)]
    assert config["Memory"] == 512 * MEBIBYTE
    assert config["CpuCount"] == 2
    assert config["Isolation"] == "hyperv"
    assert config["NetworkMode"] == "none"


def test_a_linux_container_is_asked_for_all_that_a_windows_engine_refuses() -> None:
    """The record of refusals means something: our Linux configuration would be refused there."""
    spec = containers.ContainerSpec(
        owner=User.CANDIDATE,
        users=Users(10001),
        memory_bytes=MEBIBYTE,
        scratch_bytes=MEBIBYTE,
        cpus="0",
    )
    client = docker.DockerClient(base_url="tcp://127.0.0.1:1", version="1.43")
    config = containers._host_config(client, spec)
    refused = {name for name in native.REJECTED_BY_WINDOWS if config.get(name)}
    assert refused >= {"CpusetCpus", "MemorySwap", "PidsLimit", "Ulimits", "ReadonlyRootfs"}


def test_a_request_has_every_limit_and_no_line_break() -> None:
    command = Command(
        arguments=("/prog/program", "a b"), user=User.CANDIDATE, environment=("A=1", "PATH=/bin")
    )
    text = native.request_of(command, LIMITS).decode()
    assert 'command_line C:\\prog\\program "a b"\n' in text
    assert "wall_ms 4000\ncpu_ms 2000\n" in text
    assert "environment A=1" in text
    assert "PATH=" not in text
    with pytest.raises(SandboxFault, match="line break"):
        native.request_of(
            Command(arguments=("/prog/x", "a\nwall_ms 1"), user=User.CANDIDATE), LIMITS
        )


@pytest.mark.parametrize(
    "report",
    [{}, {"ending": "happy"}, {"ending": "exited", "exit_code": "x"}, {"ending": "exited"}],
)
def test_a_result_that_is_none_is_a_fault_of_ours(report: dict[str, str]) -> None:
    with pytest.raises(SandboxFault, match="can't be read"):
        native.execution_of(report, b"", b"")


def archive_of(*members: tuple[str, bytes | None]) -> list[bytes]:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, content in members:
            info = tarfile.TarInfo(name)
            if content is None:
                info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
            info.size = len(content or b"")
            archive.addfile(info, io.BytesIO(content or b""))
    return [buffer.getvalue()]


def test_an_archive_with_anything_but_one_small_file_gives_nothing() -> None:
    assert native.single_file(archive_of(("result", b"ok")), 100) == b"ok"
    assert native.single_file(archive_of(("result", None)), 100) is None
    assert native.single_file(archive_of(("a", b"1"), ("b", b"2")), 100) is None
    assert native.single_file(archive_of(("large", b"x" * 300_000)), 100) is None


class WineEngine:
    """A Windows engine whose containers are boxes of the Wine pool: each used once, by files."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._open: dict[str, tuple[ExitStack, Box]] = {}
        self.asked: list[dict[str, Any]] = []

    def create_container(self, image: str, **options: Any) -> dict[str, Any]:  # noqa: ANN401
        self.asked.append({"image": image, **options})
        stack = ExitStack()
        arena = stack.enter_context(self._pool.arena(Limits()))
        name = f"c{len(self.asked)}"
        self._open[name] = (stack, arena.candidate)
        return {"Id": name}

    def create_host_config(self, **options: Any) -> dict[str, Any]:  # noqa: ANN401
        return options

    def put_archive(self, container: str, path: str, data: bytes) -> bool:
        assert path == "C:\\"
        with tarfile.open(fileobj=io.BytesIO(data)) as archive:
            for member in archive:
                file = archive.extractfile(member)
                assert file is not None
                self._open[container][1].put(
                    f"/{member.name}",
                    file.read(),
                    user=User.CANDIDATE if member.name.startswith("box/") else None,
                    mode=0o755,
                )
        return True

    def start(self, container: str) -> None:
        program, *arguments = self.asked[-1]["command"]
        command = Command(arguments=(program.replace("\\", "/"), *arguments), user=User.CANDIDATE)
        done = self._open[container][1].run(command, Limits(cpu_ms=20_000, wall_ms=20_000))
        assert done.exit_code == 0, done

    def wait(self, container: str, timeout: float) -> dict[str, Any]:
        assert container in self._open
        assert timeout > LIMITS.wall_ms / 1000
        return {"StatusCode": 0}

    def get_archive(self, container: str, path: str) -> tuple[Iterable[bytes], dict[str, Any]]:
        place = path.removeprefix("C:").replace("\\", "/")
        content = self._open[container][1].get(place, bytes_max=MEBIBYTE, user=User.CANDIDATE)
        if content is None:
            raise NotFound(f"no {place}")
        return archive_of((place.rsplit("/", 1)[-1], content)), {}

    def remove_container(self, container: str, *, force: bool) -> None:
        assert force
        self._open.pop(container)[0].close()


SOURCE = b"""#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>
int main(int count, char **words) {
  char line[100] = "";
  if (count > 1 && !strcmp(words[1], "crash")) *(volatile int *)0 = 1;
  if (count > 1 && !strcmp(words[1], "sleep")) Sleep(INFINITE);
  if (count > 1 && !strcmp(words[1], "flood")) for (;;) puts("more and more");
  if (fgets(line, sizeof line, stdin)) printf("got %s", line);
  fputs("a word on stderr", stderr);
  printf("%s %s\\n", count > 1 ? words[1] : "-", getenv("A") ? getenv("A") : "unset");
  return 300;
}
"""


@pytest.fixture(scope="module")
def wine() -> Iterator[Pool]:
    with closing(containers.connect()) as client:
        made = Pool(client, cpus=cpusets(1)[0], owner="native", footing=ON_WINE)
        yield made
        made.close()


@pytest.mark.docker
@pytest.mark.windows
def test_a_program_is_run_by_files_alone(wine: Pool) -> None:
    built = build(
        (SourceFile("main.c", SOURCE),), wine.target.languages["c"], BuildKind.PLAIN, wine
    )
    assert built.artifact is not None, built.build.output
    engine = WineEngine(wine)
    pool = NativePool(cast("Any", engine), owner="tests", cpus=1)
    with pool.arena(LIMITS) as arena:
        box = arena.candidate
        box.put("/prog/program", built.artifact.files[0].content, mode=0o755)
        box.put("/prog/in", b"a line\r\n")
        box.put("/ref/secret", b"the reference's", user=User.REFERENCE)

        def run(*words: str, stdin: str = "", limits: Limits = LIMITS) -> Any:  # noqa: ANN401
            box.wipe()
            command = Command(
                arguments=("/prog/program", *words),
                user=User.CANDIDATE,
                environment=("A=one two",),
                stdin=stdin,
            )
            return box.run(command, limits)

        fine = run('with "quotes"', stdin="/prog/in")
        assert (fine.ending, fine.exit_code) == (Ending.EXITED, 300)
        assert fine.stdout == b'got a line\r\nwith "quotes" one two\r\n'
        assert fine.stderr == b"a word on stderr"
        assert fine.measurement.wall_ns > 0
        assert run("crash").exit_code == 0xC0000005
        assert run("sleep", limits=Limits(wall_ms=500)).ending is Ending.WALL_LIMIT
        assert run("flood", limits=Limits(output_bytes=100_000)).ending is Ending.OUTPUT_LIMIT
        assert box.get("/ref/secret", bytes_max=100, user=User.REFERENCE) == b"the reference's"
    assert len(engine.asked) == 4, "one for each run"
    assert not engine._open, "every container is thrown away"


@pytest.mark.docker
@pytest.mark.windows
def test_the_check_for_a_windows_host_sees_what_is_not_enforced(
    wine: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Under Wine a job object takes limits and keeps none: just what the check is to find."""
    on_linux = dataclasses.replace(WINDOWS_NATIVE, languages={"c": wine.target.languages["c"]})
    monkeypatch.setattr(native, "WINDOWS_NATIVE", on_linux)
    monkeypatch.setattr(
        native_doctor, "build", lambda files, language, kind, _: build(files, language, kind, wine)
    )
    monkeypatch.setattr(native_doctor, "proved_languages", lambda _pool, _say: ("c",))
    pool = NativePool(cast("Any", WineEngine(wine)), owner="tests", cpus=1)
    found = {one.name: one.state for one in native_doctor.try_out(pool)}
    assert found["exit codes"] is State.GOOD
    assert found["exceptions"] is State.GOOD
    assert found["output limit"] is State.GOOD
    assert found["files"] is State.GOOD
    assert found["network"] is State.GOOD
    assert found["memory limit"] is State.BAD
    assert found["CPU limit"] is State.BAD
    assert set(found) == {"languages", *(trial.name for trial in native_doctor.TRIALS)}


def test_the_context_holds_all_that_the_dockerfile_copies_but_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        windows_python, "fetch", lambda folder: (folder / windows_python.FOLDER).mkdir()
    )
    place = tmp_path / "made"
    native_context.write(place)
    text = (place / native_context.DOCKERFILE).read_text()
    assert text.startswith("# escape=`\n"), "a directive counts in the first line only"
    copied = [line.split()[1] for line in text.splitlines() if line.startswith("COPY ")]
    assert {one for one in copied if not (place / one).exists()} == {"w64devkit"}
    assert (place / "windows" / "supervisor.h").exists()


class LinuxEngine:
    """Answers as one that runs Linux containers; remembers that it was let go."""

    closed = False

    def version(self) -> dict[str, str]:
        return {"Os": "linux"}

    def close(self) -> None:
        self.closed = True


def test_the_check_says_what_to_do_on_a_machine_without_windows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    engine = LinuxEngine()
    monkeypatch.setattr(containers, "connect", lambda: engine)
    system, runs = native_doctor.examine()
    assert system.state is State.BAD
    assert "Windows host" in system.remedy
    assert runs.state is State.BAD
    assert "Switch to Windows containers" in runs.remedy
    assert engine.closed


def test_the_check_says_what_to_do_where_no_engine_answers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def connect() -> NoReturn:
        raise HostUnfit("no Docker engine answers: start it")

    monkeypatch.setattr(containers, "connect", connect)
    *_, engine = native_doctor.examine()
    assert engine.state is State.BAD
    assert engine.remedy == "no Docker engine answers: start it"


@pytest.mark.docker
@pytest.mark.windows
def test_what_can_not_be_started_says_so(wine: Pool) -> None:
    pool = NativePool(cast("Any", WineEngine(wine)), owner="tests", cpus=1)
    with pool.arena(LIMITS) as arena:
        arena.candidate.put("/prog/program", b"this is no program", mode=0o755)
        command = Command(arguments=("/prog/program",), user=User.CANDIDATE)
        assert arena.candidate.run(command, LIMITS).ending is Ending.NOT_STARTED
