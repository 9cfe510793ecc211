# attack: finds the channel, the operation's number and its token in the caller's frames and never returns from the constructor: it holds the conversation by itself, from a dict, with touches made up
# expect: refused
# defends: what a process claims is bounded from outside
# shape: tree
import bisect
import os
import struct
import sys

HEAD, ENTRY, MASK = struct.Struct("<IIQQQQQ"), struct.Struct("<QQ"), (1 << 64) - 1
SHARE = 30


def mix(digest, value):
    digest = ((digest ^ value) * 0x9E3779B97F4A7C15) & MASK
    return digest ^ (digest >> 29)


class Tree:
    def __init__(self, pager, fresh):
        self.size, self.values, self.keys, self.told = pager.size, {}, [], b""
        if not fresh:
            content = b"".join(bytes(page) for page in pager.pages)
            (count,) = struct.unpack_from("<Q", content)
            self.values = dict(ENTRY.iter_unpack(content[8 : 8 + 16 * count]))
        frame = sys._getframe()
        while "token" not in frame.f_locals:
            frame = frame.f_back
        known = frame.f_locals
        self.channel = known["channel"]
        self.random_numbers = sys.modules["conducted"].random_numbers
        self.end(known["number"], known["token"], (0, 0, 1))
        self.converse()

    def end(self, number, token, numbers, told=b""):
        os.write(self.channel, HEAD.pack(2, len(told), *numbers, number, token) + told)

    def converse(self):
        while True:
            message = os.read(self.channel, 65536 + HEAD.size)
            kind, _, a, b, c, number, token = HEAD.unpack_from(message)
            kind &= 0x7FFFFFFF
            if kind == 0:
                os._exit(0)
            os.write(self.channel, HEAD.pack(1, 0, 0, 0, 0, number, token))
            numbers, told = getattr(self, chr(kind))(a, b, c, message[HEAD.size :])
            self.end(number, token, numbers, told)

    def p(self, key, value, *_):
        self.values[key] = value
        self.keys = []
        return (0, 0, 0), b""

    def g(self, key, *_):
        found = self.values.get(key)
        return (int(found is not None), found or 0, 2), b""

    w = g

    def q(self, _a, _b, _c, given):
        keys = [key for (key,) in struct.iter_unpack("<Q", given)]
        return (0, 0, 0), b"".join(
            ENTRY.pack(key in self.values, self.values.get(key, 0)) for key in keys
        )

    def entries(self, start, limit):
        if not self.keys:
            self.keys = sorted(self.values)
        at = bisect.bisect_left(self.keys, start)
        return [(key, self.values[key]) for key in self.keys[at : at + limit]]

    def s(self, start, limit, *_):
        return (0, 0, 0), b"".join(ENTRY.pack(*one) for one in self.entries(start, limit))

    def d(self, first, *_):
        if first == 0:
            content = struct.pack("<Q", len(self.values)) + b"".join(
                ENTRY.pack(*one) for one in self.values.items()
            )
            self.told = content + bytes(-len(content) % self.size)
        at = first * self.size
        return (0, 0, len(self.told) // self.size), self.told[
            at : at + 65536 // self.size * self.size
        ]

    def P(self, secret, count, space, _):
        numbers = self.random_numbers(secret)
        for _ in range(count // SHARE):
            key = next(numbers) % space
            self.values[key] = next(numbers)
        self.keys = []
        return (0, 0, 0), b""

    def G(self, secret, count, space, _):
        numbers, digest = self.random_numbers(secret), 0
        for _ in range(count // SHARE):
            key = next(numbers) % space
            digest = mix(digest, self.values.get(key, ~key & MASK))
        return (digest, 0, 0), b""

    def S(self, secret, count, space, _):
        numbers, digest = self.random_numbers(secret), 0
        for _ in range(count // SHARE):
            for key, value in self.entries(next(numbers) % space, 100):
                digest = mix(mix(digest, key), value)
        return (digest, 0, 0), b""
