"""What a candidate sees of secret tests and of others' work."""

import dataclasses
import itertools
from collections.abc import Sequence

from judge.benchmark.ratio import (
    ratio_of,
)
from judge.performance import (
    Benchmark,
    Metric,
    Surroundings,
    Workload,
)
from judge.values import BuildKind, Judgement, MemorySource, TestResult
from judge.verdicts import Verdict, together
from judge.visibility import counter_readings, shown_to_candidate, verdict_of_secret_tests
from tests.benchmark.pairs import pair
from tests.conftest import bank_package


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
    verdict = together(verdicts)
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


def test_a_sure_fault_leads_what_an_oracle_could_not_tell() -> None:
    """In the line of its group, in what progress tells, and in the judgement, alike."""
    judgement = secret_tests([Verdict.INCONCLUSIVE, Verdict.WRONG_ANSWER, Verdict.ACCEPTED])
    shown = shown_to_candidate(judgement)
    assert [(test.name, test.verdict) for test in shown.tests] == [
        ("secret/1", Verdict.WRONG_ANSWER)
    ]
    assert (shown.verdict, shown.also) == (Verdict.WRONG_ANSWER, ())
    told = verdict_of_secret_tests(judgement.tests, BuildKind.PLAIN)
    assert told is Verdict.WRONG_ANSWER


def test_what_others_did_meanwhile_is_not_a_candidates_to_see() -> None:
    benchmark = Benchmark(
        workloads=(Workload(name="w", input=""),), metric=Metric.CPU_TIME, limit=1.5, full=1.0
    )
    around = Surroundings(wall_ns=1, cpus=1, others_ns=5, stolen_ns=0, switches=77)
    noted = [dataclasses.replace(pair(cpu=100, wall=100), surroundings=around) for _ in range(8)]
    ratio = ratio_of(noted, benchmark)
    judgement = Judgement(
        verdict=Verdict.ACCEPTED,
        score=100,
        too_close=False,
        also=(),
        builds=(),
        tests=(),
        ratio=ratio,
    )
    shown = shown_to_candidate(judgement)
    for one in (shown.ratio,):
        assert one is not None
        assert {p.surroundings for p in one.pairs} == {None}
        assert one.pairs[0].candidate == ratio.pairs[0].candidate


def test_a_counter_has_the_bars_of_the_target_that_it_was_counted_on() -> None:
    problem = bank_package("bounded-queue").problem
    waited = dataclasses.replace(
        secret_tests([Verdict.ACCEPTED]).tests[0], secret=False, counters={"idle_cpu_ms": 80.0}
    )
    (here,) = counter_readings(problem, [waited], "linux")
    (there,) = counter_readings(problem, [waited], "windows-wine")
    assert here.value == there.value == 80.0
    assert here.full < here.limit < 80.0 < there.full < there.limit
