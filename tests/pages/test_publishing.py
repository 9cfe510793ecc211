"""Publishing: refused with what is lacking, overruled by a reason, certified, signed, checked."""

import json
from pathlib import Path

import httpx
import pytest
from fastapi.testclient import TestClient
from sqlmodel import select
from typer.testing import CliRunner

from cli.main import app
from judge.verdicts import Verdict
from tests.conftest import World
from tests.fleet.test_jobs import ApiRunner
from tests.pages.test_editing import author, give, made, save, versions
from tests.pages.test_verification import judge_all, start
from web.storage.account_tables import RightKind
from web.storage.authoring_tables import Certificate
from web.storage.database import transaction
from web.storage.tables import Role
from web.verification import publishing


def proved(world: World) -> TestClient:
    """A problem that lacks nothing but mutants."""
    browser = made(world)
    runner = ApiRunner(world)
    start(browser)
    judge_all(world, runner)
    start(browser, only="wrong_answer/", runs="20")
    judge_all(world, runner)
    return browser


def publish(browser: TestClient, despite: str = "") -> httpx.Response:
    """As the page's form does: with the version that it shows."""
    page = browser.get("/problems/sums/publish").text
    version = page.split('name="version" value="')[1].split('"')[0]
    data = {"despite": despite, "version": version}
    answer: httpx.Response = browser.post("/problems/sums/publish", data=data)
    return answer


def test_what_is_lacking_is_told_and_refused(world: World) -> None:
    browser = made(world)
    page = browser.get("/problems/sums/publish").text
    for words in ("No verification", "planted bugs were not caught in 20 runs", "0 mutants"):
        assert words in page, words
    refused = publish(browser)
    assert refused.status_code == 422
    assert "why it is published all the same" in refused.text
    assert browser.get("/problems/sums/certificate").status_code == 404
    assert "draft" in browser.get("/problems?q=sums").text


def test_a_whole_proof_needs_no_reason(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = proved(world)
    assert ">verified" in browser.get("/problems?q=sums").text
    page = browser.get("/problems/sums/publish").text
    assert "20 runs yet" not in page
    assert "0 mutants" in page
    # The skeleton has too few mutants; that they are counted is tested beside them.
    monkeypatch.setattr(publishing, "_unmet_by_mutants", lambda _view: [])
    answer = publish(browser)
    assert answer.headers["location"] == "/problems/sums/certificate"
    certificate = browser.get("/problems/sums/certificate").text
    assert "21/21" in certificate
    assert "published all the same" not in certificate
    assert ">published" in browser.get("/problems?q=sums").text


def test_an_owner_publishes_all_the_same_and_the_certificate_says_so(world: World) -> None:
    browser = made(world)
    short = publish(browser, "because")
    assert short.status_code == 422
    reason = "The group wants to try it <b>tomorrow</b>."
    publish(browser, reason)
    page = browser.get("/problems/sums/certificate").text
    assert "The group wants to try it &lt;b&gt;tomorrow" in page
    assert "No verification of this version" in page
    audit = world.signed_in(Role.OPERATOR).get("/audit").text
    assert "published all the same" in audit


def test_only_its_owner_publishes_and_newer_commits_change_nothing_published(
    world: World,
) -> None:
    browser = made(world)
    other = author(world, "Other")
    give(world, "Other", RightKind.EDITOR)
    data = {"despite": "It is as good as it gets."}
    assert other.post("/problems/sums/publish", data=data).status_code == 403
    publish(browser, data["despite"])
    (published,) = versions(browser)
    save(browser, "statement/problem.en.md", "New text $a + b$ $10^9$.\n", 1)
    browser.post("/problems/sums/commit", data={"sentence": "A new text."})
    page = browser.get("/problems/sums/certificate").text
    assert "Newer commits came since" in page
    assert "newer commits" in browser.get("/problems?q=sums").text
    assert f"Published is {published}" in browser.get("/problems/sums/publish").text


def test_what_cant_be_shown_is_published_by_no_reason(world: World) -> None:
    browser = made(world)
    save(browser, "statement/problem.en.md", "$\\frac{1}{$\n", 1)
    browser.post("/problems/sums/commit", data={"sentence": "A formula that can't be set."})
    answer = publish(browser, "We really want to have it now.")
    assert answer.status_code == 422
    assert "statement (en)" in answer.text


def test_a_certificate_is_checked_by_command_and_a_changed_byte_is_told(
    world: World, tmp_path: Path
) -> None:
    browser = made(world)
    publish(browser, "It is as good as it gets.")
    answer = browser.get("/problems/sums/certificate.json")
    file = tmp_path / "certificate.json"
    file.write_bytes(answer.content)
    fingerprint = browser.get("/problems/sums/certificate").text.split("by the key ")[1][:16]
    assert fingerprint in browser.get("/method").text
    run = CliRunner(env={"COLUMNS": "160"})
    good = run.invoke(app, ["verify-certificate", str(file), "--key", fingerprint])
    assert good.exit_code == 0, good.output
    assert "sums" in good.output
    assert "as good as it gets" in good.output
    other = run.invoke(app, ["verify-certificate", str(file), "--key", "0" * 16])
    assert other.exit_code == 1
    body = json.loads(answer.content)
    body["payload"] = body["payload"].replace("as good", "as fine")
    file.write_text(json.dumps(body))
    changed = run.invoke(app, ["verify-certificate", str(file)])
    assert changed.exit_code == 1
    assert "does not fit" in changed.output
    missing = run.invoke(app, ["verify-certificate", str(tmp_path / "nothing")])
    assert missing.exit_code == 2


def test_a_version_that_its_owner_never_saw_is_not_published(world: World) -> None:
    browser = made(world)
    (seen,) = versions(browser)
    save(browser, "statement/problem.en.md", "New text $a + b$ $10^9$.\n", 1)
    browser.post("/problems/sums/commit", data={"sentence": "A new text."})
    late = browser.post(
        "/problems/sums/publish", data={"despite": "It is as good as it gets.", "version": seen}
    )
    assert late.status_code == 422
    assert "was committed meanwhile" in late.text
    assert browser.get("/problems/sums/certificate").status_code == 404


def test_what_was_called_off_or_could_not_be_judged_says_nothing(world: World) -> None:
    browser = proved(world)
    number = start(browser, only="wrong_answer/", runs="20")
    browser.post(f"/problems/sums/verify/{number}/call-off")
    judge_all(world, ApiRunner(world))
    page = browser.get("/problems/sums/publish").text
    assert "not as expected in" not in page
    assert "20 runs yet" not in page


def test_a_right_answer_that_fails_now_and_then_is_lacking(world: World) -> None:
    browser = proved(world)
    start(browser, only="accepted/", runs="2")
    judge_all(world, ApiRunner(world), right=Verdict.WRONG_ANSWER)
    page = browser.get("/problems/sums/publish").text
    assert "accepted/ok.py was not as expected in 2 of 3 runs" in page


def test_the_list_shows_the_mutation_score_of_what_is_published(world: World) -> None:
    browser = made(world)
    publish(browser, "It is as good as it gets.")
    with transaction(world.engine) as session:
        row = session.exec(select(Certificate)).one()
        told = {"score": 0.975, "interval": [0.93, 0.99], "killed": 117, "survived": 3}
        row.payload = json.dumps({**json.loads(row.payload), "mutation": told})
        session.add(row)
    listed = browser.get("/problems?q=sums").text
    assert 'title="93.0–99.0 %">97.5 %</a>' in listed
    save(browser, "statement/problem.en.md", "New text $a + b$ $10^9$.\n", 1)
    browser.post("/problems/sums/commit", data={"sentence": "A new text."})
    publish(browser, "The text alone is another one.")
    assert "97.5 %" not in browser.get("/problems?q=sums").text, "it was another version's"


def test_a_campaign_asks_what_is_published_here_by_its_name(world: World) -> None:
    browser = made(world)
    new = ("campaigns", "new", "season", "--title", "Season", "--problems", "sums")
    early = world.command(*new)
    assert early.exit_code != 0
    assert "sums is not published yet" in early.output
    publish(browser, "It is as good as it gets.")
    (published,) = versions(browser)
    save(browser, "statement/problem.en.md", "New text $a + b$ $10^9$.\n", 1)
    browser.post("/problems/sums/commit", data={"sentence": "Not published."})
    assert world.command(*new).exit_code == 0
    listed = world.command("campaigns", "versions", "season").output
    assert published in listed


def test_a_retired_problem_is_refused_for_a_new_campaign_in_words(world: World) -> None:
    browser = made(world)
    publish(browser, "It is as good as it gets.")
    assert browser.post("/problems/sums/retire").status_code == 303
    told = world.command("campaigns", "new", "season", "--title", "Season", "--problems", "sums")
    assert told.exit_code == 2
    assert "The problem sums is retired" in told.output
    assert "Traceback" not in told.output
