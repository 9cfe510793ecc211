"""Who waits for work: one looks, the next follows, nobody is forgotten; and when they were seen."""

import asyncio

from sqlmodel import select

from tests.conftest import World
from web.fleet import dispatch
from web.fleet.dispatch import Dispatcher
from web.fleet.heartbeats import Heartbeats
from web.fleet.wakeups import Wakeup
from web.storage.database import transaction
from web.storage.tables import RunnerRow


async def yes() -> bool:
    return True


def test_a_wake_up_wakes_one_of_many_and_work_goes_round() -> None:
    looks: list[int] = []
    work: list[str] = []

    async def main() -> list[tuple[int, str | None]]:
        wakeup = Wakeup()
        dispatcher = Dispatcher(wakeup)
        got: list[tuple[int, str | None]] = []

        async def waiter(number: int) -> None:
            async def look() -> str | None:
                looks.append(number)
                return work.pop() if work else None

            got.append((number, await dispatcher.wait_for("python3", look, yes, 30)))

        tasks = [asyncio.create_task(waiter(number)) for number in range(100)]
        await asyncio.sleep(0.05)
        assert looks == [0], "ninety-nine stand behind"
        work.append("a job")
        wakeup.wake()
        await asyncio.sleep(0.05)
        assert got == [(0, "a job")]
        assert looks == [0, 0, 1], "the next has looked at once"
        work.extend(["b", "c"])
        wakeup.wake()
        await asyncio.sleep(0.05)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert not dispatcher._queues
        return got

    got = asyncio.run(main())
    assert [number for number, _ in got] == [0, 1, 2]


def test_those_who_leave_or_wait_long_enough_hold_up_nobody() -> None:
    async def main() -> None:
        dispatcher = Dispatcher(Wakeup())

        async def nothing() -> str | None:
            return None

        async def gone() -> bool:
            return False

        first = asyncio.create_task(dispatcher.wait_for("c", nothing, yes, 0.2))
        await asyncio.sleep(0)
        assert await dispatcher.wait_for("c", nothing, gone, 30) is None
        assert await dispatcher.wait_for("c", nothing, yes, 0.05) is None
        assert await first is None

        async def found() -> str | None:
            return "job"

        assert await dispatcher.wait_for("c", found, yes, 30) == "job"

    asyncio.run(main())


def test_a_wake_up_that_was_lost_is_made_good_in_a_moment() -> None:
    async def main() -> str | None:
        work: list[str] = []
        dispatcher = Dispatcher(Wakeup())

        async def look() -> str | None:
            return work.pop() if work else None

        waiting = asyncio.create_task(dispatcher.wait_for("c", look, yes, 30))
        await asyncio.sleep(0.05)
        work.append("of another server")
        return await asyncio.wait_for(waiting, dispatch.LOOK_S + 1)

    assert asyncio.run(main()) == "of another server"


def test_heartbeats_of_many_are_one_write_a_second(world: World) -> None:
    heartbeats = Heartbeats(world.engine)
    with transaction(world.engine) as session:
        for number in range(3):
            session.add(
                RunnerRow(name=f"r{number}", token_hash=f"t{number}", offers={}, seen_at_ms=0)
            )
        session.flush()
    with world.session() as session:
        numbers = [row.id or 0 for row in session.exec(select(RunnerRow)).all()]
    for number in numbers:
        heartbeats.note(number, 7)

    def seen() -> list[int]:
        with world.session() as session:
            return sorted(row.seen_at_ms for row in session.exec(select(RunnerRow)).all())

    assert seen() == [0, 0, 0, 7], "the first is written, the others wait for the second to end"
    heartbeats._written_at = 0.0
    heartbeats.note(numbers[0], 8)
    assert seen() == [7, 7, 7, 8]
