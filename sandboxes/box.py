"""`judge.sandbox.Box` over a container: requests to its supervisor, one at a time."""

import secrets
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager

from judge.errors import SandboxFault
from judge.sandbox import Command, User
from judge.values import Ending, Execution, Limits, Measurement, MemorySource
from sandboxes import frames
from sandboxes.containers import Container
from sandboxes.frames import Kind, RunResult, SupervisorGone

GRACE_S = 20.0
"""How long past a wall limit a supervisor may take before it counts as broken."""

_STDERR_BYTES_KEPT = 64 * 1024


class ContainerBox:
    """One container, used for one submission."""

    def __init__(self, container: Container) -> None:
        self._container = container
        self._stream = container.stream
        self._users = container.users
        self.spent = False

    def put(
        self, path: str, content: bytes, *, user: User | None = None, mode: int = 0o644
    ) -> None:
        uid = 0 if user is None else self._users.id_of(user)
        self._stream.send(Kind.PUT, frames.put_body(path, content, uid=uid, mode=mode))
        error_number = self._done()
        if error_number != 0:
            raise SandboxFault(f"{path} could not be written into a sandbox: error {error_number}")

    def get(self, path: str, *, bytes_max: int, user: User) -> bytes | None:
        body = frames.get_body(path, bytes_max=bytes_max, uid=self._users.id_of(user))
        self._stream.send(Kind.GET, body)
        pieces = bytearray()
        for frame in self._stream.frames_until(Kind.DONE, timeout_s=GRACE_S):
            if frame.kind is Kind.FILE:
                pieces += frame.body
                if len(pieces) > bytes_max:
                    raise SandboxFault(f"{path} came out larger than the {bytes_max} bytes asked")
            elif frame.argument != 0:
                return None
        return bytes(pieces)

    def run(self, command: Command, limits: Limits) -> Execution:
        self._container.peak.reset()
        body = self._run_body(command, limits, command.stdin)
        return self._ask(Kind.RUN, body, limits)

    @contextmanager
    def serve(self, command: Command, limits: Limits) -> Iterator["ContainerService"]:
        name = f"judge-{secrets.token_hex(16)}"
        self._container.peak.reset()
        self._stream.send(Kind.SERVE, self._run_body(command, limits, name))
        for _ in self._stream.frames_until(Kind.LISTENING, timeout_s=GRACE_S):
            pass
        service = ContainerService(self, name, limits)
        yield service
        service.stop()

    def _run_body(self, command: Command, limits: Limits, source: str) -> bytes:
        uid = self._users.id_of(command.user)
        return frames.run_body(command, limits, uid=uid, source=source)

    def wipe(self) -> None:
        self._stream.send(Kind.WIPE)
        left = self._done()
        if left != 0:
            raise SandboxFault(f"{left} files in a sandbox could not be removed")

    def limit_memory(self, memory_bytes: int) -> None:
        self._container.limit_memory(memory_bytes)

    def stop_service(self, limits: Limits) -> Execution:
        return self._ask(Kind.STOP, b"", limits)

    def _done(self) -> int:
        argument = 0
        for frame in self._stream.frames_until(Kind.DONE, timeout_s=GRACE_S):
            argument = frame.argument
        return argument

    def _ask(self, kind: Kind, body: bytes, limits: Limits) -> Execution:
        started_ns = time.monotonic_ns()
        try:
            self._stream.send(kind, body)
            return self._read_result(limits, started=kind is Kind.RUN)
        except SupervisorGone:
            # A crowd of tiny programs can leave the kernel nobody smaller to choose.
            if not self._container.ran_out_of_memory():
                raise
            self.spent = True
            return _killed_by_memory(time.monotonic_ns() - started_ns, limits)

    def _read_result(self, limits: Limits, *, started: bool) -> Execution:
        out, err = bytearray(), bytearray()
        timeout_s = limits.wall_ms / 1000 + GRACE_S  # a held start may take most of the grace
        for frame in self._stream.frames_until(Kind.RESULT, timeout_s=timeout_s):
            if frame.kind is Kind.OUT:
                out += frame.body
            elif frame.kind is Kind.ERR:
                err += frame.body
            elif frame.kind is Kind.RESULT:
                result = frames.parse_result(frame.body)
                return self._execution(result, bytes(out), bytes(err), started=started)
            if len(out) > limits.output_bytes or len(err) > _STDERR_BYTES_KEPT:
                raise SandboxFault("a supervisor passed on more output than was allowed")
        raise SandboxFault("a run ended without a result")

    def _execution(self, result: RunResult, out: bytes, err: bytes, *, started: bool) -> Execution:
        if started and result.starts == 0 and result.ending is not Ending.NOT_STARTED:
            said = err[-300:].decode(errors="replace")
            raise SandboxFault(f"what stands before a program did not come to start it: {said}")
        if result.ending is Ending.NOT_STARTED and result.error_number == 0:
            raise SandboxFault("a program was neither started nor refused")
        if result.leftovers:
            raise SandboxFault(f"{result.leftovers} files of a served program resist removal")
        peak = self._container.peak.read()
        # An out-of-memory kill can leave the parent exiting 0: the counter's step is the evidence.
        ending = Ending.MEMORY_LIMIT if result.oom_kills > 0 else result.ending
        return Execution(
            ending=ending,
            exit_code=result.exit_code,
            signal=result.signal,
            stdout=out,
            stderr=err,
            starts=result.starts,
            measurement=Measurement(
                wall_ns=result.wall_ns,
                cpu_ns=result.cpu_ns,
                memory_bytes_peak=result.process_bytes_peak if peak is None else peak,
                memory_source=MemorySource.LARGEST_PROCESS if peak is None else MemorySource.CGROUP,
                threads=result.threads,
                threads_asleep=result.threads_asleep,
                preemptions=result.preemptions,
                preparing_cpu_ns=result.preparing_cpu_ns,
            ),
        )


def _killed_by_memory(wall_ns: int, limits: Limits) -> Execution:
    """What is known of a run whose supervisor went with it."""
    return Execution(
        ending=Ending.MEMORY_LIMIT,
        exit_code=0,
        signal=signal.SIGKILL,
        stdout=b"",
        stderr=b"",
        measurement=Measurement(
            wall_ns=wall_ns,
            cpu_ns=0,
            memory_bytes_peak=limits.memory_bytes,
            memory_source=MemorySource.CGROUP,
        ),
    )


class ContainerService:
    """A SERVE under way."""

    def __init__(self, box: ContainerBox, name: str, limits: Limits) -> None:
        self._box = box
        self._limits = limits
        self._ended: Execution | None = None
        self.name = name

    def stop(self) -> Execution:
        if self._ended is None:
            self._ended = self._box.stop_service(self._limits)
        return self._ended
