"""Rights on single problems and campaigns, each page tried as each."""

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from tests.conftest import World
from web.accounts import rights
from web.storage.account_tables import AccessRight, RightKind
from web.storage.database import transaction
from web.storage.tables import Person, Role


def with_right(world: World, role: Role, path: str, right: RightKind | None) -> TestClient:
    """A browser of somebody with this right on /problems/… or /campaigns/…, owned by another."""
    name = f"{role}-{right}"
    browser = world.signed_in(role, name=name)
    world.signed_in(role, name="Owner")
    kind, slug = path.strip("/").split("/")
    with transaction(world.engine) as session:
        wanted = {name: right, "Owner": RightKind.OWNER}
        for who, theirs in wanted.items():
            person = session.exec(select(Person.id).where(Person.name == who)).one()
            if theirs is not None and person is not None:
                session.add(
                    AccessRight(
                        subject_kind=kind.removesuffix("s"),
                        subject=slug,
                        person_id=person,
                        right=theirs.value,
                    )
                )
    return browser


@pytest.mark.parametrize("right", [*RightKind, None])
def test_a_campaign_as_each_right(world: World, right: RightKind | None) -> None:
    browser = with_right(world, Role.INTERVIEWER, "/campaigns/interns", right)
    seen = 200 if right else 403
    for path in ("leaderboard", "leaderboard.json", "leaderboard.csv", "rights"):
        assert browser.get(f"/campaigns/interns/{path}").status_code == seen, path
    assert ("interns" in browser.get("/campaigns").text) == bool(right)
    world.signed_in(Role.CANDIDATE, name="Ada")
    with world.session() as session:
        code = session.exec(select(Person.code).where(Person.name == "Ada")).one()
    filed = browser.post(f"/campaigns/interns/candidates/{code}/review", data={"text": "Good."})
    assert filed.status_code == (303 if rights.covers(right, RightKind.REVIEWER) else 403)
    given = browser.post("/campaigns/interns/rights", data={"code": "NOBODY", "right": "viewer"})
    assert given.status_code == (422 if right is RightKind.OWNER else 403)


def test_what_nobody_owns_belongs_to_its_role(world: World) -> None:
    assert "belongs to every recruiter" in (
        world.signed_in(Role.RECRUITER).get("/campaigns/interns/rights").text
    )
    page = world.signed_in(Role.INTERVIEWER).get("/campaigns/interns/rights").text
    assert "Your right: reviewer" in page
    assert world.signed_in(Role.CANDIDATE).get("/campaigns/interns/rights").status_code == 403


def test_an_operator_names_the_owner_of_what_was_left_and_has_no_other_right(
    world: World,
) -> None:
    operator = with_right(world, Role.OPERATOR, "/campaigns/interns", None)
    assert operator.get("/campaigns/interns/leaderboard").status_code == 403
    world.signed_in(Role.RECRUITER, name="Next")
    with world.session() as session:
        code = session.exec(select(Person.code).where(Person.name == "Next")).one()
        owner = session.exec(select(Person.code).where(Person.name == "Owner")).one()
    give = {"code": owner, "right": ""}
    answer = operator.post("/campaigns/interns/rights", data=give)
    assert answer.status_code == 422
    assert "only owner" in answer.text
    answer = operator.post("/campaigns/interns/rights", data={"code": code, "right": "owner"})
    assert answer.status_code == 303
    assert operator.post("/campaigns/interns/rights", data=give).status_code == 303
    assert "owner for" in operator.get("/audit").text


def test_unknown_rights_and_things_are_refused_with_words(world: World) -> None:
    recruiter = world.signed_in(Role.RECRUITER)
    answer = recruiter.post("/campaigns/interns/rights", data={"code": "X", "right": "king"})
    assert answer.status_code == 422
    assert "owner, editor, reviewer, viewer" in answer.text
    assert recruiter.get("/campaigns/nothing/rights").status_code == 404
    assert recruiter.get("/problems/nothing/rights").status_code == 404
