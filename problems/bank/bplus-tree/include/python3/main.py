"""Drives a B+tree as the conductor asks; harness_body.h says what each operation means."""

import struct

from conducted import Reply, ask, mix, random_numbers, run

PYTHON_SHARE = 30  # CPython gets this fraction of a block's operations
MASK = (1 << 64) - 1
PAYLOAD_BYTES_MAX = 1 << 16
TIMED_SCAN = 100
ENTRY = struct.Struct("<QQ")


class Pager:
    """Pages of `size` bytes, numbered from 0; page 0 always exists.

    A page that was read or written may be used until the method that asked for it returns.
    """

    def __init__(self, size, count):
        self.size = size
        self.lent = False
        self.copies = {}
        self.written = []
        self.pages = [bytearray(size) for _ in range(max(1, count))]

    def read(self, page):
        """Look at a page."""
        if not self.lent:
            return self.pages[page]
        if page not in self.copies:
            # Another process may have made it.
            self.copies[page] = bytearray(ask(page))
        return self.copies[page]

    def write(self, page):
        """Look at and change a page."""
        if self.lent and page not in self.written:
            self.written.append(page)
        return self.read(page)

    def alloc(self):
        """The number of a new page, all zero."""
        self.pages.append(bytearray(self.size))
        new = len(self.pages) - 1
        if self.lent:
            self.copies[new] = bytearray(self.size)
            self.written.append(new)
        return new

    def lend(self, lent):
        """Let the conductor have the pages, or be ready for their return."""
        self.forget_copies()
        self.lent = lent
        for page in self.pages:
            page[:] = b"\xdb" * self.size

    def forget_copies(self):
        for page in self.copies.values():
            page[:] = b"\xdb" * self.size
        self.copies.clear()
        self.written.clear()


class Harness:
    """The tree and its pages."""

    def __init__(self):
        self.pager = None
        self.tree = None
        self.key = 0

    def perform(self, call):
        return getattr(self, f"do_{call.kind}")(call)

    def do_z(self, call):
        self.pager = Pager(call.a, call.b)
        self.key = call.c

    def do_i(self, call):
        size = self.pager.size
        for number, at in enumerate(range(0, len(call.given), size), start=call.a):
            if number == len(self.pager.pages):
                self.pager.alloc()
            self.pager.pages[number][:] = call.given[at : at + size]

    def do_r(self, call):
        self.pager.lend(bool(call.a))

    def do_b(self, call):
        pager, each = self.pager, PAYLOAD_BYTES_MAX // (8 + self.pager.size)
        told = pager.written[:each]
        del pager.written[:each]
        content = b"".join(struct.pack("<Q", page) + pager.copies[page] for page in told)
        reply = Reply(extra=len(pager.written), told=content)
        if not pager.written:
            pager.forget_copies()
        return reply

    def do_o(self, call):
        from solution import Tree

        self.tree = Tree(self.pager, bool(call.a))

    def do_p(self, call):
        self.tree.put(call.a, call.b)

    def do_g(self, call):
        found = self.tree.get(call.a)
        return Reply(int(found is not None), found or 0)

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
        numbers = random_numbers(call.a, self.key)
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
