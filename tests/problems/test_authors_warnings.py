"""Warnings before publishing: each found where it is, and none where all is well."""

import dataclasses

import pytest

from judge.values import BuildKind, Judgement, MemorySource, TestResult
from judge.verdicts import Verdict
from problems import BANK, skeleton
from problems.authors_warnings import WarningKind, of_judgements, of_package
from problems.package import Package, load
from tests.conftest import bank_package


def package(**more: bytes | None) -> Package:
    files = dict(skeleton.make("sums", shape="program", languages=["python3"]))
    for path, content in more.items():
        if content is None:
            del files[path]
        else:
            files[path] = content
    return load(files, slug="sums")


def kinds(found: Package) -> set[tuple[WarningKind, str]]:
    return {(one.kind, one.place) for one in of_package(found)}


EN, ZH = "statement/problem.en.md", "statement/problem.zh.md"
SLOW = (WarningKind.NO_SLOW_ANSWER, "submissions/time_limit_exceeded/")
SAMPLES = {(WarningKind.SAMPLE_UNEXPLAINED, EN), (WarningKind.SAMPLE_UNEXPLAINED, ZH)}


def test_the_bank_has_no_warnings_but_those_that_are_known() -> None:
    known = {"atomic-save": {SLOW}}
    for folder in sorted(path.parent for path in BANK.glob("*/problem.yaml")):
        assert kinds(bank_package(folder.name)) == known.get(folder.name, set()), folder.name


def test_the_skeleton_says_what_is_to_be_added_to_it() -> None:
    assert kinds(package()) == {SLOW, *SAMPLES}


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        ({ZH: None}, (WarningKind.NO_STATEMENT, ZH)),
        ({ZH: b"$10^8$\n"}, (WarningKind.STATEMENTS_DIFFER, ZH)),
        ({ZH: "`sum`：$10^9$\n".encode()}, (WarningKind.STATEMENTS_DIFFER, ZH)),
        (
            {"data/secret/1.in": b"2 3\n", "data/secret/1.ans": b"5\n"},
            (WarningKind.DUPLICATE_INPUTS, "data/sample/1.in"),
        ),
        (
            {"attachments/x.py": b"X = 1\n", "submissions/wrong_answer/x.py": b"X = 1\n"},
            (WarningKind.SECRET_IN_PUBLIC, "attachments/x.py"),
        ),
        (
            {"submissions/wrong_answer/difference.py": None},
            (WarningKind.NO_PLANTED_BUG, "submissions/"),
        ),
        (
            {"submissions/accepted/ok.py": None},
            (WarningKind.NO_REFERENCE, "submissions/accepted/"),
        ),
    ],
)
def test_each_warning_is_found_at_its_place(
    change: dict[str, bytes | None], wanted: tuple[WarningKind, str]
) -> None:
    assert wanted not in kinds(package())
    assert wanted in kinds(package(**change))


def test_an_interface_that_the_statement_does_not_show() -> None:
    header = b"long add(long a, long b);\n"
    found = package(**{"include/default/add.h": header})
    assert (WarningKind.INTERFACE_NOT_SHOWN, EN) in kinds(found)
    told = package(**{"include/default/add.h": header, EN: b"Write add(a, b).\n"})
    assert (WarningKind.INTERFACE_NOT_SHOWN, EN) not in kinds(told)


def result(name: str, verdict: Verdict, cpu_ms: float = 1.0) -> TestResult:
    return TestResult(
        name=name,
        group="g",
        build=BuildKind.PLAIN,
        sample=False,
        verdict=verdict,
        cpu_ms=cpu_ms,
        wall_ms=cpu_ms,
        memory_bytes_peak=0,
        memory_source=MemorySource.CGROUP,
    )


def judgement(*tests: TestResult) -> Judgement:
    return Judgement(
        verdict=tests[0].verdict, score=0, too_close=False, also=(), builds=(), tests=tests
    )


def test_what_judgements_show() -> None:
    found = package(**{"submissions/wrong_answer/other.py": b"print(0)\n"})
    limit_ms = found.problem.limits.cpu_ms
    right = judgement(result("1", Verdict.ACCEPTED, cpu_ms=limit_ms / 1.2))
    wrong = judgement(result("1", Verdict.WRONG_ANSWER))
    told = of_judgements(
        found,
        {
            "accepted/ok.py": [right],
            "wrong_answer/difference.py": [wrong],
            "wrong_answer/other.py": [wrong],
        },
    )
    seen = {(one.kind, one.place) for one in told}
    assert seen == {
        (WarningKind.TIGHT_LIMIT, "problem.yaml"),
        (WarningKind.CAUGHT_ONCE, "submissions/wrong_answer/difference.py"),
        (WarningKind.CAUGHT_ONCE, "submissions/wrong_answer/other.py"),
        (WarningKind.NOT_TOLD_APART, "submissions/wrong_answer/difference.py"),
    }
    roomy = dataclasses.replace(right, tests=(result("1", Verdict.ACCEPTED),))
    both = judgement(result("1", Verdict.WRONG_ANSWER), result("2", Verdict.WRONG_ANSWER))
    three = judgement(result("2", Verdict.WRONG_ANSWER), result("3", Verdict.WRONG_ANSWER))
    assert not of_judgements(
        found,
        {
            "accepted/ok.py": [roomy],
            "wrong_answer/difference.py": [both],
            "wrong_answer/other.py": [three],
        },
    )
