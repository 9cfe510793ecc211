"""The harness's half of a conducted run, for Python; oracles/conductor.py is the other half.

A harness gives `run` a function that does one operation by calling the answer. The conductor, in
the judge's container, hands the operations out one by one and takes the times; here nothing is
read ahead and nothing is kept. Python hides nothing from an answer: docs/security.md says what that
means.
"""

import os
import random
import struct
import sys
import threading
from typing import NamedTuple

MASK = (1 << 64) - 1
_HEAD = struct.Struct("<IIQQQQQ")
_STOP, _BEGIN, _END, _WORKERS, _QUESTION = 0, 1, 2, 3, 4
_ALONE = 1 << 31
_PAYLOAD_BYTES_MAX = 1 << 16


class Asked(NamedTuple):
    """One operation as it was asked for; `kind` is a letter."""

    kind: str
    a: int
    b: int
    c: int
    given: bytes


class Reply(NamedTuple):
    """What came of it; `told` are at most 65,536 bytes."""

    result: int = 0
    value: int = 0
    extra: int = 0
    told: bytes = b""


class _Now(threading.local):
    reading = writing = number = token = 0


_now = _Now()


def ask(question):
    """While an answer runs: ask the conductor for what is not here."""
    os.write(_now.writing, _HEAD.pack(_QUESTION, 0, question, 0, 0, _now.number, _now.token))
    message = os.read(_now.reading, _HEAD.size + _PAYLOAD_BYTES_MAX)
    if len(message) < _HEAD.size:
        os._exit(3)
    return message[_HEAD.size :]


def run(perform):
    """Do what the conductor asks for by perform(asked), until it says that this is all."""
    reading, writing = _take_channel()
    threads = []

    def work():
        while True:
            message = os.read(reading, _HEAD.size + _PAYLOAD_BYTES_MAX)
            if len(message) < _HEAD.size:
                os._exit(3)
            kind, _, a, b, c, number, token = _HEAD.unpack_from(message)
            kind &= ~_ALONE
            if kind == _STOP:
                return
            _now.reading, _now.writing, _now.number, _now.token = reading, writing, number, token
            os.write(writing, _HEAD.pack(_BEGIN, 0, 0, 0, 0, number, token))
            reply = Reply()
            if kind == _WORKERS:
                while len(threads) + 1 < a:
                    threads.append(threading.Thread(target=guarded))
                    threads[-1].start()
            else:
                reply = perform(Asked(chr(kind), a, b, c, message[_HEAD.size :])) or reply
            told = reply.told
            numbers = (reply.result, reply.value, reply.extra)
            os.write(writing, _HEAD.pack(_END, len(told), *numbers, number, token) + told)

    def guarded():
        try:
            work()
        except BaseException:
            sys.excepthook(*sys.exc_info())
            sys.stderr.flush()
            os._exit(1)

    work()
    for thread in threads:
        thread.join()


def _take_channel():
    """Its two ends, one on Linux; descriptors 0 and 1 become nothing and standard error."""
    reading = 60 + random.randrange(30)
    writing = reading + 30
    os.dup2(0, reading, inheritable=False)
    os.dup2(1, writing, inheritable=False)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return reading, writing


def mix(digest, value):
    """The order of what was mixed in counts."""
    digest = ((digest ^ value) * 0x9E3779B97F4A7C15) & MASK
    return digest ^ (digest >> 29)


def scramble(z):
    """splitmix64's."""
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


def random_numbers(state, key):
    """From two secrets; each is the sum of two, so that no number tells the next, nor a secret."""
    while True:
        state = (state + 0x9E3779B97F4A7C15) & MASK
        other = scramble(state ^ key)
        yield (scramble(state) + ((other << 23 | other >> 41) & MASK)) & MASK
