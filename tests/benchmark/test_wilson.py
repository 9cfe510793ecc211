"""The interval of a counted share."""

from judge.benchmark.wilson import wilson_interval


def test_a_share_of_all_runs_still_has_an_interval() -> None:
    low, high = wilson_interval(300, 300)
    assert 0.98 < low < 1.0
    assert high == 1.0
    assert wilson_interval(0, 20)[0] == 0.0
    assert wilson_interval(10, 20)[0] < 0.5 < wilson_interval(10, 20)[1]
