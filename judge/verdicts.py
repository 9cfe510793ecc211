"""What we say of a submission: the verdicts in order of severity, and their words."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """Every verdict, the most severe first."""

    JUDGE_ERROR = "judge-error"
    INCONCLUSIVE = "inconclusive"
    COMPILE_ERROR = "compile-error"
    MEMORY_ERROR = "memory-error"
    DATA_RACE = "data-race"
    DEADLOCK = "deadlock"
    NOT_DURABLE = "not-durable"
    RUNTIME_ERROR = "runtime-error"
    WRONG_ANSWER = "wrong-answer"
    OUTPUT_LIMIT = "output-limit"
    MEMORY_LIMIT = "memory-limit"
    TIME_LIMIT = "time-limit"
    TOO_SLOW = "too-slow"
    ACCEPTED = "accepted"

    @property
    def severity(self) -> int:
        """0 for the least severe (accepted), rising."""
        return len(_BY_SEVERITY) - 1 - _BY_SEVERITY.index(self)

    @property
    def code(self) -> str:
        return TEXTS[self].code

    @property
    def icon(self) -> str:
        return TEXTS[self].icon


_BY_SEVERITY = tuple(Verdict)


def most_severe(verdicts: Iterable[Verdict]) -> Verdict:
    """The verdict that leads; accepted for no verdicts at all would be a lie, so that raises."""
    return max(verdicts, key=lambda verdict: verdict.severity)


def together(verdicts: Iterable[Verdict]) -> Verdict:
    """What several runs of one submission say together; accepted where there were none.

    A fault that is sure leads whatever else could not be told: nobody gains by making an oracle
    spend its budget.
    """
    said = set(verdicts)
    sure = said - {Verdict.ACCEPTED, Verdict.INCONCLUSIVE}
    if sure:
        return most_severe(sure)
    return Verdict.INCONCLUSIVE if Verdict.INCONCLUSIVE in said else Verdict.ACCEPTED


@dataclass(frozen=True, slots=True)
class VerdictText:
    """How a verdict is shown: glyph, two letters, and in each language its name and next step."""

    icon: str
    code: str
    name_en: str
    advice_en: str
    name_zh: str
    advice_zh: str

    def name(self, language: str) -> str:
        return self.name_zh if language.startswith("zh") else self.name_en

    def advice(self, language: str) -> str:
        return self.advice_zh if language.startswith("zh") else self.advice_en


TEXTS: dict[Verdict, VerdictText] = {
    Verdict.ACCEPTED: VerdictText(
        "✓",
        "AC",
        "Accepted",
        "All checks passed; you may still improve the ratio.",
        "通过",
        "所有检查均已通过，仍可继续优化性能。",
    ),
    Verdict.WRONG_ANSWER: VerdictText(
        "✕",
        "WA",
        "Wrong answer",
        "One result differs from the specification; start from the operation below.",
        "答案错误",
        "有一处结果不符合规范，请从下面的操作查起。",
    ),
    Verdict.TOO_SLOW: VerdictText(
        "▷",
        "TS",
        "Too slow",
        "Correct, but over the performance limit; see which workload costs most.",
        "性能未达标",
        "结果正确，但未达到性能要求，请看哪个负载最慢。",
    ),
    Verdict.TIME_LIMIT: VerdictText(
        "◷",
        "TL",
        "Time limit",
        "A test did not finish in time; look for an endless loop or wrong complexity.",
        "运行超时",
        "有测试未在时限内结束，请检查死循环或复杂度。",
    ),
    Verdict.MEMORY_LIMIT: VerdictText(
        "▣",
        "ML",
        "Memory limit",
        "It used more memory than allowed; check what grows and what is never freed.",
        "内存超限",
        "内存用量超出上限，请检查增长或未释放的部分。",
    ),
    Verdict.OUTPUT_LIMIT: VerdictText(
        "≡",
        "OL",
        "Output limit",
        "It wrote more than allowed; remove debug output or a printing loop.",
        "输出超限",
        "输出过多，请去掉调试输出或循环打印。",
    ),
    Verdict.RUNTIME_ERROR: VerdictText(
        "!",
        "RE",
        "Runtime error",
        "The program stopped abnormally; the signal or exception is below.",
        "运行错误",
        "程序异常终止，信号或异常见下。",
    ),
    Verdict.COMPILE_ERROR: VerdictText(
        "⌗",
        "CE",
        "Compile error",
        "It did not compile, so no test ran; fix the first error first.",
        "编译错误",
        "未能编译，尚未运行测试，请先改第一处错误。",
    ),
    Verdict.DATA_RACE: VerdictText(
        "⇄",
        "DR",
        "Data race",
        "Two threads touch the same memory unsynchronised; both lines are below.",
        "数据竞争",
        "两个线程未同步地访问同一内存，两处代码见下。",
    ),
    Verdict.MEMORY_ERROR: VerdictText(
        "⌧",
        "ME",
        "Memory error",
        "It used memory it must not, leaked, or hit undefined behaviour; see the line.",
        "内存错误",
        "存在越界、释放后使用、泄漏或未定义行为，请看所示行。",
    ),
    Verdict.DEADLOCK: VerdictText(
        "⊗",
        "DL",
        "Deadlock",
        "Every thread waits and none can go on; see who waits for whom.",
        "死锁",
        "所有线程都在等待，无法继续，等待关系见下。",
    ),
    Verdict.NOT_DURABLE: VerdictText(
        "↯",
        "ND",
        "Not durable",
        "You confirmed data that a crash then lost; see the crash point.",
        "未持久化",
        "已确认写入的数据在崩溃后丢失，崩溃点见下。",
    ),
    Verdict.INCONCLUSIVE: VerdictText(
        "?",
        "IN",
        "Inconclusive",
        "Our machine was too noisy to measure, or a check ran out of its time; "
        "it is judged again, do nothing.",
        "暂无定论",
        "机器噪声过大或检查超时；我们会重新评测，你无需操作。",
    ),
    Verdict.JUDGE_ERROR: VerdictText(
        "◇",
        "JE",
        "Judge error",
        "Our fault; it does not count and we have been told.",
        "评测故障",
        "是我们的问题，不计入提交，我们已收到通知。",
    ),
}
