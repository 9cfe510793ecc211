"""The system calls of a program that replaces a file, and what a crash after each may leave.

Crash model: of a file, everything flushed and any part of the rest; of names, what was flushed and
then any beginning of what was done since. A file that was opened or renamed to is its number; one
name is looked at, `current`, and a crash must leave it with one whole content: the old, or the new.
(After ALICE, Pillai et al., "All File Systems Are Not Created Equal", OSDI 2014.)
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NoReturn

from oracles.feedback import Rejected, Rejection
from oracles.parsing import integer

STEPS_MAX = 40

Range = tuple[int, int]
Words = Sequence[str]
"""A line of the log, split."""


class FileContent:
    """What is known of one file's content: which ranges were written, and which are durable."""

    def __init__(self) -> None:
        self.touched = self.foreign = self.mapped = False
        self.written: tuple[Range, ...] = ()
        self.flushed: tuple[Range, ...] = ()

    def write(self, start: int, length: int, *, same: bool, durable: bool) -> None:
        """A range was written: `same` as the new content has there, `durable` at once."""
        self.touched = True
        self.foreign = self.foreign or not same
        self.written = merged(self.written, (start, start + length))
        if durable:
            self.flushed = merged(self.flushed, (start, start + length))

    def truncate(self, size: int) -> None:
        self.touched = True
        self.written = tuple((a, min(b, size)) for a, b in self.written if a < size)
        self.flushed = ()

    def flush(self) -> None:
        self.flushed = self.written

    def holds(self, size: int) -> bool:
        """Whether all of the new content, of this size, is surely on the disk."""
        return not self.foreign and (size == 0 or self.flushed == ((0, size),))


def merged(ranges: Sequence[Range], one: Range) -> tuple[Range, ...]:
    """Ranges, in order and apart, with one more; those that touch are one."""
    start, end = one
    first = bisect_left(ranges, start, key=lambda known: known[1])
    last = bisect_right(ranges, end, key=lambda known: known[0])
    if first < last:
        start, end = min(start, ranges[first][0]), max(end, ranges[last - 1][1])
    return (*ranges[:first], (start, end), *ranges[last:])


@dataclass
class SaveEnding:
    """How the program's call ended, and what was found afterwards."""

    returned: str = ""
    """What the call returned: "0" for done."""
    final: str = ""
    """What the name holds now: old, new or another content."""
    reader: str = "old"
    """What somebody reads who had the old file open."""
    failed: bool = False
    """Whether something was made to fail on purpose."""
    left: list[str] = field(default_factory=list)
    """Other names that are still there."""


class SaveLog:
    """The log of one save, played line by line; each crash point on the way is looked at."""

    def __init__(self, lines: Sequence[Words]) -> None:
        self.lines = lines
        self.ending = SaveEnding()
        self._windows = bool(lines) and lines[0][-1] == "windows"
        self._at = 0
        self._files: dict[str, FileContent] = {}
        self._durable: str | None = None
        """The file that the name surely stands for after a crash; None for no such name."""
        self._since: dict[str | None, None] = {}
        """What it was made to stand for since names were flushed, the last at the end."""
        self._unlooked: set[str | None] = set()
        """What it may stand for and has changed since it was looked at: logs can be long."""

    def follow(self, size: int) -> None:
        """Play all lines of a save of `size` bytes.

        Raises Rejected for a crash that could leave neither content whole, and ValueError or
        IndexError for a log that isn't one.
        """
        old = self.lines[0][1]
        self._durable = old
        self._unlooked.add(old)
        for at, words in enumerate(self.lines[1:], start=1):
            self._at = at
            self._play(words)
            if words[0] not in ("return", "final", "reader", "left"):
                self._look(old, size)
            if words[0] == "return" and words[1] == "0" and self._is_possible(old):
                self.fail(
                    "not-durable",
                    "It said 0, and a crash may still bring the old content back.",
                    "它已返回 0，而崩溃仍可能使旧内容回来。",
                )
        self._at = len(self.lines) - 1

    def fail(self, verdict: str, en: str, zh: str, *, crash: bool = True) -> NoReturn:
        """Raise Rejected with the log so far, and the crash where it is one."""
        steps = [describe(line) for line in self.lines[: self._at + 1]]
        failing = len(steps) - 1
        if crash:
            steps.append("⚡ crash")
        cut = max(0, len(steps) - STEPS_MAX)
        raise Rejected(
            Rejection(
                "crash" if crash else "difference",
                en,
                zh,
                verdict=verdict,
                steps=steps[cut:],
                failing=[failing - cut],
            )
        )

    def _file(self, number: str) -> FileContent:
        return self._files.setdefault(number, FileContent())

    def _changed(self, number: str) -> FileContent:
        """A file whose content a line changes: it is looked at again."""
        if self._is_possible(number):
            self._unlooked.add(number)
        return self._file(number)

    def _is_possible(self, number: str | None) -> bool:
        """Whether the name may stand for it after a crash: as flushed, or after what came since."""
        return number == self._durable or number in self._since

    def _rename(self, number: str | None, *, durable: bool) -> None:
        self._since.pop(number, None)
        self._since[number] = None
        self._unlooked.add(number)
        if durable:
            self._flush_names()

    def _flush_names(self) -> None:
        if self._since:
            self._durable = next(reversed(self._since))
            self._since = {}

    def _look(self, old: str, size: int) -> None:
        """Every crash here must leave one content whole."""
        changed, self._unlooked = self._unlooked, set()
        for number in sorted(filter(self._is_possible, changed), key=str):
            if number is None:
                self.fail(
                    "not-durable",
                    "A crash here may leave no file of that name.",
                    "此刻崩溃可能使该文件名不存在。",
                )
            file = self._file(number)
            if file.mapped:
                self.fail(
                    "wrong-answer",
                    "Written through mapped memory, which is not followed here: use write calls.",
                    "通过内存映射写入，本题无法跟踪：请使用写调用。",
                    crash=False,
                )
            if number == old and file.touched:
                self.fail(
                    "not-durable",
                    "The old file itself is written: a crash here may leave a mixture.",
                    "直接改写了旧文件：此刻崩溃可能留下新旧混合的内容。",
                )
            if number != old and not file.holds(size):
                self.fail(
                    "not-durable",
                    "A crash here may leave the name with a file whose content is not all on the "
                    "disk.",
                    "此刻崩溃后，该文件名可能指向内容尚未全部落盘的文件。",
                )

    def _play(self, words: Words) -> None:
        match words[0]:
            case "truncate" | "write" | "mapped" | "flush" | "flushdir" | "flushall":
                self._play_content(words)
            case "rename" | "link" | "unlink" | "open":
                self._play_name(words)
            case _:
                self._play_ending(words)

    def _play_content(self, words: Words) -> None:
        match words:
            case ["truncate", number, size]:
                self._changed(number).truncate(integer(size))
            case ["write", number, offset, length, same, durable]:
                self._changed(number).write(
                    integer(offset), integer(length), same=same == "1", durable=durable == "1"
                )
            case ["mapped", number]:
                self._changed(number).mapped = True
            case ["flush", number]:
                self._file(number).flush()
                # Windows: a flush of the file under its new name takes the name along.
                if self._windows and number in self._since:
                    self._flush_names()
            case ["flushdir"] | ["flushall"]:
                self._flush_all(files=words[0] == "flushall")
            case _:
                raise ValueError(words)

    def _play_ending(self, words: Words) -> None:
        match words:
            case ["failed", _]:
                self.ending.failed = True
            case ["left", name]:
                self.ending.left.append(name)
            case ["return", code]:
                self.ending.returned = code
            case ["final", content]:
                self.ending.final = content
            case ["reader", content]:
                self.ending.reader = content
            case _:
                raise ValueError(words)

    def _flush_all(self, *, files: bool) -> None:
        if files:
            for file in self._files.values():
                file.flush()
        self._flush_names()

    def _play_name(self, words: Words) -> None:
        match words:
            case ["rename", "elsewhere", "current", _, _]:
                self.fail(
                    "wrong-answer",
                    "The new file was made elsewhere: between file systems there is no rename.",
                    "新文件建在别的目录：跨文件系统无法重命名。",
                    crash=False,
                )
            case ["rename", _, "current", number, durable]:
                self._rename(number, durable=durable == "1")
            case ["rename", "current", _, _, durable]:
                self._rename(None, durable=durable == "1")
            case ["link", "current", number]:
                self._rename(number, durable=False)
            case ["unlink", "current"]:
                self._rename(None, durable=False)
            case ["rename", _, _, _, _] | ["open", _, _, _] | ["unlink", _] | ["link", _, _]:
                pass
            case _:
                raise ValueError(words)


def describe(words: Words) -> str:  # noqa: PLR0911  (a line for each call)
    """A line of the log as a step of the witness."""
    match words:
        case ["start", number, old, new, _]:
            return f"current is file {number} with {old} bytes; {new} are to be saved"
        case ["open", name, number, created]:
            return f"{'create' if created == '1' else 'open'} {name}: file {number}"
        case ["write", number, offset, length, _, durable]:
            return f"write {length} bytes at {offset} of file {number}{_through(durable)}"
        case ["truncate", number, size]:
            return f"cut file {number} to {size} bytes"
        case ["flush", number]:
            return f"┆ flush file {number}"
        case ["flushdir"]:
            return "┆ flush the directory"
        case ["flushall"]:
            return "┆ flush everything"
        case ["rename", old, new, number, durable]:
            return f"rename {old} to {new}: file {number}{_through(durable)}"
        case _:
            return _describe_ending(words)


def _describe_ending(words: Words) -> str:
    match words:
        case ["failed", what]:
            return f"a {what} fails"
        case ["return", code]:
            return f"save returns {code}"
        case ["final", content]:
            return f"current now holds the {content} content"
        case ["reader", content]:
            return f"who had it open reads the {content} content"
        case ["left", name]:
            return f"{name} is still there"
        case _:
            return " ".join(words)


def _through(durable: str) -> str:
    return ", written through" if durable == "1" else ""
