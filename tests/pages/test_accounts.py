"""Accounts of those who work here: invited, several roles, sessions ended, disabled; the audit."""

import re

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from tests.conftest import World
from web.storage.account_tables import SignIn
from web.storage.database import now_ms, transaction
from web.storage.tables import Person, Role


def invited(world: World, operator: TestClient, *, name: str, roles: list[str]) -> tuple[str, str]:
    """(code, path of the link) of a new account."""
    answer = operator.post(
        "/people", data={"name": name, "mail": f"{name}@example.org", "roles": roles}
    )
    assert answer.status_code == 200, answer.text
    link = re.search(r"http://127.0.0.1:8000(/i/[\w-]+)", answer.text)
    assert link is not None
    with world.session() as session:
        code = session.exec(select(Person.code).where(Person.name == name)).one()
    return code, link[1]


def signed_in_by(world: World, link: str) -> TestClient:
    browser = world.browser()
    assert browser.post(link).status_code == 303
    return browser


def test_somebody_with_two_roles_has_the_pages_of_both_and_begins_at_the_first(
    world: World,
) -> None:
    operator = world.signed_in(Role.OPERATOR)
    _, link = invited(world, operator, name="Both", roles=["operator", "interviewer"])
    browser = world.browser()
    assert browser.post(link).headers["location"] == "/problems"
    for path in ("/problems", "/campaigns", "/runners", "/people", "/audit", "/account"):
        assert browser.get(path).status_code == 200, path
    assert browser.get("/sitting").status_code == 403


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": "", "mail": "a@example.org", "roles": ["operator"]}, "The name has 0"),
        ({"name": "A", "mail": "a at b", "roles": ["operator"]}, "not a mail address"),
        ({"name": "A", "mail": "a@example.org", "roles": []}, "No role is chosen"),
        ({"name": "A", "mail": "a@example.org", "roles": ["candidate"]}, "No role is chosen"),
        ({"name": "A", "mail": "KNOWN@example.org", "roles": ["operator"]}, "already"),
    ],
)
def test_a_wrong_invitation_says_what_and_keeps_what_was_typed(
    world: World, fields: dict[str, object], words: str
) -> None:
    operator = world.signed_in(Role.OPERATOR)
    invited(world, operator, name="Known", roles=["recruiter"])
    answer = operator.post("/people", data=fields)
    assert answer.status_code == 422
    assert words in answer.text
    assert f'value="{fields["name"]}"' in answer.text


def test_a_disabled_account_can_do_nothing_at_once_and_what_it_did_stays(world: World) -> None:
    operator = world.signed_in(Role.OPERATOR)
    code, link = invited(world, operator, name="Leaver", roles=["interviewer"])
    leaver = signed_in_by(world, link)
    token = leaver.post(
        "/account/tokens", data={"name": "x", "scopes": ["problems:read"], "days": "5"}
    )
    assert "judge_" in token.text
    operator.post(f"/people/{code}/disable")
    assert leaver.get("/problems").status_code == 401
    assert world.browser().post(link).status_code == 403
    entries = operator.get("/audit", params={"actor": code}).text
    assert "token made" in entries
    assert "Leaver" in entries
    operator.post(f"/people/{code}/enable")
    again = re.search(r"(/i/[\w-]+)", operator.post(f"/people/{code}/link").text)
    assert again is not None
    assert signed_in_by(world, again[1]).get("/problems").status_code == 200


def test_one_session_is_ended_and_the_other_goes_on(world: World) -> None:
    operator = world.signed_in(Role.OPERATOR)
    _, link = invited(world, operator, name="Two", roles=["interviewer"])
    here, there = signed_in_by(world, link), signed_in_by(world, link)
    page = here.get("/account").text
    (other,) = re.findall(r"/account/sessions/(\w+)/end", page)
    assert here.post(f"/account/sessions/{other}/end").status_code == 303
    assert there.get("/account").status_code == 401
    assert here.get("/account").status_code == 200
    assert here.post("/account/sessions/0123456789abcdef/end").status_code == 404


def test_a_session_of_somebody_else_is_not_ended(world: World) -> None:
    operator = world.signed_in(Role.OPERATOR)
    _, link = invited(world, operator, name="Mine", roles=["interviewer"])
    mine = signed_in_by(world, link)
    with world.session() as session:
        others = session.exec(select(SignIn.token_hash)).all()
    for token_hash in others:
        mine.post(f"/account/sessions/{token_hash[:16]}/end")
    assert operator.get("/people").status_code == 200


def test_the_last_operator_stays(world: World) -> None:
    operator = world.signed_in(Role.OPERATOR, name="Only")
    with world.session() as session:
        code = session.exec(select(Person.code).where(Person.name == "Only")).one()
    answers = (
        operator.post(f"/people/{code}/disable"),
        operator.post(f"/people/{code}/roles", data={"roles": ["recruiter"]}),
    )
    for answer in answers:
        assert answer.status_code == 422
        assert "last operator" in answer.text
    invited(world, operator, name="Next", roles=["operator"])
    assert operator.post(f"/people/{code}/roles", data={"roles": ["recruiter"]}).status_code == 303
    assert operator.get("/people").status_code == 403


def test_when_a_session_was_last_used_is_kept(world: World) -> None:
    browser = world.signed_in(Role.OPERATOR)
    with transaction(world.engine) as session:
        row = session.exec(select(SignIn)).one()
        row.seen_at_ms -= 10**7
        session.add(row)
    browser.get("/people")
    with world.session() as session:
        assert now_ms() - session.exec(select(SignIn.seen_at_ms)).one() < 10**6


def test_the_audit_is_filtered_and_paged(world: World) -> None:
    operator = world.signed_in(Role.OPERATOR)
    for number in range(110):
        operator.post("/runners", data={"name": f"runner-{number}"})
    page = operator.get("/audit", params={"action": "RUNNER"}).text
    assert page.count("<tr>") == 101
    older = re.search(r'href="(\?[^"]*before=\d+)"', page)
    assert older is not None
    assert operator.get("/audit" + older[1].replace("&amp;", "&")).text.count("<tr>") == 11
    assert "No entry fits" in operator.get("/audit", params={"actor": "100%"}).text
    assert operator.get("/audit", params={"since": "yesterday"}).status_code == 422
    assert "No entry fits" in operator.get("/audit", params={"until": "2020-01-01"}).text


def test_what_commands_change_is_in_the_audit_too(world: World) -> None:
    assert world.command("rescore", "interns", "--apply").exit_code == 0
    address = "https://hr.example.org/judged"
    assert world.command("webhook", "set", "interns", address).exit_code == 0
    assert world.command("webhook", "remove", "interns").exit_code == 0
    page = world.signed_in(Role.OPERATOR).get("/audit", params={"subject": "interns"}).text
    for action in ("campaign opened", "rescored", "webhook set", "webhook removed"):
        assert action in page, action


def test_accounts_by_command(world: World) -> None:
    made = world.command(
        *("people", "invite", "li@example.org", "--name", "Li"),
        *("--role", "interviewer", "--role", "operator"),
    )
    assert made.exit_code == 0, made.output
    code = made.output.split()[0]
    world.secret(Role.OPERATOR, name="Another")
    assert "interviewer operator" in world.command("people", "list").output
    assert world.command("people", "roles", code, "--role", "recruiter").exit_code == 0
    assert world.command("people", "disable", code).exit_code == 0
    link = world.command("people", "link", code)
    assert link.exit_code == 2
    assert "Enable the account first" in link.output
    assert world.command("people", "enable", code).exit_code == 0
    assert "/i/" in world.command("people", "link", code).output
    wrong = world.command("people", "roles", code, "--role", "king")
    assert wrong.exit_code == 2
    assert "interviewer, recruiter, operator" in wrong.output
    assert world.command("people", "disable", "NOBODY").exit_code == 2
