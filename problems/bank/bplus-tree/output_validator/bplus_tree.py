"""Judge a B+tree's answers against a sorted map, in two passes.

The first pass drives the candidate's tree; the second gives its pages, and nothing else, to a new
process, and asks for everything again: what was kept outside the pages is lost between the two.
"""

import bisect
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from oracles.feedback import Rejection, accept, reject
from oracles.parsing import integer

HEX = set("0123456789abcdef")
COUNTED_FROM = 3000
"""Gets in a test before their page touches are held against the bar."""


@dataclass
class Pass:
    """One of the two: what is asked, what a sorted map holds before, and where findings go."""

    operations: list[list[str]]
    model: dict[int, int]
    feedback: str
    second: bool

    def stop(self, number: int, operation: str, wanted: str, got: str) -> NoReturn:
        """Reject with the operation that went wrong."""
        where_en = " after the pages were opened again" if self.second else ""
        where_zh = "（重新打开页面之后）" if self.second else ""
        reject(
            self.feedback,
            Rejection(
                "difference",
                f"Operation {number + 1}, {operation}{where_en}: expected {wanted[:80]}, "
                f"got {got[:80]}.",
                f"第 {number + 1} 个操作 {operation}{where_zh}：期望 {wanted[:80]}，"
                f"得到 {got[:80]}。",
                expected=wanted[:400],
                got=got[:400],
            ),
        )


def main() -> None:
    """Read the input, the answers on standard input, and judge."""
    input_path, _, feedback = sys.argv[1:4]
    lines = Path(input_path).read_text(encoding="ascii").split("\n")
    state, counted = Path(feedback) / "state.json", Path(feedback) / "touches.json"
    second = state.exists()
    model = {int(k): int(v) for k, v in json.loads(state.read_text()).items()} if second else {}
    heading = lines[0].split()
    operations = [line.split() for line in lines[1 + int(heading[2]) :] if line]
    asked = Pass(operations, model, feedback, second)
    output = sys.stdin.buffer.read().decode("ascii", "replace").split("\n")
    at = check(asked, output)
    touches = output[at].split() if at < len(output) else []
    try:
        word, gets, get_touches = touches[0], *map(integer, touches[1:3])
    except (IndexError, ValueError):
        word, gets, get_touches = "", 0, 0
    pages = [page for page in output[at + 2 :] if page]
    if word != "touches" or any(set(page) - HEX for page in pages):
        asked.stop(len(operations), "the end", "touches …, then pages", " ".join(touches))
    if second:
        accept(feedback, json.loads(counted.read_text()) if counted.exists() else {})
    if gets >= COUNTED_FROM:
        counted.write_text(json.dumps({"pages_per_get": round(get_touches / gets, 3)}))
    state.write_text(json.dumps(model))
    (Path(feedback) / "nextpass.in").write_text(next_pass(heading[1], pages, model))
    accept(feedback)


def check(asked: Pass, output: list[str]) -> int:
    """Walk operations and output together; the index of the output line after the last."""
    model, keys = asked.model, sorted(asked.model)
    at = 0
    for number, words in enumerate(asked.operations):
        name, key = words[0], int(words[1])
        if name == "put":
            if key not in model:
                bisect.insort(keys, key)
            model[key] = int(words[2])
            continue
        if name == "get":
            wanted = str(model[key]) if key in model else "-"
        else:
            start = bisect.bisect_left(keys, key)
            part = keys[start : start + int(words[2])]
            wanted = " ".join([str(len(part)), *(f"{k}:{model[k]}" for k in part)])
        got = output[at] if at < len(output) else "nothing"
        at += 1
        if got != wanted:
            asked.stop(number, " ".join(words), wanted, got)
    return at


def next_pass(page_size: str, pages: list[str], model: dict[int, int]) -> str:
    """The second pass's input: the pages as they are, and a question for every key."""
    questions = [f"get {key}\nget {key + 1}" for key in sorted(model)]
    return "\n".join([f"tree {page_size} {len(pages)}", *pages, *questions, "scan 0 1000", ""])


main()
