"""Stored judgements: bodies of every version are read for ever, as they were judged at the time."""

import json
from pathlib import Path
from typing import Any

import pytest

from judge.events import Event, Stage
from judge.runner.wire import HandIn
from judge.verdicts import Verdict
from web.storage import stored_judgement
from web.storage.stored_judgement import VERSION, decode, encode

GOLDEN = Path(__file__).parent / "golden"
"""By version, bodies as that release stored them; 0 are real judgements of the first."""
NAMES = sorted(path.name for path in (GOLDEN / "0").iterdir())


def body(version: int, name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((GOLDEN / str(version) / name).read_text())
    return found


def test_every_version_has_its_golden_bodies() -> None:
    assert {path.name for path in GOLDEN.iterdir()} == {str(n) for n in range(VERSION + 1)}


@pytest.mark.parametrize("name", NAMES)
def test_a_body_of_any_version_is_the_same_judgement(name: str) -> None:
    judgements = [decode(body(version, name)) for version in range(VERSION + 1)]
    assert all(one == judgements[0] for one in judgements)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_stored_today_is_the_golden_body_of_today(name: str) -> None:
    """Where this fails the stored form has changed: raise VERSION, upgrade, keep a golden body."""
    assert encode(decode(body(0, name))) == body(VERSION, name)


def test_nothing_of_a_judgement_is_lost_on_the_way() -> None:
    accepted = decode(body(0, "accepted.json"))
    assert accepted.verdict is Verdict.ACCEPTED
    assert accepted.ratio is not None
    assert accepted.ratio.pairs[0].surroundings is not None
    assert accepted.counters[0].name == "idle_cpu_ms"
    history = decode(body(0, "history.json"))
    assert history.witness is not None
    assert len(history.witness.operations) == len(history.witness.steps) > 0


def test_the_one_guard_of_before_is_one_of_several_and_its_pairs_are_the_ratios() -> None:
    before = body(2, "accepted.json")
    old = {**before, "guard": before["ratio"]}
    (guard,) = decode(old).guards
    assert (guard.pairs, guard.limit) == ((), before["ratio"]["limit"])
    plain = {key: value for key, value in old.items() if key != "stored_version"}
    assert HandIn.model_validate({"judgement": plain}).judgement.guards == (guard,)


def test_a_body_of_a_newer_release_is_not_misread() -> None:
    with pytest.raises(AssertionError, match="newer release"):
        decode({**body(VERSION, NAMES[0]), "stored_version": VERSION + 1})


def test_the_stored_form_is_none_of_the_wires() -> None:
    """The version stands in what is stored alone; the wire would refuse it."""
    judgement = decode(body(0, "accepted.json"))
    assert encode(judgement)["stored_version"] == VERSION
    assert "stored_version" not in HandIn(judgement=judgement).model_dump_json()


def test_an_event_is_read_as_it_was_written() -> None:
    event = Event(
        stage=Stage.TESTING, done=1, total=2, label="a", verdict=Verdict.DATA_RACE, cpu_ms=1.5
    )
    kept = json.loads(json.dumps(stored_judgement.encode_event(event)))
    assert stored_judgement.decode_event(kept) == event
