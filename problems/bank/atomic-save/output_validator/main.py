"""Whether a crash at any moment of the log leaves the old content whole, or the new.

What a crash can leave (statement, "What a crash does"): of a file, everything flushed and any part
of the rest; of names, what was flushed and then any beginning of what was done since. A file that
was opened or renamed to is its number; only `current` is looked at.
"""

import sys

sys.path.insert(0, "/usr/local/lib/judge")
from judge_harness import accept, reject  # noqa: E402

STEPS_MAX = 40


class File:
    """What is known of one file's content."""

    def __init__(self):
        self.touched = self.foreign = self.mapped = False
        self.written = self.flushed = ()

    def write(self, start, length, same, durable):
        self.touched = True
        self.foreign = self.foreign or not same
        self.written = merged(self.written, (start, start + length))
        if durable:
            self.flushed = merged(self.flushed, (start, start + length))

    def truncate(self, size):
        self.touched = True
        self.written = tuple((a, min(b, size)) for a, b in self.written if a < size)
        self.flushed = ()

    def flush(self):
        self.flushed = self.written

    def holds(self, size):
        """Whether all of the new content is surely on the disk."""
        return not self.foreign and (size == 0 or self.flushed == ((0, size),))


def merged(ranges, one):
    start, end = one
    rest = []
    for a, b in ranges:
        if b < start or a > end:
            rest.append((a, b))
        else:
            start, end = min(a, start), max(b, end)
    return tuple(sorted([*rest, (start, end)]))


class Story:
    """The log, read; `names` are those that a crash now could leave `current` with."""

    def __init__(self, lines, feedback):
        self.lines, self.feedback = lines, feedback
        self.windows = bool(lines) and lines[0][-1] == "windows"
        self.at = 0
        self.files = {}
        self.durable = None
        self.since = []

    def fail(self, verdict, en, zh, crash=True):
        steps = [describe(line) for line in self.lines[: self.at + 1]]
        failing = len(steps) - 1
        if crash:
            steps.append("⚡ crash")
        cut = max(0, len(steps) - STEPS_MAX)
        reject(
            self.feedback,
            {
                "kind": "crash" if crash else "difference",
                "verdict": verdict,
                "sentence_en": en,
                "sentence_zh": zh,
                "steps": steps[cut:],
                "failing": [failing - cut],
            },
        )

    def file(self, number):
        return self.files.setdefault(number, File())

    def possible(self):
        """What `current` may be after a crash: as flushed, or after any beginning of what came since."""
        return [self.durable, *self.since]

    def rename(self, number, durable):
        self.since.append(number)
        if durable:
            self.flush_names()

    def flush_names(self):
        if self.since:
            self.durable, self.since = self.since[-1], []

    def look(self, old, size):
        """Every crash here must leave one content whole."""
        for number in self.possible():
            if number is None:
                self.fail("not-durable", "A crash here may leave no file of that name.", "此刻崩溃可能使该文件名不存在。")
            file = self.file(number)
            if file.mapped:
                self.fail("wrong-answer", "Written through mapped memory, which is not followed here: use write calls.", "通过内存映射写入，本题无法跟踪：请使用写调用。", crash=False)
            if number == old and file.touched:
                self.fail("not-durable", "The old file itself is written: a crash here may leave a mixture.", "直接改写了旧文件：此刻崩溃可能留下新旧混合的内容。")
            if number != old and not file.holds(size):
                self.fail("not-durable", "A crash here may leave the name with a file whose content is not all on the disk.", "此刻崩溃后，该文件名可能指向内容尚未全部落盘的文件。")


def describe(words):
    """A line of the log as a step of the witness."""
    match words:
        case ["start", number, old, new, _]:
            return f"current is file {number} with {old} bytes; {new} are to be saved"
        case ["open", name, number, created]:
            return f"{'create' if created == '1' else 'open'} {name}: file {number}"
        case ["write", number, offset, length, _, durable]:
            through = ", written through" if durable == "1" else ""
            return f"write {length} bytes at {offset} of file {number}{through}"
        case ["truncate", number, size]:
            return f"cut file {number} to {size} bytes"
        case ["flush", number]:
            return f"┆ flush file {number}"
        case ["flushdir"]:
            return "┆ flush the directory"
        case ["flushall"]:
            return "┆ flush everything"
        case ["rename", old, new, number, durable]:
            through = ", written through" if durable == "1" else ""
            return f"rename {old} to {new}: file {number}{through}"
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


def follow(story, wanted_size):
    """Play the log; (return code, final content, what the reader saw, whether we made something fail)."""
    old = story.lines[0][1]
    story.durable = old
    outcome = {"return": None, "final": "", "reader": "old", "failed": False, "left": []}
    for story.at, words in enumerate(story.lines[1:], start=1):
        play(story, words, outcome)
        if words[0] not in ("return", "final", "reader", "left"):
            story.look(old, wanted_size)
        if words[0] == "return" and words[1] == "0" and any(number == old for number in story.possible()):
            story.fail("not-durable", "It said 0, and a crash may still bring the old content back.", "它已返回 0，而崩溃仍可能使旧内容回来。")
    return outcome


def play(story, words, outcome):
    match words:
        case ["truncate", number, size]:
            story.file(number).truncate(int(size))
        case ["write", number, offset, length, same, durable]:
            story.file(number).write(int(offset), int(length), same == "1", durable == "1")
        case ["mapped", number]:
            story.file(number).mapped = True
        case ["flush", number]:
            story.file(number).flush()
            # Windows: a flush of the file under its new name takes the name along.
            if story.windows and number in story.since:
                story.flush_names()
        case ["flushdir"] | ["flushall"]:
            if words[0] == "flushall":
                for file in story.files.values():
                    file.flush()
            story.flush_names()
        case ["rename", old, new, number, durable]:
            if new == "current":
                if old == "elsewhere":
                    story.fail("wrong-answer", "The new file was made elsewhere: between file systems there is no rename.", "新文件建在别的目录：跨文件系统无法重命名。", crash=False)
                story.rename(number, durable == "1")
            elif old == "current":
                story.rename(None, durable == "1")
        case ["link", "current", number]:
            story.rename(number, False)
        case ["unlink", "current"]:
            story.rename(None, False)
        case ["failed", _]:
            outcome["failed"] = True
        case ["left", name]:
            outcome["left"].append(name)
        case ["return" | "final" | "reader" as what, value]:
            outcome[what] = value
        case ["open", _, _, _] | ["unlink", _] | ["link", _, _]:
            pass
        case _:
            raise ValueError(words)


def main():
    input_path, _, feedback = sys.argv[1:4]
    with open(input_path, encoding="ascii") as file:
        _, old_size, size, _, fault = file.read().split()
    lines = [line.split() for line in sys.stdin.read().splitlines() if line.strip()]
    story = Story(lines, feedback)
    try:
        if not lines or lines[0][0] != "start" or lines[0][2:4] != [old_size, size]:
            raise ValueError("no start")
        outcome = follow(story, int(size))
        if outcome["return"] not in ("0", "1") or not outcome["final"]:
            raise ValueError("no end")
    except (ValueError, IndexError):
        story.fail("wrong-answer", "The harness's log is missing or damaged.", "测试日志缺失或已损坏。", crash=False)
    check_end(story, outcome, fault)
    accept(feedback)


def check_end(story, outcome, fault):
    story.at = len(story.lines) - 1
    if outcome["return"] == "0" and outcome["final"] != "new":
        story.fail("wrong-answer", "It said 0, and the file does not hold the new content.", "它返回了 0，但文件内容不是新内容。", crash=False)
    if outcome["return"] != "0" and outcome["final"] != "old":
        story.fail("wrong-answer", "It said that it could not, and the old content is gone.", "它报告失败，但旧内容已丢失。", crash=False)
    if outcome["return"] != "0" and not outcome["failed"]:
        words = ("It gave up, though nothing was wrong but a reader who held the file for 150 ms.", "它放弃了，而唯一的障碍只是一个持有文件 150 毫秒的读者。") if fault == "reader" else ("It failed, and nothing was in its way.", "它失败了，而没有任何障碍。")
        story.fail("wrong-answer", *words, crash=False)
    if outcome["reader"] != "old":
        story.fail("not-durable", "Who had the old file open read something else than the old content.", "已打开旧文件的读者读到了别的内容。", crash=False)
    if outcome["left"]:
        story.fail("wrong-answer", f"Left in the directory: {outcome['left'][0]}.", f"目录中留下了：{outcome['left'][0]}。", crash=False)


main()
