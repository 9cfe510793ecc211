"""What a runner of a chaos run adds to its judgements: by which try each was made."""

import threading
from collections.abc import Mapping, Sequence
from typing import cast

from judge.runner.http_link import HttpLink
from judge.runner.wire import TakenJob

_held = threading.local()


class NotingLink(HttpLink):
    """Remembers what this thread has in hand."""

    def take(self, offers: Mapping[str, Sequence[str]]) -> TakenJob | None:
        _held.offer = super().take(offers)
        return cast("TakenJob | None", _held.offer)


def in_hand() -> TakenJob:
    """What this thread judges."""
    return cast("TakenJob", _held.offer)


def notes() -> dict[str, str]:
    """For a judgement's `machine`: a result of a lost lease would show by it."""
    offer = in_hand()
    return {"try": str(offer.try_number), "trace": offer.trace}
