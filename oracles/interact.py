"""Run an interactor of the package format: its standard streams joined to the candidate's.

    python3 -m oracles.interact OUTCOME INTERACTOR... (its arguments follow)

Who ended first, and how, is written to OUTCOME as JSON, for `judge.grading.dialogue` to judge by.
So that it is told rightly, neither side can notice the other's end before we have: we hold both
ends of both pipes.

- The program sees the end of its input when we have seen the interactor end, or close its output.
- The interactor can go on writing to a program that has ended, since we take what is left.
- It sees the end of what the program wrote when we know how the program ended, and the interactor
  waits for more: what it does before that, it does by itself.
- The program can go on writing to an interactor that has ended.

Nothing that they say to each other goes through our hands, so a dialogue takes no longer for it.
"""

import array
import contextlib
import fcntl
import json
import os
import select
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, NoReturn

from oracles.candidate import CandidateEnded, Report, ends_lines_by_crlf, start_program, wait_for

TICK_S = 0.05
"""So often we look whether somebody has closed its output, or floods the other."""
AFTER_GOOD_END_S = 5.0
"""An interactor has so long to judge a program that has ended well."""
AFTER_BAD_END_S = 1.0
"""And so long for its words on one that has not: the program's own end decides."""
BUSY_S = 1.0
"""So long an interactor that does not wait for more may go on before it is shown the end."""
DYING_S = 1.0
"""So long a program that has shut its output is expected to end."""
FLOOD_BYTES = 64 << 20
"""No interactor reads so much, besides its own files, in an honest dialogue."""
LOOK_S = 0.005
"""A look lets our end of a pipe go for an instant; who ended just then may have been noticed."""
ACCEPTED, REJECTED = 42, 43


class DialogueEnd(NamedTuple):
    """How a dialogue went; the names are those of the JSON."""

    first: str
    """Who ended first: `program` or `interactor`."""
    interactor: int | None
    """The interactor's exit code, negative for a signal; None where it was stopped by us."""
    by_itself: bool = False
    """Whether it ended without having been shown that the program had ended."""
    flooded: bool = False
    """Whether both were stopped since the program wrote without an end."""


class Pipes:
    """Both pipes of a dialogue, and the ends that are ours to hold."""

    def __init__(self) -> None:
        self.to_program_out, self.to_program = os.pipe()
        self.from_program, self.from_program_in = os.pipe()

    def close(self, *names: str) -> None:
        """Shut our copies of these ends, once."""
        for name in names:
            if (end := getattr(self, name)) >= 0:
                os.close(end)
                setattr(self, name, -1)

    def take_rest(self, name: str) -> None:
        """Read what still comes out of an end, and forget it, so that its writer never waits."""
        threading.Thread(target=drain, args=(getattr(self, name),), daemon=True).start()

    def program_is_silent(self) -> bool:
        """Whether the program can write no more: it has ended, or shut its output.

        To see it we let our own writing end go, and take it again where there is another.
        """
        self.close("from_program_in")
        looking = select.poll()
        looking.register(self.from_program, 0)
        if any(event & select.POLLHUP for _, event in looking.poll(0)):
            return True
        self.from_program_in = os.open(f"/proc/self/fd/{self.from_program}", os.O_WRONLY)
        return False

    def nothing_is_left(self) -> bool:
        """Whether the interactor has read all that the program wrote."""
        left = array.array("i", [0])
        fcntl.ioctl(self.from_program, termios.FIONREAD, left)
        return left[0] == 0


def main() -> None:
    """Join, wait, and leave the outcome."""
    place, *command = sys.argv[1:]
    pipes = Pipes()
    try:
        control = start_program(pipes.to_program_out, pipes.from_program_in)
    except CandidateEnded:
        # A limit was reached before it could start: that is how it ended.
        leave(place, DialogueEnd("program", None))
    reads = without_cr(os.dup(pipes.from_program)) if ends_lines_by_crlf() else pipes.from_program
    interactor = subprocess.Popen(command, stdin=reads, stdout=pipes.to_program)
    if reads != pipes.from_program:
        os.close(reads)
    leave(place, listen(pipes, control.fileno(), interactor))


def listen(pipes: Pipes, control: int, interactor: "subprocess.Popen[bytes]") -> DialogueEnd:
    """Wait for whoever ends first, and see to the other."""
    ends = select.poll()
    ends.register(control, select.POLLIN)
    process = os.pidfd_open(interactor.pid)
    ends.register(process, select.POLLIN)
    most = FLOOD_BYTES + 2 * sum(Path(one).stat().st_size for one in own_files(sys.argv))
    shut, looked_s = False, 0.0
    while True:
        ready = {fd for fd, _ in ends.poll(TICK_S * 1000)}
        if control in ready:
            unseen = time.monotonic() - looked_s > LOOK_S
            return after_program(pipes, interactor, wait_for(control, 0), unseen=unseen)
        if process in ready:
            silent = shut or pipes.program_is_silent()
            if silent and is_ready(control, DYING_S):
                return DialogueEnd("program", interactor.wait(), by_itself=not shut)
            if shut and interactor.wait() not in (ACCEPTED, REJECTED):
                # It was shown the end of what it read, and broke of that.
                return DialogueEnd("program", interactor.wait())
            return after_interactor(pipes, interactor, control)
        if bytes_read(interactor.pid) > most:
            interactor.kill()
            return DialogueEnd("program", None, flooded=True)
        shut, looked_s = shut or pipes.program_is_silent(), time.monotonic()
        closed = pipes.to_program >= 0 and not others_hold(pipes.to_program)
        if closed and not is_ready(process, 0):
            pipes.close("to_program")


def after_program(
    pipes: Pipes,
    interactor: "subprocess.Popen[bytes]",
    report: Report | None,
    *,
    unseen: bool,
) -> DialogueEnd:
    """The program has ended: the interactor may finish, and is stopped if it doesn't.

    `unseen` says that the interactor can't have noticed it before us.
    """
    pipes.take_rest("to_program_out")
    pipes.close("to_program")
    held = unseen and pipes.from_program_in >= 0
    by_itself = held and ends_by_itself(pipes, interactor)
    pipes.close("from_program_in")
    well = report is not None and report.ended_well
    patience_s = AFTER_GOOD_END_S if well else AFTER_BAD_END_S
    try:
        return DialogueEnd("program", interactor.wait(patience_s), by_itself)
    except subprocess.TimeoutExpired:
        interactor.kill()
        return DialogueEnd("program", None)


def ends_by_itself(pipes: Pipes, interactor: "subprocess.Popen[bytes]") -> bool:
    """Whether the interactor ends before it waits for more from a program that has ended."""
    until = time.monotonic() + BUSY_S
    while interactor.poll() is None and time.monotonic() < until:
        if pipes.nothing_is_left() and is_asleep(interactor.pid):
            return False
        time.sleep(0.001)
    return interactor.poll() is not None


def after_interactor(
    pipes: Pipes, interactor: "subprocess.Popen[bytes]", control: int
) -> DialogueEnd:
    """The interactor has ended: where it accepted, the program has its limits to end well, too."""
    code = interactor.wait()
    if code == ACCEPTED:
        pipes.take_rest("from_program")
        pipes.close("to_program", "to_program_out", "from_program_in")
        wait_for(control, None)
    return DialogueEnd("interactor", code, by_itself=True)


def own_files(arguments: Sequence[str]) -> Sequence[str]:
    """Input and answer: the two last files of the command line that are there."""
    return [one for one in arguments if one.startswith("/box/") and Path(one).is_file()]


def is_ready(end: int, timeout_s: float) -> bool:
    """Whether something comes, the end too, within this time."""
    looking = select.poll()
    looking.register(end, select.POLLIN)
    return bool(looking.poll(timeout_s * 1000))


def others_hold(pipe: int) -> bool:
    """Whether another process than ours has the pipe's writing end: the interactor, or its own."""
    name = Path(f"/proc/self/fd/{pipe}").readlink()
    ours = str(os.getpid())
    for process in Path("/proc").iterdir():
        if process.name.isdecimal() and process.name != ours:
            with contextlib.suppress(OSError):  # gone, or not ours to look at
                if any(fd.readlink() == name for fd in (process / "fd").iterdir()):
                    return True
    return False


def is_asleep(pid: int) -> bool:
    """Whether a process waits for something."""
    with contextlib.suppress(OSError, IndexError):
        # The state follows the command's name, which ends with the last parenthesis.
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "S"
    return True


def bytes_read(pid: int) -> int:
    """What a process has read so far, by the kernel's count; 0 where that can't be seen."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        return int(Path(f"/proc/{pid}/io").read_text().split()[1])
    return 0


def drain(end: int) -> None:
    """Read to the end of a pipe, for nobody."""
    with contextlib.suppress(OSError):
        while os.read(end, 1 << 16):
            pass


def leave(place: str, outcome: DialogueEnd) -> NoReturn:
    """Write the outcome, and go; with us goes whatever the interactor left behind."""
    Path(place).write_text(json.dumps(outcome._asdict()), encoding="ascii")
    os._exit(0)


def without_cr(source: int) -> int:
    """The end of a pipe with what comes from `source`, CR LF as LF."""
    end, into = os.pipe()
    threading.Thread(target=pass_on, args=(source, into), daemon=True).start()
    return end


def pass_on(source: int, into: int) -> None:
    """Until the end of `source`, or nobody reads."""
    held = b""  # a CR whose successor has not come yet
    with os.fdopen(into, "wb", buffering=0) as sink, contextlib.suppress(OSError):
        while piece := os.read(source, 65536):
            text = (held + piece).replace(b"\r\n", b"\n")
            held = b"\r" if text.endswith(b"\r") else b""
            sink.write(text[: len(text) - len(held)])
        sink.write(held)


if __name__ == "__main__":
    main()
