"""Judge a B+tree's answers against a sorted map, in two passes.

The first pass drives the candidate's tree; the second gives its pages, and nothing else, to a new
process, and asks for everything again: what was kept outside the pages is lost between the two.
"""

import bisect
import json
import os
import sys

sys.path.insert(0, "/usr/local/lib/judge")
from judge_harness import accept, reject  # noqa: E402

COUNTED_FROM = 3000  # gets in a test before their page touches are held against the bar


def main():
    input_path, _, feedback = sys.argv[1:4]
    with open(input_path, encoding="ascii") as file:
        lines = file.read().split("\n")
    state_path = os.path.join(feedback, "state.json")
    second = os.path.exists(state_path)
    model = {}
    if second:
        with open(state_path, encoding="ascii") as file:
            model = {int(k): v for k, v in json.load(file).items()}
    heading = lines[0].split()
    operations = [line.split() for line in lines[1 + int(heading[2]) :] if line]
    output = sys.stdin.buffer.read().decode("ascii", "replace").split("\n")
    at = check(operations, output, model, feedback, second)
    touches = output[at].split() if at < len(output) else []
    if len(touches) != 3 or touches[0] != "touches":
        stop(feedback, len(operations), "the end", "touches …", " ".join(touches), second)
    pages = output[at + 2 :]
    if second:
        counters = {}
        if os.path.exists(os.path.join(feedback, "touches.json")):
            with open(os.path.join(feedback, "touches.json"), encoding="ascii") as file:
                counters = json.load(file)
        accept(feedback, counters)
    gets, get_touches = int(touches[1]), int(touches[2])
    if gets >= COUNTED_FROM:
        with open(os.path.join(feedback, "touches.json"), "w", encoding="ascii") as file:
            json.dump({"pages_per_get": round(get_touches / gets, 3)}, file)
    with open(state_path, "w", encoding="ascii") as file:
        json.dump(model, file)
    write_next_pass(feedback, heading[1], [page for page in pages if page], model)
    accept(feedback)


def check(operations, output, model, feedback, second):
    """Walk operations and output together; the index of the output line after the last."""
    keys = sorted(model)
    at = 0
    for number, words in enumerate(operations):
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
            stop(feedback, number, " ".join(words), wanted, got, second)
    return at


def write_next_pass(feedback, page_size, pages, model):
    with open(os.path.join(feedback, "nextpass.in"), "w", encoding="ascii") as file:
        file.write(f"tree {page_size} {len(pages)}\n")
        for page in pages:
            file.write(page + "\n")
        for key in sorted(model):
            file.write(f"get {key}\nget {key + 1}\n")
        file.write("scan 0 1000\n")


def stop(feedback, number, operation, wanted, got, second):
    where_en = " after the pages were opened again" if second else ""
    where_zh = "（重新打开页面之后）" if second else ""
    reject(
        feedback,
        {
            "kind": "difference",
            "sentence_en": f"Operation {number + 1}, {operation}{where_en}: expected {wanted[:80]}, "
            f"got {got[:80]}.",
            "sentence_zh": f"第 {number + 1} 个操作 {operation}{where_zh}：期望 {wanted[:80]}，"
            f"得到 {got[:80]}。",
            "expected": wanted[:400],
            "got": got[:400],
        },
    )


main()
