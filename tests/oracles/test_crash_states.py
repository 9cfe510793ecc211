"""What a disk may hold after a crash, and what must come back, by pairs."""

import random

import pytest

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
    disk_after,
)
from oracles.feedback import Rejected

OLD, NEW = b"o" * SECTOR_BYTES, b"n" * SECTOR_BYTES
LOG: list[LogEvent] = [
    Append(1, b"first"),
    Write(0, NEW + NEW),
    Flush(),
    Durable(1),
    Append(2, b"second"),
]


def images(log: list[LogEvent]) -> set[tuple[bytes, bytes]]:
    """The first two sectors of every state in which a crash can leave an old disk."""
    old = {0: OLD, 1: OLD}
    states = crash_states(old, log, random.Random(1), 1000)
    return {(state.sectors[0], state.sectors[1]) for state in states}


def test_a_write_that_was_not_flushed_may_be_torn_and_one_that_was_may_not() -> None:
    assert images([Write(0, NEW + NEW)]) == {(OLD, OLD), (NEW, OLD), (OLD, NEW), (NEW, NEW)}
    after = [s for s in crash_states({0: OLD, 1: OLD}, LOG, random.Random(1), 1000) if s.index > 2]
    assert {(s.sectors[0], s.sectors[1]) for s in after} == {(NEW, NEW)}
    assert all(not state.lost for state in after)


def test_only_a_flush_keeps_an_order_among_writes() -> None:
    assert (OLD, NEW) in images([Write(0, NEW), Write(1, NEW)])
    assert (OLD, NEW) not in images([Write(0, NEW), Flush(), Write(1, NEW)])


def test_a_sector_that_was_written_twice_may_hold_any_of_its_versions() -> None:
    twice = [Write(0, b"1" * SECTOR_BYTES), Write(0, b"2" * SECTOR_BYTES)]
    assert {first[:1] for first, _ in images([*twice])} == {b"o", b"1", b"2"}


def test_many_states_are_sampled_by_a_seed_and_the_extremes_are_among_them() -> None:
    log: list[LogEvent] = [Write(n, NEW) for n in range(20)]
    states = crash_states({}, log, random.Random(7), 10_000)
    last = [state for state in states if state.index == 20]
    assert any(not state.lost for state in last)
    assert any(len(state.lost) > 10 for state in last)
    few = crash_states({}, log, random.Random(7), 5)
    assert len(few) == 5
    assert few == crash_states({}, log, random.Random(7), 5)


def test_a_disk_reads_what_was_written_last_and_zeros_elsewhere() -> None:
    disk = Disk({0: OLD})
    disk.write(1, NEW)
    assert disk.read(0, 3) == OLD + NEW + bytes(SECTOR_BYTES)
    assert disk_after(LOG).durable == {0: NEW, 1: NEW}


NOTHING_LOST = CrashState(len(LOG), (), {})


@pytest.mark.parametrize(
    ("good", "bad", "verdict", "said"),
    [
        ([b"first"], [], "not-durable", "1 record was confirmed as durable; after the crash none"),
        ([b"first", b"second"], [b"second", b"first"], "wrong-answer", "not the next"),
        ([b"first"], [b"first", b"else"], "wrong-answer", "one that was never appended"),
        ([b"first"], [None], "wrong-answer", "one that was never appended"),
    ],
)
def test_what_comes_back_is_a_beginning_with_all_that_was_confirmed(
    good: list[bytes | None], bad: list[bytes | None], verdict: str, said: str
) -> None:
    check_recovery(good, LOG, NOTHING_LOST)
    with pytest.raises(Rejected, match=said) as caught:
        check_recovery(bad, LOG, NOTHING_LOST)
    why = caught.value.rejection
    assert why.verdict == verdict
    assert why.steps[why.failing[-1]].startswith("recovered")


def test_before_it_is_confirmed_a_record_may_be_lost() -> None:
    check_recovery([], LOG, CrashState(3, (), {}))
    with pytest.raises(Rejected):
        check_recovery([], LOG, CrashState(4, (), {}))


def test_what_a_first_recovery_gave_up_stays_gone() -> None:
    log: list[LogEvent] = [Append(900, b"third")]
    state = CrashState(1, (), {})
    check_recovery([b"first", b"third"], log, state, base=[b"first"], given_up=[b"second"])
    with pytest.raises(Rejected, match="had not given back"):
        check_recovery([b"first", b"second"], log, state, base=[b"first"], given_up=[b"second"])


def test_a_log_reads_as_lines_for_a_person() -> None:
    assert describe([*LOG, Note("by the way")]) == [
        "append 1 (5 bytes)",
        "write sector 0–1",
        "┆ flush ┆",
        "durable 1",
        "append 2 (6 bytes)",
        "by the way",
    ]


def test_of_a_long_log_some_moments_are_looked_at_and_few_disks_held() -> None:
    log = [
        Write(sector, bytes([n % 251]) * SECTOR_BYTES) for n in range(12) for sector in range(2000)
    ]
    states = crash_states({}, log, random.Random(7), 40)
    assert len(states) == 40
    assert [state.index for state in states] == sorted(state.index for state in states)
    assert len({state.index for state in states}) > 20


def test_a_long_way_to_a_fault_is_shown_by_its_end() -> None:
    log: list[LogEvent] = []
    for number in range(1, 201):
        log += [Append(number, bytes([number])), Durable(number)]
    with pytest.raises(Rejected) as rejected:
        check_recovery([bytes([n]) for n in range(1, 199)], log, CrashState(len(log), (), {}))
    why = rejected.value.rejection
    assert (len(why.steps), why.steps[0]) == (103, "… 300 events before")
    assert [why.steps[n] for n in why.failing] == [
        "durable 199",
        "durable 200",
        "recovered: 198 of 200 confirmed",
    ]
