"""Time given back for waiting: on us, not on oneself."""

import pytest
from fastapi.testclient import TestClient
from sqlmodel import col, select

from judge.runner.wire import TakeRequest
from tests.conftest import World
from tests.fleet.test_jobs import JUDGEMENT
from web.candidates.submissions import WAITING_MAX
from web.fleet import jobs, time_credit
from web.fleet.runners import KnownRunner
from web.storage.database import now_ms, transaction
from web.storage.tables import Job, Role, RunnerRow, Sitting

JUDGED_MS = 30_000


def send(browser: TestClient, number: int) -> int:
    answer = browser.post(
        "/sitting/bplus-tree/submissions",
        data={
            "language": "python3",
            "form_key": f"key number {number}",
            "source": "class Tree: pass\n",
            "kind": "samples",
        },
    )
    return int(answer.status_code)


class Runner:
    """Takes and judges one job after the other, at times that it says."""

    def __init__(self, world: World) -> None:
        self._world = world
        with world.session() as session:
            row = session.exec(select(RunnerRow)).first()
            assert row is not None
            self._id, self._name = row.id or 0, row.name

    def judge(self, at_ms: int) -> None:
        runner = KnownRunner(
            id=self._id, name=self._name, labels=(), seen_at_ms=at_ms, by_next_token=False
        )
        with transaction(self._world.engine) as session:
            taken = jobs.take(
                session, runner, TakeRequest(offers={"linux": ["python3"]}, wait_s=0), at_ms
            )
            assert taken is not None
        with transaction(self._world.engine) as session:
            one = jobs.held(session, runner, taken.job, taken.token)
            jobs.hand_in(session, one, JUDGEMENT, at_ms + JUDGED_MS)


def credited_ms(world: World) -> list[int]:
    """What each sitting was given back, in the order in which they were begun."""
    with world.session() as session:
        return [one.credit_ms for one in session.exec(select(Sitting).order_by(col(Sitting.id)))]


def test_a_queue_of_ones_own_does_not_stop_the_clock(world: World) -> None:
    browser = world.signed_in(Role.CANDIDATE)
    begun_ms = now_ms()
    assert [send(browser, n) for n in range(WAITING_MAX)] == [303] * WAITING_MAX
    runner = Runner(world)
    for number in range(WAITING_MAX):
        runner.judge(begun_ms + number * JUDGED_MS)
    assert credited_ms(world) == [0]


def test_a_wait_behind_others_is_given_back(world: World) -> None:
    first, second = (world.signed_in(Role.CANDIDATE, name=name) for name in ("First", "Second"))
    begun_ms = now_ms()
    assert send(first, 1) == send(first, 2) == send(second, 3) == 303
    runner = Runner(world)
    for number in range(2):
        runner.judge(begun_ms + number * JUDGED_MS)
    with world.session() as session:
        last = session.exec(select(Sitting).order_by(col(Sitting.id).desc())).first()
        assert last is not None
        told_ms = time_credit.running(session, last.id or 0, begun_ms + 2 * JUDGED_MS)
    runner.judge(begun_ms + 2 * JUDGED_MS)
    _, given = credited_ms(world)
    assert given == told_ms
    assert given == pytest.approx(2 * JUDGED_MS, abs=2_000)
    assert credited_ms(world)[0] == 0


def test_a_wait_before_ones_own_turn_is_not_lost_by_it(world: World) -> None:
    """A wait that began long ago is given back as something else of one's own is taken."""
    first, second = (world.signed_in(Role.CANDIDATE, name=name) for name in ("First", "Second"))
    begun_ms = now_ms()
    assert send(second, 1) == send(first, 2) == send(first, 3) == 303
    with transaction(world.engine) as session:  # as if the last had been sent a long time before
        job = session.exec(select(Job).order_by(col(Job.id).desc())).first()
        assert job is not None
        job.queued_at_ms -= 50_000
        session.add(job)
    runner = Runner(world)
    runner.judge(begun_ms)
    runner.judge(begun_ms + JUDGED_MS)  # the first one's own, while the other goes on waiting
    given = max(credited_ms(world))
    assert given == pytest.approx(50_000 + JUDGED_MS, abs=2_000)
    runner.judge(begun_ms + 3 * JUDGED_MS)
    assert max(credited_ms(world)) - given == pytest.approx(JUDGED_MS, abs=2_000)


def test_no_more_than_some_of_ones_own_wait_at_a_time(world: World) -> None:
    browser = world.signed_in(Role.CANDIDATE)
    codes = [send(browser, number) for number in range(WAITING_MAX + 1)]
    assert codes == [303] * WAITING_MAX + [429]
    # The same form again is the same submission, and one that was judged makes room.
    assert send(browser, 0) == 303
    Runner(world).judge(now_ms())
    assert send(browser, WAITING_MAX + 1) == 303
    with world.session() as session:
        assert len(session.exec(select(Job)).all()) == WAITING_MAX + 1
