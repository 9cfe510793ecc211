"""The first corpus of both fuzzers: one small file for each thing that is ever said.

    python -m tests.fuzzing.seeds

writes tests/fuzzing/corpus/. What fuzzing found worth keeping lies there besides, named by digest.
"""

import struct
from pathlib import Path

from judge.sandbox import Command, User
from judge.values import Limits
from sandboxes import frames
from sandboxes.frames import Kind

CORPUS = Path(__file__).parent / "corpus"
REQUESTS, ANSWERS = CORPUS / "requests", CORPUS / "answers"
CHANCE = b"\x07\0\0\0"
"""The fuzzer's first four bytes decide what the outside does: supervisor.c."""


def request(kind: Kind, body: bytes = b"") -> bytes:
    return struct.pack("<IIQ", kind, 0, len(body)) + body


def answer(kind: int, body: bytes = b"", argument: int = 0) -> bytes:
    """A frame in one piece of the engine's stream."""
    whole = struct.pack("<IIQ", kind, argument, len(body)) + body
    return struct.pack(">BxxxL", 1, len(whole)) + whole


def requests() -> dict[str, bytes]:
    limits = Limits(cpu_ms=50, wall_ms=100, output_bytes=1500)
    command = Command(
        arguments=("/prog/program", "-x"), user=User.CANDIDATE, environment=("A=b", "PATH=/bin")
    )
    run = request(Kind.RUN, frames.run_body(command, limits, uid=10001, source="/prog/in"))
    serve = request(
        Kind.SERVE, frames.run_body(command, limits, uid=10001, source="judge-0123456789abcdef")
    )
    put = request(Kind.PUT, frames.put_body("/box/src/a.c", b"int x;" * 40, uid=10001, mode=0o644))
    get = request(Kind.GET, frames.get_body("/box/out", bytes_max=1 << 20, uid=10001))
    hello, wipe, stop = request(Kind.HELLO), request(Kind.WIPE), request(Kind.STOP)
    return {
        "hello": hello,
        "put": put,
        "get": get,
        "run": run,
        "serve": serve + stop,
        "wipe": wipe,
        "submission": hello + put + run + get + wipe + run,
        "served-twice": serve + stop + hello + serve + stop,
        "stop-too-soon": stop,
        "cut-short": run[:50],
        "path-without-root": request(Kind.GET, frames.get_body("box", bytes_max=1, uid=1)),
        "path-upwards": request(Kind.GET, frames.get_body("/box/../etc", bytes_max=1, uid=1)),
        "giant": struct.pack("<IIQ", Kind.PUT, 0, 1 << 60) + put[16:],
        "unknown": request(Kind.DONE, b"x"),
    }


def answers() -> dict[str, bytes]:
    result = struct.pack("<IiiiQQQQIIIIQQ", 0, 3, 0, 0, 10**9, 10**7, 1 << 20, 0, 2, 1, 1, 0, 4, 0)
    words = struct.pack(">BxxxL", 2, 9) + b"no pipe\n\0"
    return {
        "done": answer(Kind.DONE, argument=3),
        "run": answer(Kind.OUT, b"hello\n") + answer(Kind.ERR, b"oh") + answer(Kind.RESULT, result),
        "file": answer(Kind.FILE, b"\x7fELF" * 30) + answer(Kind.DONE),
        "serve": answer(Kind.LISTENING) + answer(Kind.RESULT, result),
        "dies": answer(Kind.OUT, b"x") + words,
        "unknown-ending": answer(Kind.RESULT, b"\x63" + result[1:]),
        "unknown-kind": answer(99),
        "giant": struct.pack(">BxxxLIIQ", 1, 16, Kind.OUT, 0, 1 << 50),
    }


def write() -> None:
    for folder, seeds in ((REQUESTS, requests()), (ANSWERS, answers())):
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in seeds.items():
            lead = CHANCE if folder is REQUESTS else b""
            (folder / name).write_bytes(lead + content)


if __name__ == "__main__":
    write()
