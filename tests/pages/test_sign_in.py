"""Signing in without a link: OpenID Connect against a real provider, and passkeys' refusals.

A passkey itself needs a browser: tests/test_browser.py.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import oidc_provider_mock
import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from tests.conftest import World
from web.accounts import NewAccount, staff
from web.app import create_app
from web.settings import Settings
from web.storage.account_tables import OidcIdentity, SignIn
from web.storage.database import now_ms, transaction
from web.storage.tables import Role

MAIL = "li@example.org"


@dataclass
class Desk:
    """The world's server, with an identity provider beside it."""

    world: World
    issuer: str

    def browser(self) -> TestClient:
        secret = self.world.settings.data_dir / "client-secret"
        secret.write_text("the client's secret\n")
        settings = Settings(
            data_dir=self.world.settings.data_dir,
            database=self.world.settings.database,
            oidc_client_secret_file=secret,
            oidc_issuer=self.issuer,
            oidc_client_id="judge",
            oidc_name="University",
        )
        app = create_app(settings, self.world.engine)
        return TestClient(app, base_url="http://127.0.0.1:8000", follow_redirects=False)

    def answer(self, browser: TestClient, subject: str) -> str:
        """Where the provider sends the browser back to, after `subject` signed in there."""
        asked = browser.get("/sign-in/oidc")
        assert asked.status_code == 303, asked.text
        back = httpx.post(asked.headers["location"], data={"sub": subject})
        assert back.status_code == 302, back.text
        return str(back.headers["location"])


@pytest.fixture
def desk(world: World) -> Iterator[Desk]:
    users = [
        oidc_provider_mock.User(sub="li", claims={"email": MAIL, "email_verified": True}),
        oidc_provider_mock.User(sub="mallory", claims={"email": MAIL, "email_verified": False}),
        oidc_provider_mock.User(
            sub="stranger", claims={"email": "no@example.org", "email_verified": True}
        ),
    ]
    with transaction(world.engine) as session:
        new = NewAccount(name="Li", mail=MAIL.upper(), roles=frozenset({Role.INTERVIEWER}))
        staff.invite(session, new, actor="test", now_ms=now_ms())
    with oidc_provider_mock.run_server_in_thread(user_claims=users) as server:
        yield Desk(world, f"http://localhost:{server.server_port}")


def test_who_has_an_account_signs_in_by_the_provider_and_is_known_again(desk: Desk) -> None:
    for _ in range(2):
        browser = desk.browser()
        assert "Sign in with University" in browser.get("/sign-in").text
        back = browser.get(desk.answer(browser, "li"))
        assert back.status_code == 303, back.text
        assert back.headers["location"] == "/problems"
        assert browser.get("/problems").status_code == 200
    with desk.world.session() as session:
        assert len(session.exec(select(OidcIdentity)).all()) == 1
        assert set(session.exec(select(SignIn.means)).all()) == {"oidc"}


@pytest.mark.parametrize(
    ("subject", "words"),
    [("stranger", "no@example.org"), ("mallory", "without a verified mail")],
)
def test_who_has_no_account_gets_none(desk: Desk, subject: str, words: str) -> None:
    browser = desk.browser()
    refused = browser.get(desk.answer(browser, subject))
    assert refused.status_code == 403
    assert words in refused.text
    assert browser.get("/problems").status_code == 401


def test_an_answer_is_good_once_and_for_the_browser_that_asked(desk: Desk) -> None:
    browser, thief = desk.browser(), desk.browser()
    place = desk.answer(browser, "li")
    assert thief.get(place).status_code == 403, "another browser's"
    assert browser.get(place).status_code == 303
    assert browser.get(place).status_code == 403, "a second time"
    forged = place.split("code=")[0] + "code=forged&state=" + place.split("state=")[1]
    assert browser.get(forged).status_code == 403
    again = desk.browser()
    changed = desk.answer(again, "li").replace("code=", "code=x")
    refused = again.get(changed)
    assert refused.status_code == 422
    assert "does not hold" in refused.text
    assert "access_denied" in browser.get("/sign-in/oidc/done?error=access_denied").text


def test_a_disabled_account_is_not_let_in_by_the_provider(desk: Desk) -> None:
    with transaction(desk.world.engine) as session:
        staff.invite(
            session,
            NewAccount(name="Op", mail="op@example.org", roles=frozenset({Role.OPERATOR})),
            actor="test",
            now_ms=now_ms(),
        )
        code = next(one.code for one in staff.everybody(session, now_ms()) if one.name == "Li")
        staff.disable(session, code, actor="test", now_ms=now_ms())
    browser = desk.browser()
    refused = browser.get(desk.answer(browser, "li"))
    assert refused.status_code == 403
    assert "disabled" in refused.text


def test_a_provider_that_cant_be_reached_is_told(world: World) -> None:
    desk = Desk(world, "http://localhost:1")
    answer = desk.browser().get("/sign-in/oidc")
    assert answer.status_code == 503
    assert "can&#39;t be reached" in answer.text


def test_without_a_provider_there_is_no_button_and_no_way(world: World) -> None:
    browser = world.browser()
    assert "no other way" in browser.get("/sign-in").text
    assert browser.get("/sign-in/oidc").status_code == 404


def test_passkeys_are_refused_with_words(world: World) -> None:
    browser = world.signed_in(Role.INTERVIEWER)
    by_address = browser.post("/account/passkeys/options.json")
    assert by_address.status_code == 422
    assert "http://localhost:PORT" in by_address.json()["message"]
    settings = Settings(
        data_dir=world.settings.data_dir,
        database=world.settings.database,
        public_url="http://localhost:8000",
    )
    named = TestClient(create_app(settings, world.engine), base_url="http://localhost:8000")
    asked = named.post("/sign-in/options.json").json()
    assert asked["options"]["rpId"] == "localhost"
    body = {"state": asked["state"], "credential": {"id": "AAAA"}}
    unknown = named.post("/sign-in/passkey.json", json=body)
    assert unknown.status_code == 403
    assert "not known here any more" in unknown.json()["message"]
    again = named.post("/sign-in/passkey.json", json=body)
    assert "done already" in again.json()["message"]
    for junk in ({}, {"state": 7}, {"state": "x", "credential": []}):
        assert named.post("/sign-in/passkey.json", json=junk).status_code == 403
    assert named.post("/account/passkeys.json", json={}).status_code == 401
