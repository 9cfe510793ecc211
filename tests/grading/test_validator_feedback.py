"""What a package's validator leaves, read; what can't be read is the package's fault."""

import json

import pytest

from judge.errors import JudgeProgramFault
from judge.grading.validator_feedback import (
    VERDICTS_OF_WITNESSES,
    read_counters,
    read_witness,
)
from judge.verdicts import Verdict

WORDS = {"kind": "note", "sentence_en": "No.", "sentence_zh": "否。"}


def test_counters_are_numbers_by_name() -> None:
    assert read_counters(None, "v") == {}
    assert read_counters(b'{"flushes": 3, "pages": 1.5}', "v") == {"flushes": 3.0, "pages": 1.5}


@pytest.mark.parametrize(
    "content", [b"[1]", b"7", b"{", b'{"a": "x"}', b'{"a": null}', b"\xff", b"[" * 100_000]
)
def test_counters_that_are_none_are_the_packages_fault(content: bytes) -> None:
    with pytest.raises(JudgeProgramFault, match=r"v: its counters\.json"):
        read_counters(content, "v")


def test_a_witness_without_a_verdict_is_a_wrong_answer() -> None:
    finding = read_witness(json.dumps(WORDS).encode(), "", "v")
    assert (finding.verdict, finding.note, finding.note_zh) == (
        Verdict.WRONG_ANSWER,
        "No.",
        "否。",
    )


def test_the_message_of_the_format_is_what_is_noted_where_there_is_one() -> None:
    finding = read_witness(json.dumps(WORDS).encode(), "line 3 differs", "v")
    assert (finding.note, finding.note_zh) == ("line 3 differs", "")
    assert finding.witness is not None
    assert finding.witness.sentence_zh == "否。"


@pytest.mark.parametrize("verdict", VERDICTS_OF_WITNESSES)
def test_a_package_may_name_a_verdict_of_its_own_kind(verdict: Verdict) -> None:
    content = json.dumps({**WORDS, "verdict": verdict.value}).encode()
    assert read_witness(content, "", "v").verdict is verdict


@pytest.mark.parametrize("verdict", sorted(set(Verdict) - set(VERDICTS_OF_WITNESSES)))
def test_a_package_may_not_say_what_only_we_can_know(verdict: Verdict) -> None:
    content = json.dumps({**WORDS, "verdict": verdict.value}).encode()
    with pytest.raises(JudgeProgramFault, match="may not say"):
        read_witness(content, "", "v")


@pytest.mark.parametrize(
    "change",
    [
        {"steps": 7},
        {"failing": ["x"]},
        {"operations": [{"lane": "a"}]},
        {"operations": [7]},
        {"counters": []},
        {"unknown": 1},
        {"verdict": "fine"},
    ],
)
def test_a_witness_that_can_not_be_read_is_the_packages_fault(change: dict[str, object]) -> None:
    with pytest.raises(JudgeProgramFault, match="v: its witness"):
        read_witness(json.dumps({**WORDS, **change}).encode(), "", "v")


def test_half_a_surrogate_can_be_written_on() -> None:
    finding = read_witness(b'{"kind":"d","sentence_en":"\\ud83d","sentence_zh":"x"}', "", "v")
    assert finding.witness is not None
    assert finding.witness.sentence_en.encode()
