"""Who is to blame in a dialogue, cell by cell; tests/conformance has it with real programs."""

import json

import pytest

from judge.errors import JudgeProgramFault
from judge.grading.dialogue import Dialogue, First, decided_by_program, read_outcome
from judge.grading.finding import Finding
from judge.values import Ending, Execution, Measurement, MemorySource
from judge.verdicts import Verdict

CRASH = Finding(Verdict.RUNTIME_ERROR, "SIGABRT")
LATE = Finding(Verdict.TIME_LIMIT, "over 1 s")


def dialogue(
    first: First, code: int | None, ending: Ending = Ending.EXITED, *, flooded: bool = False
) -> Dialogue:
    execution = Execution(
        ending=ending,
        exit_code=0,
        signal=0,
        stdout=b"",
        stderr=b"",
        measurement=Measurement(
            wall_ns=0, cpu_ns=0, memory_bytes_peak=0, memory_source=MemorySource.CGROUP
        ),
    )
    return Dialogue(execution=execution, judge_cpu_ns=0, first=first, code=code, flooded=flooded)


@pytest.mark.parametrize(
    ("first", "code", "ended", "verdict"),
    [
        (First.PROGRAM, 42, None, None),
        (First.PROGRAM, 43, None, None),
        (First.PROGRAM, 1, None, Verdict.WRONG_ANSWER),
        (First.PROGRAM, -13, None, Verdict.WRONG_ANSWER),
        (First.PROGRAM, None, None, Verdict.WRONG_ANSWER),
        *((First.PROGRAM, code, CRASH, Verdict.RUNTIME_ERROR) for code in (42, 43, 1, -13, None)),
        (First.PROGRAM, 43, LATE, Verdict.TIME_LIMIT),
        (First.INTERACTOR, 43, CRASH, None),
        (First.INTERACTOR, 43, LATE, None),
        (First.INTERACTOR, 42, None, None),
        (First.INTERACTOR, 42, CRASH, Verdict.RUNTIME_ERROR),
        (First.INTERACTOR, 42, LATE, Verdict.TIME_LIMIT),
        (First.HARNESS, 43, CRASH, Verdict.RUNTIME_ERROR),
        (First.HARNESS, 42, CRASH, None),
    ],
)
def test_the_first_to_end_decides(
    first: First, code: int | None, ended: Finding | None, verdict: Verdict | None
) -> None:
    decided = decided_by_program(dialogue(first, code), ended)
    assert (decided.verdict if decided else None) is verdict


def test_a_limit_is_the_programs_whatever_its_harness_said() -> None:
    late = dialogue(First.HARNESS, 42, Ending.CPU_LIMIT)
    assert decided_by_program(late, LATE) is LATE


def test_who_ended_too_early_is_told_what_became_of_the_interactor() -> None:
    decided = decided_by_program(dialogue(First.PROGRAM, -6), None)
    assert decided is not None
    assert "ended by signal 6" in decided.note
    assert "信号 6" in decided.note_zh


def test_a_flood_is_too_much_output() -> None:
    decided = decided_by_program(dialogue(First.PROGRAM, None, flooded=True), None)
    assert decided is not None
    assert decided.verdict is Verdict.OUTPUT_LIMIT


def test_a_harness_that_broke_is_at_fault() -> None:
    broken = Dialogue(
        execution=dialogue(First.HARNESS, 1).execution,
        judge_cpu_ns=0,
        first=First.HARNESS,
        code=1,
        fault=JudgeProgramFault("harness", "broke"),
    )
    assert decided_by_program(broken, CRASH) is None
    with pytest.raises(JudgeProgramFault, match="broke"):
        broken.said()


def test_an_interactor_that_never_saw_the_end_broke_by_itself() -> None:
    told = {"first": "program", "interactor": 1, "by_itself": True, "flooded": False}
    broken = read_outcome(json.dumps(told).encode())
    accepted = read_outcome(json.dumps({**told, "interactor": 42}).encode())
    assert broken is not None
    assert accepted is not None
    assert broken.broke_by_itself
    assert not accepted.broke_by_itself


@pytest.mark.parametrize("content", [None, b"", b"{}", b"[]", b'{"first": "nobody"}', b"\xff"])
def test_what_is_no_outcome_is_none(content: bytes | None) -> None:
    assert read_outcome(content) is None
