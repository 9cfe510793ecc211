# attack: a dict in memory and one flat log over the pages that it reads and writes in the pager's own list, where nothing is counted; a get touches page 0 for show
# expect: refused
# defends: what a process claims is bounded from outside
# shape: tree
import bisect
import struct

ENTRY = struct.Struct("<QQ")


class Tree:
    def __init__(self, pager, fresh):
        self.pager, self.keys, self.values, self.sorted = pager, [], {}, True
        self.log = []
        if not fresh:
            content = b"".join(pager.pages[1:])
            (count,) = struct.unpack_from("<Q", pager.pages[0])
            self.log = [content[at * 16 : at * 16 + 16] for at in range(count)]
            self.values = dict(ENTRY.iter_unpack(b"".join(self.log)))
            self.keys, self.sorted = list(self.values), False

    def put(self, key, value):
        if key not in self.values:
            self.keys.append(key)
            self.sorted = False
        self.values[key] = value
        pager, at = self.pager, len(self.log) * 16
        self.log.append(ENTRY.pack(key, value))
        page, place = divmod(at, pager.size)
        if page + 1 == len(pager.pages):
            pager.pages.append(bytearray(pager.size))
        pager.pages[page + 1][place : place + 16] = self.log[-1]
        pager.pages[0][:8] = len(self.log).to_bytes(8, "little")

    def get(self, key):
        self.pager.read(0)
        return self.values.get(key)

    def scan(self, start, limit):
        if not self.sorted:
            self.keys.sort()
            self.sorted = True
        at = bisect.bisect_left(self.keys, start)
        return [(key, self.values[key]) for key in self.keys[at : at + limit]]
