"""Whether a machine is fit to measure against a limit."""

import pytest

from judge.benchmark.aa_check import AACheck


@pytest.mark.parametrize(
    ("low", "high", "fit"),
    [(0.99, 1.01, True), (0.9, 1.2, True), (0.8, 1.1, False), (1.01, 1.05, False), (0.0, 9, False)],
)
def test_a_machine_is_fit_for_a_limit_that_its_noise_leaves_room_for(
    low: float, high: float, *, fit: bool
) -> None:
    assert AACheck(low, high).is_fit_for(1.5) is fit
