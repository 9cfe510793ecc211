"""What judging works with on one slot: a sandbox, and the packages' own programs, built once."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from judge.fitness import Fitness
from judge.sandbox import Sandbox
from judge.workshop import Workshop


def _secret_seed() -> int:
    return secrets.randbits(48)


@dataclass(frozen=True, slots=True)
class Workbench:
    """One slot's tools; `seed` gives a secret number for fresh inputs."""

    sandbox: Sandbox
    workshop: Workshop
    seed: Callable[[], int] = _secret_seed
    fitness: Fitness | None = None
    """Asked before anything is measured; None where that is not to be ranked by."""
