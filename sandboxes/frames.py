"""The wire to the supervisor, host side; `supervisor/supervisor.h` has the same in C.

A frame is a 16-byte head {kind u32, argument u32, length u64}, little-endian, and raw bytes.
Inside the engine's attached stream each piece has the engine's own 8-byte head besides.
"""

import socket
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

from judge.errors import SandboxFault
from judge.sandbox import Command
from judge.values import Ending, Limits

PROTOCOL_VERSION = 6
BODY_BYTES_MAX = 1024 * 1024
"""No frame from a supervisor is larger; a greater length means that the stream is broken."""

_HEAD = struct.Struct("<IIQ")
_PUT = struct.Struct("<IIII")
_GET = struct.Struct("<QII")
_RUN = struct.Struct("<QQQQQQIIIIII")
_RESULT = struct.Struct("<IiiiQQQQIIIIQQ")
_ENGINE = struct.Struct(">BxxxL")


class Kind(IntEnum):
    """Requests, then answers."""

    HELLO = 1
    PUT = 2
    GET = 3
    RUN = 4
    SERVE = 5
    STOP = 6
    WIPE = 7
    DONE = 65
    OUT = 66
    ERR = 67
    RESULT = 68
    FILE = 69
    LISTENING = 70


_ENDINGS = {
    0: Ending.EXITED,
    1: Ending.SIGNALLED,
    2: Ending.WALL_LIMIT,
    3: Ending.CPU_LIMIT,
    4: Ending.OUTPUT_LIMIT,
    5: Ending.NOT_STARTED,
    6: Ending.MEMORY_LIMIT,
}


@dataclass(frozen=True, slots=True)
class Frame:
    """One answer of a supervisor."""

    kind: Kind
    argument: int
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """The supervisor's report of a run: times in ns, memory in bytes."""

    ending: Ending
    exit_code: int
    signal: int
    error_number: int
    wall_ns: int
    cpu_ns: int
    process_bytes_peak: int
    oom_kills: int
    threads: int
    threads_asleep: int
    starts: int
    leftovers: int
    preemptions: int
    preparing_cpu_ns: int


def put_body(path: str, content: bytes, *, uid: int, mode: int) -> bytes:
    name = path.encode()
    return _PUT.pack(mode, uid, len(name), 0) + name + content


def get_body(path: str, *, bytes_max: int, uid: int) -> bytes:
    name = path.encode()
    return _GET.pack(bytes_max, uid, len(name)) + name


def run_body(command: Command, limits: Limits, *, uid: int, source: str) -> bytes:
    """RUN's and SERVE's body; `source` is the input's path or the socket's name."""
    texts = (*command.arguments, *command.environment, command.directory, source)
    strings = b"".join(text.encode() + b"\0" for text in texts)
    head = _RUN.pack(
        limits.wall_ms * 1_000_000,
        limits.cpu_ms * 1_000_000,
        limits.output_bytes,
        limits.file_bytes,
        limits.stack_bytes,
        limits.open_files,
        uid,
        len(command.arguments),
        len(command.environment),
        len(strings),
        command.fixed_addresses,
        command.held,
    )
    return head + strings


def parse_result(body: bytes) -> RunResult:
    """Read a RESULT. Raises SandboxFault for anything that isn't one, unknown endings included."""
    if len(body) != _RESULT.size:
        raise SandboxFault(f"the supervisor sent a result of {len(body)} bytes")
    fields = _RESULT.unpack(body)
    ending = _ENDINGS.get(fields[0])
    if ending is None:
        raise SandboxFault(f"the supervisor reported an ending of unknown number {fields[0]}")
    return RunResult(
        ending=ending,
        exit_code=fields[1],
        signal=fields[2],
        error_number=fields[3],
        wall_ns=fields[4],
        cpu_ns=fields[5],
        process_bytes_peak=fields[6],
        oom_kills=fields[7],
        threads=fields[8],
        threads_asleep=fields[9],
        starts=fields[10],
        leftovers=fields[11],
        preemptions=fields[12],
        preparing_cpu_ns=fields[13],
    )


class SupervisorGone(SandboxFault):
    """The supervisor's end of the stream is closed: it died, or its container was removed."""


class FrameStream:
    """Frames over the socket that an engine attached to a container's standard streams."""

    def __init__(self, attached: socket.socket) -> None:
        self._socket = attached
        self._raw = bytearray()
        self._stdout = bytearray()
        self._complaint = bytearray()

    def send(self, kind: Kind, body: bytes = b"") -> None:
        try:
            self._socket.sendall(_HEAD.pack(kind, 0, len(body)) + body)
        except OSError as error:
            raise SupervisorGone(
                f"the sandbox's supervisor can't be written to: {error}"
            ) from error

    def frames_until(self, last: Kind, *, timeout_s: float) -> Iterator[Frame]:
        """Frames up to and with the first of kind `last`. Raises SandboxFault when they stop."""
        self._socket.settimeout(timeout_s)
        while True:
            frame = self._next_frame()
            yield frame
            if frame.kind is last:
                return

    def _next_frame(self) -> Frame:
        self._fill(_HEAD.size)
        kind, argument, length = _HEAD.unpack_from(self._stdout)
        if length > BODY_BYTES_MAX:
            raise SandboxFault(f"the supervisor announced a frame of {length} bytes")
        self._fill(_HEAD.size + length)
        body = bytes(self._stdout[_HEAD.size : _HEAD.size + length])
        del self._stdout[: _HEAD.size + length]
        try:
            return Frame(Kind(kind), argument, body)
        except ValueError as error:
            raise SandboxFault(f"the supervisor sent a frame of unknown kind {kind}") from error

    def _fill(self, length: int) -> None:
        while len(self._stdout) < length:
            self._unwrap()
            if len(self._stdout) < length:
                self._receive()

    def _unwrap(self) -> None:
        """Take the engine's heads off whole pieces."""
        while len(self._raw) >= _ENGINE.size:
            channel, length = _ENGINE.unpack_from(self._raw)
            end = _ENGINE.size + length
            if len(self._raw) < end:
                return
            piece = self._raw[_ENGINE.size : end]
            (self._stdout if channel == 1 else self._complaint).extend(piece)
            del self._raw[:end]

    def _receive(self) -> None:
        try:
            data = self._socket.recv(256 * 1024)
        except TimeoutError as error:
            raise SandboxFault("the sandbox's supervisor did not answer in time") from error
        except OSError as error:
            raise SupervisorGone(f"the sandbox's connection broke: {error}") from error
        if not data:
            said = bytes(self._complaint[:500]).decode(errors="replace").strip()
            raise SupervisorGone(f"the sandbox's supervisor ended: {said or 'without a word'}")
        self._raw.extend(data)
