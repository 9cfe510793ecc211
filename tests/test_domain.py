"""Verdicts, scores, ratios, shrinking, comparing: what is said, from what was measured."""

import dataclasses
import itertools
import random
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from judge.languages import language_of_file
from judge.measuring import is_inconclusive, orders, ratio_of, share_interval
from judge.noticing import noteworthy
from judge.sanitizers import find_report
from judge.scoring import between, score
from judge.showing import shown_to_candidate
from judge.shrinking import shrink, shrink_tail
from judge.validating import compare
from judge.values import (
    Benchmark,
    BuildKind,
    DefaultValidator,
    Judgement,
    MemorySource,
    Metric,
    Pair,
    Ratio,
    TestResult,
    Workload,
)
from judge.verdicts import TEXTS, Verdict, most_severe
from problems import BANK

ROOT = Path(__file__).parents[1]
BENCHMARK = Benchmark(
    workloads=(Workload(name="w", input=""),), metric=Metric.CPU_TIME, limit=1.5, full=1.0
)


def pairs_of(ratios: Sequence[float]) -> list[Pair]:
    return [
        Pair(
            workload="w",
            candidate_ns=round(ratio * 1e6),
            reference_ns=10**6,
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
    assert {word for _, word in noteworthy(patching, "c")} >= {"constructor", "/proc/self"}
    for answer in BANK.glob("*/submissions/accepted/*"):
        language = language_of_file(answer.name)
        assert language is not None
        assert noteworthy(answer.read_text(), language.id) == (), answer


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
    ratio = ratio_of(pairs_of([0.98, 1.0, 1.02, 1.01, 0.99, 1.0, 1.03]), BENCHMARK)
    assert ratio.low <= ratio.estimate <= ratio.high < 1.5
    assert not ratio.too_slow
    assert not ratio.too_close


def test_a_program_twice_as_slow_is_too_slow_and_one_at_the_bar_too_close() -> None:
    assert ratio_of(pairs_of([2.0, 2.1, 1.9, 2.0, 2.05, 1.95, 2.0]), BENCHMARK).too_slow
    assert ratio_of(pairs_of([1.4, 1.6, 1.45, 1.55, 1.5, 1.42, 1.58]), BENCHMARK).too_close


def test_the_same_pairs_give_the_same_interval() -> None:
    ratios = [random.Random(1).uniform(0.9, 1.1) for _ in range(7)]
    assert ratio_of(pairs_of(ratios), BENCHMARK) == ratio_of(pairs_of(ratios), BENCHMARK)


def test_only_an_unsteady_reference_makes_a_close_call_inconclusive() -> None:
    close = [1.4, 1.6, 1.45, 1.55, 1.5, 1.42, 1.58]
    assert not is_inconclusive(ratio_of(pairs_of(close), BENCHMARK))
    unsteady = [
        dataclasses.replace(
            pair,
            candidate_ns=pair.candidate_ns * (1 + index % 2),
            reference_ns=pair.reference_ns * (1 + index % 2),
        )
        for index, pair in enumerate(pairs_of(close))
    ]
    assert is_inconclusive(ratio_of(unsteady, BENCHMARK))
    # However noisy the machine: who is clear of the bar is judged, and so is who is noisy alone.
    assert not is_inconclusive(ratio_of(pairs_of([0.2, 3.0, 0.3, 2.9, 1.0, 1.1, 0.9]), BENCHMARK))


@given(st.lists(st.floats(0.2, 5.0), min_size=7, max_size=7))
def test_the_estimate_lies_in_its_interval(ratios: list[float]) -> None:
    ratio = ratio_of(pairs_of(ratios), BENCHMARK)
    assert ratio.low <= ratio.estimate * 1.000001
    assert ratio.estimate <= ratio.high * 1.000001


def test_the_order_of_pairs_is_balanced() -> None:
    assert orders(8) == [True, False, False, True, True, False, False, True]


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
