"""Planted: everything in the process's memory, nothing in the pages."""

import bisect


class Tree:
    def __init__(self, pager, fresh):
        self.keys, self.values = [], {}

    def put(self, key, value):
        if key not in self.values:
            bisect.insort(self.keys, key)
        self.values[key] = value

    def get(self, key):
        return self.values.get(key)

    def scan(self, start, limit):
        at = bisect.bisect_left(self.keys, start)
        return [(key, self.values[key]) for key in self.keys[at : at + limit]]
