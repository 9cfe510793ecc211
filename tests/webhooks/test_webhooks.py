"""Webhooks: signed, sent though a receiver stumbles, recorded once."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from sqlmodel import Session, select

from tests.conftest import World
from tests.fleet.test_jobs import ApiRunner, submit
from web.storage.tables import Delivery, DeliveryState, Webhook
from web.webhooks import dbos_worker
from web.webhooks.dbos_worker import WebhookWorker
from web.webhooks.outbox import signature


class Receiver:
    """Somebody who wants to be told; answers 503 to the first `stumbles` messages."""

    def __init__(self, stumbles: int = 0) -> None:
        self.messages: list[tuple[dict[str, str], bytes]] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                receiver.messages.append((headers, body))
                self.send_response(503 if len(receiver.messages) <= stumbles else 204)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/judged"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@contextmanager
def receiving(stumbles: int = 0) -> Iterator[Receiver]:
    receiver = Receiver(stumbles)
    try:
        yield receiver
    finally:
        receiver.close()


@contextmanager
def followed_up(world: World) -> Iterator[None]:
    working = WebhookWorker(world.engine)
    working.start()
    try:
        yield
    finally:
        working.stop()


def delivery(world: World) -> Delivery:
    with Session(world.engine) as session:
        return session.exec(select(Delivery)).one()


def wait_until_over(world: World, timeout_s: float = 40) -> Delivery:
    deadline = time.monotonic() + timeout_s
    while (found := delivery(world)).state == DeliveryState.DUE.value:
        assert time.monotonic() < deadline, found
        time.sleep(0.1)
    return found


def judged(world: World) -> None:
    submit(world)
    runner = ApiRunner(world)
    job = runner.take()
    assert job is not None
    assert runner.hand_in(job) == 204
    assert runner.hand_in(job) == 204  # the answer was lost; said once more


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dbos_worker, "LOOK_S", 0.1)
    monkeypatch.setattr(dbos_worker, "INTERVAL_S", 0.05)


def test_a_judgement_is_told_signed_and_recorded_once(world: World) -> None:
    with receiving(stumbles=2) as receiver:
        done = world.command("webhook", "set", "interns", receiver.url)
        secret = done.output.split()[-1]
        judged(world)
        with followed_up(world):
            over = wait_until_over(world)
    assert (over.state, over.answered) == (DeliveryState.SENT.value, "204")
    assert len(receiver.messages) == 3
    assert len({headers["webhook-id"] for headers, _ in receiver.messages}) == 1
    headers, body = receiver.messages[-1]
    stamp = int(headers["webhook-timestamp"])
    expected = signature(secret, headers["webhook-id"], stamp, body)
    assert headers["webhook-signature"] == expected
    told = json.loads(body)["data"]
    assert (told["campaign"], told["problem"]) == ("interns", "bplus-tree")
    assert told["verdict"] == "wrong-answer"
    assert "Ada" not in body.decode()


def test_what_nobody_takes_is_given_up_and_what_is_withdrawn_is_not_sent(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dbos_worker, "ATTEMPTS", 2)
    with receiving(stumbles=99) as receiver:
        world.command("webhook", "set", "interns", receiver.url)
        judged(world)
        with followed_up(world):
            over = wait_until_over(world)
    assert over.state == DeliveryState.GIVEN_UP.value
    assert "1 given up" in world.command("webhook", "list").output


def test_without_a_webhook_nothing_is_due(world: World) -> None:
    judged(world)
    with Session(world.engine) as session:
        assert session.exec(select(Delivery)).all() == []


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("set", "nobody", "https://x.example"), "there is no campaign 'nobody'"),
        (("set", "interns", "ftp://x"), "The webhook's address is 'ftp://x'"),
        (("remove", "interns"), "interns has no webhook"),
    ],
)
def test_wrong_words_say_what_to_do(world: World, words: tuple[str, ...], complaint: str) -> None:
    done = world.command("webhook", *words)
    assert done.exit_code == 2
    assert complaint in done.output


def test_a_webhook_is_replaced_and_removed(world: World) -> None:
    for url in ("https://a.example/", "https://b.example/"):
        assert world.command("webhook", "set", "interns", url).exit_code == 0
    with Session(world.engine) as session:
        assert [row.url for row in session.exec(select(Webhook)).all()] == ["https://b.example/"]
    assert world.command("webhook", "remove", "interns").exit_code == 0
