"""Adding a language is its file and its line: everything else reads it from there."""

from pathlib import Path

import pytest

from judge.building.self_test import proved_languages
from judge.grading.suspicions import find_suspicions
from judge.judging import judge_submission
from judge.languages import LANGUAGES, language_of_file
from judge.task import TargetSlot, Task
from judge.values import SourceFile, Submission
from judge.verdicts import Verdict
from problems.package import Package, load
from problems.skeleton import make
from tests.languages.perl import PERL
from web.rendering import source_lines

ADD = b"my ($a, $b) = split ' ', <STDIN>;\nprint $a + $b, \"\\n\";\n"


@pytest.fixture
def perl(monkeypatch: pytest.MonkeyPatch) -> Package:
    """A package in a language that ours don't have; and the language, among ours for this test."""
    monkeypatch.setitem(LANGUAGES, "perl", PERL)
    files = dict(make("sum", shape="program", languages=["python3"]))
    files["problem.yaml"] = files["problem.yaml"].replace(b"[python3]", b"[python3, perl]")
    files["starter/perl/main.pl"] = b"# yours\n"
    files["submissions/accepted/ok.pl"] = ADD
    return load(files, slug="sum")


def test_a_language_takes_fewer_than_25_lines() -> None:
    lines = Path(__file__).with_name("perl.py").read_text().splitlines()
    assert len(lines) < 25


def test_packages_and_pages_take_a_language_from_its_record(perl: Package) -> None:
    assert perl.problem.languages == ("python3", "perl")
    assert perl.starter["perl"] == "# yours\n"
    sample = next(s for s in perl.submissions if s.name == "accepted/ok.pl")
    assert sample.submission.language == "perl"
    assert sample.submission.files[0].name == "main.pl"
    assert language_of_file("x.PL") is PERL
    assert find_suspicions("a\nsyscall(1)\n", PERL) == ()  # no grammar is named
    assert 'class="k">print' in source_lines(ADD.decode(), "perl")[1]


def test_every_language_tells_what_pages_and_packages_ask_of_it() -> None:
    for name, language in LANGUAGES.items():
        assert name == language.id
        assert language.answer_file("main") == f"main.{language.extensions[0]}"
        assert language_of_file(language.smoke.name) is language
        assert language.skeleton is not None
        assert source_lines("x = 1\n", name) != ["x = 1"], "it is highlighted"
        assert language.editor_mode, "the editor knows it"


@pytest.mark.docker
def test_an_answer_in_a_language_that_is_new_is_judged(slot: TargetSlot, perl: Package) -> None:
    complaints: list[str] = []
    assert "perl" in proved_languages(slot.sandbox, complaints.append), complaints

    def judge(source: bytes) -> Verdict:
        files = (SourceFile(PERL.answer_file("main"), source),)
        submission = Submission(problem="sum", language="perl", files=files)
        task = Task(
            submission=submission, problem=perl.problem, slot=slot, report=lambda _event: None
        )
        return judge_submission(task).verdict

    assert judge(ADD) is Verdict.ACCEPTED
    assert judge(ADD.replace(b"+", b"-")) is Verdict.WRONG_ANSWER
    assert judge(b"this is no Perl at all;;; (") is Verdict.COMPILE_ERROR
