"""Who is to blame in a dialogue: who ended first, how, and what the interactor said.

The first to end decides (docs/problem-format.md has the whole table):

    the program, badly      its own ending: a crash, a limit, an exit code
    the program, well       what the interactor then says; where the end makes it break, or it goes
                            on for ever, the program ended too early
    the interactor, 43      rejected, whatever becomes of a program that nobody answers any more
    the interactor, 42      accepted, if the program then ends well within its limits
    the interactor, else    it broke by itself: an error of the package

Where a harness starts the programs itself, it sees them end: a limit that was reached decides, then
a crash unless the harness accepted, then what it said.
"""

import json
from dataclasses import dataclass
from enum import StrEnum

from judge.errors import JudgeProgramFault
from judge.grading.finding import Finding
from judge.values import Ending, Execution
from judge.verdicts import Verdict

ACCEPTED, REJECTED = 42, 43


class First(StrEnum):
    """Who ended a dialogue."""

    PROGRAM = "program"
    INTERACTOR = "interactor"
    HARNESS = "harness"
    """It started the programs itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialogue:
    """How a program and the interactor that talked to it ended."""

    execution: Execution
    """The program's."""
    judge_cpu_ns: int
    first: First
    code: int | None
    """The interactor's exit code, negative for a signal; None where it had to be stopped."""
    flooded: bool = False
    """Whether the program wrote without an end, and was stopped for it."""
    fault: JudgeProgramFault | None = None
    """How a harness failed by itself."""

    def said(self) -> int:
        """Accepted or rejected. Raises JudgeProgramFault where the interactor broke by itself."""
        if self.fault is not None:
            raise self.fault
        assert self.code in (ACCEPTED, REJECTED)
        return self.code


@dataclass(frozen=True, slots=True)
class DialogueOutcome:
    """What oracles/interact.py left; see its `DialogueEnd`."""

    first: First
    code: int | None
    by_itself: bool
    flooded: bool

    @property
    def broke_by_itself(self) -> bool:
        """Whether an interactor ended as it may not, and the program had no part in it."""
        return self.by_itself and self.code not in (ACCEPTED, REJECTED)


def read_outcome(content: bytes | None) -> DialogueOutcome | None:
    """None where that is not there, or not what is written."""
    try:
        told = json.loads(content or b"")
        return DialogueOutcome(
            First(told["first"]), told["interactor"], told["by_itself"], told["flooded"]
        )
    except (ValueError, KeyError, TypeError):
        return None


def decided_by_program(dialogue: Dialogue, ended: Finding | None) -> Finding | None:
    """What is said where the program's own end decides; None where the interactor's word does.

    `ended` is what the program's ending says by itself, None for one that ended well.
    """
    if dialogue.flooded:
        return _FLOODED
    match dialogue.first:
        case First.PROGRAM:
            if ended is None and dialogue.code not in (ACCEPTED, REJECTED):
                return _too_early(dialogue.code)
            return ended
        case First.INTERACTOR:
            return ended if dialogue.code == ACCEPTED else None
        case First.HARNESS:
            by_limit = dialogue.execution.ending not in (Ending.EXITED, Ending.SIGNALLED)
            overruled = dialogue.fault is None and dialogue.code != ACCEPTED
            return ended if by_limit or overruled else None


_FLOODED = Finding(
    Verdict.OUTPUT_LIMIT, "it wrote to the interactor without an end", "不停地向交互器输出"
)


def _too_early(code: int | None) -> Finding:
    if code is None:
        how, how_zh = "did not end", "没有结束"
    elif code < 0:
        how, how_zh = f"ended by signal {-code}", f"以信号 {-code} 结束"
    else:
        how, how_zh = f"ended with code {code}", f"以代码 {code} 结束"
    return Finding(
        Verdict.WRONG_ANSWER,
        f"the program ended before the interactor had its answer (it then {how})",
        f"程序在交互器得到答案之前就结束了（交互器随后{how_zh}）",
    )
