"""The pages in a real browser, judged for real: what a candidate and a recruiter do and see."""

import os
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.processes import Judge
from web.app import create_app
from web.hiring import demo
from web.settings import Settings
from web.storage.database import migrate, now_ms, open_engine, transaction
from web.storage.tables import Role

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[1]
SUBMISSIONS = ROOT / "problems" / "bank" / "bplus-tree" / "submissions"
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
]
JUDGED_MS = 180_000


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Judge]:
    started = Judge(tmp_path_factory.mktemp("judge"), 8800 + os.getpid() % 100)
    yield started
    started.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture
def candidate(judge: Judge, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(locale="en-US")
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(judge.link("candidate"))
    page.get_by_role("button", name="Continue").click()
    start = page.get_by_role("button", name="Start")
    if start.count():
        start.click()
    page.wait_for_selector(".timer")
    yield page
    assert complaints == []
    context.close()


def write(page: Page, language: str, source: str) -> None:
    page.goto(page.url.split("/sitting")[0] + "/sitting/bplus-tree")
    page.wait_for_selector(".cm-editor")
    page.select_option("select[name=language]", language)
    page.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(source)


def submit(page: Page, language: str, source: str) -> None:
    write(page, language, source)
    page.get_by_role("button", name="Submit", exact=True).click()
    page.wait_for_selector("h1.headline", timeout=JUDGED_MS)


def test_a_wrong_answer_is_explained_live_without_a_reload(candidate: Page) -> None:
    submit(candidate, "c", (SUBMISSIONS / "wrong_answer" / "sibling.c").read_text())
    expect(candidate.locator("h1")).to_contain_text("Wrong answer")
    expect(candidate.locator(".witness")).to_contain_text("The smallest input found")
    assert "✕" in candidate.title()


def test_a_compile_error_leads_back_to_its_line(candidate: Page) -> None:
    submit(candidate, "cpp", '#include "btree.h"\nint x = ；\n')
    expect(candidate.locator("h1")).to_contain_text("Compile error")
    expect(candidate.locator("main")).to_contain_text("full-width character ；")
    candidate.get_by_role("link", name="at line 2").click()
    candidate.wait_for_selector(".cm-activeLine")


def test_an_endless_loop_is_named(candidate: Page) -> None:
    source = (SUBMISSIONS / "accepted" / "ok.py").read_text()
    submit(candidate, "python3", source + "\nwhile True: pass\n")
    expect(candidate.locator("h1")).to_contain_text("Time limit")


def test_a_right_answer_shows_its_ratio(candidate: Page) -> None:
    submit(candidate, "cpp", (SUBMISSIONS / "accepted" / "ok.cpp").read_text())
    expect(candidate.locator("h1")).to_contain_text("Accepted")
    expect(candidate.locator("svg.strip").first).to_be_visible()
    expect(candidate.locator("main")).to_contain_text(
        re.compile(r"\d+ rounds, \d+ pairs, \d+ discarded")
    )
    expect(candidate.locator("main")).to_contain_text("Growth with the input")


def test_drafts_survive_a_reload_and_keys_work(candidate: Page) -> None:
    write(candidate, "rust", "// my draft\n")
    candidate.keyboard.press("Control+s")
    expect(candidate.locator("#draft")).to_contain_text("draft saved")
    candidate.goto(candidate.url + "?language=rust")
    candidate.wait_for_selector(".cm-editor")
    expect(candidate.locator(".cm-content")).to_contain_text("// my draft")


def test_a_lost_connection_keeps_the_draft_here_and_sends_it_later(candidate: Page) -> None:
    candidate.goto(candidate.url.split("/sitting")[0] + "/sitting/write-ahead-log")
    candidate.wait_for_selector(".cm-editor")
    candidate.context.set_offline(True)
    candidate.locator(".cm-content").click()
    candidate.keyboard.press("Control+a")
    candidate.keyboard.insert_text("// typed on a train\n")
    expect(candidate.locator("#draft")).to_contain_text("kept on this computer", timeout=20_000)
    candidate.context.set_offline(False)
    expect(candidate.locator("#draft")).to_contain_text("draft saved", timeout=20_000)
    candidate.reload()
    candidate.wait_for_selector(".cm-editor")
    expect(candidate.locator(".cm-content")).to_contain_text("// typed on a train")


def test_a_draft_that_another_window_overtook_is_shown_beside_it(candidate: Page) -> None:
    place = candidate.url.split("/sitting")[0] + "/sitting/bounded-queue?language=rust"
    other = candidate.context.new_page()
    for page in (candidate, other):
        page.goto(place)
        page.wait_for_selector(".cm-editor")
    for page, text in ((candidate, "// first\n"), (other, "// second\n")):
        page.locator(".cm-content").click()
        page.keyboard.press("Control+a")
        page.keyboard.insert_text(text)
        page.keyboard.press("Control+s")
        expect(page.locator("#draft")).not_to_be_empty()
        page.wait_for_timeout(500)
    dialog = other.locator("#conflict")
    expect(dialog).to_be_visible()
    expect(dialog.locator(".theirs")).to_have_text("// first\n")
    dialog.get_by_role("button", name="Keep what is in the editor").click()
    expect(other.locator("#draft")).to_contain_text("draft saved")
    expect(other.locator(".cm-content")).to_contain_text("// second")
    other.close()


def test_the_leaderboard_has_true_rows_in_both_languages(judge: Judge, browser: Browser) -> None:
    page = browser.new_page()
    page.goto(judge.link("recruiter"))
    page.get_by_role("button", name="Continue").click()
    page.goto(f"{judge.url}/campaigns/demo/leaderboard")
    page.wait_for_selector("tbody tr", timeout=JUDGED_MS)
    page.get_by_role("button", name="中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(page.locator("thead")).to_contain_text("名次")
    page.close()


def test_pages_work_without_script(judge: Judge, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False, locale="en-US")
    page = context.new_page()
    page.goto(judge.link("candidate"))
    page.get_by_role("button", name="Continue").click()
    page.goto(f"{judge.url}/sitting/bplus-tree")
    page.locator("textarea[name=source]").fill("class Tree: pass")
    page.locator("select[name=language]").select_option("python3")
    page.get_by_role("button", name="Run samples").click()
    expect(page.locator("h1")).to_be_visible()
    for _ in range(240):  # others are judged first, with benchmarks beside
        if page.locator("h1.headline").count():
            break
        page.wait_for_timeout(1000)
        page.reload()
    expect(page.locator("h1")).to_contain_text("Runtime error")
    context.close()


def test_no_page_breaks_an_accessibility_rule(candidate: Page, judge: Judge) -> None:
    for path in ("/sitting", "/sitting/bplus-tree", "/verdicts", "/method", "/keys", "/api/docs"):
        check_accessibility(candidate, judge.url + path)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_of_the_staff_breaks_one_in_either_theme(
    judge: Judge, browser: Browser, scheme: Literal["light", "dark"]
) -> None:
    page = browser.new_page(locale="zh-CN", color_scheme=scheme)
    page.goto(judge.link("recruiter"))
    page.locator("main form button").click()
    page.goto(f"{judge.url}/campaigns/demo/leaderboard")
    page.wait_for_selector("tbody tr td a[href^='/submissions/']", timeout=JUDGED_MS)
    links = page.locator("tbody tr td a[href^='/']").all()
    found = {str(link.get_attribute("href")) for link in links}
    found |= {"/campaigns/demo/versions", "/campaigns/demo/rescore"}
    for path in ("/problems", "/problems/bplus-tree", "/campaigns", "/campaigns/demo", *found):
        check_accessibility(page, judge.url + path)
    page.close()


def check_accessibility(page: Page, url: str) -> None:
    page.goto(url)
    page.wait_for_timeout(300)
    # The editor's scroller holds a focusable textbox, which the rule does not recognise.
    result = Axe().run(
        page,
        context={"exclude": [[".cm-scroller"]]},
        options={"runOnly": ["wcag2a", "wcag2aa"]},
    )
    assert result.violations_count == 0, f"{url}: {result.generate_report()[:2000]}"


@pytest.fixture
def author(judge: Judge, browser: Browser) -> Iterator[Page]:
    """An interviewer's page."""
    context = browser.new_context(locale="en-US")
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(judge.link("interviewer"))
    page.get_by_role("button", name="Continue").click()
    yield page
    assert complaints == []
    context.close()


def new_problem(page: Page, judge: Judge, name: str) -> None:
    page.goto(f"{judge.url}/problems/new")
    form = page.locator("form[action='/problems/new']")
    form.get_by_label("Name").fill(name)
    form.get_by_label("C++20").uncheck()
    form.get_by_role("button", name="Make it").click()
    page.wait_for_url(f"**/problems/{name}/edit")


def test_a_problem_from_nothing_to_published_as_the_tutorial_says(
    author: Page, judge: Judge
) -> None:
    """docs/authoring.md, step by step."""
    page, at = author, f"{judge.url}/problems/largest"
    new_problem(page, judge, "largest")
    page.goto(f"{at}/statements")
    english = page.locator("textarea[lang=en]")
    english.fill("Print the sum of **two** numbers.\n\n`2 3`: two numbers, whose sum is 5.\n")
    expect(page.locator(".preview strong").first).to_have_text("two")
    chinese = page.locator("textarea[lang=zh]")
    chinese.fill("输出**两**个数之和。\n\n`2 3`：两个数，其和为 5。\n")
    for form in page.locator(".statement-source .saved").all():
        expect(form).to_contain_text("saved", timeout=10_000)
    page.goto(f"{at}/settings")
    page.get_by_label("Title in English").fill("The sum of two")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("Title in English")).to_have_value("The sum of two")
    page.goto(f"{at}/edit")
    page.get_by_label("What this version changes").fill("A shorter statement, and a title.")
    page.get_by_role("button", name="Commit").click()
    expect(page.locator("tbody, table").first).to_contain_text("A shorter statement, and a title.")
    page.goto(f"{at}/verify")
    page.get_by_role("button", name="Verify all").click()
    expect(page.locator("#now p.meta")).to_contain_text("all as expected", timeout=JUDGED_MS)
    expect(page.locator(".proof .caught").first).to_be_visible()
    page.goto(f"{at}/publish")
    page.get_by_label("Why it is published all the same").fill("A tutorial has no mutants.")
    page.get_by_role("button", name="Publish all the same").click()
    expect(page.locator(".notice")).to_contain_text("A tutorial has no mutants.")
    page.goto(at)
    expect(page.locator("h1")).to_contain_text("The sum of two")


def test_two_people_who_edit_one_file_see_each_other_and_lose_nothing(
    author: Page, judge: Judge, browser: Browser
) -> None:
    new_problem(author, judge, "shared")
    at = f"{judge.url}/problems/shared/edit?file=problem.yaml"
    context = browser.new_context(locale="en-US", storage_state=author.context.storage_state())
    other = context.new_page()
    for page in (author, other):
        page.goto(at)
        page.wait_for_selector(".cm-content")
    author.locator(".cm-content").click()
    author.keyboard.press("Control+End")
    author.keyboard.type("# from the first")
    expect(author.locator("#saved")).to_contain_text("saved", timeout=10_000)
    expect(other.locator(".cm-content")).to_contain_text("# from the first", timeout=10_000)
    # Cut off from the others' saves, the second types on what is no longer there.
    other.route("**/working/**?since=*", lambda route: route.abort())
    author.keyboard.type(" again")
    expect(author.locator("#saved")).to_contain_text("saved", timeout=10_000)
    author.wait_for_timeout(2_000)
    other.locator(".cm-content").click()
    other.keyboard.press("Control+End")
    other.keyboard.type(" and the second")
    expect(other.locator("#saved a")).to_be_visible(timeout=10_000)
    other.locator("#saved a").click()
    expect(other.locator(".diff .plus").first).to_contain_text("and the second")
    expect(other.locator(".diff .minus").first).to_contain_text("again")
    context.close()


def test_the_files_of_a_problem_are_edited_by_the_keyboard_alone(
    author: Page, judge: Judge
) -> None:
    new_problem(author, judge, "keys")
    author.goto(f"{judge.url}/problems/keys/edit?file=data/sample/1.in")
    author.locator(".cm-content").focus()
    author.keyboard.press("Control+End")
    author.keyboard.type("7")
    author.keyboard.press("Control+s")
    expect(author.locator("#saved")).to_contain_text("saved", timeout=10_000)
    author.keyboard.press("Control+m")  # frees the Tab key
    author.keyboard.press("Tab")
    assert author.evaluate("document.activeElement.tagName") != "DIV"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_of_authors_and_operators_breaks_an_accessibility_rule(
    judge: Judge, browser: Browser, scheme: Literal["light", "dark"]
) -> None:
    parts = "edit statements settings tests verify mutants publish history diff rights"
    problem = [f"/problems/bplus-tree/{part}" for part in parts.split()]
    pages = {
        "interviewer": ["/problems/new", "/account", *problem],
        "operator": ["/people", "/audit", "/account"],
    }
    for role, paths in pages.items():
        page = browser.new_page(locale="zh-CN", color_scheme=scheme)
        page.goto(judge.link(role))
        page.locator("main form button").click()
        for path in paths:
            check_accessibility(page, judge.url + path)
            page.set_viewport_size({"width": 400, "height": 800})
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= 400, f"{path} is {wide} pixels wide on a phone"
            page.set_viewport_size({"width": 1280, "height": 800})
        page.close()


@pytest.fixture
def named_server(tmp_path: Path) -> Iterator[tuple[str, str]]:
    """(address by a name, a secret of an interviewer): passkeys are bound to a name."""
    port = 8900 + os.getpid() % 100
    settings = Settings(
        data_dir=tmp_path, database="", port=port, public_url=f"http://localhost:{port}"
    )
    migrate(settings.database_url)
    engine = open_engine(settings.database_url)
    with transaction(engine) as session:
        secret = demo.link_for(session, Role.INTERVIEWER, now_ms(), days=1)
    config = uvicorn.Config(create_app(settings, engine), port=port, log_level="error")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        thread.join(0.05)
    yield settings.url, secret
    server.should_exit = True
    thread.join()
    engine.dispose()


def test_a_passkey_is_added_and_signs_in(browser: Browser, named_server: tuple[str, str]) -> None:
    """By Chromium's own virtual authenticator."""
    url, secret = named_server
    context = browser.new_context(locale="en-US")
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    page.goto(f"{url}/i/{secret}")
    page.get_by_role("button", name="Continue").click()
    page.goto(f"{url}/account")
    page.get_by_label("Name of the device").fill("Laptop")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.locator("table").first).to_be_visible()
    expect(page.locator("main")).to_contain_text("Laptop")
    page.get_by_role("button", name="Sign out").click()
    page.goto(f"{url}/sign-in")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/problems")
    page.goto(f"{url}/account")
    expect(page.locator("main")).to_contain_text("passkey")
    page.get_by_role("button", name="Remove Laptop").click()
    page.get_by_role("button", name="Sign out").click()
    page.goto(f"{url}/sign-in")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.locator(".fault")).to_contain_text("not known here any more")
    context.close()
