"""Verdicts, scores, ratios, shrinking, comparing: what is said, from what was measured."""

import dataclasses
import itertools
import math
import random
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from judge.benchmark.aa_check import AACheck
from judge.benchmark.complexity_fit import fit
from judge.benchmark.confidence_sequence import (
    ERROR,
    ROUNDS_MAX,
    ROUNDS_MIN,
    boundary,
    fixed_interval,
    interval,
)
from judge.benchmark.ratio import (
    UNBOUNDED,
    candidate_first,
    disturbance,
    is_decided,
    is_inconclusive,
    ratio_of,
    rounds_of,
    share_interval,
)
from judge.grading.default_validator import compare
from judge.grading.sanitizer_reports import find_report
from judge.grading.shrinking import shrink, shrink_tail
from judge.grading.suspicious_words import find_suspicious_words
from judge.languages import LANGUAGES, language_of_file
from judge.performance import (
    Benchmark,
    GrowthPoint,
    Metric,
    Pair,
    Ratio,
    Surroundings,
    Usage,
    Workload,
)
from judge.ranking import confirmed_bounds, rank_ranges, side_error
from judge.scoring import between, score
from judge.values import BuildKind, DefaultValidator, Judgement, MemorySource, TestResult
from judge.verdicts import TEXTS, Verdict, most_severe
from judge.visibility import shown_to_candidate
from problems import BANK

ROOT = Path(__file__).parents[1]
BENCHMARK = Benchmark(
    workloads=(Workload(name="w", input=""),), metric=Metric.CPU_TIME, limit=1.5, full=1.0
)


def pairs_of(ratios: Sequence[float]) -> list[Pair]:
    return [
        Pair(
            workload="w",
            candidate_cost=round(ratio * 1e6),
            reference_cost=10**6,
            candidate_first=True,
        )
        for ratio in ratios
    ]


def secret_tests(verdicts: Sequence[Verdict]) -> Judgement:
    """A judgement over fixed secret tests, each with costs of its own."""
    tests = tuple(
        TestResult(
            name=f"secret/{number}",
            group="secret",
            build=BuildKind.PLAIN,
            sample=False,
            verdict=verdict,
            cpu_ms=number,
            wall_ms=number,
            memory_bytes_peak=number,
            memory_source=MemorySource.CGROUP,
            note=f"{number}",
            secret=True,
        )
        for number, verdict in enumerate(verdicts)
    )
    verdict = most_severe(verdicts)
    others = {test.verdict for test in tests} - {verdict, Verdict.ACCEPTED}
    return Judgement(
        verdict=verdict, score=0, too_close=False, also=tuple(others), builds=(), tests=tests
    )


def test_however_secret_tests_end_a_submission_tells_a_few_bits() -> None:
    """Three ways to end for each of six tests: 729 patterns, 9.5 bits; shown are 13 of them."""
    ways = (Verdict.ACCEPTED, Verdict.WRONG_ANSWER, Verdict.RUNTIME_ERROR)
    patterns = itertools.product(ways, repeat=6)
    seen = {repr(shown_to_candidate(secret_tests(pattern))) for pattern in patterns}
    assert len(seen) == 1 + 2 * 6


def test_a_reviewer_is_pointed_to_ways_around_a_harness_and_an_honest_answer_has_none() -> None:
    attacks = ROOT / "tests" / "attacks" / "harness"
    patching = (attacks / "patches_clock.c").read_text()
    assert {word for _, word in find_suspicious_words(patching, LANGUAGES["c"])} >= {
        "constructor",
        "/proc/self",
    }
    for answer in BANK.glob("*/submissions/accepted/*"):
        language = language_of_file(answer.name)
        assert language is not None
        assert find_suspicious_words(answer.read_text(), language) == (), answer


def test_the_most_severe_verdict_leads() -> None:
    assert most_severe([Verdict.ACCEPTED, Verdict.TOO_SLOW]) is Verdict.TOO_SLOW
    assert most_severe([Verdict.WRONG_ANSWER, Verdict.DATA_RACE]) is Verdict.DATA_RACE
    assert most_severe(Verdict) is Verdict.JUDGE_ERROR


def test_every_verdict_has_its_words_in_both_languages() -> None:
    assert set(TEXTS) == set(Verdict)
    for text in TEXTS.values():
        assert text.name("en") != text.name("zh")
        assert text.advice("en").isascii()
        assert text.advice("zh").endswith("。")
    assert len({text.code for text in TEXTS.values()}) == len(Verdict)


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
    assert (ratio.low, ratio.high) == (0.0, UNBOUNDED)


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
    # However loud the machine was: who is clear of the bar is judged.
    assert not is_inconclusive(ratio_of([*pairs_of([1.0] * 16), *loud], BENCHMARK))


def test_what_disturbs_is_told_without_knowing_who_was_faster() -> None:
    def around(others_ns: int, stolen_ns: int = 0, wall_ns: int = 100) -> Surroundings:
        return Surroundings(wall_ns=wall_ns, cpus=2, others_ns=others_ns, stolen_ns=stolen_ns)

    def used(preemptions: int) -> list[Usage]:
        one = Usage(cpu_ns=500_000_000, wall_ns=1, memory_bytes_peak=1, preemptions=preemptions)
        return [one, one]

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


@pytest.mark.parametrize("noise", NOISES)
def test_a_program_at_the_bar_is_called_either_way_in_a_hundredth_of_cases_at_most(
    noise: str,
) -> None:
    found = crossings(NOISES[noise], 1.0)
    # Of 4,000 runs, three standard deviations above one in a hundred.
    assert found["slow"] < 0.0147
    assert found["clear"] < 0.0147


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
        assert 0.5 * ERROR < spent <= ERROR or rounds_max == 8


def test_a_fixed_number_of_rounds_has_the_interval_that_it_can_have() -> None:
    assert fixed_interval(list(range(8)), 0.01) == (0, 7)
    assert fixed_interval(list(range(8)), 0.001) is None
    assert fixed_interval(list(range(31)), 0.05 / 800) == (4, 26)


def test_the_same_pairs_give_the_same_interval() -> None:
    ratios = [random.Random(1).uniform(0.9, 1.1) for _ in range(9)]
    assert ratio_of(pairs_of(ratios), BENCHMARK) == ratio_of(pairs_of(ratios), BENCHMARK)


@given(st.lists(st.floats(0.2, 5.0), min_size=8, max_size=31))
def test_the_estimate_lies_in_its_interval(ratios: list[float]) -> None:
    ratio = ratio_of(pairs_of(ratios), BENCHMARK)
    assert ratio.low <= ratio.estimate * 1.000001
    assert ratio.estimate <= ratio.high * 1.000001


def test_the_order_of_pairs_is_balanced() -> None:
    assert [candidate_first(n) for n in range(4)] == [True, False, False, True]


def test_a_share_of_all_runs_still_has_an_interval() -> None:
    low, high = share_interval(300, 300)
    assert 0.98 < low < 1.0
    assert high == 1.0
    assert share_interval(0, 20)[0] == 0.0
    assert share_interval(10, 20)[0] < 0.5 < share_interval(10, 20)[1]


def test_points_fall_with_the_logarithm_between_the_bars() -> None:
    assert between(0.9, 1.5, 1.0) == 1.0
    assert between(1.5, 1.5, 1.0) == 0.0
    assert between(1.5**0.5, 1.5, 1.0) == pytest.approx(0.5)


def test_scores_keep_the_order_of_verdicts() -> None:
    ratio = Ratio(
        estimate=1.2, low=1.1, high=1.3, limit=1.5, full=1.0, metric=Metric.CPU_TIME, pairs=()
    )
    accepted = score(Verdict.ACCEPTED, (), ratio, ())
    assert 60 < accepted < 100
    assert score(Verdict.TOO_SLOW, (), ratio, ()) == 50
    assert score(Verdict.COMPILE_ERROR, (), None, ()) == 0


@given(st.lists(st.binary(min_size=1, max_size=3), min_size=1, max_size=30), st.data())
def test_what_is_shrunk_still_fails_and_nothing_can_be_left_out(
    items: list[bytes], data: st.DataObject
) -> None:
    needed = set(data.draw(st.sets(st.sampled_from(range(len(items))), min_size=1, max_size=4)))
    tagged = [bytes([index]) + item for index, item in enumerate(items)]
    wanted = {tagged[index] for index in needed}

    def fails(part: Sequence[bytes]) -> bool:
        return wanted <= set(part)

    assert set(shrink(tagged, fails, runs_max=10_000)) == wanted
    assert set(shrink_tail(tagged, fails, runs_max=10_000)) == wanted


def test_shrinking_stops_when_its_budget_is_spent() -> None:
    runs = 0

    def fails(part: Sequence[bytes]) -> bool:
        nonlocal runs
        runs += 1
        return len(part) > 0

    shrink_tail([b"x"] * 1000, fails, runs_max=5)
    assert runs <= 5


@pytest.mark.parametrize(
    ("output", "answer", "rules", "same"),
    [
        (b"1 2\n3", b"1\n2 3\n", DefaultValidator(), True),
        (b"Yes", b"YES", DefaultValidator(), True),
        (b"Yes", b"YES", DefaultValidator(case_sensitive=True), False),
        (b"1  2\n", b"1 2\n", DefaultValidator(space_change_sensitive=True), False),
        (b"1.0001", b"1.0", DefaultValidator(float_absolute_tolerance=1e-3), True),
        (b"1001", b"1000.0", DefaultValidator(float_relative_tolerance=1e-2), True),
        (b"nan", b"1.0", DefaultValidator(float_absolute_tolerance=1e9), False),
        (b"1 2 3", b"1 2", DefaultValidator(), False),
        (b"1", b"1 2", DefaultValidator(), False),
        (b"", b"", DefaultValidator(), True),
        (b"1\0", b"1", DefaultValidator(), False),
    ],
)
def test_the_default_validator_compares_as_the_format_says(
    output: bytes, answer: bytes, rules: DefaultValidator, same: bool
) -> None:
    assert (compare(output, answer, rules) is None) is same


def test_a_difference_names_its_line() -> None:
    difference = compare(b"1\n2\n4\n", b"1\n2\n3\n", DefaultValidator())
    assert difference is not None
    assert (difference.line, difference.expected, difference.got) == (3, "3", "4")


def test_a_race_report_names_the_candidates_own_lines() -> None:
    stderr = b"""==================
WARNING: ThreadSanitizer: data race (pid=7)
  Write of size 8 at 0x7b by thread T2:
    #0 q_push /box/src/solution.cpp:41 (program+0x1)
    #1 run_script /box/src/harness_body.h:60 (program+0x2)
  Previous read of size 8 at 0x7b by thread T1:
    #0 q_pop(queue*) /box/src/solution.cpp:67 (program+0x3)
"""
    finding = find_report(stderr, frozenset({"solution.cpp"}))
    assert finding is not None
    assert finding.verdict is Verdict.DATA_RACE
    assert "solution.cpp:41 and solution.cpp:67" in finding.witness.sentence_en


def test_text_that_merely_mentions_a_sanitizer_is_no_report() -> None:
    assert find_report(b"my AddressSanitizer is off\n", frozenset({"a.c"})) is None


def confirmed(rng: random.Random, true: float, rounds: int = 31) -> Judgement:
    """What a confirmation of a program of this true ratio measures, with heavy tails."""
    noise = [0.02 * math.tan(1.2 * (rng.random() - 0.5)) for _ in range(rounds)]
    pairs = pairs_of([true * math.exp(one) for one in noise])
    return Judgement(
        verdict=Verdict.ACCEPTED,
        score=0,
        too_close=False,
        also=(),
        builds=(),
        tests=(),
        ratio=ratio_of(pairs, BENCHMARK),
    )


def test_with_400_candidates_every_true_rank_lies_in_its_range_in_19_of_20_boards() -> None:
    rng, boards, held = random.Random(3), 30, 0
    for _ in range(boards):
        true = [math.exp(rng.uniform(math.log(0.9), math.log(1.6))) for _ in range(400)]
        error = side_error(len(true))
        bounds = [confirmed_bounds(confirmed(rng, one), error) for one in true]
        points = [60 + 40 * between(one, BENCHMARK.limit, BENCHMARK.full) for one in true]
        ranges = rank_ranges(bounds)
        held += all(
            best <= 1 + sum(other > mine + 1e-9 for other in points)
            and 400 - sum(other < mine - 1e-9 for other in points) <= worst
            for mine, (best, worst) in zip(points, ranges, strict=True)
        )
        # And they say something: half of the ranges are narrower than a quarter of the board.
        assert sorted(worst - best for best, worst in ranges)[200] < 100
    assert held / boards >= 0.95


def test_ranks_of_overlapping_scores_are_not_told_apart() -> None:
    assert rank_ranges([(85, 95), (83, 93), (70, 70), (50, 50), (50, 50)]) == [
        (1, 2),
        (1, 2),
        (3, 3),
        (4, 5),
        (4, 5),
    ]


@pytest.mark.parametrize(
    ("low", "high", "fit"),
    [(0.99, 1.01, True), (0.9, 1.2, True), (0.8, 1.1, False), (1.01, 1.05, False), (0.0, 9, False)],
)
def test_a_machine_is_fit_for_a_limit_that_its_noise_leaves_room_for(
    low: float, high: float, *, fit: bool
) -> None:
    assert AACheck(low, high).is_fit_for(1.5) is fit


@pytest.mark.parametrize(
    ("name", "cost"),
    [
        ("1", lambda _: 5e6),
        ("log n", lambda n: 1e6 * math.log(n)),
        ("n", lambda n: 1e5 + 300 * n),
        ("n log n", lambda n: 2e6 + 40 * n * math.log(n)),
        ("n²", lambda n: 3e6 + 0.05 * n * n),
        ("n³", lambda n: 1e6 + 1e-5 * n**3),
    ],
)
def test_growth_is_named_though_starting_costs_and_runs_are_noisy(
    name: str, cost: Callable[[float], float]
) -> None:
    rng = random.Random(5)
    points = [
        GrowthPoint(
            size=size,
            candidate_cost=round(cost(size) * math.exp(rng.gauss(0, 0.004))),
            reference_cost=1,
        )
        for size in (10_000, 20_000, 40_000, 80_000, 160_000)
    ]
    assert fit(points, "n").fitted == name
