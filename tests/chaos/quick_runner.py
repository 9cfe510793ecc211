"""A runner whose judging takes a moment and no container: the real loop, lease and API.

    python -m tests.chaos.quick_runner SERVER TOKEN_FILE SLOTS

What it hands in says by which try it was judged, so that a result of a lost lease would show.
"""

import random
import sys
import threading
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import judge.runner.loop
from judge.errors import LinkFault
from judge.events import Event, Stage
from judge.runner.http_link import HttpLink
from judge.runner.loop import Slot, SlotLoop
from judge.runner.wire import Hello
from judge.task import Task
from judge.values import Judgement, Problem
from judge.verdicts import Verdict
from tests.chaos.noting import NotingLink, in_hand, notes

LANGUAGES = ("python3", "cpp")


def judge_quickly(task: Task, _monitor: object) -> Judgement:
    offer = in_hand()
    rng = random.Random(f"{offer.submission} {offer.try_number}")
    tests = rng.randint(1, 6)
    task.report(Event(stage=Stage.COMPILING, done=0, total=1))
    for number in range(tests):
        time.sleep(rng.uniform(0.01, 0.1))
        verdict = Verdict.ACCEPTED
        task.report(Event(stage=Stage.TESTING, done=number + 1, total=tests, verdict=verdict))
    return Judgement(
        verdict=Verdict.ACCEPTED,
        score=100.0,
        too_close=False,
        also=(),
        builds=(),
        tests=(),
        machine=notes(),
    )


def no_check(*_: object) -> Judgement:
    raise AssertionError("nobody makes a problem here")


def main() -> None:
    server, token_file, slots = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    vars(judge.runner.loop)["judge_submission"] = judge_quickly
    nothing = cast("Any", SimpleNamespace())
    slot = Slot(
        {"linux": nothing},
        lambda _content, _slug: cast("Problem", nothing),
        no_check,
        no_check,
        no_check,
    )
    hello = Hello(
        version="chaos",
        offers={"linux": list(LANGUAGES)},
        slots=slots,
        machine={},
        cpus=["0"] * slots,
    )
    link = HttpLink(server, token_file.read_text)
    while True:
        try:
            link.hello(hello)
        except LinkFault:
            time.sleep(0.2)
        else:
            break
    runners = [
        SlotLoop(NotingLink(server, token_file.read_text), slot, offers={"linux": LANGUAGES})
        for _ in range(slots)
    ]
    threads = [threading.Thread(target=one.run, daemon=True) for one in runners]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main()
