"""Sanitizers: how they are set, and what their reports say of the candidate's own lines."""

import re
from dataclasses import dataclass

from judge.values import BuildKind, Witness
from judge.verdicts import Verdict

# Set from outside: a program's own __tsan_default_options must not have the last word.
ENVIRONMENT = {
    BuildKind.PLAIN: (),
    BuildKind.ADDRESS: (
        (
            "ASAN_OPTIONS=exitcode=99:detect_leaks=1:abort_on_error=0:halt_on_error=1:color=never"
            ":allocator_may_return_null=1:detect_stack_use_after_return=1:log_path=stderr"
        ),
        "UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1:exitcode=99:color=never",
        "LSAN_OPTIONS=exitcode=99",
    ),
    BuildKind.THREAD: (
        (
            "TSAN_OPTIONS=exitcode=66:halt_on_error=1:report_bugs=1:report_thread_leaks=0:report_signal_unsafe=0:color=never"
            ":second_deadlock_stack=1:log_path=stderr:history_size=4"
        ),
    ),
}

TIME_FACTOR = {BuildKind.PLAIN: 1.0, BuildKind.ADDRESS: 4.0, BuildKind.THREAD: 15.0}
"""Sanitized programs run 2-3 and 5-15 times slower (their manuals); limits give them room."""

MEMORY_FACTOR = {BuildKind.PLAIN: 1, BuildKind.ADDRESS: 4, BuildKind.THREAD: 6}

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
class Finding:
    """A sanitizer's report, read."""

    verdict: Verdict
    note: str
    witness: Witness


def find_report(stderr: bytes, own_files: frozenset[str]) -> Finding | None:
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


def _race(kind: str, places: tuple[str, ...], report: str) -> Finding:
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
    return Finding(
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


def _memory(head: re.Match[str], places: tuple[str, ...], report: str) -> Finding:
    what = (head["what"] or head["ubsan"].split("runtime error: ")[-1]).strip()
    place = head["ubsan"].split(": runtime")[0].rsplit("/", 1)[-1] if head["ubsan"] else ""
    if not place and places:
        place = places[0].rsplit(" ", 1)[-1]
    at_en, at_zh = (f" at {place}", f"位于 {place}") if place else ("", "")
    return Finding(
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
