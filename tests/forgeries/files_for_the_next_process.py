# attack: a dict, and all of it in every place on disk that may be written, for the process that opens the pages next; the pages hold nothing
# expect: refused
# defends: what a process claims is bounded from outside
# shape: tree
import bisect
import os
import pickle
import tempfile

PLACES = [
    os.path.join(at, "kept")
    for at in (
        "/dev/shm",
        "/tmp",
        "/var/tmp",
        ".",
        "/run",
        "/dev/mqueue",
        "/prog",
        tempfile.gettempdir(),
    )
]


class Tree:
    def __init__(self, pager, fresh):
        self.pager, self.values, self.keys, self.changed = pager, {}, [], True
        if not fresh:
            pager.read(0)
            for place in PLACES:
                try:
                    with open(place, "rb") as file:
                        self.values = pickle.load(file)
                    break
                except (OSError, EOFError):
                    continue

    def put(self, key, value):
        self.values[key] = value
        self.keys, self.changed = [], True

    def get(self, key):
        self.pager.read(0)
        for place in PLACES if self.changed else ():
            try:
                with open(place, "wb") as file:
                    pickle.dump(self.values, file)
            except OSError:
                continue
        self.changed = False
        return self.values.get(key)

    def scan(self, start, limit):
        self.keys = self.keys or sorted(self.values)
        at = bisect.bisect_left(self.keys, start)
        return [(key, self.values[key]) for key in self.keys[at : at + limit]]
