"""What is said of pairs: the ratio, its interval, and what disturbed them."""

import dataclasses
import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from judge.benchmark.ratio import (
    benchmark_of,
    disturbance,
    guards_of,
    is_candidate_first,
    is_decided,
    is_inconclusive,
    is_settled,
    ratio_of,
    rounds_of,
)
from judge.performance import (
    UNBOUNDED,
    Benchmark,
    Metric,
    Surroundings,
    Usage,
    Workload,
)
from tests.benchmark.pairs import BENCHMARK, pair, pairs_of


def test_a_program_as_fast_as_the_reference_is_not_too_slow() -> None:
    ratio = ratio_of(pairs_of([0.98, 1.0, 1.02, 1.01, 0.99, 1.0, 1.03, 0.97]), BENCHMARK)
    assert ratio.low <= ratio.estimate <= ratio.high < 1.5
    assert is_decided(ratio)
    assert not ratio.too_slow
    assert not ratio.too_close


def test_a_program_twice_as_slow_is_too_slow_and_one_at_the_bar_too_close() -> None:
    assert ratio_of(pairs_of([2.0, 2.1, 1.9, 2.0, 2.05, 1.95, 2.0, 2.0]), BENCHMARK).too_slow
    assert ratio_of(pairs_of([1.4, 1.6, 1.45, 1.55, 1.5, 1.42, 1.58, 1.5]), BENCHMARK).too_close


def test_of_too_few_rounds_nothing_is_said() -> None:
    ratio = ratio_of(pairs_of([2.0] * 7), BENCHMARK)
    assert not is_decided(ratio)
    assert (ratio.low, ratio.high, ratio.has_interval) == (0.0, UNBOUNDED, False)


def test_disturbed_pairs_do_not_count_and_too_many_of_them_are_inconclusive() -> None:
    quiet = pairs_of([1.4, 1.6] * 8)
    assert not is_inconclusive(ratio_of(quiet, BENCHMARK))
    loud = [dataclasses.replace(pair, disturbed="steal") for pair in pairs_of([9.0] * 20)]
    ratio = ratio_of([*quiet, *loud], BENCHMARK)
    assert (ratio.rounds, ratio.discarded) == (16, 20)
    assert is_inconclusive(ratio)
    # Beside others nobody is thrown away by CPU time; but nothing is too close to call there.
    around = Surroundings(wall_ns=100, cpus=1, others_ns=50, stolen_ns=0)
    beside = [dataclasses.replace(pair, surroundings=around) for pair in quiet]
    assert is_inconclusive(ratio_of(beside, BENCHMARK))
    # Of what is left nothing can be said.
    assert is_inconclusive(ratio_of([*pairs_of([1.0] * 7), *loud[:3]], BENCHMARK))
    # However loud the machine was: who is clear of the bar is judged.
    assert not is_inconclusive(ratio_of([*pairs_of([1.0] * 16), *loud], BENCHMARK))


def test_what_disturbs_is_told_without_knowing_who_was_faster() -> None:
    def around(others_ns: int, stolen_ns: int = 0, wall_ns: int = 100) -> Surroundings:
        return Surroundings(wall_ns=wall_ns, cpus=2, others_ns=others_ns, stolen_ns=stolen_ns)

    def used(preemptions: int) -> Usage:
        return Usage(cpu_ns=500_000_000, wall_ns=1, memory_bytes_peak=1, preemptions=preemptions)

    assert disturbance(around(10), used(0), Metric.WALL_TIME) == ""
    assert disturbance(around(70), used(0), Metric.WALL_TIME) == "load"
    assert disturbance(around(70), used(0), Metric.THROUGHPUT) == "load"
    assert disturbance(around(70), used(400), Metric.CPU_TIME) == ""
    assert disturbance(around(70), used(600), Metric.CPU_TIME) == "switches"
    assert disturbance(around(10), used(600), Metric.CPU_TIME) == ""
    assert disturbance(around(0, 11), used(0), Metric.CPU_TIME) == "steal"
    assert disturbance(around(50, wall_ns=0), used(0), Metric.WALL_TIME) == ""


def test_two_workloads_make_a_round_together() -> None:
    both = dataclasses.replace(
        BENCHMARK, workloads=(Workload(name="w", input=""), Workload(name="v", input=""))
    )
    others = [dataclasses.replace(pair, workload="v") for pair in pairs_of([4.0, 1.0])]
    rounds = rounds_of([*pairs_of([1.0, 1.0, 1.0]), *others], both)
    assert rounds == [pytest.approx(math.log(2)), 0.0]


def test_the_same_pairs_give_the_same_interval() -> None:
    ratios = [random.Random(1).uniform(0.9, 1.1) for _ in range(9)]
    assert ratio_of(pairs_of(ratios), BENCHMARK) == ratio_of(pairs_of(ratios), BENCHMARK)


@given(st.lists(st.floats(0.2, 5.0), min_size=8, max_size=31))
def test_the_estimate_lies_in_its_interval(ratios: list[float]) -> None:
    ratio = ratio_of(pairs_of(ratios), BENCHMARK)
    assert ratio.low <= ratio.estimate * 1.000001
    assert ratio.estimate <= ratio.high * 1.000001


def test_the_order_of_pairs_is_balanced() -> None:
    assert [is_candidate_first(n) for n in range(4)] == [True, False, False, True]


def test_cpu_time_is_bounded_where_the_clock_decides() -> None:
    benchmark = Benchmark(
        workloads=(Workload(name="w", input=""),),
        metric=Metric.WALL_TIME,
        limit=1.5,
        full=1.0,
        cpu_limit=2.0,
    )
    spinning = [pair(cpu=800, wall=101) for _ in range(8)]
    assert not ratio_of(spinning, benchmark).too_slow
    (guard,) = guards_of(spinning, benchmark)
    assert guard.too_slow
    assert guard.estimate == pytest.approx(8)
    assert guard.pairs == ()


def test_the_clock_is_bounded_where_cpu_time_decides() -> None:
    benchmark = dataclasses.replace(BENCHMARK, clock_limit=4.0)
    polling = [pair(cpu=100, wall=2700) for _ in range(8)]
    assert not ratio_of(polling, benchmark).too_slow
    (guard,) = guards_of(polling, benchmark)
    assert (guard.metric, guard.too_slow) == (Metric.WALL_TIME, True)
    around = Surroundings(wall_ns=100, cpus=1, others_ns=50, stolen_ns=0)
    beside = [dataclasses.replace(one, surroundings=around) for one in polling]
    # Where others are beside some pairs, those don't count.
    (guard,) = guards_of([*polling, *beside[:7]], benchmark)
    assert guard.rounds == 8
    # Beside most, all do: else nobody who sleeps would be found on a busy host.
    (guard,) = guards_of(beside, benchmark)
    assert (guard.rounds, guard.too_slow, is_settled(guard)) == (8, True, True)
    # Also where they were beside one workload's alone: a round needs both.
    two = dataclasses.replace(
        benchmark, workloads=(Workload(name="w", input=""), Workload(name="v", input=""))
    )
    other = [dataclasses.replace(one, workload="v", surroundings=around) for one in polling]
    (guard,) = guards_of([*polling, *other], two)
    assert (guard.rounds, guard.too_slow) == (8, True)
    # Nothing is settled of which nothing is known.
    (guard,) = guards_of(
        [dataclasses.replace(one, disturbed="steal") for one in polling], benchmark
    )
    assert (guard.rounds, is_settled(guard)) == (0, False)


def test_others_beside_accuse_nobody_by_the_clock() -> None:
    """Whom others hit is chance; a third of the runs takes up to forty times as long."""
    benchmark = dataclasses.replace(BENCHMARK, clock_limit=4.0)
    around = Surroundings(wall_ns=100, cpus=1, others_ns=50, stolen_ns=0)
    rng = random.Random(7)

    def taken_ns() -> int:
        return 100 if rng.random() < 2 / 3 else int(100 * 40 ** rng.random())

    accused = 0
    for _ in range(400):
        pairs = []
        for _ in range(61):
            other = Usage(cpu_ns=100, wall_ns=taken_ns(), memory_bytes_peak=1)
            beside = pair(cpu=100, wall=taken_ns())
            pairs.append(dataclasses.replace(beside, reference=other, surroundings=around))
        looks = (guards_of(pairs[:n], benchmark)[0] for n in range(8, 62))
        accused += any(guard.too_slow for guard in looks)
    assert accused <= 4


def test_the_worst_tenth_has_a_bar_of_its_own() -> None:
    benchmark = dataclasses.replace(BENCHMARK, tail_limit=3.0)
    rng = random.Random(7)
    wrong = 0
    for _ in range(300):  # five times slower in four of ten runs
        rounds = pairs_of([5.0 if rng.random() < 0.4 else 1.0 for _ in range(61)])
        assert not ratio_of(rounds, benchmark).too_slow
        (tail,) = guards_of(rounds, benchmark)
        wrong += not tail.too_slow
    assert wrong == 0
    accused = 0
    for _ in range(400):  # at the bar: a tenth of the rounds reaches it
        rounds = pairs_of([3.1 if rng.random() < 0.1 else 1.0 for _ in range(61)])
        looks = (guards_of(rounds[:n], benchmark)[0] for n in range(8, 62))
        accused += any(tail.too_slow for tail in looks)
    assert accused <= 12  # 1 % over all looks together


def test_pairs_that_the_program_disturbed_itself_count() -> None:
    loud = [dataclasses.replace(one, disturbed="switches") for one in pairs_of([9.0] * 20)]
    assert is_inconclusive(ratio_of(loud, BENCHMARK))
    kept = ratio_of(loud, dataclasses.replace(BENCHMARK, keeps_disturbed=True))
    assert (kept.rounds, kept.discarded, kept.too_slow) == (20, 0, True)
    assert not is_inconclusive(kept)
    assert ratio_of(kept.pairs, benchmark_of(kept)).too_slow


def test_what_the_candidate_yields_is_not_its_say() -> None:
    around = Surroundings(wall_ns=10**9, cpus=1, others_ns=5 * 10**8, stolen_ns=0)
    calm = Usage(cpu_ns=10**8, wall_ns=10**8, memory_bytes_peak=0, preemptions=20)
    assert disturbance(around, calm, Metric.CPU_TIME) == ""
    torn = dataclasses.replace(calm, preemptions=200)
    assert disturbance(around, torn, Metric.CPU_TIME) == "switches"
