"""What validators leave is what the judge reads: both ends of one border."""

import json
from pathlib import Path

import pytest

from judge.grading.validator_feedback import read_counters, read_witness
from judge.verdicts import Verdict
from oracles.feedback import Rejection, Span, accept, reject, undecided
from oracles.open_loop import OpenLoop


def exit_code(said: pytest.ExceptionInfo[SystemExit]) -> object:
    return said.value.code


def test_a_rejection_arrives_as_it_was_said(tmp_path: Path) -> None:
    why = Rejection(
        "history",
        "Two at once.",
        "同时两个。",
        verdict="deadlock",
        steps=["a", "b"],
        failing=[1],
        operations=[Span("thread 1", 0.5, 2.0), Span("thread 2", 1.0, None)],
    )
    with pytest.raises(SystemExit) as said:
        reject(str(tmp_path), why)
    assert exit_code(said) == 43
    finding = read_witness((tmp_path / "witness.json").read_bytes(), "", "validator")
    assert finding.verdict is Verdict.DEADLOCK
    witness = finding.witness
    assert witness is not None
    assert (witness.kind, witness.sentence_zh, witness.failing) == ("history", "同时两个。", (1,))
    assert [one.end_us for one in witness.operations] == [2.0, None]


def test_a_mapping_is_a_rejection_too(tmp_path: Path) -> None:
    with pytest.raises(SystemExit):
        reject(str(tmp_path), {"kind": "note", "sentence_en": "No.", "sentence_zh": "否。"})
    finding = read_witness((tmp_path / "witness.json").read_bytes(), "", "validator")
    assert (finding.verdict, finding.note) == (Verdict.WRONG_ANSWER, "No.")


def test_stray_bytes_of_a_program_can_be_written(tmp_path: Path) -> None:
    stray = b"\xff\xed\xa0\x80".decode("utf-8", "surrogateescape")
    with pytest.raises(SystemExit):
        reject(str(tmp_path), Rejection("difference", "x", "x", got=stray))
    finding = read_witness((tmp_path / "witness.json").read_bytes(), "", "validator")
    assert finding.witness is not None
    finding.witness.got.encode()


def test_what_can_not_be_told_is_inconclusive(tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as said:
        undecided(str(tmp_path), "Too many orders.", "顺序太多。")
    assert exit_code(said) == 43
    finding = read_witness((tmp_path / "witness.json").read_bytes(), "", "validator")
    assert finding.verdict is Verdict.INCONCLUSIVE


def test_acceptance_brings_counters_and_latencies(tmp_path: Path) -> None:
    loop = OpenLoop(rate_per_s=1e6, count=3)
    while numbers := loop.due():
        for number in numbers:
            loop.done(number)
    with pytest.raises(SystemExit) as said:
        accept(str(tmp_path), {"flushes": 2}, loop)
    assert exit_code(said) == 42
    assert read_counters((tmp_path / "counters.json").read_bytes(), "v") == {"flushes": 2.0}
    told = json.loads((tmp_path / "latencies.json").read_bytes())
    assert len(told["latencies_ns"]) == 3
    assert max(told["latencies_ns"]) <= told["span_ns"]


def test_a_slow_answer_is_paid_for_by_all_who_waited_behind_it() -> None:
    loop = OpenLoop(rate_per_s=10_000, count=5)
    first = loop.due()
    assert first[0] == 0
    deadline = loop.report()["span_ns"]
    assert isinstance(deadline, int)
    while int(str(loop.report()["span_ns"])) < deadline + 2_000_000:
        pass  # the program takes 2 ms; the four others come due meanwhile
    for number in first:
        loop.done(number)
    rest = loop.due()
    for number in rest:
        loop.done(number)
    told = loop.report()["latencies_ns"]
    assert isinstance(told, list)
    assert min(told) > 1_000_000, "each of them waited for the first"
