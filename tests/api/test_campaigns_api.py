"""The REST API of campaigns: a move to another version, step by step, within rights."""

import pytest

from tests.api.test_problems_api import api, token_of
from tests.conftest import World
from tests.hiring.test_leaderboard import add_scores
from tests.hiring.test_version_moves import judge_shadows, with_another_limit
from web.storage import Role

MOVES = "/api/v1/campaigns/interns/versions"
BOTH = ("campaigns:read", "campaigns:write")


def test_a_campaign_is_moved_step_by_step(world: World) -> None:
    to = with_another_limit(world).problem.version
    add_scores(world, [(90, 90, 90), (80, 80, 80)])
    client = api(world, token_of(world, *BOTH, role=Role.RECRUITER))
    (before,) = client.get(MOVES).json()
    assert (before["choices"], before["moving_to"]) == ([to], None)
    told = client.get(f"{MOVES}/bplus-tree", params={"to": to}).json()
    assert (told["answers"], told["begun"]) == (2, False)
    assert told["changes"] == [
        {"kind": "limits", "detail": "limits.memory_bytes: 256 MiB → 1256 MiB"}
    ]
    begun = client.post(f"{MOVES}/bplus-tree", json={"action": "start", "to": to})
    assert begun.json()["moving_to"] == to
    early = client.post(f"{MOVES}/bplus-tree", json={"action": "switch"})
    assert (early.status_code, "2 answers are still to be judged" in early.text) == (409, True)
    judge_shadows(world, {"P00000": 10})
    told = client.get(f"{MOVES}/bplus-tree").json()
    assert told["ready"]
    assert {one["code"]: one["score"] for one in told["moves"]}["P00000"] == [90, 10]
    assert [one["candidate"] for one in told["otherwise"]] == ["P00000", "P00001"]
    assert client.post(f"{MOVES}/bplus-tree", json={"action": "switch"}).json()["version"] == to


@pytest.mark.parametrize(
    ("scopes", "role", "status"),
    [
        (("campaigns:read",), Role.RECRUITER, 403),
        (("problems:read", "problems:write"), Role.RECRUITER, 403),
        (BOTH, Role.INTERVIEWER, 403),
    ],
)
def test_a_step_takes_scope_and_right(
    world: World, scopes: tuple[str, ...], role: Role, status: int
) -> None:
    to = with_another_limit(world).problem.version
    client = api(world, token_of(world, *scopes, role=role))
    answer = client.post(f"{MOVES}/bplus-tree", json={"action": "start", "to": to})
    assert answer.status_code == status


def test_what_is_not_there_is_said(world: World) -> None:
    client = api(world, token_of(world, *BOTH, role=Role.RECRUITER))
    assert client.get("/api/v1/campaigns/nothing/versions").status_code == 404
    assert client.get(f"{MOVES}/nothing").status_code == 404
    assert client.post(f"{MOVES}/bplus-tree", json={"action": "leap"}).status_code == 422
    assert "leap" in client.post(f"{MOVES}/bplus-tree", json={"action": "leap"}).text
