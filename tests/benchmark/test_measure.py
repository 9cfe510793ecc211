"""How long timed runs may hold a slot."""

import pytest

from judge.benchmark.measure import SLOT_TIME_FACTOR, SLOT_TIME_MIN_S, slot_time_s
from tests.benchmark.pairs import BENCHMARK, pair


def test_a_slot_is_held_by_the_references_time_and_not_by_the_candidates() -> None:
    quick = [pair(cpu=100, wall=100)] * 8
    endless = [pair(cpu=100, wall=10**12)] * 8
    assert slot_time_s(quick, BENCHMARK) == slot_time_s(endless, BENCHMARK)
    wanted = SLOT_TIME_FACTOR * BENCHMARK.rounds_max * 100e-9 * (1 + BENCHMARK.limit)
    assert slot_time_s(quick, BENCHMARK) == pytest.approx(SLOT_TIME_MIN_S + wanted)
    assert slot_time_s([], BENCHMARK) == SLOT_TIME_MIN_S
