"""The counts are those of the bytes; the first wrong one is told."""

import random
import sys
from pathlib import Path

from oracles.feedback import Rejection, accept, reject
from oracles.parsing import integer

VALUES = 256


def data_of(seed: int, count: int, skew: int) -> bytes:
    """The same bytes as include/python3/main.py makes."""
    rng = random.Random(seed)
    table = bytes(7 if rng.randrange(100) < skew else byte for byte in range(VALUES))
    return rng.randbytes(count).translate(table)


def main() -> None:
    """Read the input, the counts on standard input, and compare."""
    input_path, _, feedback = sys.argv[1:4]
    _, seed, count, skew = Path(input_path).read_text(encoding="ascii").split()
    data = data_of(int(seed), int(count), int(skew))
    try:
        counts = [integer(word) for word in sys.stdin.read().split()]
    except ValueError:
        counts = []
    if len(counts) != VALUES:
        reject(
            feedback,
            Rejection("difference", "The output is not 256 counts.", "输出不是 256 个计数。"),
        )
    for byte in range(VALUES):
        wanted, got = data.count(byte), counts[byte]
        if wanted == got:
            continue
        how, how_zh = ("too rarely", "偏少") if got < wanted else ("too often", "偏多")
        reject(
            feedback,
            Rejection(
                "difference",
                f"Byte {byte} was counted {how} in {len(data)} bytes.",
                f"在 {len(data)} 个字节中，字节 {byte} 的计数{how_zh}。",
                expected=str(wanted),
                got=str(got),
            ),
        )
    accept(feedback)


main()
