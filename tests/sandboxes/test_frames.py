"""The wire from a supervisor: whatever comes, it is a frame or a fault, never a guess."""

import contextlib
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from judge.errors import SandboxFault
from judge.sandbox import Command, User
from judge.values import Ending, Limits
from sandboxes import frames
from sandboxes.cgroups import MemoryPeak
from sandboxes.frames import FrameStream, Kind
from sandboxes.slots import cpusets


def engine_piece(data: bytes, channel: int = 1) -> bytes:
    return struct.pack(">BxxxL", channel, len(data)) + data


def frame(kind: int, body: bytes = b"", argument: int = 0) -> bytes:
    return struct.pack("<IIQ", kind, argument, len(body)) + body


@contextmanager
def stream_of(data: bytes) -> Iterator[FrameStream]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(data)
        theirs.shutdown(socket.SHUT_WR)
        yield FrameStream(ours)


def test_frames_come_through_however_the_engine_cuts_them() -> None:
    whole = frame(Kind.OUT, b"hello") + frame(Kind.DONE, argument=7)
    cut = b"".join(engine_piece(whole[i : i + 3]) for i in range(0, len(whole), 3))
    with stream_of(cut) as stream:
        first, last = stream.frames_until(Kind.DONE, timeout_s=1)
    assert first.body == b"hello"
    assert last.argument == 7


def test_a_supervisor_that_ends_is_a_fault_with_its_last_words() -> None:
    with (
        stream_of(engine_piece(b"no pipe\n", channel=2)) as stream,
        pytest.raises(SandboxFault, match="no pipe"),
    ):
        list(stream.frames_until(Kind.DONE, timeout_s=1))


@pytest.mark.parametrize(
    "data",
    [frame(99), struct.pack("<IIQ", Kind.OUT, 0, 1 << 40), b"\xff" * 16],
    ids=["unknown kind", "giant", "garbage"],
)
def test_what_is_no_frame_is_a_fault(data: bytes) -> None:
    with stream_of(engine_piece(data)) as stream, pytest.raises(SandboxFault):
        list(stream.frames_until(Kind.DONE, timeout_s=1))


def whatever_comes_is_a_frame_or_a_fault(data: bytes) -> None:
    """Read to the end of the stream: whole frames of known kinds, results that can be read."""
    with stream_of(data) as stream, contextlib.suppress(SandboxFault):
        while True:
            for one in stream.frames_until(Kind.RESULT, timeout_s=1):
                assert len(one.body) <= frames.BODY_BYTES_MAX
            result = frames.parse_result(one.body)
            assert isinstance(result.ending, Ending)


@given(st.binary(max_size=300))
def test_no_bytes_from_a_supervisor_break_the_host(data: bytes) -> None:
    whatever_comes_is_a_frame_or_a_fault(data)


@given(st.binary(min_size=64, max_size=64))
def test_every_result_is_read_or_refused(body: bytes) -> None:
    try:
        result = frames.parse_result(body)
    except SandboxFault:
        return
    assert isinstance(result.ending, Ending)


def test_an_unknown_ending_is_a_fault_of_ours() -> None:
    body = struct.pack("<IiiiQQQQIIIIQQ", 77, *([0] * 13))
    with pytest.raises(SandboxFault, match="unknown number 77"):
        frames.parse_result(body)


def test_a_run_request_has_the_layout_that_the_supervisor_reads() -> None:
    command = Command(
        arguments=("/prog/a", "x"),
        user=User.CANDIDATE,
        environment=("A=b",),
        fixed_addresses=True,
    )
    body = frames.run_body(command, Limits(cpu_ms=1, wall_ms=2), uid=10001, source="/prog/in")
    head = struct.unpack_from("<QQQQQQIIIIII", body)
    assert head[:2] == (2_000_000, 1_000_000)
    assert head[6:9] == (10001, 2, 1)
    assert head[10:] == (1, 0)
    assert body[72:] == b"/prog/a\0x\0A=b\0/tmp\0/prog/in\0"
    assert head[9] == len(body) - 72


@pytest.mark.parametrize(
    ("place", "name"),
    [
        ("memory/docker/abc", "memory.max_usage_in_bytes"),
        ("system.slice/docker-abc.scope", "memory.peak"),
    ],
    ids=["cgroup v1", "cgroup v2"],
)
def test_the_memory_peak_is_reset_and_read_on_both_cgroup_versions(
    tmp_path: Path, place: str, name: str
) -> None:
    root = tmp_path
    (root / place).mkdir(parents=True)
    (root / place / name).write_text("12345\n")
    peak = MemoryPeak("abc", root)
    assert peak.read() == 12345
    peak.reset()
    assert peak.read() == 0


def test_a_host_that_shows_no_cgroup_files_has_no_peak(tmp_path: Path) -> None:
    peak = MemoryPeak("abc", tmp_path)
    assert not peak.visible
    assert peak.read() is None


def test_slots_share_no_cpu() -> None:
    sets = [set(cpus.split(",")) for cpus in cpusets()]
    assert len(set.union(*sets)) == sum(len(one) for one in sets)
