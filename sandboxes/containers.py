"""Hardened containers, every option written out, so that no engine's default decides a verdict."""

import contextlib
import os
import socket
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any

import docker
from docker.errors import APIError, DockerException, NotFound

from judge.errors import HostUnfit, SandboxFault
from judge.sandbox import User
from judge.values import COMPILATION_LIMITS, MEBIBYTE, VALIDATION_LIMITS
from sandboxes import seccomp
from sandboxes.cgroups import MemoryPeak
from sandboxes.frames import PROTOCOL_VERSION, FrameStream, Kind
from sandboxes.users import Users

RUN_IMAGE, BUILD_IMAGE = "judge/run:1", "judge/build:1"
"""Where programs run, and the same with compilers."""
WINE_RUN_IMAGE, WINE_BUILD_IMAGE = "judge/wine-run:1", "judge/wine-build:1"
"""The same for programs of Windows."""
OWNER_LABEL = "judge.owner"
PIDS_MAX = 256
REMOVAL_S_MAX = 20
REMOVAL_PAUSES_S = (0.1, 0.5, 2.0)
COMPILE_MEMORY_BYTES = COMPILATION_LIMITS.memory_bytes
JUDGE_MEMORY_BYTES = VALIDATION_LIMITS.memory_bytes
DEFAULT_MEMORY_BYTES = 256 * MEBIBYTE


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerSpec:
    """What differs between the containers we make; the rest is in `_host_config`."""

    owner: User
    """Who has /box."""
    users: Users
    memory_bytes: int
    scratch_bytes: int
    cpus: str
    image: str = RUN_IMAGE
    network_of: str = ""
    """The container whose (empty) network namespace is shared; "" for one of its own."""
    gpu: bool = False
    """Whether all of the machine's GPUs are handed in, by the engine's own toolkit for them."""


Client = docker.DockerClient


def connect() -> docker.DockerClient:
    """A client of the local engine. Raises HostUnfit with what to do when none answers."""
    tried = engine_addresses(os.environ, Path.home())
    for address in tried:
        with contextlib.suppress(DockerException, OSError):
            client = (
                docker.DockerClient(base_url=address, timeout=60)
                if address
                else docker.from_env(timeout=60)
            )
            # Else each request reads the whole environment (proxies, netrc), which another thread
            # may be changing; and no proxy stands between us and an engine.
            client.api.trust_env = False
            try:
                client.ping()
            except (DockerException, OSError):
                client.close()
                raise
            return client
    named = f"DOCKER_HOST={os.environ.get('DOCKER_HOST', '')}"
    places = ", ".join(address or named for address in tried)
    raise HostUnfit(
        f"no Docker engine answers at {places}: start it (systemctl start docker, or Docker "
        "Desktop), or run scripts/start as root"
    )


def is_windows(client: Client) -> bool:
    """Whether the engine runs Windows containers. Raises HostUnfit when it does not say."""
    try:
        return str(client.version().get("Os", "")).lower() == "windows"
    except (DockerException, OSError) as error:
        raise HostUnfit(f"the engine does not tell what it is: {error}") from error


def remaps_users(client: Client) -> bool:
    """Whether a container's user ids are a small range of the host's. False where it can't say."""
    try:
        options = client.info().get("SecurityOptions") or ()
    except (DockerException, OSError):
        return False
    return any("userns" in str(one) or "rootless" in str(one) for one in options)


def gpus(client: Client) -> tuple[str, ...]:
    """What the engine knows of GPUs: a runtime for them, or devices by name. Raises HostUnfit."""
    try:
        found = client.info()
    except (DockerException, OSError) as error:
        raise HostUnfit(f"the engine does not tell what it has: {error}") from error
    named = [str(name) for name in found.get("Runtimes", {}) if "nvidia" in name]
    return (*named, *(str(one.get("ID", "")) for one in found.get("DiscoveredDevices") or ()))


def engine_addresses(environment: Mapping[str, str], home: Path) -> list[str]:
    """Where an engine may listen, in the order of asking; "" stands for DOCKER_HOST.

    The docker command finds Desktop's and rootless engines by its contexts, which docker-py does
    not read; these are the places that their installers choose.
    """
    if environment.get("DOCKER_HOST"):
        return [""]
    runtime = environment.get("XDG_RUNTIME_DIR")
    sockets = [
        Path("/var/run/docker.sock"),
        home / ".docker" / "run" / "docker.sock",
        home / ".docker" / "desktop" / "docker.sock",
        *([Path(runtime) / "docker.sock"] if runtime else []),
    ]
    return [f"unix://{path}" for path in sockets] if os.name == "posix" else [""]


_NO_CONNECTIONS_LEFT = {"net.ipv4.tcp_max_tw_buckets": "0"}
"""A closed connection's ports would stay for a minute where the next program can read them."""


def _gpus() -> list[docker.types.DeviceRequest]:
    return [docker.types.DeviceRequest(count=-1, capabilities=[["gpu"]])]


def _host_config(client: docker.DockerClient, spec: ContainerSpec) -> dict[str, Any]:
    scratch = f"rw,nosuid,nodev,size={spec.scratch_bytes}"
    owner, reference = (
        f"uid={spec.users.id_of(user)},gid={spec.users.id_of(user)}"
        for user in (spec.owner, User.REFERENCE)
    )
    return client.api.create_host_config(
        auto_remove=True,
        cap_drop=["ALL"],
        cap_add=["SETUID", "SETGID", "KILL"],
        cpuset_cpus=spec.cpus,
        device_requests=_gpus() if spec.gpu else None,
        init=False,
        ipc_mode="none",
        log_config=docker.types.LogConfig(type="none"),
        mem_limit=spec.memory_bytes,
        memswap_limit=spec.memory_bytes,
        mem_swappiness=None,
        network_mode=f"container:{spec.network_of}" if spec.network_of else "none",
        oom_kill_disable=False,
        pids_limit=PIDS_MAX,
        privileged=False,
        read_only=True,
        restart_policy={"Name": "no"},
        security_opt=["no-new-privileges", f"seccomp={seccomp.profile()}"],
        sysctls={
            **({} if spec.network_of else _NO_CONNECTIONS_LEFT),
            "kernel.shm_rmid_forced": "1",
            "kernel.msgmni": "0",
            "fs.mqueue.queues_max": "0",
        },
        tmpfs={
            "/box": f"{scratch},exec,mode=0700,{owner}",
            "/tmp": f"{scratch},exec,mode=1777",  # noqa: S108  (inside the container)
            "/prog": f"{scratch},exec,mode=0755,uid=0,gid=0",
            "/ref": f"{scratch},exec,mode=0700,{reference}",
            "/dev/shm": "rw,nosuid,nodev,noexec,size=16777216,mode=1777",  # noqa: S108
        },
        ulimits=[docker.types.Ulimit(name="core", soft=0, hard=0)],
        volumes_from=None,
    )


class Container:
    """A running container with its supervisor, attached."""

    def __init__(self, client: docker.DockerClient, spec: ContainerSpec, owner: str) -> None:
        self._client = client
        self._image = spec.image
        self.users = spec.users
        self._lock = threading.Lock()
        self.id = ""
        self._connection: tuple[Any, socket.socket] | None = None
        try:
            created = client.api.create_container(
                spec.image,
                command=[
                    "/usr/local/sbin/supervisor",
                    *(
                        str(spec.users.id_of(user))
                        for user in (spec.owner, User.REFERENCE, User.JUDGE)
                    ),
                ],
                entrypoint=[],
                user="0:0",
                working_dir="/",
                hostname=None if spec.network_of else "box",
                environment={},
                stdin_open=True,
                tty=False,
                network_disabled=not spec.network_of,
                labels={OWNER_LABEL: owner},
                host_config=_host_config(client, spec),
            )
            self.id = created["Id"]
            self._attached = self._attach()
            client.api.start(self.id)
        except (DockerException, OSError) as error:
            self.close()
            raise SandboxFault(f"no sandbox container could be made: {error}") from error
        self.stream = FrameStream(self._attached)
        self.peak = MemoryPeak(self.id)
        self._greet()

    def _attach(self) -> socket.socket:
        params = {"stdin": 1, "stdout": 1, "stderr": 1, "stream": 1}
        wrapped = self._client.api.attach_socket(self.id, params=params)
        # docker-py hands out a SocketIO on Linux; its timeout is the socket's below it.
        raw: socket.socket = getattr(wrapped, "_sock", wrapped)
        # The response first: closing it flushes what lies over the socket.
        self._connection = (getattr(wrapped, "_response", wrapped), raw)
        return raw

    def _greet(self) -> None:
        try:
            self.stream.send(Kind.HELLO)
            *_, answer = self.stream.frames_until(Kind.DONE, timeout_s=30)
        except SandboxFault:
            self.close()
            raise
        if answer.argument != PROTOCOL_VERSION:
            self.close()
            raise SandboxFault(
                f"image {self._image} speaks protocol {answer.argument}, this judge "
                f"{PROTOCOL_VERSION}: run `judge images build`"
            )

    def answers(self) -> bool:
        """Whether it still lives: one that waited on a shelf may have died with its engine."""
        try:
            self.stream.send(Kind.HELLO)
            *_, answer = self.stream.frames_until(Kind.DONE, timeout_s=2)
        except SandboxFault:
            return False
        return answer.argument == PROTOCOL_VERSION

    def limit_memory(self, memory_bytes: int) -> None:
        try:
            self._client.api.update_container(
                self.id, mem_limit=memory_bytes, memswap_limit=memory_bytes
            )
        except (DockerException, OSError) as error:
            raise SandboxFault(f"a container's memory limit could not be set: {error}") from error

    def ran_out_of_memory(self) -> bool:
        """Whether the engine saw memory run out in here; it remembers that after the end."""
        until = int(datetime.now(UTC).timestamp()) + 1
        filters = {"container": self.id, "event": "oom"}
        try:
            seen = self._client.events(since=0, until=until, filters=filters, decode=True)
            return any(True for _ in seen)
        except (DockerException, OSError):
            return False

    def close(self) -> None:
        """Throw the container away. Never raises: what the engine still holds, `sweep` removes."""
        with self._lock:
            connection, self._connection = self._connection, None
            if connection is not None:
                response, attached = connection
                with contextlib.suppress(DockerException, OSError, ValueError):
                    response.close()
                # A broken stream's response may not let go of the socket, whose own close waits.
                with contextlib.suppress(OSError):
                    os.close(attached.detach())
            if self.id:
                with contextlib.suppress(DockerException, OSError):
                    self._remove()

    def _remove(self) -> None:
        """Return when it is gone: what the engine still does would disturb a timed pair.

        It ends by itself when its supervisor loses us, and then the engine removes it: an engine
        that is asked at that very instant may fail, and forget the container until asked again.
        """
        for pause_s in REMOVAL_PAUSES_S:
            try:
                self._client.api.remove_container(self.id, force=True)
            except NotFound:
                return
            except APIError as error:
                if error.status_code == HTTPStatus.CONFLICT:
                    self._client.api.wait(self.id, timeout=REMOVAL_S_MAX, condition="removed")
                    return
                time.sleep(pause_s)
            else:
                return


def sweep(client: docker.DockerClient, owner: str) -> int:
    """Remove the containers that an earlier life of `owner` left; how many."""
    try:
        # Some may vanish between being listed and being looked at: they remove themselves.
        left = client.containers.list(
            all=True, ignore_removed=True, filters={"label": f"{OWNER_LABEL}={owner}"}
        )
    except (DockerException, OSError) as error:
        raise SandboxFault(f"the engine can't list containers: {error}") from error
    for container in left:
        with contextlib.suppress(NotFound, APIError):
            container.remove(force=True)
    return len(left)
