"""What the supervisor in Wine tells, read."""

import pytest

from judge.values import Ending, Execution, Measurement, MemorySource
from sandboxes.wine import parse_report, windows_path, with_told_code


@pytest.mark.parametrize(
    "content",
    [None, b"", b"\xff\xfe", b"exit_code -1\n", b"exit_code 4294967296\n", b"exit_code 1e3\n"],
)
def test_what_a_program_put_in_its_reports_place_is_none(content: bytes | None) -> None:
    assert parse_report(content).get("exit_code") is None


@pytest.mark.parametrize(
    ("code", "stderr", "told", "left"),
    [
        (255, b"\r\njudge: exit_code 3221225477\r\n", 0xC0000005, b""),
        (255, b"a\njudge: exit_code 256\n\njudge: exit_code 300\n", 256, b"a"),
        (0, b"\njudge: exit_code 300\n", 0, b""),
        (7, b"\njudge: exit_code 300\n", 7, b""),
        (255, b"\njudge: exit_code 4294967296\n", 255, b""),
        (255, b"\njudge: exit_code 12\n", 255, b""),
        (255, b"it said judge: exit_code 300\n", 255, b"it said judge: exit_code 300\n"),
        (1, b"0024:err:virtual:virtual_setup_exception stack overflow 1 bytes\n", 0xC00000FD, None),
    ],
)
def test_the_code_of_a_served_program_is_its_own_line_where_linux_saw_that_it_was_great(
    code: int, stderr: bytes, told: int, left: bytes | None
) -> None:
    ended = Execution(
        ending=Ending.EXITED,
        exit_code=code,
        signal=0,
        stdout=b"",
        stderr=stderr,
        measurement=Measurement(
            wall_ns=1, cpu_ns=1, memory_bytes_peak=1, memory_source=MemorySource.CGROUP
        ),
    )
    found = with_told_code(ended)
    assert found.exit_code == told
    assert found.stderr == (stderr if left is None else left)


def test_paths_are_told_to_windows_programs_as_theirs() -> None:
    assert windows_path("/prog/main.py") == "C:/prog/main.py"
    assert windows_path("/usr/bin/x") == "/usr/bin/x"
    assert windows_path("an argument") == "an argument"
