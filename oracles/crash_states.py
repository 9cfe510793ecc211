"""A disk of sectors under crashes: what it may hold after one, and what must then come back.

Crash model: after a flush everything written before is on the disk; of the writes since, each
sector holds any one of its versions, the old one included. (So a torn write is a write of some of
its sectors; an order among writes is kept by a flush alone.) What of it is tried follows ALICE
(Pillai et al., "All File Systems Are Not Created Equal", OSDI 2014) and CrashMonkey (Mohan et al.,
"Finding Crash-Consistency Bugs with Bounded Black-Box Crash Testing", OSDI 2018): all states where
they are few, else the extremes, each sector alone, and some at random.
"""

import itertools
import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from oracles.feedback import Rejected, Rejection

SECTOR_BYTES = 64
ALL_TRIED_MAX = 32
"""With no more states than this, all are tried."""
ALONE_MAX = 6
"""So many sectors are lost alone: most faults of ordering show there."""
RANDOM_STATES = 8
SHOWN_SECTORS = 8
SHOWN_EVENTS = 100
"""A witness shows no more than so many last events: what went wrong is mostly among them."""
MOMENTS_MAX = 200
"""No more moments than this are looked at, chosen by chance."""


class Disk:
    """Durable sectors, and the versions written since the last flush, oldest first."""

    def __init__(self, durable: Mapping[int, bytes] | None = None) -> None:
        self.durable = dict(durable or {})
        self.pending: dict[int, list[bytes]] = {}

    def write(self, sector: int, data: bytes) -> None:
        """Write whole sectors from `sector` on."""
        for index in range(0, len(data), SECTOR_BYTES):
            versions = self.pending.setdefault(sector + index // SECTOR_BYTES, [])
            versions.append(data[index : index + SECTOR_BYTES])

    def flush(self) -> None:
        """Make all that was written durable."""
        for sector, versions in self.pending.items():
            self.durable[sector] = versions[-1]
        self.pending = {}

    def read(self, sector: int, count: int) -> bytes:
        """What a program sees; sectors that were never written are zeros."""

        def one(number: int) -> bytes:
            if number in self.pending:
                return self.pending[number][-1]
            return self.durable.get(number, bytes(SECTOR_BYTES))

        return b"".join(one(sector + index) for index in range(count))


@dataclass(frozen=True)
class Append:
    """A record was given to the program to append."""

    number: int
    record: bytes


@dataclass(frozen=True)
class Write:
    """The program wrote sectors."""

    sector: int
    data: bytes


@dataclass(frozen=True)
class Flush:
    """The program had the disk flushed."""


@dataclass(frozen=True)
class Durable:
    """The program confirmed a record as durable."""

    number: int


@dataclass(frozen=True)
class Note:
    """A line for whoever reads the witness."""

    text: str


LogEvent = Append | Write | Flush | Durable | Note


def describe(log: Sequence[LogEvent]) -> list[str]:
    """The events as lines for a person."""
    return [_describe(event) for event in log]


def describe_end(log: Sequence[LogEvent]) -> list[str]:
    """The last events, and a line in place of those before where they are too many to read."""
    left_out = len(log) - SHOWN_EVENTS
    before = [f"… {left_out} events before"] if left_out > 0 else []
    return [*before, *describe(log[-SHOWN_EVENTS:])]


def _describe(event: LogEvent) -> str:
    match event:
        case Append(number, record):
            return f"append {number} ({len(record)} bytes)"
        case Write(sector, data):
            last = sector + len(data) // SECTOR_BYTES - 1
            return f"write sector {sector}" + (f"–{last}" if last > sector else "")
        case Flush():
            return "┆ flush ┆"
        case Durable(number):
            return f"durable {number}"
        case Note(text):
            return text


@dataclass(frozen=True)
class CrashState:
    """A crash after the first `index` events of a log, and what the disk then holds."""

    index: int
    lost: tuple[int, ...]
    """Sectors that don't hold their newest version."""
    sectors: Mapping[int, bytes]


def crash_states(
    start: Mapping[int, bytes], log: Sequence[LogEvent], rng: random.Random, most: int
) -> list[CrashState]:
    """The crashes to try, earliest first; at most `most`, by chance where there are more.

    States that can't be told apart, by the disk or by what was appended and confirmed, are one.
    """
    kept: list[tuple[int, CrashState]] = []
    seen: set[tuple[int, int, int]] = set()
    disk = Disk(start)
    appended = confirmed = 0
    looked_at = _moments(log, rng)
    for index in range(len(log) + 1):
        if index > 0:
            event = log[index - 1]
            _play(event, disk)
            appended += isinstance(event, Append)
            confirmed += isinstance(event, Durable)
        for state in _states_of(disk, index, rng) if index in looked_at else ():
            key = (hash(frozenset(state.sectors.items())), confirmed, appended)
            if key in seen:
                continue
            seen.add(key)
            # Algorithm R (Vitter 1985): no more than `most` disks are held at a time.
            place = len(kept) if len(kept) < most else rng.randrange(len(seen))
            if place < most:
                kept[place : place + 1] = [(len(seen), state)]
    return [state for _, state in sorted(kept, key=lambda one: one[0])]


def _moments(log: Sequence[LogEvent], rng: random.Random) -> Collection[int]:
    """After how many events a crash is tried: of a long log half are just after a write."""
    moments = range(len(log) + 1)
    if len(log) < MOMENTS_MAX:
        return moments
    writes = [index for index, event in enumerate(log, start=1) if isinstance(event, Write)]
    half = MOMENTS_MAX // 2
    return {*rng.sample(writes, min(half, len(writes))), *rng.sample(moments, half)}


def disk_after(log: Sequence[LogEvent], start: Mapping[int, bytes] | None = None) -> Disk:
    """The disk after all events, those not flushed still pending."""
    disk = Disk(start)
    for event in log:
        _play(event, disk)
    return disk


def _play(event: LogEvent, disk: Disk) -> None:
    match event:
        case Write(sector, data):
            disk.write(sector, data)
        case Flush():
            disk.flush()
        case _:
            pass


def _states_of(disk: Disk, index: int, rng: random.Random) -> list[CrashState]:
    """What a crash now could leave: of each sector the number of its version, -1 for the old."""
    sectors = sorted(disk.pending)
    newest = [len(disk.pending[sector]) - 1 for sector in sectors]
    ways = [range(-1, last + 1) for last in newest]
    total = 1
    for way in ways:
        total *= len(way)
    if total <= ALL_TRIED_MAX:
        choices = list(itertools.product(*ways))
    else:
        choices = [tuple(-1 for _ in ways), tuple(newest)]
        for alone in range(min(len(ways), ALONE_MAX)):
            choices.append((*newest[:alone], -1, *newest[alone + 1 :]))
        choices += [tuple(rng.choice(way) for way in ways) for _ in range(RANDOM_STATES)]
    found = []
    for choice in choices:
        image = dict(disk.durable)
        lost = []
        for sector, pick, last in zip(sectors, choice, newest, strict=True):
            if pick >= 0:
                image[sector] = disk.pending[sector][pick]
            if pick < last:
                lost.append(sector)
        found.append(CrashState(index, tuple(lost), image))
    return found


def check_recovery(
    records: Sequence[bytes | None],
    log: Sequence[LogEvent],
    state: CrashState,
    *,
    base: Sequence[bytes] = (),
    given_up: Collection[bytes] = (),
) -> None:
    """Hold what a log gave back after a crash against what may and must be there.

    It must be a beginning of what was appended, and hold all that was confirmed. `base` are the
    records that an earlier recovery gave back, `given_up` those that it did not; None stands for a
    record that could not be read. Raises Rejected.
    """
    before = log[: state.index]
    appended = [*base, *(event.record for event in before if isinstance(event, Append))]
    order = [event.number for event in log if isinstance(event, Append)]
    place = {number: at for at, number in enumerate(order, start=1)}
    confirmed = {event.number for event in before if isinstance(event, Durable)}
    must = len(base) + max((place[number] for number in confirmed), default=0)
    steps = describe_end(before)
    shift = len(steps) - len(before)  # from an event's place to its step's
    steps.append(f"⚡ crash: {_where(state.lost)}")
    for position, record in enumerate(records):
        if position < len(appended) and record == appended[position]:
            continue
        short, en, zh = _how_wrong(record, appended, given_up)
        steps.append(f"recovered record {position + 1}: {short}")
        raise Rejected(
            Rejection(
                "crash",
                f"After the crash, recovered record {position + 1} is {en}.",
                f"崩溃之后，恢复出的第 {position + 1} 条记录{zh}。",
                steps=steps,
                failing=[len(steps) - 1],
            )
        )
    if len(records) >= must:
        return
    steps.append(f"recovered: {len(records)} of {must} confirmed")
    promised = [n for n, event in enumerate(before) if isinstance(event, Durable)]
    kept = max(0, len(records) - len(base))
    shown_from = len(before) - SHOWN_EVENTS
    lost = [n + shift for n in promised[kept:] if n >= shown_from]
    were = "record was" if must == 1 else "records were"
    raise Rejected(
        Rejection(
            "crash",
            f"{must} {were} confirmed as durable; after the crash {len(records) or 'none'} came "
            "back.",
            f"已确认 {must} 条记录持久化；崩溃后只恢复出 {len(records)} 条。",
            verdict="not-durable",
            steps=steps,
            failing=[*lost, len(steps) - 1],
        )
    )


def _where(lost: Sequence[int]) -> str:
    shown = ", ".join(map(str, lost[:SHOWN_SECTORS]))
    return f"sectors {shown} not (all) written" if lost else "all written"


def _how_wrong(
    record: bytes | None, appended: Collection[bytes], given_up: Collection[bytes]
) -> tuple[str, str, str]:
    """In short, in English and in Chinese."""
    if record in appended:
        return "out of its order", "not the next that was appended", "不是按追加顺序的下一条"
    if record in given_up:
        return (
            "back from before the first crash",
            "one that the first recovery had not given back",
            "在第一次恢复时并未交回",
        )
    return "never appended", "one that was never appended", "从未被追加过"
