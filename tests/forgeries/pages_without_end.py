# attack: an honest-looking dict whose pager holds a list of pages that has no end, so that the conductor, asking for all pages, never comes to the last one
# expect: refused
# defends: what a process claims is bounded from outside
# shape: tree
import bisect


class Endless(list):
    def __len__(self):
        return 1 << 62

    def __getitem__(self, at):
        if isinstance(at, slice):
            return [self.page] * (at.stop - at.start)
        return self.page


class Tree:
    def __init__(self, pager, fresh):
        self.pager, self.values = pager, {}
        pages = Endless()
        pages.page = bytearray(pager.size)
        pager.pages = pages
        pager.move = lambda: None

    def put(self, key, value):
        self.values[key] = value

    def get(self, key):
        self.pager.read(0)
        return self.values.get(key)

    def scan(self, start, limit):
        keys = sorted(self.values)
        at = bisect.bisect_left(keys, start)
        return [(key, self.values[key]) for key in keys[at : at + limit]]
