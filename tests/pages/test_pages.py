"""The pages: each as each role, in both languages, and what is refused with words that help."""

import re
import sqlite3

import pytest
from sqlalchemy import event
from sqlmodel import select

from tests.conftest import World
from web.pages.entrance import HOME
from web.storage.database import now_ms, transaction
from web.storage.tables import Job, Role, RunnerRow, SubmissionKind, SubmissionRow

ANYBODY = ("/", "/method", "/verdicts", "/privacy", "/keys", "/api/docs")
STAFF = (
    "/problems",
    "/problems/bplus-tree",
    "/campaigns",
    "/campaigns/interns/leaderboard",
    "/campaigns/interns/leaderboard.json",
    "/campaigns/interns/leaderboard.csv",
    "/campaigns/interns/versions",
    "/campaigns/interns/rescore",
)
OPERATOR = (
    "/runners",
    "/runners/now",
    "/runners.json",
    "/runners/test",
    "/runners/test/now",
    "/queue",
)
CANDIDATE = ("/sitting", "/sitting/bplus-tree")


def send(world: World, **fields: str) -> tuple[int, str]:
    browser = world.signed_in(Role.CANDIDATE)
    data = {"language": "cpp", "form_key": "0123456789", "source": "int x;", "kind": "submit"}
    answer = browser.post("/sitting/bplus-tree/submissions", data={**data, **fields})
    return answer.status_code, answer.text


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("role", list(Role))
def test_every_page_as_every_role(world: World, role: Role, language: str) -> None:
    browser = world.signed_in(role)
    mine = {Role.CANDIDATE: CANDIDATE, Role.OPERATOR: OPERATOR}.get(role, STAFF)
    for path in (*STAFF, *CANDIDATE, *OPERATOR):
        answer = browser.get(path, params={"lang": language})
        assert answer.status_code == (200 if path in mine else 403), f"{path}: {answer.text[:300]}"
    for path in ANYBODY[1:]:
        answer = browser.get(path, params={"lang": language})
        assert answer.status_code == 200, path
        assert len(re.findall("<h1", answer.text)) == 1
        assert f'lang="{"zh-CN" if language == "zh" else "en"}"' in answer.text


@pytest.mark.parametrize("path", [*STAFF, *CANDIDATE, *OPERATOR])
def test_who_is_not_signed_in_is_told_to_use_the_link(world: World, path: str) -> None:
    answer = world.browser().get(path)
    assert answer.status_code == 401
    assert "invitation" in answer.text


@pytest.mark.parametrize("role", list(Role))
def test_looking_at_an_invitation_changes_nothing(world: World, role: Role) -> None:
    secret = world.secret(role)
    browser = world.browser()
    for _ in range(3):
        page = browser.get(f"/i/{secret}")
        assert page.status_code == 200
        if role is Role.CANDIDATE:
            assert "Nothing has started." in page.text
            assert "60 minutes" in page.text
    home = HOME[role]
    assert browser.get(home).status_code == 401
    assert browser.post(f"/i/{secret}").headers["location"] == home
    assert browser.get(home).status_code == 200


@pytest.mark.sqlite
def test_secrets_are_stored_hashed(world: World) -> None:
    secret = world.secret(Role.CANDIDATE)
    database = (world.settings.data_dir / "judge.sqlite").read_bytes()
    journal = world.settings.data_dir / "judge.sqlite-wal"
    assert secret.encode() not in database + (journal.read_bytes() if journal.exists() else b"")


def test_a_copied_cookie_is_worth_nothing_after_signing_out(world: World) -> None:
    browser = world.signed_in(Role.CANDIDATE)
    cookie = browser.cookies["judge"]
    assert browser.post("/sign-out").status_code == 303
    thief = world.browser()
    thief.cookies.set("judge", cookie)
    assert thief.get("/sitting").status_code == 401


@pytest.mark.parametrize(
    ("make", "status", "words"),
    [("nonsense", 404, "not known"), ("expired", 403, "expired")],
)
def test_a_bad_link_says_why(world: World, make: str, status: int, words: str) -> None:
    secret = world.secret(Role.CANDIDATE, expires_in_ms=-1) if make == "expired" else make
    for answer in (world.browser().get(f"/i/{secret}"), world.browser().post(f"/i/{secret}")):
        assert answer.status_code == status
        assert words in answer.text


def test_the_clock_starts_only_when_start_is_pressed(world: World) -> None:
    browser = world.signed_in(Role.CANDIDATE, start=False)
    assert browser.get("/sitting/bplus-tree").headers["location"] == "/sitting"
    browser.post("/sitting/start")
    assert browser.get("/sitting/bplus-tree").status_code == 200


@pytest.mark.parametrize(
    ("fields", "status", "words"),
    [
        ({"source": "  \n"}, 422, "The source is empty"),
        ({"source": "x" * 200_000}, 422, "200,000 bytes"),
        ({"source": "a\0b"}, 422, "binary"),
        ({"language": "cobol"}, 422, "“cobol” is not offered"),
        ({"form_key": "short"}, 422, "form_key"),
        ({"kind": "steal"}, 422, "kind"),
        *(
            ({"kind": kind}, 422, "is no kind of submission that can be sent")
            for kind in SubmissionKind
            if kind not in (SubmissionKind.SUBMIT, SubmissionKind.SAMPLES)
        ),
    ],
)
def test_a_bad_submission_says_what_and_where(
    world: World, fields: dict[str, str], status: int, words: str
) -> None:
    got, text = send(world, **fields)
    assert got == status
    assert words in text


def test_a_wrongly_encoded_file_names_the_line(world: World) -> None:
    browser = world.signed_in(Role.CANDIDATE)
    answer = browser.post(
        "/sitting/bplus-tree/submissions",
        data={"language": "cpp", "form_key": "0123456789", "kind": "submit"},
        files={"file": ("a.cpp", "int a;\n// 中文\n".encode("gbk"))},
    )
    assert answer.status_code == 422
    assert "in line 2" in answer.text


def test_what_was_typed_comes_back_with_the_refusal(world: World) -> None:
    _, text = send(world, source="int keep_me;" + "\n" * 140_000)
    assert "int keep_me;" in text


def test_an_unknown_problem_is_not_found(world: World) -> None:
    browser = world.signed_in(Role.CANDIDATE)
    assert browser.get("/sitting/nothing").status_code == 404


def test_a_form_posted_twice_is_one_submission(world: World) -> None:
    browser = world.signed_in(Role.CANDIDATE)
    data = {"language": "cpp", "form_key": "0123456789", "source": "int x;", "kind": "submit"}
    places = [
        browser.post("/sitting/bplus-tree/submissions", data=data).headers["location"]
        for _ in range(3)
    ]
    assert len(set(places)) == 1
    with world.session() as session:
        assert len(session.exec(select(SubmissionRow)).all()) == 1


def test_the_cap_is_said_and_samples_stay_free(world: World) -> None:
    browser = world.signed_in(Role.CANDIDATE)

    def post(number: int, kind: str) -> int:
        data = {
            "language": "cpp",
            "form_key": f"key number {number}",
            "source": "int x;",
            "kind": kind,
        }
        return int(browser.post("/sitting/bplus-tree/submissions", data=data).status_code)

    assert [post(n, "submit") for n in range(4)] == [303, 303, 303, 429]
    assert post(9, "samples") == 303


def test_nobody_reads_anothers_submission(world: World) -> None:
    ada = world.signed_in(Role.CANDIDATE, name="Ada")
    data = {"language": "cpp", "form_key": "0123456789", "source": "int ada;", "kind": "submit"}
    place = ada.post("/sitting/bplus-tree/submissions", data=data).headers["location"]
    assert ada.get(place).status_code == 200
    bo = world.signed_in(Role.CANDIDATE, name="Bo")
    for path in (place, f"{place}.json", f"{place}/source"):
        answer = bo.get(path)
        assert answer.status_code == 403
        assert "int ada" not in answer.text


def test_a_post_from_another_site_is_refused(world: World) -> None:
    browser = world.signed_in(Role.CANDIDATE)
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        assert browser.post("/sitting/start", headers=headers).status_code == 403


def test_pages_carry_a_strict_policy(world: World) -> None:
    policy = world.browser().get("/").headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_drafts_are_kept_and_never_overwritten_unseen(world: World) -> None:
    browser = world.signed_in(Role.CANDIDATE)

    def put(text: str, base: int) -> tuple[int, dict[str, object]]:
        answer = browser.put("/drafts/bplus-tree/cpp", json={"text": text, "base_revision": base})
        return answer.status_code, answer.json()

    assert put("one", 0) == (200, {"revision": 1, "saved_at_ms": put("one", 1)[1]["saved_at_ms"]})
    assert put("two", 1)[1]["revision"] == 2
    status, body = put("three, from another window", 1)
    assert status == 409
    assert body["text"] == "two"
    assert "two" in browser.get("/sitting/bplus-tree?language=cpp").text


def test_names_are_hidden_until_a_review_is_filed(world: World) -> None:
    ada = world.signed_in(Role.CANDIDATE, name="Ada Secret")
    data = {"language": "cpp", "form_key": "0123456789", "source": "int x;", "kind": "submit"}
    ada.post("/sitting/bplus-tree/submissions", data=data)
    with world.session() as session:
        row = session.exec(select(SubmissionRow)).one()
    staff = world.signed_in(Role.RECRUITER)
    page = staff.get(f"/submissions/{row.code}").text
    assert "Ada Secret" not in page
    code = re.findall(r"candidate ([0-9A-Z]{6})", page)[0]
    place = f"/campaigns/interns/candidates/{code}"
    assert "Ada Secret" not in staff.get(place).text
    assert staff.post(f"{place}/review", data={"text": " "}).status_code == 422
    assert staff.post(f"{place}/review", data={"text": "clear code"}).status_code == 303
    assert "Ada Secret" in staff.get(place).text
    assert "Ada Secret" not in world.signed_in(Role.INTERVIEWER).get(place).text


def test_the_language_stays_chosen_and_leads_nowhere_else(world: World) -> None:
    browser = world.browser()
    answer = browser.post("/language", data={"to": "zh", "back": "//evil.example"})
    assert answer.headers["location"] == "/"
    assert 'lang="zh-CN"' in browser.get("/").text


def test_probes_answer(world: World) -> None:
    browser = world.browser()
    assert browser.get("/healthz").json() == {"state": "alive"}
    assert browser.get("/readyz").json() == {"state": "ready"}


@pytest.mark.sqlite
def test_a_full_disk_keeps_the_text_and_says_so_in_the_readers_language(world: World) -> None:
    browser = world.signed_in(Role.CANDIDATE)

    def fill(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA max_page_count=1")  # rounded up to what is used already

    world.engine.dispose()
    event.listen(world.engine, "connect", fill)
    data = {"language": "cpp", "form_key": "0123456789", "kind": "submit"}
    data["source"] = "int keep_me;" + "//" * 20_000
    for language, words in (("en", "disk is full"), ("zh", "磁盘已满")):
        browser.cookies.set("language", language)
        answer = browser.post("/sitting/bplus-tree/submissions", data=data)
        assert answer.status_code == 503
        assert words in answer.text
        assert "int keep_me;" in answer.text
    draft = browser.put("/drafts/bplus-tree/cpp", json={"text": "x" * 40_000, "base_revision": 0})
    assert draft.status_code == 503
    assert "磁盘已满" in draft.json()["message"]
    with world.session() as session:
        assert not session.exec(select(SubmissionRow)).all()


def test_who_waits_while_no_machine_judges_is_told(world: World) -> None:
    browser = world.signed_in(Role.CANDIDATE)
    data = {"language": "cpp", "form_key": "0123456789", "source": "int x;", "kind": "submit"}
    place = browser.post("/sitting/bplus-tree/submissions", data=data).headers["location"]
    assert "No machine is judging" not in browser.get(place).text
    with transaction(world.engine) as session:
        job = session.exec(select(Job)).one()
        job.queued_at_ms -= 60_000
        session.add(job)
    assert "No machine is judging at the moment" in browser.get(place).text
    with transaction(world.engine) as session:
        runner = session.exec(select(RunnerRow)).one()
        runner.seen_at_ms = now_ms()
        session.add(runner)
    assert "No machine is judging" not in browser.get(place).text


def test_the_openapi_document_has_the_api_and_no_page(world: World) -> None:
    paths = world.browser().get("/api/openapi.json").json()["paths"]
    assert {"/runners.json", "/campaigns/{slug}/leaderboard.json", "/healthz"} <= set(paths)
    told = [
        (path, kind)
        for path, operations in paths.items()
        for operation in operations.values()
        for answer in operation["responses"].values()
        for kind in answer.get("content", {})
    ]
    assert [one for one in told if one[1] in ("text/html", "text/event-stream")] == []
    csv = paths["/campaigns/{slug}/leaderboard.csv"]["get"]["responses"]["200"]["content"]
    assert list(csv) == ["text/csv"]


def test_what_shows_the_api_loads_nothing_from_elsewhere(world: World) -> None:
    browser = world.browser()
    shown = browser.get("/api/docs").text
    loaded = re.findall(r'(?:src|href)="([^"]+)"', shown)
    assert [one for one in loaded if not one.startswith(("/", "#"))] == []
    for one in loaded:
        assert browser.get(one).status_code in (200, 303), one
    assert browser.get("/redoc").status_code == 404
