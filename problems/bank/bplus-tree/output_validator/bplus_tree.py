"""Conduct a B+tree: ask it operation by operation, and hold each answer against a sorted map.

Now and then its pages are *lent*: they leave the process and are asked of us one by one, so which
an operation touched is what we were asked for, and nothing that was kept (a pointer, a cache, an
index) helps. At the end the pages, and nothing else, go to a new process that must answer for
everything. In timed runs the tree works by itself in blocks of keys drawn by secrets that are told
when a block begins; between two of them, and after them, pages are lent and opened by a new
process, too. It gets them as they are before the old one is asked anything that could tell it to
write what it had kept back.
"""

import bisect
import random
import struct
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, NoReturn

from oracles.conductor import (
    BLOCK_PATIENCE_S,
    PAYLOAD_BYTES_MAX,
    Conducted,
    Performed,
    not_as_told,
    page_messages,
)
from oracles.feedback import Rejected, Rejection, accept, reject

PUTS_AGAIN = 20
"""Puts of a process that has opened the pages of another."""
LENT_GETS, COUNTED_GETS = 3, 60
"""Gets while pages are lent: in every test, and in a tree that the counters are taken of."""
COUNTED_FROM = 3000
"""Keys of a tree from which its page touches are held against the bars."""
ROOT_PAGES = 1
"""So many pages less than at first a get may touch the second time: the root may be remembered."""
OPENED_FACTOR, OPENED_MAX = 2, 12
"""In a timed run opening and one get may touch so many times the pages that a get touched in the
old process, which count up to the other number, and so many more."""
FULLY_ONE_IN = 8
"""Of so many timed runs one is conducted from its beginning to its end."""
BLOCKS = 4
FULL_OPERATIONS = 600
SCAN_SHARE = 50
PAGES_BYTES_MAX = 512 << 20
"""Of all pages of a tree together, more than the program's own memory."""
TOUCHED_MAX = 5000
"""No operation needs so many pages: each that is lent costs us time, which has a limit, too."""
KEYS = 1 << 64
FIRST_OWN_KEY = 1 << 40
"""Keys from here on are none of a block's."""
NOBODYS_KEY = FIRST_OWN_KEY - 1
BATCH = PAYLOAD_BYTES_MAX // 16
ENTRY = struct.Struct("<QQ")
PAGE_NUMBER = struct.Struct("<Q")


class Asked(NamedTuple):
    """What came of an operation, and how many pages it asked for while they were lent."""

    done: Performed
    touched: int


class Tree:
    """One process with a tree, and what a sorted map would hold."""

    def __init__(
        self, process: Conducted, page_size: int, rng: random.Random, key: int = 0
    ) -> None:
        self._process, self._page_size, self._rng, self._key = process, page_size, rng, key
        self.lent: list[bytes] | None = None
        self.model: dict[int, int] = {}
        self.keys: list[int] = []
        self.again = False
        self.number = 0

    def open(self) -> None:
        """Open it on no pages."""
        self._process.ask("z", self._page_size, 0, self._key)
        self._process.ask("o", 1)

    def open_lent(self, pages: Sequence[bytes]) -> int:
        """Open it on pages that are lent to it; how many that touched."""
        self.again = True
        self._process.ask("z", self._page_size, len(pages), self._key)
        self._process.ask("r", 1)
        self.lent = list(pages)
        return self._do("o", 0).touched

    def lend(self) -> None:
        """Take the pages out of the process."""
        pages = self.pages()
        self._process.ask("r", 1)
        self.lent = pages

    def lent_to(self, other: "Tree") -> None:
        """Let another process have the same pages, as they are now."""
        other.again = True
        other.model, other.keys = self.model, self.keys
        other.open_lent(self.lent or [])

    def take_over(self, other: "Tree") -> None:
        """Have the pages as the other process has left them."""
        self.lent = other.lent

    def give_back(self) -> None:
        """Put them back."""
        pages, self.lent = self.lent or [], None
        self._process.ask("r", 0)
        at = 0
        for message in page_messages(pages):
            self._process.ask("i", at, given=message)
            at += len(message) // self._page_size

    def put(self, key: int, value: int) -> int:
        """Store a value; how many pages it touched while they are lent."""
        self.number += 1
        if key not in self.model:
            bisect.insort(self.keys, key)
        self.model[key] = value
        return self._do("p", key, value).touched

    def get(self, key: int) -> int:
        """Ask for a key; how many pages it touched. Raises Rejected where the answer is wrong."""
        self.number += 1
        asked = self._do("g", key)
        got = asked.done.value if asked.done.result else None
        if got != self.model.get(key):
            self.differs(f"get {key}", _shown(self.model.get(key)), _shown(got))
        if self.lent is not None and got is not None and asked.touched == 0:
            raise _note(
                f"A get gave what key {key} has without looking at a page.",
                f"一次 get 没有查看任何页就给出了键 {key} 的结果。",
            )
        return asked.touched

    def get_twice(self, key: int) -> int:
        """Ask for a key twice while pages are lent; how many pages it touched at first.

        Raises Rejected where it needs fewer the second time: then memory has the rest.
        """
        first, second = self.get(key), self.get(key)
        if second < first - ROOT_PAGES:
            raise _note(
                f"To find key {key} it touched {first} pages at first and {second} the second "
                "time: it keeps what pages hold in memory.",
                f"为找到键 {key}，第一次访问了 {first} 页，第二次只访问了 {second} 页："
                "它把页的内容留在了内存里。",
            )
        return first

    def _do(self, kind: str, a: int, b: int = 0) -> Asked:
        """One operation, its pages served by us where they are lent."""
        pages = self.lent
        if pages is None:
            return Asked(self._process.ask(kind, a, b), 0)
        touched = 0

        def serve(page: int) -> bytes:
            nonlocal touched
            touched += 1
            if page >= len(pages):
                raise not_as_told()
            if touched > TOUCHED_MAX:
                raise _note(
                    f"One operation asked for pages more than {TOUCHED_MAX} times.",
                    f"一次操作请求页超过 {TOUCHED_MAX} 次。",
                )
            return pages[page]

        done = self._process.ask(kind, a, b, serve=serve)
        self._take_written(pages)
        return Asked(done, touched)

    def _take_written(self, pages: list[bytes]) -> None:
        each = PAGE_NUMBER.size + self._page_size
        while True:
            told = self._process.ask("b")
            if len(told.told) % each:
                raise not_as_told()
            for at in range(0, len(told.told), each):
                (page,) = PAGE_NUMBER.unpack_from(told.told, at)
                content = told.told[at + PAGE_NUMBER.size : at + each]
                if page > len(pages):
                    raise not_as_told()
                pages[page : page + 1] = [content]
            if not told.extra:
                return
            if not told.told:
                raise not_as_told()

    def probe(self, key: int) -> tuple[int, int, int]:
        """A get of whose answer nothing is known: found, value, and how many pages it touched."""
        asked = self._do("g", key)
        return asked.done.result, asked.done.value if asked.done.result else 0, asked.touched

    def block(self, kind: str, secret: int, count: int, space: int) -> int:
        """A block of timed work, by itself; its digest."""
        done = self._process.ask(kind, secret, count, space, patience_s=BLOCK_PATIENCE_S)
        return done.result

    def beside(self, process: Conducted) -> "Tree":
        """A tree of the same kind in another process."""
        return Tree(process, self._page_size, self._rng, self._key)

    def scan(self, start: int, limit: int) -> None:
        self.number += 1
        told = self._do("s", start, limit).done.told
        at = bisect.bisect_left(self.keys, start)
        wanted = [(key, self.model[key]) for key in self.keys[at : at + limit]]
        got = list(ENTRY.iter_unpack(told)) if len(told) % ENTRY.size == 0 else []
        if got != wanted:
            self.differs(f"scan {start} {limit}", _entries(wanted), _entries(got))

    def get_all(self) -> None:
        """Ask for every key and for its neighbour, in an order of our own."""
        asked = [key for known in self.keys for key in (known, (known + 1) % KEYS)]
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
        size, count = self._page_size, -1
        while len(pages) != count:
            done = self._process.ask("d", len(pages))
            told = done.told
            if count not in (-1, done.extra) or not told or len(told) % size:
                raise not_as_told()
            count = done.extra
            pages += [told[at : at + size] for at in range(0, len(told), size)]
            if len(pages) > min(count, PAGES_BYTES_MAX // size):
                raise _note("It has more pages than a test can need.", "页数超过了测试所需。")
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
    content = Path(input_path).read_bytes()
    heading, *lines = content.decode("ascii").splitlines()
    kind, *numbers = heading.split()
    try:
        if kind == "tree":
            # By the input, which its program never sees: so a witness replays.
            rng = random.Random(content)
            operations = [line.split() for line in lines if line]
            accept(feedback, play(int(numbers[0]), operations, rng))
        timed(*map(int, numbers), outcome=Path(feedback) / "outcome.txt")
        accept(feedback)
    except Rejected as rejected:
        reject(feedback, rejected.rejection)


def play(
    page_size: int, operations: Sequence[Sequence[str]], rng: random.Random
) -> dict[str, float]:
    """One tree, and its pages opened again; the counters. Raises Rejected."""
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
        pages, model, keys = tree.pages(), dict(tree.model), list(tree.keys)
        look_while_lent(tree, rng)
        process.stop()
    counted = len(keys) >= COUNTED_FROM
    with Conducted() as process:
        again = tree.beside(process)
        again.model, again.keys = model, keys
        opened = again.open_lent(pages)
        wanted = rng.choices(keys or [0], k=COUNTED_GETS if counted else LENT_GETS)
        touched = [again.get_twice(key) for key in wanted]
        again.scan(wanted[0], LENT_GETS)
        change_beside(again, page_size, rng)
        again.give_back()
        for key in rng.choices(again.keys or [0], k=PUTS_AGAIN):
            again.put((key + rng.randrange(2)) % KEYS, rng.getrandbits(63))
        again.get_all()
        again.scan(0, 1000)
        process.stop()
    if not counted:
        return {}
    return {
        "pages_per_get": round(sum(touched) / len(touched), 3),
        "pages_to_open": float(opened + touched[0]),
    }


def change_beside(tree: Tree, page_size: int, rng: random.Random) -> None:
    """Let another process fill and split a leaf: what this one finds then is in the pages."""
    start = rng.choice(tree.keys or [0])
    keys = [(start + n) % KEYS for n in range(1, page_size // 16 + 3)]
    with Conducted() as process:
        other = tree.beside(process)
        tree.lent_to(other)
        for key in keys:
            other.put(key, rng.getrandbits(63))
        tree.take_over(other)
        process.stop()
    for key in (*rng.sample(keys, 3), keys[-1], start):
        tree.get(key)
    tree.scan(start, len(keys))


def look_while_lent(tree: Tree, rng: random.Random) -> int:
    """Some operations that can use nothing but pages; how many the last get touched."""
    tree.lend()
    for key in rng.choices(tree.keys or [NOBODYS_KEY], k=LENT_GETS):
        tree.get_twice(key)
    key = FIRST_OWN_KEY + rng.getrandbits(32)
    tree.put(key, rng.getrandbits(32))
    touched = tree.get_twice(key)
    tree.give_back()
    return touched


def timed(seed: int, count: int, page_size: int, *, outcome: Path) -> None:
    """A timed run; what both programs of a pair must agree in goes to `outcome`."""
    rng = random.Random(seed)
    if rng.randrange(FULLY_ONE_IN) == 0:
        outcome.with_name("conducted").touch()
        play(page_size, drawn(rng, FULL_OPERATIONS, 1 << 20), rng)
        outcome.write_text("")
        return
    key, space, lent_after = rng.getrandbits(64), 4 * count, rng.randrange(1, 2 * BLOCKS)
    told: list[str] = []
    with Conducted() as process:
        tree = Tree(process, page_size, rng, key)
        tree.open()
        for kind, total in (("P", count), ("G", count), ("S", count // SCAN_SHARE)):
            for part in blocks(rng, total):
                told.append(f"{tree.block(kind, rng.getrandbits(64), part, space):016x}")
                if len(told) == lent_after:
                    open_beside(tree, rng, count // SCAN_SHARE, space)
        open_beside(tree, rng, count // SCAN_SHARE, space)
        process.stop()
    outcome.write_text("\n".join(told), encoding="ascii")


def open_beside(tree: Tree, rng: random.Random, gets: int, space: int) -> None:
    """Let a new process open the pages as they are now; both must find the same in them.

    Raises Rejected where they don't, or where finding a key takes the new one many more pages.
    """
    pages, key, secret = tree.pages(), rng.randrange(space), rng.getrandbits(64)
    with Conducted() as process:
        new = tree.beside(process)
        opened = new.open_lent(pages)
        *found, touched = new.probe(key)
        new.give_back()
        digest = new.block("G", secret, gets, space)
        process.stop()
    warm = look_while_lent(tree, rng)
    same = [*found] == [*tree.probe(key)[:2]] and digest == tree.block("G", secret, gets, space)
    if not same or opened + touched > OPENED_FACTOR * min(warm, OPENED_MAX) + OPENED_MAX:
        raise _note(
            f"In a timed run a new process touched {opened + touched} pages to open the tree and "
            f"find a key, the old one {warm} to find one; or they found other values.",
            f"计时运行中，新进程访问了 {opened + touched} 页才打开树并找到一个键，"
            f"旧进程找到一个键访问了 {warm} 页；或者两者找到的值不同。",
        )


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
