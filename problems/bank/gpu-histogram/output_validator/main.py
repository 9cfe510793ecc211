"""The counts are those of the bytes; the first wrong one is told."""

import random
import sys

sys.path.insert(0, "/usr/local/lib/judge")
from judge_harness import accept, reject  # noqa: E402


def data_of(seed, count, skew):
    """The same bytes as include/python3/main.py makes."""
    rng = random.Random(seed)
    table = bytes(7 if rng.randrange(100) < skew else byte for byte in range(256))
    return rng.randbytes(count).translate(table)


def fail(feedback, en, zh, expected="", got=""):
    reject(feedback, {"kind": "difference", "sentence_en": en, "sentence_zh": zh, "expected": expected, "got": got})


def main():
    input_path, _, feedback = sys.argv[1:4]
    with open(input_path, encoding="ascii") as file:
        _, seed, count, skew = file.read().split()
    data = data_of(int(seed), int(count), int(skew))
    words = sys.stdin.read().split()
    if len(words) != 256 or not all(word.isdigit() for word in words):
        fail(feedback, "The output is not 256 counts.", "输出不是 256 个计数。")
    for byte in range(256):
        wanted, got = data.count(byte), int(words[byte])
        if wanted != got:
            less = got < wanted
            fail(
                feedback,
                f"Byte {byte} was counted {'too rarely' if less else 'too often'} in {len(data)} bytes.",
                f"在 {len(data)} 个字节中，字节 {byte} 的计数{'偏少' if less else '偏多'}。",
                str(wanted),
                str(got),
            )
    accept(feedback)


main()
