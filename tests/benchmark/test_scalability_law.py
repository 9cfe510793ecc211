"""The scaling law, found again."""

import pytest

from judge.benchmark.scalability_law import law


@pytest.mark.parametrize(
    ("contention", "crosstalk"), [(0.0, 0.0), (0.1, 0.0), (0.05, 0.01), (0.0, 0.02)]
)
def test_the_scaling_law_is_found_again(contention: float, crosstalk: float) -> None:
    def throughput(n: int) -> float:
        return 1000 * n / (1 + contention * (n - 1) + crosstalk * n * (n - 1))

    found = law([(n, throughput(n)) for n in (1, 2, 4, 8)])
    assert found is not None
    assert found.contention == pytest.approx(contention, abs=1e-9)
    assert found.crosstalk == pytest.approx(crosstalk, abs=1e-9)
    assert found.at(8) == pytest.approx(throughput(8))


def test_what_noise_makes_better_than_linear_is_linear() -> None:
    found = law([(1, 100.0), (2, 210.0), (4, 390.0)])
    assert found is not None
    assert found.contention >= 0
    assert found.crosstalk >= 0
    assert law([(1, 100.0)]) is None
    assert law([(2, 100.0), (4, 200.0)]) is None
