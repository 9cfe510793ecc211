"""Sanitizers: what their reports say of the candidate's own lines."""

import re
from dataclasses import dataclass

from judge.values import Witness
from judge.verdicts import Verdict

_HEAD = re.compile(
    r"(?:ERROR: (?P<asan>AddressSanitizer|LeakSanitizer): (?P<what>detected memory leaks|[\w-]+))"
    r"|(?:WARNING: ThreadSanitizer: (?P<tsan>[\w ,-]+))"
    r"|(?P<ubsan>\S+:\d+:\d+: runtime error: [^\n]+)"
)
_FRAME = re.compile(
    r"^\s*#\d+ (?:0x\w+ in )?(?P<function>.+?) (?P<place>[^\s:]+:\d{1,7})\b", re.MULTILINE
)
_REPORT_CHARACTERS = 6_000


@dataclass(frozen=True, slots=True)
class SanitizerReport:
    """A sanitizer's report, read."""

    verdict: Verdict
    note: str
    witness: Witness


def find_report(stderr: bytes, own_files: frozenset[str]) -> SanitizerReport | None:
    """The first report in a sanitized program's standard error; None when there is none."""
    text = stderr.decode(errors="replace")
    head = _HEAD.search(text)
    if head is None:
        return None
    report = text[head.start() :][:_REPORT_CHARACTERS]
    places = _own_places(report, own_files)
    if head["tsan"]:
        return _race(head["tsan"].strip(), places, report)
    return _memory(head, places, report)


def _own_places(report: str, own_files: frozenset[str]) -> tuple[str, ...]:
    """Lines of the candidate's own files, in the order of the report, each once."""
    seen: dict[str, None] = {}
    for frame in _FRAME.finditer(report):
        place = frame["place"].rsplit("/", 1)[-1]
        if place.split(":")[0] in own_files:
            seen.setdefault(f"{frame['function'].split('(')[0]} {place}")
    return tuple(seen)


def _race(kind: str, places: tuple[str, ...], report: str) -> SanitizerReport:
    deadlock = kind.startswith("lock-order-inversion")
    lines = [place.rsplit(" ", 1)[-1] for place in places[:2]]
    where_en = " and ".join(lines) or "the code below"
    where_zh = " 和 ".join(lines) or "下面的代码"
    if deadlock:
        sentence = (
            f"Locks are taken in opposite orders: {where_en}.",
            f"以相反的顺序获取锁：{where_zh}。",
        )
    else:
        sentence = (
            f"Two threads touch the same memory without synchronisation: {where_en}.",
            f"两个线程未同步地访问同一内存：{where_zh}。",
        )
    return SanitizerReport(
        Verdict.DEADLOCK if deadlock else Verdict.DATA_RACE,
        f"ThreadSanitizer: {kind}",
        Witness(
            kind="sanitizer",
            sentence_en=sentence[0],
            sentence_zh=sentence[1],
            steps=places,
            report=report,
        ),
    )


def _memory(head: re.Match[str], places: tuple[str, ...], report: str) -> SanitizerReport:
    what = (head["what"] or head["ubsan"].split("runtime error: ")[-1]).strip()
    place = head["ubsan"].split(": runtime")[0].rsplit("/", 1)[-1] if head["ubsan"] else ""
    if not place and places:
        place = places[0].rsplit(" ", 1)[-1]
    at_en, at_zh = (f" at {place}", f"位于 {place}") if place else ("", "")
    return SanitizerReport(
        Verdict.MEMORY_ERROR,
        f"{head['asan'] or 'UndefinedBehaviorSanitizer'}: {what}",
        Witness(
            kind="sanitizer",
            sentence_en=f"{what}{at_en}.",
            sentence_zh=f"{what}，{at_zh}。" if at_zh else f"{what}。",
            steps=places,
            report=report,
        ),
    )
