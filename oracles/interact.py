"""Run an interactor of the package format: its standard streams joined to the candidate's.

    python3 -m oracles.interact INTERACTOR... (its arguments follow)

The interactor's exit code is passed on. When the candidate ends first, the interactor sees the
end of its input; when the interactor ends first, the candidate is killed.
"""

import contextlib
import os
import subprocess
import sys
import threading

from oracles.candidate import Candidate, ends_lines_by_crlf

FAILED = 70
"""What is passed on for an interactor that a signal ended."""


def main() -> None:
    """Join, wait, and pass the exit code on."""
    program = Candidate()
    reads, writes = program.fds()
    if ends_lines_by_crlf():
        reads = without_cr(reads)
    interactor = subprocess.run(sys.argv[1:], stdin=reads, stdout=writes, check=False)
    program.close_input()
    program.wait(timeout_s=0.2)
    program.kill()
    os._exit(interactor.returncode if interactor.returncode >= 0 else FAILED)


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
