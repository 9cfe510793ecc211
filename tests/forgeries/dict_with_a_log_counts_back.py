# attack: a dict and a sorted list in memory, a log in the pages that is read whole at open, and the pager's touches set back to two
# expect: refused
# defends: what a process claims is bounded from outside
# shape: tree
import bisect
import struct

ENTRY = struct.Struct("<QQ")


class Tree:
    def __init__(self, pager, fresh):
        self.pager, self.keys, self.values, self.new = pager, [], {}, []
        self.each, self.logged, self.page = pager.size // 16, 0, 0
        if not fresh:
            before = pager.touches
            (self.logged,) = struct.unpack_from("<Q", pager.read(0))
            for at in range(self.logged):
                key, value = ENTRY.unpack_from(pager.read(1 + at // self.each), at % self.each * 16)
                self.values[key] = value
            self.keys = sorted(self.values)
            self.page = (self.logged + self.each - 1) // self.each
            pager.touches = before + 1

    def put(self, key, value):
        if key not in self.values:
            self.new.append(key)
        self.values[key] = value
        page, place = divmod(self.logged, self.each)
        if page == self.page:
            self.page = self.pager.alloc()
        ENTRY.pack_into(self.pager.write(page + 1), place * 16, key, value)
        self.logged += 1
        struct.pack_into("<Q", self.pager.write(0), 0, self.logged)

    def get(self, key):
        self.pager.touches += 1
        return self.values.get(key)

    def scan(self, start, limit):
        if self.new:
            self.keys = sorted(self.keys + self.new)
            self.new = []
        at = bisect.bisect_left(self.keys, start)
        return [(key, self.values[key]) for key in self.keys[at : at + limit]]
