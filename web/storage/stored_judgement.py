"""Judgements and events as they lie in the database: a codec with a version of its own.

The wire between runner and server has another (judge/runner/wire.py): a runner of tomorrow may say
a judgement otherwise without a row being touched, and a row of yesterday is read for ever. A body
without a version is of 0, from before there was one. When the stored form changes, `VERSION` goes
up, and a function in `_UPGRADES` makes a body of the next version out of one; a golden body of each
version is in tests/storage/golden/.
"""

from collections.abc import Callable
from typing import Any

from pydantic import TypeAdapter

from judge.events import Event
from judge.scoring import score_bounds
from judge.values import Judgement

VERSION = 3
_VERSION_KEY = "stored_version"

Body = dict[str, Any]

_judgement: TypeAdapter[Judgement] = TypeAdapter(Judgement)
_event: TypeAdapter[Event] = TypeAdapter(Event)


def _same(body: Body) -> Body:
    return body


def _with_guards(body: Body) -> Body:
    rest = {key: value for key, value in body.items() if key != "guard"}
    guard = body.get("guard")
    # A guard's pairs are the ratio's.
    return {**rest, "guards": [{**guard, "pairs": []}] if guard else []}


_UPGRADES: dict[int, Callable[[Body], Body]] = {
    0: _same,  # 1 says its version, and is else what was stored before
    2: _with_guards,  # 3 has several bars beside the bar; there was one at most before
    1: _same,  # 2 has points by groups; there were no scoring problems before
}
"""From a body of this version to one of the next."""


def encode(judgement: Judgement) -> Body:
    """A judgement as JSON for a row's `body`."""
    body: Body = _judgement.dump_python(judgement, mode="json")
    return {_VERSION_KEY: VERSION, **body}


def decode(body: Body) -> Judgement:
    """A row's `body`, of whatever version, as a judgement."""
    version = body.get(_VERSION_KEY, 0)
    assert version <= VERSION, f"a judgement of version {version} was stored by a newer release"
    plain = {key: value for key, value in body.items() if key != _VERSION_KEY}
    while version < VERSION:
        plain = _UPGRADES[version](plain)
        version += 1
    return _judgement.validate_python(plain, strict=False)


def columns(judgement: Judgement) -> Body:
    """The columns of a judgement's row that are taken from the judgement itself."""
    low, high = score_bounds(judgement)
    ratio = judgement.ratio
    return {
        "verdict": judgement.verdict.value,
        "too_close": judgement.too_close,
        "score": judgement.score,
        "score_low": low,
        "score_high": high,
        "ratio": ratio.estimate if ratio else None,
        "ratio_low": ratio.low if ratio else None,
        "ratio_high": ratio.high if ratio else None,
        "body": encode(judgement),
    }


def encode_event(event: Event) -> Body:
    """An event as JSON for a row's `body`."""
    body: Body = _event.dump_python(event, mode="json")
    return body


def decode_event(body: Body) -> Event:
    return _event.validate_python(body, strict=False)
