"""Conduct a histogram on a GPU: which bytes, under which names, how many of them, one by one.

What a harness counts, its kernel counted: solution.py runs in another process (include/). So what
is left to do is to ask for what nobody could have counted beforehand, and to look at the clock.

    hist SEED N SKEW     N bytes, of which SKEW in 100 are the same; counted whole and in part
    bench SEED N SKEW    timed: requests at a fixed rate, each for some histograms of a part
"""

import hashlib
import random
import struct
import sys
from collections import Counter
from itertools import accumulate
from pathlib import Path

from oracles.conductor import BLOCK_PATIENCE_S, Conducted
from oracles.feedback import Rejected, Rejection, accept, reject
from oracles.open_loop import OpenLoop

VALUES = 256
COUNTS = struct.Struct(f"<{VALUES}I")
CROWD = 7
"""The byte that most are, where most are the same."""
PARTS = 3
REQUESTS, RATE_PER_S, ROUNDS = 20, 20, 10
SECRET_BITS = 60


def data_of(seed: int, count: int, skew: int) -> bytes:
    """The same bytes as include/python3/main.py makes."""
    rng = random.Random(seed)
    table = bytes(CROWD if rng.randrange(100) < skew else byte for byte in range(VALUES))
    return rng.randbytes(count).translate(table)


def names_of(secret: int) -> bytes:
    """What each byte is called in a block's first histogram; see include/python3/main.py."""
    return bytes(random.Random(secret).sample(range(VALUES), VALUES))


def counts_up_to(data: bytes, cuts: list[int]) -> list[list[int]]:
    """How often each byte occurs before each of the cuts, which ascend."""
    pieces: list[Counter[int]] = []
    for start, end in zip([0, *cuts], cuts, strict=False):
        piece = data[start:end]
        others = piece.translate(None, bytes([CROWD]))  # far quicker than to count the crowd
        pieces.append(Counter(others) + Counter({CROWD: len(piece) - len(others)}))
    return [[total[byte] for byte in range(VALUES)] for total in accumulate(pieces)]


def renamed(counts: list[int], names: bytes) -> list[int]:
    """The same counts, each at its byte's name."""
    other = [0] * VALUES
    for byte, name in enumerate(names):
        other[name] = counts[byte]
    return other


def check(told: bytes, wanted: list[int], count: int) -> None:
    """Raises Rejected with the first count that is wrong."""
    got = COUNTS.unpack(told) if len(told) == COUNTS.size else ()
    wrong = [byte for byte, one in enumerate(got) if one != wanted[byte]]
    if len(got) == VALUES and not wrong:
        return
    if not wrong:
        raise Rejected(Rejection("note", "It told no 256 counts.", "它没有给出 256 个计数。"))
    byte = wrong[0]
    how, how_zh = ("too rarely", "偏少") if got[byte] < wanted[byte] else ("too often", "偏多")
    raise Rejected(
        Rejection(
            "difference",
            f"Byte {byte} was counted {how} in {count} bytes.",
            f"在 {count} 个字节中，字节 {byte} 的计数{how_zh}。",
            expected=str(wanted[byte]),
            got=str(got[byte]),
        )
    )


def test(seed: int, count: int, skew: int) -> None:
    """All bytes, and some of them from the first on, by names drawn now. Raises Rejected."""
    rng = random.SystemRandom()
    cuts = sorted({count, *(rng.randint(1, count) for _ in range(PARTS))})
    counts = counts_up_to(data_of(seed, count, skew), cuts)
    with Conducted() as process:
        process.ask("b")
        process.ask("d", seed, count, skew)
        for cut, wanted in sorted(zip(cuts, counts, strict=True), reverse=True):
            secret = rng.getrandbits(SECRET_BITS)
            told = process.ask("h", secret, cut).told
            check(told, renamed(wanted, names_of(secret)), cut)
        process.stop()


def timed(seed: int, count: int, skew: int) -> OpenLoop:
    """Requests at a fixed rate; when each was answered. Raises Rejected."""
    rng = random.Random(seed)
    cuts = sorted(rng.randrange(count // 2, count) for _ in range(REQUESTS))
    of_cut = dict(zip(cuts, counts_up_to(data_of(seed, count, skew), cuts), strict=True))
    rng.shuffle(cuts)
    told: list[tuple[int, int, bytes]] = []
    with Conducted() as process:
        process.ask("b", patience_s=BLOCK_PATIENCE_S)
        process.ask("d", seed, count, skew, patience_s=BLOCK_PATIENCE_S)
        process.ask("T", 0, count, ROUNDS, patience_s=BLOCK_PATIENCE_S)  # a GPU wakes up slowly
        loop = OpenLoop(RATE_PER_S, REQUESTS)
        while numbers := loop.due():
            for number in numbers:
                secret = rng.getrandbits(SECRET_BITS)
                done = process.ask("T", secret, cuts[number], ROUNDS, patience_s=BLOCK_PATIENCE_S)
                loop.done(number)
                told.append((cuts[number], secret, done.told))
        process.stop()
    for cut, secret, digest in told:
        if digest != digest_of(of_cut[cut], names_of(secret)):
            sentences = ("In a timed run counts were wrong.", "计时运行中有计数是错的。")
            raise Rejected(Rejection("note", *sentences))
    return loop


def digest_of(counts: list[int], names: bytes) -> bytes:
    """Of a block's histograms, each by the names that follow from the last one's."""
    digest = hashlib.blake2b()
    for _ in range(ROUNDS):
        digest.update(COUNTS.pack(*renamed(counts, names)))
        names = names[1:] + names[:1]
    return digest.digest()


def main() -> None:
    """Read what is to be done, conduct it, and judge."""
    input_path, _, feedback = sys.argv[1:4]
    kind, *numbers = Path(input_path).read_text(encoding="ascii").split()
    seed, count, skew = map(int, numbers)
    try:
        if kind == "bench":
            accept(feedback, loop=timed(seed, count, skew))
        test(seed, count, skew)
        accept(feedback)
    except Rejected as rejected:
        reject(feedback, rejected.rejection)


if __name__ == "__main__":
    main()
