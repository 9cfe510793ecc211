"""The loop of a slot: what it does while its host suffers."""

from collections.abc import Mapping, Sequence
from typing import cast

import pytest

from judge.runner import loop
from judge.runner.link import Link
from judge.runner.loop import Slot, SlotLoop
from judge.runner.wire import Phase, TakenJob
from judge.values import Judgement, Problem


def load_nothing(_package: bytes, _slug: str) -> Problem:
    raise AssertionError("there was no job")


class Listening:
    """A server that has no job, and hears what it is told."""

    def __init__(self) -> None:
        self.heard: list[tuple[bool, str]] = []
        self.loop: SlotLoop | None = None

    def phase(self, phase: Phase) -> None:
        self.heard.append((phase.good, phase.detail))

    def take(self, _offers: Mapping[str, Sequence[str]]) -> TakenJob | None:
        assert self.loop is not None
        self.loop.stop()
        return None


def check_nothing(*_: object) -> Judgement:
    raise AssertionError("no job comes")


def test_who_takes_no_job_since_its_host_suffers_says_so_until_it_is_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(loop, "_BACKOFF_S_MAX", 0.01)
    server = Listening()
    reasons = iter(["memory: 91 %", ""])
    server.loop = SlotLoop(
        cast(Link, server),
        Slot({}, load_nothing, check_nothing, check_nothing, check_nothing),
        offers={},
        suffering=lambda: next(reasons),
    )
    server.loop.run()
    assert server.heard == [(False, "memory: 91 %"), (True, "")]
