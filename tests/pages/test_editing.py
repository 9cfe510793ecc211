"""Setting a problem in the browser: made, edited by two, committed, gone back; and bad input."""

import io
import re
import zipfile

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from problems import skeleton, tree
from tests.conftest import World
from web.storage.account_tables import AccessRight, RightKind
from web.storage.authoring_tables import ProblemVersion, SetAside, WorkingFile
from web.storage.database import transaction
from web.storage.tables import Person, Role


def author(world: World, name: str = "Author") -> TestClient:
    return world.signed_in(Role.INTERVIEWER, name=name)


def made(world: World, name: str = "sums", **fields: object) -> TestClient:
    """Somebody who has made a problem from the skeleton."""
    browser = author(world)
    data = {"name": name, "shape": "program", "languages": ["python3"], **fields}
    answer = browser.post("/problems/new", data=data)
    assert answer.status_code == 303, answer.text
    assert answer.headers["location"] == f"/problems/{name}/edit"
    return browser


def give(world: World, name: str, right: RightKind, slug: str = "sums") -> None:
    with transaction(world.engine) as session:
        person = session.exec(select(Person.id).where(Person.name == name)).one()
        assert person is not None
        session.add(
            AccessRight(subject_kind="problem", subject=slug, person_id=person, right=right.value)
        )


def save(browser: TestClient, path: str, text: str, revision: int, slug: str = "sums") -> int:
    """The new revision."""
    answer = browser.put(
        f"/problems/{slug}/working/{path}", json={"text": text, "base_revision": revision}
    )
    assert answer.status_code == 200, answer.text
    return int(answer.json()["revision"])


def versions(browser: TestClient, slug: str = "sums") -> list[str]:
    page = browser.get(f"/problems/{slug}/history").text
    return re.findall(r'<span class="mono">([0-9a-f]{12})</span>', page)


def zipped(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            archive.writestr(path, content)
    return buffer.getvalue()


def upload(browser: TestClient, content: bytes, **fields: str) -> tuple[int, str]:
    answer = browser.post(
        "/problems/new/upload",
        data=fields,
        files={"package": ("brought.zip", content, "application/zip")},
    )
    return answer.status_code, answer.text


def test_a_problem_from_nothing_is_edited_committed_and_gone_back(world: World) -> None:
    browser = made(world)
    save(browser, "statement/problem.en.md", "Add **two** numbers.\n", 1)
    assert "changes that no version has yet" in browser.get("/problems/sums").text
    page = browser.get("/problems/sums/diff").text
    assert "Add **two** numbers." in page
    assert 'class="plus"' in page
    committed = browser.post("/problems/sums/commit", data={"sentence": "Shorter statement."})
    assert committed.headers["location"] == "/problems/sums/history"
    newest, first = versions(browser)
    history = browser.get("/problems/sums/history").text
    assert "Shorter statement." in history
    assert "Author" in history
    assert "Add <strong>two</strong> numbers." in browser.get("/problems/sums").text
    back = browser.post("/problems/sums/restore", data={"version": first, "head": newest})
    assert back.status_code == 303
    assert versions(browser) == [first, newest, first], "going back is a new commit"
    assert f"Back to {first}" in browser.get("/problems/sums/history").text


def test_two_people_in_one_file_overwrite_nothing_and_both_texts_are_kept(world: World) -> None:
    ada = made(world)
    ben = author(world, "Ben")
    assert ben.get("/problems/sums/edit").status_code == 403
    give(world, "Ben", RightKind.EDITOR)
    path = "statement/problem.en.md"
    save(ada, path, "Ada's.\n", 1)
    seen = ben.get(f"/problems/sums/working/{path}", params={"since": 1}).json()
    assert (seen["text"], seen["by"]) == ("Ada's.\n", "Author")
    late = ben.put(f"/problems/sums/working/{path}", json={"text": "Ben's.\n", "base_revision": 1})
    assert late.status_code == 409
    assert late.json()["text"] == "Ada's.\n"
    aside = late.json()["aside"]
    page = ben.get(f"/problems/sums/aside/{aside}").text
    assert "Ada&#39;s." in page
    assert "Ben&#39;s." in page
    assert f"/aside/{aside}" in ada.get("/problems/sums/edit").text
    ben.post(f"/problems/sums/aside/{aside}", data={"choice": "take"})
    assert ada.get(f"/problems/sums/working/{path}").json()["text"] == "Ben's.\n"
    with world.session() as session:
        other = session.exec(select(SetAside)).one()
    assert "Ada&#39;s." in ada.get(f"/problems/sums/aside/{other.id}").text
    ada.post(f"/problems/sums/aside/{other.id}", data={"choice": "drop"})
    assert f"/aside/{other.id}" not in ada.get("/problems/sums/edit").text


def test_a_save_without_scripts_that_loses_keeps_what_was_typed_in_the_field(
    world: World,
) -> None:
    browser = made(world)
    save(browser, "problem.yaml", "name: x\n", 1)
    answer = browser.post(
        "/problems/sums/edit",
        data={"file": "problem.yaml", "text": "name: typed\r\n", "base_revision": "1"},
    )
    assert answer.status_code == 422
    assert "name: typed" in answer.text
    assert "Both are kept" in answer.text


def test_a_broken_package_is_told_at_its_place_and_can_be_opened_and_mended(
    world: World,
) -> None:
    browser = made(world)
    revision = save(browser, "problem.yaml", "name: [\nlimit: 3\n", 1)
    for path in ("edit", "edit?file=problem.yaml", "statements", "diff", "history"):
        assert browser.get(f"/problems/sums/{path}").status_code == 200, path
    assert browser.get("/problems/sums").status_code == 200, "the version stays as it is"
    page = browser.get("/problems/sums/edit?file=problem.yaml").text
    assert "this is no package" in page
    refused = browser.post("/problems/sums/commit", data={"sentence": "Broken."})
    assert refused.status_code == 422
    assert "problem.yaml" in refused.text
    assert len(versions(browser)) == 1
    save(browser, "problem.yaml", "name: Sum\nlimitz: {}\n", revision)
    assert "limitz" in browser.get("/problems/sums/edit").text


def test_files_are_made_uploaded_renamed_downloaded_and_deleted(world: World) -> None:
    browser = made(world)
    binary = bytes(range(256))
    answer = browser.post(
        "/problems/sums/files/new",
        data={"path": "attachments/"},
        files={"upload": ("tool.bin", binary)},
    )
    assert answer.status_code == 303, answer.text
    assert "This is no text" in browser.get("/problems/sums/edit?file=attachments/tool.bin").text
    assert browser.get("/problems/sums/download/attachments/tool.bin").content == binary
    names = {"file": "attachments/tool.bin", "new": "attachments/kit.bin"}
    assert browser.post("/problems/sums/files/rename", data=names).status_code == 303
    names = {"file": "attachments/kit.bin", "new": "problem.yaml"}
    assert "already" in browser.post("/problems/sums/files/rename", data=names).text
    gone = browser.post("/problems/sums/files/delete", data={"file": "attachments/kit.bin"})
    assert gone.status_code == 303
    assert "kit.bin" not in browser.get("/problems/sums/edit").text
    assert browser.get("/problems/sums/download/attachments/kit.bin").status_code == 404


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("../out", "can&#39;t be a file"),
        ("/etc/passwd", "can&#39;t be a file"),
        ("a//b", "can&#39;t be a file"),
        ("<script>alert(1)</script>", "&lt;script&gt;"),
        ("data/sample/1.in/x", "both a file and a folder"),
        ("data", "both a file and a folder"),
        ("x" * 300, "can&#39;t be a file"),
        ("", "can&#39;t be a file"),
    ],
)
def test_a_name_that_no_file_may_have_is_refused_with_words(
    world: World, path: str, words: str
) -> None:
    browser = made(world)
    answer = browser.post("/problems/sums/files/new", data={"path": path})
    assert answer.status_code == 422
    assert words in answer.text
    assert "<script>alert" not in answer.text


def test_scripts_in_statements_names_and_sentences_are_text(world: World) -> None:
    browser = made(world)
    evil = "<script>alert(1)</script>"
    save(browser, "statement/problem.en.md", f"Hello {evil} <img src=x onerror=alert(1)>\n", 1)
    shown = browser.post(
        "/problems/sums/preview", data={"file": "statement/problem.en.md", "text": evil}
    )
    browser.post("/problems/sums/commit", data={"sentence": evil})
    pages = ("", "/edit", "/statements", "/history", "/diff", "/rights")
    for text in (shown.text, *(browser.get(f"/problems/sums{path}").text for path in pages)):
        assert evil not in text
        assert "<img src=x onerror" not in text


def test_a_formula_that_cant_be_set_is_told_beside_the_preview(world: World) -> None:
    browser = made(world)
    shown = browser.post(
        "/problems/sums/preview",
        data={"file": "statement/problem.en.md", "text": "$\\frac{1}{$\n"},
    )
    assert shown.status_code == 200
    assert "can&#39;t be set" in shown.text or "can't be set" in shown.text


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "No file is chosen"),
        (b"no zip", "zip file"),
        (zipped({"../problem.yaml": b"name: x"}), "leads out"),
        (zipped({"readme.txt": b"hello"}), "problem.yaml"),
    ],
)
def test_an_upload_that_is_no_package_says_why_and_takes_nothing(
    world: World, content: bytes, words: str
) -> None:
    browser = author(world)
    _, text = upload(browser, content)
    assert words in text
    assert browser.get("/problems/brought").status_code == 404


def test_a_zip_bomb_is_refused(world: World) -> None:
    content = zipped({"problem.yaml": b"name: x", "data/sample/1.in": b"0" * (70 << 20)})
    status, text = upload(author(world), content)
    assert status == 422
    assert "at most" in text


def test_what_is_larger_than_a_server_takes_gets_words(world: World) -> None:
    answer = author(world).post(
        "/problems/new/upload",
        content=b"",
        headers={"Content-Type": "application/zip", "Content-Length": str(300 << 20)},
    )
    assert answer.status_code == 413
    assert "64 MiB" in answer.text


def test_what_of_an_upload_isnt_supported_is_said_before_it_is_taken(world: World) -> None:
    files = {
        **skeleton.make("other", shape="program", languages=["python3"]),
        "submissions/accepted/x.java": b"class X {}",
    }
    browser = author(world)
    status, text = upload(browser, zipped(dict(files)), name="taken")
    assert status == 200
    assert "x.java" in text
    assert browser.get("/problems/taken").status_code == 404
    kept = re.search(r'name="kept" value="([^"]+)"', text)
    assert kept is not None
    taken = browser.post("/problems/new/upload", data={"name": "taken", "kept": kept[1]})
    assert taken.headers["location"] == "/problems/taken"
    assert browser.get("/problems/taken").status_code == 200


def test_a_zip_onto_a_problem_is_a_commit_and_any_version_downloads(world: World) -> None:
    browser = made(world)
    (first,) = versions(browser)
    content = browser.get(f"/problems/sums/versions/{first}.zip").content
    files = dict(tree.unpack(content))
    same = browser.post(
        "/problems/sums/zip",
        data={"sentence": "Nothing.", "head": first},
        files={"package": ("x.zip", content)},
    )
    assert "nothing to commit" in same.text
    files["data/sample/2.in"], files["data/sample/2.ans"] = b"1 1\n", b"2\n"
    answer = browser.post(
        "/problems/sums/zip",
        data={"sentence": "A second sample.", "head": first},
        files={"package": ("another name.zip", zipped(files))},
    )
    assert answer.status_code == 303, answer.text
    newest, *_ = versions(browser)
    assert tree.unpack(browser.get(f"/problems/sums/versions/{newest}.zip").content) == files
    assert browser.get("/problems/sums/versions/000000000000.zip").status_code == 404


def test_a_copy_is_the_copiers_own(world: World) -> None:
    browser = author(world, "Copier")
    answer = browser.post("/problems/new/copy", data={"name": "tree2", "of": "bplus-tree"})
    assert answer.headers["location"] == "/problems/tree2/edit"
    assert author(world, "Another").get("/problems/tree2").status_code == 403
    again = browser.post("/problems/new/copy", data={"name": "tree2", "of": "bplus-tree"})
    assert "already" in again.text
    for name in ("new", "题目", "---", "../etc", "<b>x</b>", "a--b", "a" * 61):
        assert browser.post("/problems/new", data={"name": name}).status_code == 422


@pytest.mark.parametrize("right", [*RightKind, None])
def test_a_problem_as_each_right(world: World, right: RightKind | None) -> None:
    made(world)
    browser = author(world, "Other")
    if right is not None:
        give(world, "Other", right)
    may_edit = right in (RightKind.OWNER, RightKind.EDITOR)
    for path in ("", "/edit", "/statements", "/history", "/diff", "/rights"):
        assert browser.get(f"/problems/sums{path}").status_code == (200 if right else 403), path
    posts = {
        "/edit": {"file": "problem.yaml", "text": "x", "base_revision": "1"},
        "/commit": {"sentence": "x"},
        "/restore": {"version": "000000000000"},
        "/discard": {},
        "/files/new": {"path": "a.txt"},
        "/files/rename": {"file": "a.txt", "new": "b.txt"},
        "/files/delete": {"file": "b.txt"},
        "/retire": {},
    }
    for path, data in posts.items():
        allowed = right is RightKind.OWNER if path == "/retire" else may_edit
        refused = browser.post(f"/problems/sums{path}", data=data).status_code == 403
        assert refused != allowed, path


def test_an_editor_who_loses_the_right_meanwhile_is_told_and_nothing_is_saved(
    world: World,
) -> None:
    made(world)
    ben = author(world, "Ben")
    give(world, "Ben", RightKind.EDITOR)
    save(ben, "problem.yaml", "name: one\n", 1)
    with transaction(world.engine) as session:
        for row in session.exec(select(AccessRight).where(AccessRight.right == "editor")):
            session.delete(row)
    late = ben.put(
        "/problems/sums/working/problem.yaml", json={"text": "name: two\n", "base_revision": 2}
    )
    assert late.status_code == 403
    assert "Ask its owner (Author)" in late.json()["message"]
    with world.session() as session:
        assert session.get_one(WorkingFile, ("sums", "problem.yaml")).revision == 2


def test_retiring_loses_nothing_and_is_undone(world: World) -> None:
    browser = made(world)
    browser.post("/problems/sums/retire")
    assert "sums" in browser.get("/problems", params={"state": "retired"}).text
    assert len(versions(browser)) == 1
    browser.post("/problems/sums/unretire")
    assert "sums" not in browser.get("/problems", params={"state": "retired"}).text


def test_the_list_is_searched_by_name_skill_language_and_owner(world: World) -> None:
    browser = made(world)
    for words in ("sums", "arithmetic", "python3", "author", "AUTHOR sums"):
        assert "/problems/sums" in browser.get("/problems", params={"q": words}).text, words
    assert "/problems/sums" not in browser.get("/problems", params={"q": "rust sums"}).text
    assert "the house" in browser.get("/problems").text


def test_settings_are_a_form_that_writes_the_texts(world: World) -> None:
    browser = made(world)
    data: dict[str, object] = {
        "name_en": "A sum",
        "name_zh": "求和",
        "languages": ["python3", "c"],
        "time_limit": "2",
        "memory": "128",
        "minutes": "20",
        "skills": "arithmetic, storage",
        "targets": ["linux"],
        "license": "cc by",
        "fresh_group": ["random", "large", ""],
        "fresh_count": ["5", "2", ""],
        "fresh_arguments": ["{seed}", "{seed} 9", ""],
        "fresh_builds": ["plain", "plain", ""],
        "problem_revision": "1",
        "systems_revision": "1",
    }
    answer = browser.post("/problems/sums/settings", data=data)
    assert answer.status_code == 303, answer.text
    page = browser.get("/problems/sums/settings").text
    assert 'value="求和"' in page
    assert "{seed} 9" in page
    table = browser.get("/problems/sums/tests").text
    assert "large" in table
    assert "sample/1" in table
    seen = re.findall(r'_revision" value="(\d+)"', page)
    data |= {"problem_revision": seen[0], "systems_revision": seen[1]}
    for field, value, words in (
        ("time_limit", "soon", "is no number"),
        ("minutes", "100000", "minutes"),
        ("name_en", " ", "name.en"),
        ("fresh_group", ["../x y", "b", ""], "group"),
    ):
        refused = browser.post("/problems/sums/settings", data={**data, field: value})
        assert refused.status_code == 422
        assert words in refused.text
    save(browser, "problem.yaml", "nam: x\n", int(seen[0]))
    assert "nam" in browser.get("/problems/sums/settings").text
    assert browser.get("/problems/sums/tests").status_code == 200


def test_a_right_on_what_is_not_there_cant_be_taken_beforehand(world: World) -> None:
    ann = author(world, "Ann")
    with world.session() as session:
        code = session.exec(select(Person.code).where(Person.name == "Ann")).one()
    for place in ("/problems/sums/rights", "/campaigns/future/rights"):
        taken = ann.post(place, data={"code": code, "right": "owner"})
        assert taken.status_code == 404, place
    with transaction(world.engine) as session:
        person = session.exec(select(Person.id).where(Person.name == "Ann")).one()
        assert person is not None
        session.add(
            AccessRight(subject_kind="problem", subject="sums", person_id=person, right="owner")
        )
    made(world)
    assert ann.get("/problems/sums/edit").status_code == 403, "a right left from before is gone"


def test_an_upload_is_taken_by_who_sent_it_and_no_other(world: World) -> None:
    files = {
        **skeleton.make("other", shape="program", languages=["python3"]),
        "submissions/accepted/x.java": b"class X {}",
    }
    _, text = upload(author(world, "Ann"), zipped(dict(files)), name="taken")
    kept = re.search(r'name="kept" value="([^"]+)"', text)
    assert kept is not None
    ben = author(world, "Ben")
    stolen = ben.post("/problems/new/upload", data={"name": "stolen", "kept": kept[1]})
    assert "not kept any more" in stolen.text
    with world.session() as session:
        digests = session.exec(select(ProblemVersion.package_sha256)).all()
    for digest in digests:
        ben.post("/problems/new/upload", data={"name": "stolen", "kept": digest})
    assert ben.get("/problems/stolen").status_code == 404


def test_a_page_that_was_opened_before_a_commit_overwrites_nothing_of_it(world: World) -> None:
    ada = made(world)
    ben = author(world, "Ben")
    give(world, "Ben", RightKind.EDITOR)
    path = "statement/problem.en.md"
    page = ben.get(f"/problems/sums/edit?file={path}").text
    seen = int(page.split('name="base_revision" value="')[1].split('"')[0])
    save(ada, path, "Ada's $10^9$.\n", seen)
    ada.post("/problems/sums/commit", data={"sentence": "Ada's text."})
    late = ben.put(
        f"/problems/sums/working/{path}", json={"text": "Ben's.\n", "base_revision": seen}
    )
    assert late.status_code == 409
    assert late.json()["text"] == "Ada's $10^9$.\n"
    ada.post("/problems/sums/files/delete", data={"file": path})
    gone = ben.put(
        f"/problems/sums/working/{path}", json={"text": "Ben's.\n", "base_revision": seen}
    )
    assert gone.status_code in (404, 409), "a file that was deleted does not come back unseen"


def test_a_working_copy_goes_on_top_of_a_version_that_came_meanwhile(world: World) -> None:
    browser = made(world)
    (first,) = versions(browser)
    save(browser, "problem.yaml", SUM_YAML, 1)
    browser.post("/problems/sums/commit", data={"sentence": "Another title."})
    (second, _) = versions(browser)
    save(browser, "statement/problem.en.md", "Typed $10^9$.\n", 3)
    stale = browser.post("/problems/sums/restore", data={"version": first, "head": first})
    assert stale.status_code == 422, "the form was made before the newest version"
    browser.post("/problems/sums/restore", data={"version": first, "head": second})
    refused = browser.post("/problems/sums/commit", data={"sentence": "Typed."})
    assert refused.status_code == 422
    assert "Look at what it changed" in refused.text
    browser.post("/problems/sums/on-top", data={"head": first})
    done = browser.post("/problems/sums/commit", data={"sentence": "Typed."})
    assert done.status_code == 303, done.text
    assert len(versions(browser)) == 4


def test_a_form_that_was_opened_before_another_saved_changes_nothing(world: World) -> None:
    browser = made(world)
    page = browser.get("/problems/sums/settings").text
    seen = re.findall(r'_revision" value="(\d+)"', page)
    data = {"name_en": "A", "problem_revision": seen[0], "systems_revision": seen[1]}
    save(browser, "systems.yaml", "shape: program\nminutes: 77\n", int(seen[1]))
    late = browser.post("/problems/sums/settings", data={**data, "minutes": "15"})
    assert late.status_code == 422
    assert "was changed since you opened" in late.text
    assert 'value="77"' in browser.get("/problems/sums/settings").text


@pytest.mark.parametrize(
    "text",
    [
        "shape: program\nfresh: 5\n",
        "shape: program\ntargets: 5\n",
        "shape: program\nfresh: [{group: a, count: abc, arguments: null}]\n",
        "shape: program\nskills: {a: b}\n",
        "a: &a [x, x]\nb: &b [*a, *a]\nskills: [*b, *b]\n",
        "x" * 200_000,
        "- a\n",
    ],
)
def test_odd_settings_are_told_and_break_no_page(world: World, text: str) -> None:
    browser = made(world)
    save(browser, "systems.yaml", text, 1)
    for path in ("settings", "tests", "edit", "statements", "publish", "verify", "mutants"):
        answer = browser.get(f"/problems/sums/{path}")
        assert answer.status_code == 200, path
        assert len(answer.text) < 1_000_000
    for value in ("inf", "nan", "1e400", "0x10"):
        refused = browser.post("/problems/sums/settings", data={"minutes": value})
        assert refused.status_code == 422


def test_half_a_character_is_told(world: World) -> None:
    browser = made(world)
    answer = browser.put(
        "/problems/sums/working/problem.yaml",
        content=b'{"text": "a\\ud800", "base_revision": 1}',
        headers={"Content-Type": "application/json"},
    )
    assert answer.status_code == 422
    assert "half of one" in answer.json()["message"]


SUM_YAML = """problem_format_version: 2025-09
uuid: 00000000-0000-0000-0000-000000000000
name: {en: Another, zh: 另一个}
type: pass-fail
license: cc by
languages: [python3]
limits: {time_limit: 1.0, memory: 256}
"""
