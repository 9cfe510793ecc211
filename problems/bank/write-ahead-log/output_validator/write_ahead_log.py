"""The harness of the write-ahead log: a virtual disk, clients, crashes, and a check of recovery.

The candidate's program runs in another container and sees only its own protocol. We run a short
workload, note what it wrote, flushed and confirmed, and kill it. Then, for each moment at which
the machine could have crashed and each state in which the disk could have been left
(oracles.crash_states), a new process must recover: a prefix of what was appended, with everything
that was confirmed. Some go on from there, append more, and crash again.
"""

import random
import sys
import time
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from oracles.candidate import Candidate, CandidateEnded
from oracles.crash_states import (
    SECTOR_BYTES,
    Append,
    CrashState,
    Disk,
    Durable,
    Flush,
    LogEvent,
    Note,
    Write,
    check_recovery,
    crash_states,
    describe,
    describe_end,
    disk_after,
)
from oracles.feedback import Rejected, Rejection, accept, reject
from oracles.open_loop import OpenLoop
from oracles.parsing import integer

SECTORS = 4096
READ_SECTORS_MAX = 256
OPENS_PER_PROCESS = 12
FAILURES_MAX = 6
LINES_MAX = 4 * SECTORS
"""So many lines a program may say in one opening, or until all who wait are confirmed."""
GROUP_RECORDS = 1300
"""Of all sizes: more than 64 KiB of records."""
BIGGEST = 160
CONFIRMED_OF_MANY, CRASHES_OF_MANY = 6, 24
"""A long workload crashes too: just after so many confirmations, and in so many other ways."""
RATE_PER_S, STEADY_RECORDS, FLUSH_S = 4000, 800, 0.001
ZH = {"opening": "打开日志", "committing": "提交"}

Record = tuple[int, bytes]


class Session:
    """One life of the program on one disk; notes every event of the conversation."""

    def __init__(self, program: Candidate, disk: Disk, log: list[LogEvent]) -> None:
        self.program, self.disk, self.log = program, disk, log
        self.flushes = self.bytes_written = self.lines = 0

    def ask(self, line: str) -> None:
        self.program.write(line.encode() + b"\n")

    def next_line(self, doing: str) -> list[str]:
        self.lines += 1
        if self.lines > LINES_MAX:
            raise self.rejected(
                "wrong-answer",
                f"While {doing}, your program said more than {LINES_MAX} lines.",
                f"在{ZH[doing]}期间，你的程序输出超过了 {LINES_MAX} 行。",
            )
        try:
            return self.program.readline().decode("ascii", "replace").split() or [""]
        except CandidateEnded as ended:
            raise self.rejected(
                "runtime-error",
                f"While {doing}, your program stopped talking: {ended}.",
                f"在{ZH[doing]}期间，你的程序不再响应（{ended}）。",
            ) from None

    def disk_request(self, words: list[str], doing: str) -> bool:
        """Serve a disk request; False if `words` is something else."""
        try:
            if words[0] == "read":
                self.read(integer(words[1]), integer(words[2]))
            elif words[0] == "write":
                self.write(integer(words[1]), bytes.fromhex(words[2]))
            elif words[0] == "flush":
                self.disk.flush()
                self.flushes += 1
                self.log.append(Flush())
            else:
                return False
        except (ValueError, IndexError):
            shown = " ".join(words)[:100]
            raise self.rejected(
                "wrong-answer",
                f"While {doing}: not a request that the disk can serve: {shown}",
                f"在{ZH[doing]}期间：磁盘无法执行该请求：{shown}",
            ) from None
        return True

    def read(self, sector: int, count: int) -> None:
        """Raises ValueError for what is not on the disk."""
        if sector < 0 or not 0 < count <= min(READ_SECTORS_MAX, SECTORS - sector):
            raise ValueError
        self.ask(self.disk.read(sector, count).hex())

    def write(self, sector: int, data: bytes) -> None:
        """Raises ValueError for what is not on the disk."""
        whole = data and len(data) % SECTOR_BYTES == 0
        if not whole or not 0 <= sector <= SECTORS - len(data) // SECTOR_BYTES:
            raise ValueError
        self.disk.write(sector, data)
        self.bytes_written += len(data)
        self.log.append(Write(sector, data))

    def open(self) -> list[bytes | None]:
        """Let the program recover; the records that it found, None for what is no record."""
        self.ask(f"open {SECTORS}")
        self.lines = 0
        records: list[bytes | None] = []
        while True:
            words = self.next_line("opening")
            if words[0] == "ready":
                return records
            if words[0] == "record":
                try:
                    records.append(bytes.fromhex(words[1] if len(words) > 1 else ""))
                except ValueError:
                    records.append(None)
            elif not self.disk_request(words, "opening"):
                raise self.unexpected(words, "opening")

    def batch(
        self, records: Sequence[Record], on_durable: Callable[[int], None] = lambda _number: None
    ) -> None:
        """Append `records` as so many clients at once, and wait for all."""
        for number, data in records:
            self.ask(f"append {number} {data.hex()}")
            self.log.append(Append(number, data))
        self.ask("idle")
        self.lines = 0
        waiting = {number for number, _ in records}
        while waiting:
            words = self.next_line("committing")
            if words[0] == "durable":
                number = self.confirmed(words, waiting)
                waiting.discard(number)
                on_durable(number)
                self.log.append(Durable(number))
            elif not self.disk_request(words, "committing"):
                raise self.unexpected(words, "committing")

    def confirmed(self, words: list[str], waiting: set[int]) -> int:
        """Which of those that wait is confirmed. Raises Rejected where it is none."""
        try:
            (number,) = map(integer, words[1:])
        except ValueError:
            raise self.unexpected(words, "committing") from None
        if number not in waiting:
            raise self.unexpected(words, "committing")
        return number

    def unexpected(self, words: list[str], doing: str) -> Rejected:
        shown = " ".join(words)[:100]
        return self.rejected(
            "wrong-answer",
            f"While {doing}, this is not in the protocol: {shown}",
            f"在{ZH[doing]}期间，协议中没有这一行：{shown}",
        )

    def rejected(self, verdict: str, en: str, zh: str) -> Rejected:
        return Rejected(Rejection("crash", en, zh, verdict=verdict, steps=describe_end(self.log)))


class Programs:
    """Processes for recovering: each is asked a few times, in an order that tells it nothing."""

    def __init__(self) -> None:
        self.program: Candidate | None = None
        self.opens = 0

    def get(self) -> Candidate:
        if self.program is None or self.opens >= OPENS_PER_PROCESS:
            self.close()
            self.program = Candidate()
        self.opens += 1
        return self.program

    def close(self) -> None:
        if self.program is not None:
            self.program.kill()
        self.program, self.opens = None, 0


def workload(rng: random.Random, records: int, biggest: int, batch: int) -> list[list[Record]]:
    """Batches of (id, bytes); contents are never the same twice."""
    made = []
    for number in range(1, records + 1):
        drawn = (rng.randint(1, biggest) for _ in range(3))
        sizes = (1, 2, 7, 24, 48, 49, 63, 64, 65, biggest, *drawn)
        name = bytes([number & 255]) if number < 256 else number.to_bytes(2, "big")
        size = max(min(rng.choice(sizes), biggest), len(name))
        made.append((number, rng.randbytes(size - len(name)) + name))
    batches = []
    while made:
        size = min(len(made), rng.randint(1, batch))
        batches.append(made[:size])
        made = made[size:]
    return batches


def run(
    batches: Sequence[Sequence[Record]], start: Disk
) -> tuple[list[bytes | None], list[LogEvent], Session]:
    """One life of the program: recover from `start`, take the batches. (records, log, session)."""
    log: list[LogEvent] = []
    with Candidate() as program:
        session = Session(program, start, log)
        records = session.open()
        for batch in batches:
            session.batch(batch)
    return records, log, session


def explore(rng: random.Random, batches: Sequence[Sequence[Record]], most: int, again: int) -> None:
    """Run, crash in up to `most` ways, recover; from `again` of them go on and crash again."""
    records, log, _ = run(batches, Disk())
    if records:
        raise Rejected(
            Rejection(
                "crash",
                f"An empty disk gave {len(records)} records.",
                f"空磁盘上恢复出 {len(records)} 条记录。",
            )
        )
    states = crash_states({}, log, rng, most)
    recover(rng, states, log, set(rng.sample(range(len(states)), min(again, len(states)))))


def recover(
    rng: random.Random,
    states: Sequence[CrashState],
    log: Sequence[LogEvent],
    chosen: Collection[int] = (),
) -> None:
    """Let new processes recover from `states`, and go on from those that are `chosen`.

    Raises Rejected with the shortest way to a wrong recovery among the first found.
    """
    programs = Programs()
    order = list(range(len(states)))
    rng.shuffle(order)
    failures: list[tuple[int, int, Rejected]] = []
    for number in order:
        state = states[number]
        session = Session(programs.get(), Disk(state.sectors), list(log[: state.index]))
        try:
            found = session.open()
            check_recovery(found, log, state)
            if number in chosen:
                go_on(rng, log[: state.index], state, [one for one in found if one is not None])
        except Rejected as rejected:
            failures.append((len(rejected.rejection.steps), number, rejected))
            programs.close()
            if len(failures) >= FAILURES_MAX:
                break
    programs.close()
    if failures:
        raise min(failures, key=lambda failure: failure[:2])[2]


def go_on(
    rng: random.Random, before: Sequence[LogEvent], state: CrashState, found: list[bytes]
) -> None:
    """Recover from a crash, append more, and crash again."""
    first_life = [event.record for event in before if isinstance(event, Append)]
    sizes = [len(record) for record in first_life] or [20]
    # Records of the sizes that were lost: their places are taken exactly.
    tail = sizes[len(found) :] or [rng.choice(sizes)]
    more = [
        (900 + n, rng.randbytes(max(size - 1, 0)) + bytes([200 + n]))
        for n, size in enumerate(tail[:2])
    ]
    records, log, _ = run([[record] for record in more], Disk(state.sectors))
    if records != found:
        raise Rejected(
            Rejection(
                "crash",
                "Recovering twice from the same disk gave different records.",
                "从同一磁盘恢复两次，结果不同。",
                steps=describe(before),
            )
        )
    shown = ", ".join(map(str, state.lost[:8])) or "none"
    heading = [
        Note(f"⚡ crash: sectors {shown} lost"),
        Note(f"recovered {len(found)}; goes on from there"),
    ]
    for second in crash_states(state.sectors, log, rng, 10):
        with Candidate() as program:
            again = Session(program, Disk(second.sectors), []).open()
        try:
            check_recovery(again, log, second, base=found, given_up=first_life[len(found) :])
        except Rejected as rejected:
            why = rejected.rejection
            first = describe([*before, *heading])
            raise Rejected(
                why._replace(
                    steps=[*first, *why.steps],
                    failing=[n + len(first) for n in why.failing],
                )
            ) from None


def group_commit(rng: random.Random) -> dict[str, float]:
    """Thirty-two clients, always busy: how many flushes and bytes a commit costs."""
    flat = [
        record
        for batch in workload(rng, GROUP_RECORDS - rng.randrange(100), BIGGEST, 1)
        for record in batch
    ]
    batches = [flat[n : n + 32] for n in range(0, len(flat), 32)]
    _, log, session = run(batches, Disk())
    return check_and_count(rng, log, session, flat)


class SlowDisk(Disk):
    """A flush takes its time."""

    def flush(self) -> None:
        super().flush()
        time.sleep(FLUSH_S)


def steady(rng: random.Random) -> tuple[dict[str, float], OpenLoop]:
    """Clients who come at a fixed rate, however long a commit takes: (counters, the loop)."""
    flat = [
        record
        for batch in workload(rng, STEADY_RECORDS - rng.randrange(60), 60, 1)
        for record in batch
    ]
    log: list[LogEvent] = []
    with Candidate() as program:
        session = Session(program, SlowDisk(), log)
        session.open()
        loop = OpenLoop(RATE_PER_S, len(flat))
        while numbers := loop.due():
            session.batch([flat[n] for n in numbers], lambda number: loop.done(number - 1))
    return check_and_count(rng, log, session, flat), loop


def check_and_count(
    rng: random.Random, log: Sequence[LogEvent], session: Session, flat: Sequence[Record]
) -> dict[str, float]:
    """That all came back from the disk as it is; flushes and bytes for a commit.

    And after crashes in between: what is honest with a dozen records need not be with hundreds.
    """
    payload = sum(len(data) for _, data in flat)
    confirmed = [at for at, event in enumerate(log, start=1) if isinstance(event, Durable)]
    moments = rng.sample(confirmed, min(CONFIRMED_OF_MANY, len(confirmed)))
    states = [
        CrashState(moment, (), disk_after(log[:moment]).durable) for moment in (*moments, len(log))
    ]
    recover(rng, [*states, *crash_states({}, log, rng, CRASHES_OF_MANY)], log)
    return {
        "flushes_per_1000_commits": round(session.flushes * 1000 / len(flat), 1),
        "bytes_written_per_byte": round(session.bytes_written / payload, 2),
    }


def play(kind: str, rng: random.Random) -> tuple[dict[str, float], OpenLoop | None]:
    """What the input asks for: counters, and latencies where they were taken. Raises Rejected."""
    match kind:
        case "group":
            return group_commit(rng), None
        case "steady":
            return steady(rng)
        case "sample":
            explore(rng, [[(1, b"hello")], [(2, b"write-ahead"), (3, b"log")]], 40, 0)
        case "short":
            # The smallest first, so that what fails first is small.
            for records in (1, 2, 3):
                explore(rng, workload(rng, records, BIGGEST, 2), 40, 0)
        case "long":
            explore(rng, workload(rng, 12, BIGGEST, 5), 90, 0)
        case _:
            explore(rng, workload(rng, 2, BIGGEST, 2), 40, 6)
            explore(rng, workload(rng, 4, BIGGEST, 4), 60, 8)
    return {}, None


def main() -> None:
    """Read the input, and talk to the program."""
    input_path, _, feedback = sys.argv[1:4]
    kind, seed = Path(input_path).read_text(encoding="ascii").split()
    try:
        counters, loop = play(kind, random.Random(int(seed)))
    except CandidateEnded as ended:
        reject(
            feedback,
            Rejection(
                "note",
                f"Your program stopped talking: {ended}.",
                f"你的程序不再响应：{ended}。",
                verdict="runtime-error",
            ),
        )
    except Rejected as rejected:
        reject(feedback, rejected.rejection)
    accept(feedback, counters, loop)


if __name__ == "__main__":
    main()
