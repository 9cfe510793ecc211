"""Reports of sanitizers, read."""

from judge.grading.sanitizer_reports import find_report
from judge.verdicts import Verdict


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
