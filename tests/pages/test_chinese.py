"""Every page in Chinese: no English sentence is left outside of code and names."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from fastapi.testclient import TestClient

from judge.events import Event, Stage
from judge.runner.wire import EventBatch, HandBack, HandIn, Hello, Phase, PhaseName, api_path
from judge.values import Judgement
from tests.conftest import World
from tests.fleet.test_jobs import ApiRunner
from tests.storage.test_stored_judgement import body
from web.fleet.jobs import TRIES_MAX
from web.storage.stored_judgement import decode
from web.storage.tables import Role

SENTENCE = re.compile(r"(?:\b[A-Za-z][a-z']*[ ,;:]+)+[a-z']+\b")
"""Two words of Latin letters in a row, or more, the last in lower case."""
NAMES = {"judge invite", "judge verify", "A b", "data race"}
"""Commands, what was typed, and what ThreadSanitizer calls it."""
READ_OUT = ("aria-label", "title", "placeholder", "alt", "data-label", "data-say")
NOT_READ = {"script", "style", "pre", "code", "kbd", "textarea"}
VOID = {"br", "img", "input", "meta", "link", "hr", "path", "rect", "line", "circle", "polyline"}
GOLDEN = ("accepted", "history", "race", "shrunk", "crash", "compile_error")


class Words(HTMLParser):
    """All that a page says to people in its own language."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self._hidden: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        hidden = (
            any(self._hidden)
            or tag in NOT_READ
            or given.get("lang", "").startswith("en")
            or "mono" in given.get("class", "").split()
        )
        if not hidden:
            self.said += [given[name] for name in READ_OUT if name in given]
        if tag not in VOID:
            self._hidden.append(hidden)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID and self._hidden:
            self._hidden.pop()

    def handle_data(self, data: str) -> None:
        if not any(self._hidden):
            self.said.append(" ".join(data.split()))


def english_in(html: str) -> list[str]:
    words = Words()
    words.feed(html)
    found = [match[0] for text in words.said for match in SENTENCE.finditer(text)]
    return [one for one in found if one not in NAMES]


def send(world: World, number: int, name: str, browser: TestClient | None = None) -> str:
    browser = browser or world.signed_in(Role.CANDIDATE, name=name)
    answer = browser.post(
        "/sitting/bplus-tree/submissions",
        data={
            "language": "cpp",
            "form_key": f"form number {number}",
            "source": "int x；\n",
            "kind": "submit",
        },
    )
    assert answer.status_code == 303
    return str(answer.headers["location"])


def judged(
    world: World, judgement: Judgement, number: int, browser: TestClient | None = None
) -> str:
    path = send(world, number, f"candidate-{number}", browser)
    runner = ApiRunner(world)
    job = runner.take("cpp")
    assert job is not None
    event = Event(stage=Stage.MEASURING, done=1, total=5)
    runner.post(job, "events", EventBatch(first=0, events=[event]).model_dump_json())
    assert runner.post(job, "judgement", HandIn(judgement=judgement).model_dump_json()) == 204
    return path


def given_up(world: World, reason: str, number: int) -> str:
    path = send(world, number, f"candidate-{number}")
    for _ in range(TRIES_MAX):
        runner = ApiRunner(world)
        job = runner.take("cpp")
        assert job is not None
        runner.post(job, "fault", HandBack(reason=reason).model_dump_json())
    return path


@pytest.fixture
def used(world: World) -> dict[str, list[str]]:
    """An installation with one of everything; paths by who reads them."""
    runner = ApiRunner(world)
    for path, message in (
        ("phase", Phase(name=PhaseName.CONTACT, detail="box")),
        ("phase", Phase(name=PhaseName.DOCTOR, good=False, detail="20/22")),
        ("hello", Hello(version="1", offers={"linux": ["cpp"]}, slots=1, machine={"cpu": "x"})),
    ):
        answer = runner.browser.post(
            f"{api_path()}/{path}", content=message.model_dump_json(), headers=runner.headers
        )
        assert answer.status_code in (200, 204)
    paths = [
        judged(world, decode(body(0, f"{name}.json")), number) for number, name in enumerate(GOLDEN)
    ]
    paths.append(given_up(world, "inconclusive", 90))
    paths.append(given_up(world, "SandboxFault: it broke", 91))
    paths.append(send(world, 92, "waits"))
    held = send(world, 93, "runs")
    assert ApiRunner(world).take("cpp") is not None
    staff = world.signed_in(Role.RECRUITER)
    board = staff.get("/campaigns/interns/leaderboard").text
    code = re.findall(r"/campaigns/interns/candidates/(\w+)", board)[0]
    everybody = ["/", "/method", "/verdicts", "/privacy", "/keys", "/nothing/here"]
    return {
        "nobody": [*everybody, f"/i/{world.secret(Role.CANDIDATE)}", "/i/not-a-link", "/sitting"],
        "candidate": [*everybody, "/sitting", "/sitting/bplus-tree", "/sitting/none", "/runners"],
        "staff": [
            *everybody,
            *paths,
            held,
            "/problems",
            "/problems/bplus-tree",
            "/campaigns",
            "/campaigns/interns/leaderboard",
            "/campaigns/interns/versions",
            "/campaigns/interns/rescore",
            f"/campaigns/interns/candidates/{code}",
        ],
        "operator": [
            *everybody,
            "/runners",
            "/runners/now",
            "/runners/test",
            "/runners/test/now",
            "/queue",
        ],
        "sent": paths,
    }


def read_all(world: World, used: dict[str, list[str]]) -> Iterator[tuple[str, str]]:
    """(path, page) of everything, in Chinese; the first page asks, the rest follows by cookie."""
    browsers = {
        "nobody": world.browser(),
        "candidate": world.signed_in(Role.CANDIDATE, name="reads"),
        "staff": world.signed_in(Role.INTERVIEWER, name="-"),
        "operator": world.signed_in(Role.OPERATOR, name="-"),
    }
    for who, browser in browsers.items():
        assert "zh-CN" in browser.get("/verdicts", params={"lang": "zh"}).text
        for path in used[who]:
            answer = browser.get(path, follow_redirects=True)
            yield f"{who} {path}", answer.text
    candidate = browsers["candidate"]
    for data in ({"source": ""}, {"source": "int x;", "language": "cobol"}):
        fields = {"language": "cpp", "form_key": "another form", "kind": "submit", **data}
        yield "a refused form", candidate.post("/sitting/bplus-tree/submissions", data=fields).text
    operator = browsers["operator"]
    yield "a refused runner", operator.post("/runners", data={"name": "A b"}).text
    yield "a new runner", operator.post("/runners", data={"name": "north"}).text


def test_no_page_in_chinese_says_a_sentence_in_english(
    world: World, used: dict[str, list[str]]
) -> None:
    found = {path: left for path, page in read_all(world, used) if (left := english_in(page))}
    assert found == {}


def test_a_candidates_own_pages_are_chinese_too(world: World) -> None:
    for number, name in enumerate(GOLDEN):
        browser = world.signed_in(Role.CANDIDATE, name=name)
        path = judged(world, decode(body(0, f"{name}.json")), number, browser)
        page = browser.get(path, params={"lang": "zh"})
        assert page.status_code == 200
        assert "源代码" in page.text
        assert english_in(page.text) == [], name


def test_what_a_page_loads_afterwards_is_in_the_language_that_its_address_asked_for(
    world: World,
) -> None:
    browser = world.signed_in(Role.RECRUITER)
    live = "/campaigns/interns/live"
    assert "hx-sse:connect" in browser.get("/campaigns/interns/leaderboard?lang=zh").text
    with browser.stream("GET", live, params={"after": 0}) as events:
        first = next(line for line in events.iter_lines() if line.startswith("data:"))
    assert "已是最新" in first


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ("<p>这是 up to date 的</p>", ["up to date"]),
        ("<p>这是 <code>up to date</code> 的</p>", []),
        ('<p lang="en">up to date</p><p>Python 3.13、Rust 2021</p>', []),
        ('<input aria-label="Type it in here">', ["Type it in here"]),
        ("<p>data race<br>is found here</p>", ["is found here"]),
    ],
)
def test_an_english_sentence_is_known_as_one(html: str, found: list[str]) -> None:
    assert english_in(html) == found
