"""Programs of Windows in a Linux container: Wine, and our supervisor for Windows beneath Linux's.

Each run has a prefix (what Wine calls a Windows installation) and a wineserver of its own, copied
from a skeleton of 2 MB and gone with the run: nothing of one test is there in the next. With our
own `wineboot` in Wine's place that costs some 60 ms and always the same; the Linux supervisor holds
the program until all is ready, so none of it counts as the program's. docs/windows.md has figures.

The Linux side keeps limits and accounting, which Wine takes and does not enforce. From the Windows
side come the exit code of 32 bits and why a program could not be started; a hostile program could
forge both, as it could choose its own exit code.
"""

import dataclasses
import re
from collections.abc import Iterator
from contextlib import contextmanager

from judge.sandbox import Command, User
from judge.values import MEBIBYTE, Ending, Execution, Limits
from sandboxes.box import ContainerBox, ContainerService

OVERHEAD_BYTES = 64 * MEBIBYTE
"""What Wine itself may take besides a problem's limit; an empty program was seen to take 23 MB."""
OPEN_FILES_OVERHEAD = 128
_LAUNCHER = ("/bin/sh", "/usr/local/lib/judge/wine.sh")
_RUN = ("--run", r"C:\report")
_SERVED = ("--served",)
"""Modes of the supervisor for Windows: windows/supervisor.h."""
_PLACES = ("/prog/", "/ref/", "/box/", "/tmp/")  # noqa: S108  (inside the container)
"""Folders of the container that lie on drive C, too; the image links them there."""
_REPORT_BYTES_MAX = 4096
_LINUX_CODE_MAX = 255
"""What our supervisor ends with where a program's code is greater: windows/main.c."""
_TOLD = re.compile(rb"\r?\njudge: exit_code ([0-9]{1,10})\r?\n")
"""The code of a served program, whose files are gone before anybody could read them."""
_STACK_OVERFLOW = 0xC00000FD
_STACK_OVERFLOW_TOLD = re.compile(
    rb"^.*:virtual_setup_exception (nested )?stack overflow .*$", re.MULTILINE
)
"""Wine ends a program whose stack has no room even for the exception, by 1, and says so."""


def windows_path(path: str) -> str:
    """A path of the container as programs of Windows see it."""
    return f"C:{path}" if path.startswith(_PLACES) else path


class WineBox(ContainerBox):
    """A container whose candidate's and reference's programs are Windows'."""

    def run(self, command: Command, limits: Limits) -> Execution:
        execution = super().run(_beneath(command, _RUN), _with_room(limits))
        return self._with_report(execution, command.user)

    @contextmanager
    def serve(self, command: Command, limits: Limits) -> Iterator[ContainerService]:
        with super().serve(_beneath(command, _SERVED), _with_room(limits)) as service:
            yield service

    def stop_service(self, limits: Limits) -> Execution:
        return with_told_code(super().stop_service(limits))

    def limit_memory(self, memory_bytes: int) -> None:
        super().limit_memory(memory_bytes + OVERHEAD_BYTES)

    def _with_report(self, execution: Execution, user: User) -> Execution:
        if self.spent or execution.ending is not Ending.EXITED:
            return execution
        place = f"{_prefix(user)}/drive_c/report"
        report = parse_report(self.get(place, bytes_max=_REPORT_BYTES_MAX, user=user))
        if report.get("ending") == "not_started":
            return dataclasses.replace(execution, ending=Ending.NOT_STARTED)
        return _with_code(execution, int(report.get("exit_code") or execution.exit_code))


def with_told_code(execution: Execution) -> Execution:
    """With the code of 32 bits of the served program that failed first; its line is taken out."""
    told = [*_TOLD.findall(execution.stderr), execution.exit_code]
    said = _TOLD.sub(b"", execution.stderr)
    return _with_code(dataclasses.replace(execution, stderr=said), int(told[0]))


def _with_code(execution: Execution, told: int) -> Execution:
    """With the code that Windows' side told, where it fits what Linux saw."""
    if execution.ending is Ending.EXITED and _STACK_OVERFLOW_TOLD.search(execution.stderr):
        return dataclasses.replace(execution, exit_code=_STACK_OVERFLOW)
    fits = told < 1 << 32 and min(told, _LINUX_CODE_MAX) == execution.exit_code
    return dataclasses.replace(execution, exit_code=told) if fits else execution


def parse_report(content: bytes | None) -> dict[str, str]:
    """The Windows supervisor's lines, "name value"; {} for what a program put in their place."""
    lines = (content or b"").decode(errors="replace").splitlines()
    fields = dict(line.split(" ", 1) for line in lines if " " in line)
    code = fields.get("exit_code", "0")
    if not (code.isascii() and code.isdigit() and int(code) < 1 << 32):
        return {}
    return fields


def _prefix(user: User) -> str:
    return f"/tmp/wine-{user}"  # noqa: S108  (inside the container)


def _beneath(command: Command, mode: tuple[str, ...]) -> Command:
    program, *arguments = (windows_path(word) for word in command.arguments)
    return dataclasses.replace(
        command,
        arguments=(*_LAUNCHER, *mode, program.replace("/", "\\"), *arguments),
        environment=(
            *(word for word in command.environment if word.startswith("PYTHON")),
            "PATH=/usr/bin:/bin",
            "HOME=/tmp",
            "XDG_RUNTIME_DIR=/tmp",
            "LANG=C.UTF-8",
            f"WINEPREFIX={_prefix(command.user)}",
            "WINEDEBUG=-all,err+virtual",
            # No downloads of Mono and Gecko are offered, and no menus are made.
            "WINEDLLOVERRIDES=mscoree=;mshtml=;winemenubuilder.exe=",
        ),
        directory="/tmp",  # noqa: S108  (inside the container)
        held=True,
    )


def _with_room(limits: Limits) -> Limits:
    return dataclasses.replace(
        limits,
        memory_bytes=limits.memory_bytes + OVERHEAD_BYTES,
        open_files=limits.open_files + OPEN_FILES_OVERHEAD,
    )
