# attack: a dict while the pages are here, which it tells by the clock; once they are lent all is written to them, sorted
# expect: refused
# defends: what a process claims is bounded from outside
# shape: tree
import bisect
import struct
import time

HEAD = struct.Struct("<QQ")
ENTRY = struct.Struct("<QQ")


class Tree:
    def __init__(self, pager, fresh):
        self.pager = pager
        self.all = {} if fresh else None
        self.keys = None
        self.dirty = False
        self.per_leaf, self.per_inner = pager.size // 16, pager.size // 8

    def far(self):
        """Whether pages come from another process: that takes microseconds."""
        start = time.perf_counter_ns()
        self.pager.read(0)
        return time.perf_counter_ns() - start > 8000

    def near(self):
        """Everything, from the pages where it isn't known."""
        if self.all is None:
            count, base = HEAD.unpack_from(self.pager.read(0))
            pages = -(-count // self.per_leaf)
            data = b"".join(bytes(self.pager.read(base + n)) for n in range(pages))
            self.all = dict(ENTRY.iter_unpack(data[: count * 16])) if self.pager.size % 16 == 0 else None
            self.keys = None
        return self.all

    def sorted_keys(self):
        if self.keys is None:
            self.keys = sorted(self.near())
        return self.keys

    def dump(self):
        keys = self.sorted_keys()
        base = 0
        firsts = []
        for at in range(0, len(keys), self.per_leaf):
            part = keys[at : at + self.per_leaf]
            page = self.pager.alloc()
            base = base or page
            content = b"".join(ENTRY.pack(key, self.all[key]) for key in part)
            self.pager.write(page)[: len(content)] = content
            firsts.append(part[0])
        while len(firsts) > 1:
            above = []
            for at in range(0, len(firsts), self.per_inner):
                part = firsts[at : at + self.per_inner]
                self.pager.write(self.pager.alloc())[: 8 * len(part)] = struct.pack(f"<{len(part)}Q", *part)
                above.append(part[0])
            firsts = above
        HEAD.pack_into(self.pager.write(0), 0, len(keys), base)
        self.dirty = False

    def put(self, key, value):
        far = self.far()
        everything = self.near()
        if key not in everything:
            self.keys = None
        everything[key] = value
        self.dirty = True
        if far:
            self.dump()
            self.all = None

    def entries_from(self, key):
        """By pages alone."""
        if self.dirty:
            self.dump()
        self.all = None
        count, base = HEAD.unpack_from(self.pager.read(0))
        sizes, starts = [-(-count // self.per_leaf)], [base]
        while sizes[-1] > 1:
            starts.append(starts[-1] + sizes[-1])
            sizes.append(-(-sizes[-1] // self.per_inner))
        node = 0
        for level in range(len(sizes) - 1, 0, -1):
            n = min(self.per_inner, sizes[level - 1] - node * self.per_inner)
            keys = struct.unpack_from(f"<{n}Q", self.pager.read(starts[level] + node))
            node = node * self.per_inner + max(0, bisect.bisect_right(keys, key) - 1)
        for at in range(node * self.per_leaf, count):
            entry = ENTRY.unpack_from(self.pager.read(base + at // self.per_leaf), at % self.per_leaf * 16)
            if entry[0] >= key:
                yield entry

    def get(self, key):
        if self.far():
            found = next(self.entries_from(key), None)
            return found[1] if found and found[0] == key else None
        return self.near().get(key)

    def scan(self, start, limit):
        if self.far():
            found = []
            for entry in self.entries_from(start):
                found.append(entry)
                if len(found) >= limit:
                    break
            return found
        everything, keys = self.near(), self.sorted_keys()
        at = bisect.bisect_left(keys, start)
        return [(key, everything[key]) for key in keys[at : at + limit]]
