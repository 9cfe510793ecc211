"""Conduct a B+tree: ask it operation by operation, and hold each answer against a sorted map.

Then its pages, and nothing else, go to a new process that must answer for everything: what was kept
outside the pages is lost between the two. In timed runs the tree works by itself in blocks of keys
drawn by secrets that are told when a block begins; its pages are opened again after those, too.
"""

import bisect
import random
import struct
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from oracles.conductor import PAYLOAD_BYTES_MAX, Conducted, Performed, page_messages
from oracles.feedback import Rejected, Rejection, accept, reject

WATCHED_ONE_IN = 16
"""Of so many gets one is asked after all pages have moved, and its page touches count."""
COUNTED_FROM = 100
"""Watched gets in a test before their page touches are held against the bar."""
ROOT_PAGES = 1
"""So many pages less than in a new process a get may touch: the root may be remembered."""
OPENED_FACTOR, OPENED_MAX = 2, 12
"""After a timed run opening and one get may touch so many times the pages that the get touched in
the old process, and so many more."""
FULLY_ONE_IN = 8
"""Of so many timed runs one is conducted from its beginning to its end."""
BLOCKS = 4
FULL_OPERATIONS = 600
SCAN_SHARE = 50
FIRST_OWN_KEY = 1 << 40
"""Keys from here on are none of a block's."""
BATCH = PAYLOAD_BYTES_MAX // 16
ENTRY = struct.Struct("<QQ")


class Tree:
    """One process with a tree, what a sorted map would hold, and how many pages gets touched."""

    def __init__(self, process: Conducted, page_size: int, rng: random.Random) -> None:
        self._process, self._page_size, self._rng = process, page_size, rng
        self.model: dict[int, int] = {}
        self.keys: list[int] = []
        self.watched: list[int] = []
        self.again = False
        self.number = 0

    def open(self, pages: Sequence[bytes] = ()) -> int:
        """Open it, on pages or with none; how many pages that touched."""
        self.again = bool(pages)
        self._process.ask("z", self._page_size, self._rng.getrandbits(64), int(self.again))
        for message in page_messages(pages):
            self._process.ask("i", given=message)
        return self._process.ask("o", int(not pages)).extra

    def put(self, key: int, value: int) -> None:
        self.number += 1
        if key not in self.model:
            bisect.insort(self.keys, key)
        self.model[key] = value
        self._process.ask("p", key, value)

    def get(self, key: int, *, watched: bool | None = None) -> Performed:
        """Ask for a key. Raises Rejected where the answer is wrong, or came from no page."""
        self.number += 1
        if watched is None:
            watched = self._rng.randrange(WATCHED_ONE_IN) == 0
        done = self._process.ask("w" if watched else "g", key)
        got = done.value if done.result else None
        if got != self.model.get(key):
            self.differs(f"get {key}", _shown(self.model.get(key)), _shown(got))
        if watched and done.extra == 0:
            raise _note(
                f"A get gave the value of key {key} without touching a page.",
                f"一次 get 没有访问任何页就给出了键 {key} 的值。",
            )
        if watched:
            self.watched.append(done.extra)
        return done

    def scan(self, start: int, limit: int) -> None:
        self.number += 1
        told = self._process.ask("s", start, limit).told
        at = bisect.bisect_left(self.keys, start)
        wanted = [(key, self.model[key]) for key in self.keys[at : at + limit]]
        got = list(ENTRY.iter_unpack(told)) if len(told) % ENTRY.size == 0 else []
        if got != wanted:
            self.differs(f"scan {start} {limit}", _entries(wanted), _entries(got))

    def get_all(self) -> None:
        """Ask for every key and for its neighbour, in an order of our own."""
        asked = [key for known in self.keys for key in (known, known + 1)]
        self._rng.shuffle(asked)
        for at in range(0, len(asked), BATCH):
            part = asked[at : at + BATCH]
            told = self._process.ask("q", given=struct.pack(f"<{len(part)}Q", *part)).told
            got = list(ENTRY.iter_unpack(told)) if len(told) == ENTRY.size * len(part) else []
            for key, (found, value) in zip(part, got or [(0, 0)] * len(part), strict=True):
                answer = value if found else None
                if answer != self.model.get(key):
                    self.differs(f"get {key}", _shown(self.model.get(key)), _shown(answer))

    def pages(self) -> list[bytes]:
        """All pages as they are now."""
        pages: list[bytes] = []
        while True:
            done = self._process.ask("d", len(pages))
            told, size = done.told, self._page_size
            pages += [told[at : at + size] for at in range(0, len(told), size)]
            if len(pages) >= done.extra or not told:
                return pages

    def differs(self, operation: str, wanted: str, got: str) -> NoReturn:
        """Raises Rejected with the operation that went wrong."""
        where_en = " after the pages were opened again" if self.again else ""
        where_zh = "（重新打开页面之后）" if self.again else ""
        raise Rejected(
            Rejection(
                "difference",
                f"Operation {self.number}, {operation}{where_en}: expected {wanted[:80]}, "
                f"got {got[:80]}.",
                f"第 {self.number} 个操作 {operation}{where_zh}：期望 {wanted[:80]}，"
                f"得到 {got[:80]}。",
                expected=wanted[:400],
                got=got[:400],
            )
        )


def _shown(value: int | None) -> str:
    return "-" if value is None else str(value)


def _entries(entries: Sequence[tuple[int, int]]) -> str:
    return " ".join([str(len(entries)), *(f"{key}:{value}" for key, value in entries)])


def _note(en: str, zh: str) -> Rejected:
    return Rejected(Rejection("note", en, zh))


def main() -> None:
    """Read what is to be done, conduct it, and judge."""
    input_path, _, feedback = sys.argv[1:4]
    heading, *lines = Path(input_path).read_text(encoding="ascii").splitlines()
    kind, *numbers = heading.split()
    try:
        if kind == "tree":
            accept(feedback, play(int(numbers[0]), [line.split() for line in lines if line]))
        timed(*map(int, numbers), outcome=Path(feedback) / "outcome.txt")
        accept(feedback)
    except Rejected as rejected:
        reject(feedback, rejected.rejection)


def play(page_size: int, operations: Sequence[Sequence[str]]) -> dict[str, float]:
    """One tree, and its pages opened again; the counters. Raises Rejected."""
    rng = random.SystemRandom()
    with Conducted() as process:
        tree = Tree(process, page_size, rng)
        tree.open()
        for name, *numbers in operations:
            if name == "put":
                tree.put(int(numbers[0]), int(numbers[1]))
            elif name == "get":
                tree.get(int(numbers[0]))
            else:
                tree.scan(int(numbers[0]), int(numbers[1]))
        key = rng.choice(tree.keys) if tree.keys else 0
        warm = tree.get(key, watched=True).extra
        pages = tree.pages()
        process.stop()
    with Conducted() as process:
        again = Tree(process, page_size, rng)
        again.model, again.keys = tree.model, tree.keys
        opened = again.open(pages)
        cold = again.get(key, watched=True).extra
        again.get_all()
        again.scan(0, 1000)
        process.stop()
    if warm < cold - ROOT_PAGES:
        raise _note(
            f"To find key {key} it touched {cold} pages in a new process and {warm} in the old one:"
            " it keeps what pages hold in memory.",
            f"为找到键 {key}，新进程访问了 {cold} 页，旧进程只访问了 {warm} 页："
            "它把页的内容留在了内存里。",
        )
    if len(tree.watched) < COUNTED_FROM:
        return {}
    mean = sum(tree.watched) / len(tree.watched)
    return {"pages_per_get": round(mean, 3), "pages_to_open": float(opened + cold)}


def timed(seed: int, count: int, page_size: int, *, outcome: Path) -> None:
    """A timed run; what both programs of a pair must agree in goes to `outcome`."""
    rng = random.Random(seed)
    if rng.randrange(FULLY_ONE_IN) == 0:
        outcome.with_name("conducted").touch()
        play(page_size, drawn(rng, FULL_OPERATIONS, 1 << 20))
        outcome.write_text("")
        return
    space = 4 * count
    told: list[str] = []
    key = FIRST_OWN_KEY
    with Conducted() as process:
        tree = Tree(process, page_size, rng)
        tree.open()
        for kind, total in (("P", count), ("G", count), ("S", count // SCAN_SHARE)):
            for part in blocks(rng, total):
                done = process.ask(kind, rng.getrandbits(64), part, space)
                told.append(f"{done.result:016x}")
                key = FIRST_OWN_KEY + rng.getrandbits(32)
                tree.put(key, rng.getrandbits(32))
                tree.get(key, watched=True)
        secret, last = rng.getrandbits(64), count // SCAN_SHARE
        before = process.ask("G", secret, last, space).result
        warm = tree.get(key, watched=True).extra
        pages = tree.pages()
        process.stop()
    with Conducted() as process:
        again = Tree(process, page_size, rng)
        again.model = tree.model
        opened = again.open(pages) + again.get(key, watched=True).extra
        kept = opened > OPENED_FACTOR * warm + OPENED_MAX
        if process.ask("G", secret, last, space).result != before or kept:
            raise _note(
                f"After a timed run a new process touched {opened} pages to open the tree and find "
                f"a key, the old one {warm}; or it found other values.",
                f"计时运行之后，新进程访问了 {opened} 页才打开树并找到一个键，"
                f"旧进程访问了 {warm} 页；或者找到的值不同。",
            )
        process.stop()
    outcome.write_text("\n".join(told), encoding="ascii")


def blocks(rng: random.Random, operations: int) -> list[int]:
    """How many operations each block has: nobody knows where one ends before it does."""
    cuts = sorted(rng.randrange(operations) for _ in range(BLOCKS - 1))
    return [end - start for start, end in zip([0, *cuts], [*cuts, operations], strict=True)]


def drawn(rng: random.Random, count: int, space: int) -> list[list[str]]:
    """Operations of a run that is conducted in full: half of them puts, the keys all over."""
    known: list[int] = []
    operations: list[list[str]] = []
    for _ in range(count):
        draw = rng.random()
        if draw < 0.5 or not known:
            known.append(rng.randrange(space))
            operations.append(["put", str(known[-1]), str(rng.getrandbits(63))])
        elif draw < 0.9:
            operations.append(["get", str(rng.choice(known) + (rng.random() < 0.2))])
        else:
            operations.append(["scan", str(rng.choice(known)), "20"])
    return operations


main()
