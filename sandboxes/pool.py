"""Containers made before they are needed, each used once.

Making one costs 0.3 s of a CPU, which a waiting candidate would notice and a timed pair would
suffer from. So a thread of its own makes them: between two submissions, or once a submission has
gone on for so long that it hardly matters, and never while a pair is timed in any slot (`Quiet`).
Whoever finds the shelf empty makes its own.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import docker
from docker.errors import DockerException

from judge.errors import SandboxFault
from judge.sandbox import Arena, Box, User, Watch
from judge.targets import LINUX, WINDOWS_WINE, Target
from judge.values import BuildKind, Limits
from sandboxes.box import ContainerBox
from sandboxes.containers import (
    BUILD_IMAGE,
    COMPILE_MEMORY_BYTES,
    DEFAULT_MEMORY_BYTES,
    JUDGE_MEMORY_BYTES,
    RUN_IMAGE,
    WINE_BUILD_IMAGE,
    WINE_RUN_IMAGE,
    Container,
    ContainerSpec,
    remaps_users,
    sweep,
)
from sandboxes.disturbance import watched
from sandboxes.quiet import Quiet
from sandboxes.users import Users, give_back, take
from sandboxes.wine import OVERHEAD_BYTES, WineBox

_log = logging.getLogger(__name__)

_SCRATCH_BYTES = 64 * 1024 * 1024
_COMPILE_SCRATCH_BYTES = 512 * 1024 * 1024
_STOCK = {"compile": len(BuildKind), "arena": 1}
"""One submission's worth: its builds are made side by side."""
_SETTLED_S = 0.05
"""Between a submission's builds and its tests nothing is in use for a moment; that is no pause."""
_LONG_S = 1.0
"""A submission that has taken this long does not notice a container being made."""


@dataclass(frozen=True, slots=True)
class _Kit:
    """What is on the shelf as one: a compile container, or a joined pair."""

    containers: tuple[Container, ...]
    users: Users

    def close(self) -> None:
        # The one that joined the other's network first.
        for container in reversed(self.containers):
            container.close()
        give_back(self.users)


@dataclass(frozen=True, slots=True)
class Footing:
    """What a target's programs run on: its two images, and how a container is spoken to."""

    target: Target
    run_image: str
    build_image: str
    box: Callable[[Container], Box]
    overhead_bytes: int = 0
    """Memory that what stands between container and program may take besides."""


ON_LINUX = Footing(LINUX, RUN_IMAGE, BUILD_IMAGE, ContainerBox)
ON_WINE = Footing(WINDOWS_WINE, WINE_RUN_IMAGE, WINE_BUILD_IMAGE, WineBox, OVERHEAD_BYTES)
FOOTINGS = {one.target.id.value: one for one in (ON_LINUX, ON_WINE)}


class Pool:
    """A `judge.sandbox.Sandbox` for one slot: some CPUs of this machine, and one target."""

    def __init__(
        self,
        client: docker.DockerClient,
        *,
        cpus: str,
        owner: str,
        quiet: Quiet | None = None,
        footing: Footing = ON_LINUX,
        gpu: bool = False,
    ) -> None:
        self._client = client
        self._footing = footing
        self._gpu = gpu
        self._cpus = cpus
        self.owner = owner
        self._quiet = quiet or Quiet()
        self._condition = threading.Condition()
        self._shelves: dict[str, list[_Kit]] = {name: [] for name in _STOCK}
        self._busy = 0
        self.found_empty = 0
        """How often somebody had to wait for a container to be made."""
        self._idle_since = self._busy_since = time.monotonic()
        self._closed = False
        self._makers: dict[str, Callable[[], _Kit]] = {
            "compile": self._make_compile,
            "arena": self._make_arena,
        }
        self._remapped = remaps_users(client)
        sweep(client, owner)
        self._filler = threading.Thread(target=self._fill, name="pool", daemon=True)
        self._filler.start()

    @property
    def target(self) -> Target:
        return self._footing.target

    @property
    def cpus(self) -> int:
        return len(self._cpus.split(","))

    @contextmanager
    def compile_box(self) -> Iterator[Box]:
        with self._kit("compile") as kit:
            yield ContainerBox(kit.containers[0])

    @contextmanager
    def arena(self, limits: Limits) -> Iterator[Arena]:
        with self._kit("arena") as kit:
            candidate, judge = kit.containers
            box = self._footing.box(candidate)
            if limits.memory_bytes != DEFAULT_MEMORY_BYTES:
                box.limit_memory(limits.memory_bytes)
            yield Arena(candidate=box, judge=ContainerBox(judge))

    @contextmanager
    def quiet(self) -> Iterator[Watch]:
        with self._quiet.timed(), watched(self._cpus) as watch:
            yield watch

    def machine(self) -> Iterable[tuple[str, str]]:
        try:
            wanted = (self._footing.run_image, self._footing.build_image)
            images = [self._client.images.get(name) for name in wanted]
            version = self._client.version()
        except (DockerException, OSError) as error:
            raise SandboxFault(f"the engine does not tell what it is: {error}") from error
        return (
            ("target", self._footing.target.name),
            ("image", str(images[0].id)),
            ("compilers", str(images[1].id)),
            ("engine", str(version.get("Version", "?"))),
            ("kernel", str(version.get("KernelVersion", "?"))),
            ("cpus", self._cpus),
        )

    def wait_until_stocked(self, timeout_s: float = 60) -> bool:
        """Until every shelf is full; False when that takes longer than `timeout_s`."""
        with self._condition:
            return self._condition.wait_for(lambda: self._wanting() is None, timeout_s)

    def close(self) -> None:
        with self._condition:
            self._closed = True
            self._condition.notify_all()
        self._filler.join(timeout=30)
        with self._condition:
            kits = [kit for shelf in self._shelves.values() for kit in shelf]
            self._shelves = {name: [] for name in self._shelves}
        for kit in kits:
            kit.close()

    @contextmanager
    def _kit(self, name: str) -> Iterator[_Kit]:
        now = time.monotonic()
        with self._condition:
            if self._busy == 0 and now - self._idle_since > _SETTLED_S:
                self._busy_since = now
            self._busy += 1
        kit: _Kit | None = None
        try:
            kit = self._from_shelf(name) or self._made_at_once(name)
            yield kit
        finally:
            if kit is not None:
                # Removal takes the engine 0.1 s; nobody should wait for it.
                threading.Thread(target=self._remove, args=(kit,), daemon=True).start()
            with self._condition:
                self._busy -= 1
                self._idle_since = time.monotonic()
                self._condition.notify_all()

    def _made_at_once(self, name: str) -> _Kit:
        with self._condition:
            self.found_empty += 1
        return self._made(name)

    def _made(self, name: str) -> _Kit:
        with self._quiet.housekeeping():
            return self._makers[name]()

    def _remove(self, kit: _Kit) -> None:
        with self._quiet.housekeeping():
            kit.close()

    def _from_shelf(self, name: str) -> _Kit | None:
        """A kit that still answers; dead ones are thrown away on the way."""
        while True:
            with self._condition:
                shelf = self._shelves[name]
                if not shelf:
                    return None
                kit = shelf.pop()
            if all(container.answers() for container in kit.containers):
                return kit
            kit.close()

    def _wanting(self) -> str | None:
        for name, shelf in self._shelves.items():
            if len(shelf) < _STOCK[name]:
                return name
        return None

    def _is_time_to_fill(self) -> bool:
        now = time.monotonic()
        if self._busy == 0:
            return now - self._idle_since > _SETTLED_S
        return now - self._busy_since > _LONG_S

    def _fill(self) -> None:
        while True:
            with self._condition:
                self._condition.wait_for(lambda: self._closed or self._wanting() is not None)
                while not self._closed and not self._is_time_to_fill():
                    self._condition.wait(timeout=_SETTLED_S)
                if self._closed:
                    return
                name = self._wanting()
            if name is not None and not self._put_on_shelf(name):
                with self._condition:  # the engine is down: don't hammer it
                    self._condition.wait_for(lambda: self._closed, timeout=2)

    def _put_on_shelf(self, name: str) -> bool:
        try:
            kit = self._made(name)
        except SandboxFault as fault:
            _log.warning("the pool can't be filled: %s", fault)
            return False
        with self._condition:
            if not self._closed:
                self._shelves[name].append(kit)
                self._condition.notify_all()
                return True
        kit.close()
        return True

    def _make_compile(self) -> _Kit:
        users = take(remapped=self._remapped)
        spec = ContainerSpec(
            owner=User.CANDIDATE,
            users=users,
            memory_bytes=COMPILE_MEMORY_BYTES,
            scratch_bytes=_COMPILE_SCRATCH_BYTES,
            cpus=self._cpus,
            image=self._footing.build_image,
        )
        return self._made_of(users, lambda: [Container(self._client, spec, self.owner)])

    def _make_arena(self) -> _Kit:
        users = take(remapped=self._remapped)
        spec = ContainerSpec(
            owner=User.CANDIDATE,
            users=users,
            memory_bytes=DEFAULT_MEMORY_BYTES + self._footing.overhead_bytes,
            scratch_bytes=_SCRATCH_BYTES,
            cpus=self._cpus,
            image=self._footing.run_image,
            gpu=self._gpu,
        )

        def make() -> Iterator[Container]:
            candidate = Container(self._client, spec, self.owner)
            yield candidate
            joined = ContainerSpec(
                owner=User.JUDGE,
                users=users,
                memory_bytes=JUDGE_MEMORY_BYTES,
                scratch_bytes=_SCRATCH_BYTES,
                cpus=self._cpus,
                image=RUN_IMAGE,
                network_of=candidate.id,
            )
            yield Container(self._client, joined, self.owner)

        return self._made_of(users, make)

    def _made_of(self, users: Users, make: Callable[[], Iterable[Container]]) -> _Kit:
        made: list[Container] = []
        try:
            for container in make():
                made.append(container)  # noqa: PERF402  (each is to be closed where a later fails)
        except SandboxFault:
            _Kit(tuple(made), users).close()
            raise
        return _Kit(tuple(made), users)
