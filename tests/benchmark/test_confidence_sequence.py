"""When enough was measured, with the error that is promised."""

import math
import random
from collections.abc import Callable

import pytest

from judge.benchmark.confidence_sequence import (
    ROUNDS_MAX,
    ROUNDS_MIN,
    SIDE_ERROR,
    boundary,
    fixed_interval,
    interval,
)


def crossings(
    noise: Callable[[random.Random, int], float], ratio: float, runs: int = 4000
) -> dict[str, float]:
    """Shares of runs of the whole rule, by outcome, for a program of this ratio to its bar."""
    rng, found = random.Random(7), {"slow": 0, "clear": 0, "close": 0}
    for _ in range(runs):
        logs: list[float] = []
        outcome = "close"
        while len(logs) < ROUNDS_MAX and outcome == "close":
            logs.append(math.log(ratio) + noise(rng, len(logs)))
            bounds = interval(logs)
            if bounds is not None and bounds[0] > 0:
                outcome = "slow"
            elif bounds is not None and bounds[1] <= 0:
                outcome = "clear"
        found[outcome] += 1
    return {name: count / runs for name, count in found.items()}


NOISES: dict[str, Callable[[random.Random, int], float]] = {
    "normal": lambda rng, _: rng.gauss(0, 0.02),
    "heavy tails": lambda rng, _: 0.01 * math.tan(math.pi * (rng.random() - 0.5)),
    "two regimes": lambda rng, _: rng.choice((-0.1, 0.1)) + rng.gauss(0, 0.01),
    "drift": lambda rng, n: (0.03 if n % 4 in (0, 3) else -0.03) + rng.gauss(0, 0.02),
    "bursts": lambda rng, _: rng.gauss(0, 0.3 if rng.random() < 0.2 else 0.01),
}


@pytest.mark.simulated
@pytest.mark.parametrize("noise", NOISES)
def test_a_program_at_the_bar_is_called_either_way_in_a_hundredth_of_cases_at_most(
    noise: str,
) -> None:
    found = crossings(NOISES[noise], 1.0)
    # Of 4,000 runs, three standard deviations above one in a hundred.
    assert found["slow"] < 0.0147
    assert found["clear"] < 0.0147


@pytest.mark.simulated
def test_a_program_four_per_cent_off_is_told_by_cpu_time() -> None:
    found = crossings(NOISES["normal"], 1.04)
    assert found["slow"] > 0.98
    assert found["clear"] < 0.001


def test_the_boundary_spends_its_error_and_no_more() -> None:
    """Exactly, by the random walk over all looks."""
    for rounds_max in (8, 16, ROUNDS_MAX, 101):
        walk, spent = {0: 1.0}, 0.0
        for n in range(1, rounds_max + 1):
            steps: dict[int, float] = {}
            for heads, chance in walk.items():
                steps[heads] = steps.get(heads, 0.0) + chance / 2
                steps[heads + 1] = steps.get(heads + 1, 0.0) + chance / 2
            needed = boundary(rounds_max)[n] if n >= ROUNDS_MIN else n + 1
            spent += sum(chance for heads, chance in steps.items() if heads >= needed)
            walk = {heads: chance for heads, chance in steps.items() if heads < needed}
        assert 0.5 * SIDE_ERROR < spent <= SIDE_ERROR or rounds_max == 8


def test_a_fixed_number_of_rounds_has_the_interval_that_it_can_have() -> None:
    assert fixed_interval(list(range(8)), 0.01) == (0, 7)
    assert fixed_interval(list(range(8)), 0.001) is None
    assert fixed_interval(list(range(31)), 0.05 / 800) == (4, 26)
