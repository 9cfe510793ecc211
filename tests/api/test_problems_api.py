"""The REST API of problems and people, by tokens; and `judge problems pull` and `push` on it."""

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from fastapi.testclient import TestClient
from typer.testing import CliRunner, Result

from cli.main import app
from problems import signatures, skeleton, tree
from tests.conftest import World
from tests.fleet.test_jobs import ApiRunner
from tests.pages.test_mutants import judge_all as judge_mutants
from tests.pages.test_verification import judge_all
from web.app import create_app
from web.storage.tables import Role


def token_of(world: World, *scopes: str, role: Role = Role.INTERVIEWER, name: str = "Ada") -> str:
    browser = world.signed_in(role, name=name)
    page = browser.post("/account/tokens", data={"name": "test", "scopes": scopes, "days": "3"})
    return str(page.text).split("export JUDGE_TOKEN=")[1].split()[0]


def api(world: World, token: str) -> TestClient:
    browser = world.browser()
    browser.headers["Authorization"] = f"Bearer {token}"
    return browser


def package(**more: bytes) -> bytes:
    made = skeleton.make("sums", shape="program", languages=["python3"])
    return tree.pack({**made, **more})


BOTH = ("problems:read", "problems:write")


def test_a_problem_is_made_read_and_committed_to(world: World) -> None:
    client = api(world, token_of(world, *BOTH))
    made = client.post("/api/v1/problems", params={"name": "sums"}, content=package())
    assert made.status_code == 200, made.text
    version = made.json()["version"]
    (item,) = client.get("/api/v1/problems", params={"q": "sums"}).json()
    assert (item["slug"], item["right"], item["state"]) == ("sums", "owner", "draft")
    content = client.get("/api/v1/problems/sums/versions/newest.zip")
    assert content.headers["X-Version"] == version
    assert tree.version_of(tree.unpack(content.content)) == version
    changed = package(**{"data/sample/2.in": b"1 1\n", "data/sample/2.ans": b"2\n"})
    query = {"parent": version, "sentence": "A second sample."}
    done = client.put("/api/v1/problems/sums", params=query, content=changed)
    assert done.status_code == 200, done.text
    late = client.put("/api/v1/problems/sums", params=query, content=package())
    assert late.status_code == 409
    assert "committed meanwhile" in late.json()["message"]
    sentences = [one["sentence"] for one in client.get("/api/v1/problems/sums/versions").json()]
    assert sentences == ["A second sample.", "Uploaded."]
    old_new = {"old": version, "new": done.json()["version"]}
    paths = [one["path"] for one in client.get("/api/v1/problems/sums/diff", params=old_new).json()]
    assert paths[:2] == ["data/sample/2.ans", "data/sample/2.in"]


def test_files_of_the_working_copy_by_the_api(world: World) -> None:
    client = api(world, token_of(world, *BOTH))
    client.post("/api/v1/problems", params={"name": "sums"}, content=package())
    place = "/api/v1/problems/sums/files/statement/problem.en.md"
    saved = client.put(place, params={"base_revision": 1}, content=b"One.\n")
    assert saved.json()["revision"] == 2
    late = client.put(place, params={"base_revision": 1}, content=b"Two.\n")
    assert late.status_code == 409
    assert "set aside" in late.json()["message"]
    assert client.delete("/api/v1/problems/sums/files/generators/").status_code == 204
    refused = client.post("/api/v1/problems/sums/commit", params={"sentence": "No generator."})
    assert refused.status_code == 422
    assert "generators" in refused.json()["message"]


def test_a_token_does_what_its_scopes_and_its_person_may_and_no_more(world: World) -> None:
    reader = api(world, token_of(world, "problems:read"))
    assert reader.get("/api/v1/problems").status_code == 200
    refused = reader.post("/api/v1/problems", params={"name": "x"}, content=package())
    assert refused.status_code == 403
    assert "problems:write" in refused.json()["message"]
    assert reader.get("/api/v1/people").status_code == 403
    assert api(world, "judge_nonsense").get("/api/v1/problems").status_code == 401
    assert world.browser().get("/api/v1/problems").status_code == 401
    recruiter = api(world, token_of(world, *BOTH, role=Role.RECRUITER, name="R"))
    assert (
        recruiter.post("/api/v1/problems", params={"name": "x"}, content=package()).status_code
        == 403
    )
    # A browser's cookie opens no API: another site's form could send it.
    assert world.signed_in(Role.INTERVIEWER).get("/api/v1/problems").status_code == 401


def test_a_revoked_token_is_told_so(world: World) -> None:
    browser = world.signed_in(Role.INTERVIEWER, name="Ada")
    page = browser.post(
        "/account/tokens", data={"name": "laptop", "scopes": ["problems:read"], "days": "3"}
    ).text
    client = api(world, page.split("export JUDGE_TOKEN=")[1].split()[0])
    assert client.get("/api/v1/problems").status_code == 200
    assert "laptop" in browser.get("/account").text
    browser.post("/account/tokens/1/revoke")
    refused = client.get("/api/v1/problems")
    assert refused.status_code == 401
    assert "“laptop” was revoked" in refused.json()["message"]


def test_people_by_the_api(world: World) -> None:
    client = api(world, token_of(world, "people", role=Role.OPERATOR, name="Op"))
    body = {"name": "Li", "mail": "li@example.org", "roles": ["interviewer"]}
    made = client.post("/api/v1/people", json=body).json()
    assert world.browser().post(made["link"].split(":8000")[1]).status_code == 303
    assert made["code"] in [one["code"] for one in client.get("/api/v1/people").json()]
    assert client.post("/api/v1/people", json=body).status_code == 409
    assert client.post("/api/v1/people", json={**body, "roles": ["king"]}).status_code == 422


@pytest.fixture
def served(world: World) -> Iterator[str]:
    """The world's server on a port of this machine."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    config = uvicorn.Config(create_app(world.settings, world.engine), port=port, log_level="error")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        thread.join(0.05)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


def command(server: str, token: str, *words: str) -> Result:
    environment = {"JUDGE_SERVER": server, "JUDGE_TOKEN": token, "COLUMNS": "160"}
    return CliRunner(env=environment).invoke(app, ["problems", *words])


def test_a_folder_is_pushed_pulled_changed_and_pushed(
    world: World, served: str, tmp_path: Path
) -> None:
    token = token_of(world, *BOTH)
    made = CliRunner().invoke(
        app, ["problems", "new", str(tmp_path / "sums"), "--languages", "python3"]
    )
    assert made.exit_code == 0, made.output
    first = command(served, token, "push", str(tmp_path / "sums"), "-m", "First.")
    assert first.exit_code == 0, first.output
    there = tmp_path / "there"
    pulled = command(served, token, "pull", "sums", "--into", str(there))
    assert pulled.exit_code == 0, pulled.output
    statement = there / "sums" / "statement" / "problem.en.md"
    statement.write_text("Shorter.\n")
    kept = command(served, token, "pull", "sums", "--into", str(there))
    assert kept.exit_code == 1
    assert statement.read_text() == "Shorter.\n"
    second = command(served, token, "push", str(there / "sums"), "-m", "Shorter.")
    assert second.exit_code == 0, second.output
    (tmp_path / "sums" / "statement" / "problem.en.md").write_text("Other.\n")
    late = command(served, token, "push", str(tmp_path / "sums"), "-m", "Other.")
    assert late.exit_code == 1
    assert "committed meanwhile" in late.output
    again = command(served, token, "pull", "sums", "--into", str(tmp_path), "--force")
    assert again.exit_code == 0, again.output
    assert (tmp_path / "sums" / "statement" / "problem.en.md").read_text() == "Shorter.\n"


def test_pull_and_push_say_what_is_wrong(world: World, served: str, tmp_path: Path) -> None:
    token = token_of(world, *BOTH)
    unknown = command(served, token, "pull", "nothing", "--into", str(tmp_path))
    assert unknown.exit_code == 3
    assert "nothing" in unknown.output
    assert "not known" in command(served, "judge_x", "pull", "bplus-tree").output
    assert "no token" in command(served, "", "pull", "bplus-tree").output
    assert "not an address" in command("judge.example", token, "pull", "x").output
    assert "can't be reached" in command("http://127.0.0.1:1", token, "pull", "x").output
    (tmp_path / "bplus-tree").mkdir()
    (tmp_path / "bplus-tree" / "problem.yaml").write_text("name: x\n")
    foreign = command(served, token, "push", str(tmp_path / "bplus-tree"), "-m", "x")
    assert foreign.exit_code == 2


def test_verifying_mutating_and_publishing_by_the_api(world: World) -> None:
    client = api(world, token_of(world, *BOTH))
    client.post("/api/v1/problems", params={"name": "sums"}, content=package())
    started = client.post("/api/v1/problems/sums/verifications", json={}).json()
    assert judge_all(world, ApiRunner(world)) == 3
    state = client.get(f"/api/v1/problems/sums/verifications/{started['id']}").json()
    assert (state["over"], state["passed"], state["judged"]) == (True, True, 3)
    assert {one["name"] for one in state["submissions"]} == {
        "accepted/ok.py",
        "wrong_answer/difference.py",
    }
    assert client.get("/api/v1/problems/sums/mutants").status_code == 404
    sent = client.post("/api/v1/problems/sums/mutants", json={"count": 4}).json()
    assert judge_mutants(world, survivors=1) == sent
    mutants = client.get("/api/v1/problems/sums/mutants").json()
    (survivor,) = mutants["survivors"]
    place = f"/api/v1/problems/sums/mutants/{survivor['name']}/mark"
    assert client.post(place, json={"because": "nobody can see that"}).status_code == 204
    assert client.get("/api/v1/problems/sums/mutants").json()["survived"] == 0
    proof = client.get("/api/v1/problems/sums/proof").json()
    assert any("planted" in one for one in proof["unmet"])
    refused = client.post("/api/v1/problems/sums/publish", json={"version": proof["version"]})
    assert refused.status_code == 409
    assert "write in a sentence" in refused.json()["message"]
    body = {"version": proof["version"], "despite": "It is as good as it gets."}
    assert client.post("/api/v1/problems/sums/publish", json=body).status_code == 204
    signed = signatures.from_file(client.get("/api/v1/problems/sums/certificate").text)
    assert "as good as it gets" in signed.payload
    assert client.post("/api/v1/problems/sums/retire").status_code == 204
    assert client.get("/api/v1/problems/sums").json()["state"] == "retired"
    reader = api(world, token_of(world, "problems:read", name="Reader"))
    assert reader.get("/api/v1/problems/sums/proof").status_code == 403, "somebody else's"
    assert client.post("/api/v1/problems/sums/publish", json={"x": 1}).status_code == 422


def test_an_answer_is_tried_by_the_api(world: World) -> None:
    client = api(world, token_of(world, *BOTH))
    client.post("/api/v1/problems", params={"name": "sums"}, content=package())
    body = {"language": "python3", "source": "print(1)\n"}
    code = client.post("/api/v1/problems/sums/tries", json=body).json()["submission"]
    place = f"/api/v1/problems/sums/tries/{code}"
    assert client.get(place).json()["judgement"] is None
    judge_all(world, ApiRunner(world))
    assert client.get(place).json()["judgement"]["verdict"] == "wrong-answer"
    assert client.post(f"{place}/keep").status_code == 422, "it shows no input"
    other = api(world, token_of(world, *BOTH, name="Other"))
    assert other.get(place).status_code == 403
    assert other.post("/api/v1/problems/sums/tries", json=body).status_code == 403


def test_publishing_by_command_says_what_is_lacking(world: World, served: str) -> None:
    token = token_of(world, *BOTH)
    client = api(world, token)
    client.post("/api/v1/problems", params={"name": "sums"}, content=package())
    refused = command(served, token, "publish", "sums")
    assert refused.exit_code == 1
    assert "No verification of this version" in refused.output
    done = command(served, token, "publish", "sums", "--despite", "It is good enough for now.")
    assert done.exit_code == 0, done.output
    unknown = command(served, token, "verify", "nothing")
    assert unknown.exit_code == 3
