"""Packages that others wrote, on the pages: what candidates see of them, and never see."""

from pathlib import Path

import pytest

from problems.package import Package, load
from tests.conftest import World
from web.candidates import campaigns
from web.candidates.campaigns import NewCampaign
from web.storage import Role
from web.storage.database import now_ms, transaction

SECRET = "271828"
INTERACTIVE = {
    "problem.yaml": b"problem_format_version: 2025-09\nname: Guess\ntype: interactive\n",
    ".timelimit": b"1\n",
    "output_validator/v.py": b"",
    "data/sample/1.in": SECRET.encode(),
    "data/sample/1.ans": SECRET.encode(),
    "data/sample/1.interaction": b"<higher\n>500\n",
    "data/secret/1.in": b"",
    "attachments/testing_tool.py": b"print('a tool')\n",
    "statement/problem.en.tex": b"\\problemname{Guess} Find $x_1$.\n\n\\nextsample\n\nThen stop.",
}


def asked(world: World, package: Package) -> World:
    """The same server with a campaign that asks this problem."""
    with transaction(world.engine) as session:
        campaign = campaigns.create(
            session,
            NewCampaign(
                slug="others",
                title_en="Others",
                title_zh="其他",
                openings=1,
                minutes=60,
                submissions_max=3,
                board_open=False,
            ),
            [package],
            now_ms(),
        )
    return World(world.engine, world.settings, campaign, package)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_interactive_samples_secret_is_on_no_page(world: World, language: str) -> None:
    browser = asked(world, load(INTERACTIVE, slug="guess")).signed_in(Role.CANDIDATE)
    page = browser.get("/sitting/guess", params={"lang": language}).text
    assert SECRET not in page
    assert "&lt;higher" in page
    assert page.index("<math") < page.index("&lt;higher") < page.index("Then stop.")
    offered = browser.get("/sitting/guess/files/samples/1.interaction")
    assert offered.content == b"<higher\n>500\n"
    assert "attachment" in offered.headers["content-disposition"]
    assert browser.get("/sitting/guess/files/attachments/testing_tool.py").status_code == 200
    for path in ("samples/1.in", "attachments/../problem.yaml", "data/secret/1.in"):
        assert browser.get(f"/sitting/guess/files/{path}").status_code == 404
    staff = world.signed_in(Role.INTERVIEWER)
    assert staff.get("/problems/guess", params={"lang": language}).status_code == 200
    assert staff.get("/problems/guess/files/attachments/testing_tool.py").status_code == 200
    assert world.browser().get("/sitting/guess/files/samples/1.interaction").status_code == 401


def test_a_statement_that_cant_be_set_opens_no_campaign(world: World, tmp_path: Path) -> None:
    folder = tmp_path / "odd"
    for path, content in {**INTERACTIVE, "statement/problem.en.tex": b"Let $x^$ be."}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    told = world.command("campaigns", "new", "odd", "--title", "Odd", "--problems", str(folder))
    assert told.exit_code == 2
    assert "the formula $x^$ can't be set" in " ".join(told.output.split())
    (folder / "statement/problem.en.tex").write_bytes(b"Let $x$ be.")
    (folder / ".timelimit").unlink()
    told = world.command("campaigns", "new", "odd", "--title", "Odd", "--problems", str(folder))
    assert told.exit_code == 2
    assert "judge verify measures it" in " ".join(told.output.split())
