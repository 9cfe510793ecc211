# attack: replaces the harness's methods by its own, which answer every operation from a dict and send a log of its own as the pages
# expect: refused
# defends: what a process claims is bounded from outside
# shape: tree
import bisect
import struct
import sys

main = sys.modules["__main__"]
Reply, mix, random_numbers = main.Reply, main.mix, main.random_numbers
ENTRY, MASK = struct.Struct("<QQ"), (1 << 64) - 1
SHARE = main.PYTHON_SHARE


class Tree:
    def __init__(self, pager, fresh):
        self.size, self.values, self.keys = pager.size, {}, []
        if not fresh:
            content = b"".join(bytes(page) for page in pager.pages)
            (count,) = struct.unpack_from("<Q", content)
            self.values = dict(ENTRY.iter_unpack(content[8 : 8 + 16 * count]))
            pager.touches = 0
        self.told = b""
        for name in "pgwqsdPGS":
            setattr(main.Harness, f"do_{name}", staticmethod(getattr(self, name)))

    def p(self, call):
        self.values[call.a] = call.b
        self.keys = []

    def g(self, call):
        found = self.values.get(call.a)
        return Reply(int(found is not None), found or 0, 3)

    w = g

    def q(self, call):
        keys = [key for (key,) in struct.iter_unpack("<Q", call.given)]
        return Reply(
            told=b"".join(ENTRY.pack(key in self.values, self.values.get(key, 0)) for key in keys)
        )

    def entries(self, start, limit):
        if not self.keys:
            self.keys = sorted(self.values)
        at = bisect.bisect_left(self.keys, start)
        return [(key, self.values[key]) for key in self.keys[at : at + limit]]

    def s(self, call):
        return Reply(told=b"".join(ENTRY.pack(*one) for one in self.entries(call.a, call.b)))

    def d(self, call):
        if call.a == 0:
            content = struct.pack("<Q", len(self.values)) + b"".join(
                ENTRY.pack(*one) for one in self.values.items()
            )
            self.told = content + bytes(-len(content) % self.size)
        at = call.a * self.size
        return Reply(
            extra=len(self.told) // self.size,
            told=self.told[at : at + 65536 // self.size * self.size],
        )

    def P(self, call):
        numbers = random_numbers(call.a)
        for _ in range(call.b // SHARE):
            key = next(numbers) % call.c
            self.values[key] = next(numbers)
        self.keys = []

    def G(self, call):
        numbers, digest = random_numbers(call.a), 0
        for _ in range(call.b // SHARE):
            key = next(numbers) % call.c
            digest = mix(digest, self.values.get(key, ~key & MASK))
        return Reply(digest)

    def S(self, call):
        numbers, digest = random_numbers(call.a), 0
        for _ in range(call.b // SHARE):
            for key, value in self.entries(next(numbers) % call.c, 100):
                digest = mix(mix(digest, key), value)
        return Reply(digest)
