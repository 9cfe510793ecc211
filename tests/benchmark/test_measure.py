"""The timed runs: how many of each workload, and how long they may hold a slot."""

import dataclasses
import time
from collections import Counter
from typing import cast

import pytest

from judge.benchmark.confidence_sequence import ROUNDS_MIN
from judge.benchmark.measure import SLOT_TIME_FACTOR, SLOT_TIME_MIN_S, run_rounds, slot_time_s
from judge.benchmark.paired_runs import CheckedPairs
from judge.benchmark.ratio import is_inconclusive, ratio_of
from judge.performance import Benchmark, Pair, Workload
from judge.task import Task
from judge.values import TestResult
from tests.benchmark.pairs import BENCHMARK, pair


class Checked:
    """In place of real pairs: each takes so long, and is disturbed or not."""

    def __init__(self, took_s: float, own: float, disturbed: str, clock: list[float]) -> None:
        self._took_s, self._own, self._disturbed, self._clock = took_s, own, disturbed, clock

    def warm_up(self, _: Workload) -> None:
        pass

    def pair(self, workload: Workload, _: int) -> Pair:
        self._clock[0] += self._took_s
        one = pair(cpu=900, wall=round(self._own * self._took_s * 1e9))
        return dataclasses.replace(one, workload=workload.name, disturbed=self._disturbed)

    def out_of_time(self) -> str:
        return "out of time"


class Quiet:
    """In place of a task: nobody listens."""

    confirming = False

    def report(self, _: object) -> None:
        pass


def rounds_of(
    monkeypatch: pytest.MonkeyPatch,
    benchmark: Benchmark,
    took_s: float,
    disturbed: str = "",
    own: float = 0.9,
) -> list[Pair] | TestResult:
    clock = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    checked = cast(CheckedPairs, Checked(took_s, own, disturbed, clock))
    return run_rounds(cast(Task, Quiet()), checked, benchmark)


TWO = dataclasses.replace(
    BENCHMARK, workloads=(Workload(name="small", input=""), Workload(name="large", input=""))
)


def test_disturbed_pairs_of_one_workload_do_not_take_anothers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pairs = rounds_of(monkeypatch, TWO, 0.01, "switches")
    assert isinstance(pairs, list)
    each = Counter(one.workload for one in pairs)
    assert each["small"] == each["large"] == 2 * TWO.rounds_max
    # All of them count where the program disturbed itself: more than were wanted are no error.
    kept = ratio_of(pairs, dataclasses.replace(TWO, keeps_disturbed=True))
    assert (kept.rounds, kept.too_slow) == (TWO.rounds_max, True)


def test_who_takes_the_slots_time_before_anything_is_told_is_not_accepted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert isinstance(rounds_of(monkeypatch, TWO, 12.0), str)
    # Where the machine took it, it is no fault of the program's, and nothing is said of it.
    hindered = rounds_of(monkeypatch, TWO, 12.0, "steal", own=0.1)
    assert isinstance(hindered, list)
    assert is_inconclusive(ratio_of(hindered, TWO))
    decided = rounds_of(monkeypatch, TWO, 0.5)
    assert isinstance(decided, list)
    assert len(decided) == 2 * ROUNDS_MIN


def test_a_slot_is_held_by_the_references_time_and_not_by_the_candidates() -> None:
    quick = [pair(cpu=100, wall=100)] * 8
    endless = [pair(cpu=100, wall=10**12)] * 8
    assert slot_time_s(quick, BENCHMARK) == slot_time_s(endless, BENCHMARK)
    wanted = SLOT_TIME_FACTOR * BENCHMARK.rounds_max * 100e-9 * (1 + BENCHMARK.limit)
    assert slot_time_s(quick, BENCHMARK) == pytest.approx(SLOT_TIME_MIN_S + wanted)
    assert slot_time_s([], BENCHMARK) == SLOT_TIME_MIN_S
