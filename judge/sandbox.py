"""What the domain asks of a sandbox: boxes for foreign code, lent for one submission.

A `Box` is one single-use container. It reports what a program did and never what that means.
Whatever fails that isn't the program's doing is raised as `SandboxFault`.
"""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from judge.targets import Target
from judge.values import Execution, Limits


class User(StrEnum):
    """Under whom a program runs; none can read another's files."""

    CANDIDATE = "candidate"
    REFERENCE = "reference"
    JUDGE = "harness"


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A program to run: absolute path first; `stdin` is a path in the box, or "" for nothing."""

    arguments: tuple[str, ...]
    user: User
    environment: tuple[str, ...] = ()
    directory: str = "/tmp"  # noqa: S108  (inside the container)
    stdin: str = ""
    fixed_addresses: bool = False
    """Without address randomisation, which ThreadSanitizer can't live with on some hosts."""
    held: bool = False
    """What starts is ours, and stops itself when the program is there: time counts from then."""


class Box(Protocol):
    """One container, used for one submission."""

    @property
    def spent(self) -> bool:
        """Whether what ran last took the container with it; nothing more can be asked of it."""

    def put(
        self, path: str, content: bytes, *, user: User | None = None, mode: int = 0o644
    ) -> None:
        """Write a file as `user` (root for None); parents are made."""

    def get(self, path: str, *, bytes_max: int, user: User) -> bytes | None:
        """Read a regular file as `user`; None when it isn't there, isn't regular or is larger."""

    def run(self, command: Command, limits: Limits) -> Execution:
        """Run `command` to its end, and kill whatever it left."""

    def serve(self, command: Command, limits: Limits) -> AbstractContextManager["Service"]:
        """Let the box beside this one start `command` as often as it likes."""

    def limit_memory(self, memory_bytes: int) -> None:
        """Change what the whole box may use from now on."""

    def wipe(self) -> None:
        """Remove all that programs could have left; SandboxFault if something resists."""


@dataclass(slots=True)
class Watch:
    """What a slot's CPUs did while something was timed; zeros where the host doesn't tell."""

    wall_ns: int = 0
    cpus: int = 1
    busy_ns: int = 0
    """Time that all of the slot's CPUs were busy, with our own programs too."""
    stolen_ns: int = 0
    own_ns: int = 0
    """Time that the runner and the engine took meanwhile: for the program, and not others'."""
    switches: int = 0
    """Context switches of the whole machine."""


class Service(Protocol):
    """Programs that a harness in the neighbouring box starts; ended by leaving the context."""

    @property
    def name(self) -> str:
        """The abstract socket's name, for the harness."""

    def stop(self) -> Execution:
        """End the service and tell what its programs did, all together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arena:
    """Two joined boxes: the candidate's, and one for the programs that judge it."""

    candidate: Box
    judge: Box


class Sandbox(Protocol):
    """One slot of a machine, for one target."""

    @property
    def target(self) -> Target:
        """What its programs are built for and run on."""

    @property
    def cpus(self) -> int:
        """How many CPUs its programs may use."""

    def compile_box(self) -> AbstractContextManager[Box]:
        """A box with the compilers and no test data in it."""

    def arena(self, limits: Limits) -> AbstractContextManager[Arena]:
        """A pair of boxes; the candidate's has the memory of `limits`."""

    def quiet(self) -> AbstractContextManager["Watch"]:
        """Hold it while a pair is timed: nothing of ours disturbs the machine meanwhile.

        The watch tells afterwards what others did.
        """

    def machine(self) -> Iterable[tuple[str, str]]:
        """What the judgement should remember of machine and image."""
