"""The command line with wrong input: exit codes, and messages a person can act on."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app
from judge.errors import HostUnfit
from sandboxes.containers import engine_addresses
from web.settings import Settings, check_reach

runner = CliRunner()


def judge(*words: str, code: int) -> str:
    result = runner.invoke(app, list(words))
    assert result.exit_code == code, result.output
    assert "Traceback" not in result.output
    return result.output


def campaign(tmp_path: Path) -> str:
    data = str(tmp_path / "data")
    judge("campaigns", "new", "interns", "--title", "Interns", "--data-dir", data, code=0)
    return data


def test_a_person_is_invited_by_two_commands(tmp_path: Path) -> None:
    data = campaign(tmp_path)
    people = tmp_path / "people.csv"
    people.write_text("name,mail,language,extra_time\n李雷,lilei@example.org,zh,1.25\n")
    text = judge("invite", "interns", str(people), "--data-dir", data, code=0)
    assert "http://127.0.0.1:8000/i/" in text
    again = judge("invite", "interns", str(people), "--data-dir", data, code=2)
    assert "invited before" in again


def test_a_link_is_whole_however_long_the_line(tmp_path: Path) -> None:
    data = campaign(tmp_path)
    people = tmp_path / "people.csv"
    people.write_text(f"name,mail\n{'Ada ' * 40},ada@example.org\n")
    text = judge("invite", "interns", str(people), "--data-dir", data, code=0)
    assert re.search(r"^    http://127\.0\.0\.1:8000/i/[\w-]{43}$", text, re.MULTILINE)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name,mail\nAda,ada\n", "line 2: 'ada' is not a mail address"),
        ("name,mail\n,a@b.c\n", "line 2: no name"),
        ("name,mail,language\nA,a@b.c,fr\n", "language 'fr'; it can be en or zh"),
        ("name,mail,extra_time\nA,a@b.c,9\n", "a factor from 1 to 5"),
        ("name,mail\nA,a@b.c\nB,A@b.c\n", "line 3: A@b.c is there twice"),
        ("nom,mail\nA,a@b.c\n", "the first line must name the columns"),
        ("name,mail\n", "names nobody"),
        ("name,mail\nA,a@b.c,zh,1.5\n", "line 2: more values than columns (zh, 1.5)"),
        ("name,mail\rA,ada\r", "line 2: 'ada' is not a mail address"),
        (f'name,mail\n"{"x" * 140_000},a@b.c\n', "what follows line 1 is no line of a CSV"),
    ],
)
def test_bad_lines_are_named_and_nobody_is_invited(tmp_path: Path, text: str, words: str) -> None:
    data = campaign(tmp_path)
    people = tmp_path / "people.csv"
    people.write_text(text)
    said = judge("invite", "interns", str(people), "--data-dir", data, code=2)
    assert words in " ".join(said.split())


def test_lines_that_end_in_cr_alone_are_lines(tmp_path: Path) -> None:
    data = campaign(tmp_path)
    people = tmp_path / "people.csv"
    people.write_bytes(b"name,mail\rAda,ada@example.org\rBo,bo@example.org\r")
    assert "2 invited" in judge("invite", "interns", str(people), "--data-dir", data, code=0)


def test_a_campaign_has_no_problem_that_few_machines_can_judge(tmp_path: Path) -> None:
    data = str(tmp_path / "data")
    said = judge("campaigns", "new", "x", "--title", "X", "--data-dir", data, code=0)
    opened = next(line for line in said.splitlines() if line.startswith("opened x"))
    assert "gpu-histogram" not in opened
    assert "gpu-histogram is left out: it needs a gpu" in said


def test_campaigns_are_opened_listed_and_removed(tmp_path: Path) -> None:
    data = campaign(tmp_path)
    assert "interns" in judge("campaigns", "list", "--data-dir", data, code=0)
    judge("campaigns", "new", "interns", "--title", "x", "--data-dir", data, code=2)
    judge("campaigns", "remove", "interns", "--yes", "--data-dir", data, code=0)
    said = judge("campaigns", "remove", "interns", "--yes", "--data-dir", data, code=2)
    assert "there is no campaign 'interns'" in said


def test_unknown_things_are_named_with_what_is_known(tmp_path: Path) -> None:
    answer = tmp_path / "a.cpp"
    answer.write_text("int main() {}")
    assert "bplus-tree" in judge("submit", "nothing", str(answer), code=2)
    assert "is not a file" in judge("submit", "bplus-tree", str(tmp_path / "b.cpp"), code=2)
    odd = tmp_path / "a.cob"
    odd.write_text("x")
    assert "offered are c, cpp" in judge("submit", "bplus-tree", str(odd), code=2)
    (tmp_path / "empty.cpp").write_text("")
    assert "is empty" in judge("submit", "bplus-tree", str(tmp_path / "empty.cpp"), code=2)
    assert "is not a folder" in judge("verify", str(tmp_path / "no"), code=2)
    assert "problem.yaml" in judge("verify", str(tmp_path), code=2)
    said = judge("problems", "new", str(tmp_path / "x"), "--languages", "cobol", code=2)
    assert "known are c, cpp, rust, python3" in said


def test_the_bank_is_listed() -> None:
    text = judge("problems", "list", code=0)
    for name in ("bounded-queue", "write-ahead-log", "bplus-tree"):
        assert name in text


def test_a_public_address_without_tls_is_refused_with_the_proxys_lines() -> None:
    for settings in (
        Settings(listen="0.0.0.0"),  # noqa: S104
        Settings(public_url="http://judge.example.org"),
    ):
        with pytest.raises(HostUnfit, match="proxy_pass"):
            check_reach(settings)
    check_reach(Settings(public_url="https://judge.example.org"))
    check_reach(Settings())
    with pytest.raises(HostUnfit, match="is not an address"):
        check_reach(Settings(public_url="judge.example.org"))


def test_a_setting_that_cannot_be_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUDGE_PORT", "eighty")
    said = judge("serve", code=3)
    assert "'eighty'" in said
    assert "JUDGE_PORT" in said


def test_an_engine_is_looked_for_where_desktop_and_rootless_put_theirs() -> None:
    home = Path("/home/ada")
    asked = engine_addresses({"XDG_RUNTIME_DIR": "/run/user/7"}, home)
    assert asked[0] == "unix:///var/run/docker.sock"
    assert "unix:///home/ada/.docker/run/docker.sock" in asked
    assert asked[-1] == "unix:///run/user/7/docker.sock"
    assert engine_addresses({"DOCKER_HOST": "tcp://there:2375"}, home) == [""]
