"""Drives a B+tree as the conductor asks; harness_body.h says what each operation means."""

import struct

from conducted import Reply, mix, random_numbers, run

PYTHON_SHARE = 30  # CPython gets this fraction of a block's operations
MASK = (1 << 64) - 1
PAYLOAD_BYTES_MAX = 1 << 16
TIMED_SCAN = 100
ENTRY = struct.Struct("<QQ")


class Pager:
    """Pages of `size` bytes, numbered from 0; page 0 always exists.

    A page that was read or written may be used until the method that asked for it returns.
    """

    def __init__(self, size):
        self.size = size
        self.touches = 0
        self.pages = []

    def read(self, page):
        """Look at a page; counted."""
        self.touches += 1
        return self.pages[page]

    def write(self, page):
        """Look at and change a page; counted."""
        self.touches += 1
        return self.pages[page]

    def alloc(self):
        """The number of a new page, all zero."""
        self.pages.append(bytearray(self.size))
        return len(self.pages) - 1

    def move(self):
        """Put every page elsewhere, and something else where it was."""
        junk = b"\xdb" * self.size
        for number, page in enumerate(self.pages):
            self.pages[number] = bytearray(page)
            page[:] = junk


class Harness:
    """The tree and its pages."""

    def __init__(self):
        self.pager = None
        self.tree = None

    def perform(self, call):
        return getattr(self, f"do_{call.kind}")(call)

    def do_z(self, call):
        self.pager = Pager(call.a)
        if call.c == 0:
            self.pager.alloc()

    def do_i(self, call):
        size = self.pager.size
        for at in range(0, len(call.given), size):
            self.pager.pages[self.pager.alloc()][:] = call.given[at : at + size]

    def do_o(self, call):
        from solution import Tree

        before = self.pager.touches
        self.tree = Tree(self.pager, bool(call.a))
        return Reply(extra=self.pager.touches - before)

    def do_p(self, call):
        self.tree.put(call.a, call.b)

    def do_g(self, call):
        before = self.pager.touches
        found = self.tree.get(call.a)
        return Reply(int(found is not None), found or 0, self.pager.touches - before)

    def do_w(self, call):
        self.pager.move()
        return self.do_g(call)

    def do_q(self, call):
        found = [self.tree.get(key) for (key,) in struct.iter_unpack("<Q", call.given)]
        return Reply(told=b"".join(ENTRY.pack(one is not None, one or 0) for one in found))

    def do_s(self, call):
        entries = list(self.tree.scan(call.a, call.b))
        assert len(entries) <= call.b, "scan returned more than its limit"
        return Reply(told=b"".join(ENTRY.pack(key, value) for key, value in entries))

    def do_d(self, call):
        each = PAYLOAD_BYTES_MAX // self.pager.size
        pages = self.pager.pages
        return Reply(extra=len(pages), told=b"".join(pages[call.a : call.a + each]))

    def timed_keys(self, call):
        """Keys of a block, and the numbers after them."""
        self.pager.move()
        numbers = random_numbers(call.a)
        for _ in range(call.b // PYTHON_SHARE):
            yield next(numbers) % call.c, numbers

    def do_P(self, call):
        for key, numbers in self.timed_keys(call):
            self.tree.put(key, next(numbers))

    def do_G(self, call):
        digest = 0
        for key, _ in self.timed_keys(call):
            found = self.tree.get(key)
            digest = mix(digest, ~key & MASK if found is None else found)
        return Reply(digest)

    def do_S(self, call):
        digest = 0
        for start, _ in self.timed_keys(call):
            for key, value in self.tree.scan(start, TIMED_SCAN):
                digest = mix(mix(digest, key), value)
        return Reply(digest)


if __name__ == "__main__":
    run(Harness().perform)
