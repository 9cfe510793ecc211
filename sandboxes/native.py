"""Windows containers on a Windows engine: one for each run, spoken to by files.

A Windows engine refuses most of what a Linux container is hardened by, files can't be copied into
or out of a running Hyper-V container, and docker-py's named pipe can't be attached to reliably
(docs/windows.md has the sources). So a run is: create, copy in what it needs and a request, start,
wait, copy out the result. Nothing of one run is there in the next, and the supervisor's job object
(windows/run.c) keeps limits and accounts.

Never run on Windows by us: tests/sandboxes/test_native.py drives it with an engine whose containers
are of Wine.
"""

import contextlib
import io
import subprocess
import tarfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NoReturn

import docker
from docker.errors import DockerException, ImageNotFound, NotFound

from judge.errors import HostUnfit, SandboxFault
from judge.sandbox import Arena, Command, User, Watch
from judge.targets import WINDOWS_NATIVE, Target
from judge.values import MEBIBYTE, Ending, Execution, Limits, Measurement, MemorySource
from sandboxes.containers import OWNER_LABEL, PIDS_MAX
from sandboxes.quiet import Quiet
from sandboxes.wine import parse_report, windows_path

IMAGE = "judge/windows:1"
REQUESTS = "/box/requests"
OUTPUT_BYTES_MAX = 64 * MEBIBYTE
START_GRACE_S = 120
"""A Hyper-V container boots a kernel of its own."""
_SUPERVISOR = ["C:\\judge\\supervisor.exe", "--requests", "C:\\box\\requests"]
_MEMORY_OF_CONTAINER = 1024 * MEBIBYTE
"""For Windows itself and the supervisor, besides what a program may use."""

REJECTED_BY_WINDOWS = (
    "CpusetCpus",
    "CpusetMems",
    "MemoryReservation",
    "MemorySwap",
    "MemorySwappiness",
    "OomKillDisable",
    "PidsLimit",
    "Ulimits",
    "ReadonlyRootfs",
    "Privileged",
)
"""What a Windows daemon answers with an error.

Source: moby, daemon/daemon_windows.go and runconfig/hostconfig_windows.go.
"""


def host_config(api: docker.APIClient, *, memory_bytes: int, cpus: int) -> dict[str, Any]:
    """What a Windows engine takes, written out; nothing of `REJECTED_BY_WINDOWS` is set.

    Hyper-V isolation: a container's kernel is not the host's, which is what keeps hostile code in.
    Capabilities, seccomp and tmpfs mean nothing there.
    """
    made: dict[str, Any] = api.create_host_config(
        auto_remove=False,
        cpu_count=cpus,
        isolation="hyperv",
        log_config=docker.types.LogConfig(type="none"),
        mem_limit=memory_bytes,
        network_mode="none",
        restart_policy={"Name": "no"},
    )
    return made


def require_image(client: docker.DockerClient) -> None:
    """Raises HostUnfit with what to do when the image is not here: it is built by hand."""
    try:
        client.images.get(IMAGE)
    except ImageNotFound as error:
        raise HostUnfit(
            f"{IMAGE} is not here; docs/windows.md says how it is built on a Windows host"
        ) from error


@dataclass(frozen=True, slots=True)
class _File:
    content: bytes
    user: User | None


@dataclass(slots=True)
class NativeBox:
    """Files for the next run, and the container of the last one to fetch from."""

    api: docker.APIClient
    owner: str
    cpus: int
    memory_bytes: int
    spent: bool = False
    _files: dict[str, _File] = field(default_factory=dict)
    _last: str = ""

    def put(
        self,
        path: str,
        content: bytes,
        *,
        user: User | None = None,
        mode: int = 0o644,  # noqa: ARG002  (Windows has none)
    ) -> None:
        self._files[path] = _File(content, user)

    def get(self, path: str, *, bytes_max: int, user: User) -> bytes | None:  # noqa: ARG002
        """What the last run left, or what was put."""
        found = self._fetch(path, bytes_max) if self._last else None
        if found is None and path in self._files:
            found = self._files[path].content
        return found if found is None or len(found) <= bytes_max else None

    def run(self, command: Command, limits: Limits) -> Execution:
        self._forget()
        try:
            self._last = self._made(limits)
            self.api.put_archive(self._last, "C:\\", self._archive(command, limits))
            self.api.start(self._last)
            self.api.wait(self._last, timeout=limits.wall_ms // 1000 + START_GRACE_S)
        except (DockerException, OSError) as error:
            raise SandboxFault(f"a Windows container could not run: {error}") from error
        return self._execution(limits)

    def serve(self, command: Command, limits: Limits) -> NoReturn:  # noqa: ARG002
        """By files nobody can talk to a program: the target takes no interactive problems."""
        raise SandboxFault("a Windows container can't be served from")

    def limit_memory(self, memory_bytes: int) -> None:
        self.memory_bytes = memory_bytes

    def wipe(self) -> None:
        """Each run has a container of its own; only what was put for all of them stays."""
        for path in [path for path in self._files if path.startswith(("/box/", "/tmp/"))]:  # noqa: S108
            del self._files[path]

    def close(self) -> None:
        self._forget()

    def _forget(self) -> None:
        last, self._last = self._last, ""
        if last:
            with contextlib.suppress(DockerException, OSError):
                self.api.remove_container(last, force=True)

    def _made(self, limits: Limits) -> str:
        memory = max(limits.memory_bytes, self.memory_bytes) + _MEMORY_OF_CONTAINER
        created = self.api.create_container(
            IMAGE,
            command=_SUPERVISOR,
            entrypoint=[],
            labels={OWNER_LABEL: self.owner},
            network_disabled=True,
            user="ContainerUser",
            host_config=host_config(self.api, memory_bytes=memory, cpus=self.cpus),
        )
        return str(created["Id"])

    def _archive(self, command: Command, limits: Limits) -> bytes:
        """What this user may see, and the request. A reference's files are the reference's."""
        files = {
            path: file.content
            for path, file in self._files.items()
            if file.user in (None, command.user)
        }
        files[f"{REQUESTS}/request-0001.txt"] = request_of(command, limits)
        if not command.stdin:
            files[f"{REQUESTS}/empty"] = b""
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w") as archive:
            for path, content in files.items():
                info = tarfile.TarInfo(path.lstrip("/"))
                info.size, info.mode = len(content), 0o755
                archive.addfile(info, io.BytesIO(content))
        return buffer.getvalue()

    def _fetch(self, path: str, bytes_max: int) -> bytes | None:
        try:
            stream, _ = self.api.get_archive(self._last, windows_path(path).replace("/", "\\"))
        except NotFound:
            return None
        except (DockerException, OSError) as error:
            raise SandboxFault(f"{path} can't be copied out of a container: {error}") from error
        return single_file(stream, bytes_max)

    def _execution(self, limits: Limits) -> Execution:
        report = parse_report(self._fetch(f"{REQUESTS}/result-0001.txt", 4096))
        if "ending" not in report:
            raise SandboxFault("the supervisor of a Windows container left no result")
        out = self._fetch(f"{REQUESTS}/stdout", OUTPUT_BYTES_MAX) or b""
        err = self._fetch(f"{REQUESTS}/stderr", OUTPUT_BYTES_MAX) or b""
        return execution_of(report, out[: limits.output_bytes], err[: 64 * 1024])


def single_file(stream: Iterable[bytes], bytes_max: int) -> bytes | None:
    """The one regular file of an engine's archive, read without touching the host's disk."""
    archive = bytearray()
    for piece in stream:
        archive += piece
        if len(archive) > bytes_max + 64 * 1024:
            return None
    try:
        with tarfile.open(fileobj=io.BytesIO(bytes(archive))) as opened:
            members = opened.getmembers()
            if len(members) != 1 or not members[0].isfile():
                return None
            file = opened.extractfile(members[0])
            return None if file is None else file.read(bytes_max + 1)
    except tarfile.TarError as error:
        raise SandboxFault(f"an engine's archive can't be read: {error}") from error


def request_of(command: Command, limits: Limits) -> bytes:
    """A request as windows/requests.c reads it."""
    program, *arguments = (windows_path(word) for word in command.arguments)
    words = (program.replace("/", "\\"), *arguments)
    source = command.stdin or f"{REQUESTS}/empty"
    lines = [
        f"command_line {subprocess.list2cmdline(words)}",
        "directory C:\\box",
        f"input {windows_path(source)}",
        f"output {windows_path(REQUESTS)}/stdout",
        f"error {windows_path(REQUESTS)}/stderr",
        f"wall_ms {limits.wall_ms}",
        f"cpu_ms {limits.cpu_ms}",
        f"memory_bytes {limits.memory_bytes}",
        f"output_bytes {min(limits.output_bytes, OUTPUT_BYTES_MAX)}",
        f"processes {PIDS_MAX}",
    ]
    for variable in ("SystemRoot=C:\\Windows", "TEMP=C:\\tmp", "TMP=C:\\tmp", *command.environment):
        name, _, value = variable.partition("=")
        if name not in ("PATH", "HOME", "TMPDIR"):
            lines.append(f"environment {name}={value}")
    for line in lines:
        if "\n" in line or "\r" in line:
            raise SandboxFault(f"a request can't have a line break in {line!r}")
    return "\n".join(lines).encode() + b"\n"


_ENDINGS = {
    "exited": Ending.EXITED,
    "wall_limit": Ending.WALL_LIMIT,
    "cpu_limit": Ending.CPU_LIMIT,
    "output_limit": Ending.OUTPUT_LIMIT,
    "memory_limit": Ending.MEMORY_LIMIT,
    "not_started": Ending.NOT_STARTED,
}


def execution_of(report: dict[str, str], out: bytes, err: bytes) -> Execution:
    """A result as the domain has it. Raises SandboxFault for one that is none."""
    try:
        return Execution(
            ending=_ENDINGS[report["ending"]],
            exit_code=int(report["exit_code"]),
            signal=0,
            stdout=out,
            stderr=err,
            measurement=Measurement(
                wall_ns=int(report["wall_ns"]),
                cpu_ns=int(report["cpu_ns"]),
                memory_bytes_peak=int(report["memory_bytes_peak"]),
                memory_source=MemorySource.JOB_OBJECT,
            ),
        )
    except (KeyError, ValueError) as error:
        raise SandboxFault(f"a Windows supervisor's result can't be read: {report}") from error


class NativePool:
    """A `judge.sandbox.Sandbox` on a Windows engine; each run has a container of its own."""

    def __init__(
        self, api: docker.APIClient, *, owner: str, cpus: int, quiet: Quiet | None = None
    ) -> None:
        self._api = api
        self.owner = owner
        self._cpus = cpus
        self._quiet = quiet or Quiet()

    @property
    def target(self) -> Target:
        return WINDOWS_NATIVE

    @property
    def cpus(self) -> int:
        return self._cpus

    @contextmanager
    def compile_box(self) -> Iterator[NativeBox]:
        with self._box(1536 * MEBIBYTE) as box:
            yield box

    @contextmanager
    def arena(self, limits: Limits) -> Iterator[Arena]:
        with self._box(limits.memory_bytes) as candidate, self._box(512 * MEBIBYTE) as judge:
            yield Arena(candidate=candidate, judge=judge)

    @contextmanager
    def quiet(self) -> Iterator[Watch]:
        """The host's counters are not read there; the watch tells nothing."""
        with self._quiet.timed():
            yield Watch(cpus=self._cpus)

    def machine(self) -> Iterable[tuple[str, str]]:
        return (("target", WINDOWS_NATIVE.name), ("image", IMAGE), ("cpus", str(self._cpus)))

    def close(self) -> None:
        """Nothing waits on a shelf."""

    @contextmanager
    def _box(self, memory_bytes: int) -> Iterator[NativeBox]:
        box = NativeBox(self._api, self.owner, self._cpus, memory_bytes)
        try:
            yield box
        finally:
            box.close()
