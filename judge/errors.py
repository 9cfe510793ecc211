"""Failures that are ours, never a candidate's.

    JudgeFault
    ├── SandboxFault        a container, the engine or the supervisor broke; judged again
    ├── PackageFault        a problem package can't be read, or contradicts itself
    │   └── JudgeProgramFault   a package's validator, harness or reference misbehaved
    ├── HostUnfit           something that the host must have is missing; says how to mend it
    └── LinkFault           the server can't be reached or refused
        ├── LeaseLost       the job is another's now: stop, and hand nothing in
        └── Outdated        the server speaks another version: stop, and be upgraded

A `JudgeFault` is caught in one place, the runner's loop (and at the command line's edge), and
never becomes a candidate's verdict. What a candidate's program does wrong is a value, `Verdict`.
"""


class JudgeFault(Exception):  # noqa: N818  (a fault is the field's word)
    """Something of ours failed. The message names the value and the remedy."""


class SandboxFault(JudgeFault):
    """The sandbox broke; whatever ran in it is judged again."""


class PackageFault(JudgeFault):
    """A problem package is unreadable or wrong: `place` is the file and key that is."""

    def __init__(self, place: str, message: str) -> None:
        super().__init__(f"{place}: {message}")
        self.place = place
        self.message = message


class JudgeProgramFault(PackageFault):
    """A package's own program crashed, looped or answered with a code it may not use."""


class HostUnfit(JudgeFault):
    """The host lacks what judging needs; the message says what to install or start."""


class LinkFault(JudgeFault):
    """The server can't be reached, or refused what was asked."""


class LeaseLost(LinkFault):
    """The job was given to another runner, or judged; what we know of it is void."""


class Outdated(LinkFault):
    """The server does not speak this runner's version of the API; the message says what to do."""
