"""Places that a reviewer is pointed to: all forgeries have some, honest answers hardly any."""

import random
import re
from pathlib import Path

import pytest

from judge.grading.suspicions import NOTICED_MAX, find_suspicions
from judge.languages import LANGUAGES, language_of_file
from problems import BANK

ROOT = Path(__file__).parents[2]
FORGERIES = sorted((ROOT / "tests/forgeries").iterdir())
LIBRARIES = ("atomic-save", "bounded-queue", "bplus-tree", "gpu-histogram")
HONEST_AND_MUTANTS = 200
NOTICED_SHARE_MAX = 0.01
SWAPS = ((" < ", " <= "), (" <= ", " < "), (" + ", " - "), (" == ", " != "), ("if ", "while "))


def honest() -> list[Path]:
    """All answers of the bank that were written for the task, right or wrong."""
    return sorted(
        path
        for problem in LIBRARIES
        for path in (BANK / problem / "submissions").glob("*/*")
        if language_of_file(path.name) is not None
    )


def mutants(source: str, rng: random.Random, count: int) -> list[str]:
    """The source with one operator or number changed."""
    found = []
    places = [(m.start(), a, b) for a, b in SWAPS for m in re.finditer(re.escape(a), source)]
    for at, old, new in rng.sample(places, min(count, len(places))):
        found.append(source[:at] + new + source[at + len(old) :])
    return found


def words(source: str, language: str) -> set[str]:
    return {word for _, word in find_suspicions(source, LANGUAGES[language])}


@pytest.mark.parametrize("path", FORGERIES, ids=lambda path: path.name)
def test_every_forgery_is_noticed(path: Path) -> None:
    language = language_of_file(path.name)
    assert language is not None
    assert find_suspicions(path.read_text(), language) != ()


def test_of_honest_answers_and_mutants_one_in_a_hundred_is_noticed_at_most() -> None:
    rng = random.Random(5)
    noticed, looked_at = [], 0
    answers = honest()
    each = -(-HONEST_AND_MUTANTS // len(answers))
    for path in answers:
        language = language_of_file(path.name)
        assert language is not None
        source = path.read_text()
        for text in (source, *mutants(source, rng, each)):
            looked_at += 1
            if found := find_suspicions(text, language):
                noticed.append((path.name, found))
    assert looked_at >= HONEST_AND_MUTANTS
    assert len(noticed) <= NOTICED_SHARE_MAX * looked_at, noticed


@pytest.mark.parametrize(
    ("language", "source", "wanted"),
    [
        ("c", "void f(void) { _exit(0); }", {"_exit"}),
        ("c", "void f(void) { exit(0); }", {"exit"}),
        ("c", "static void exit(int a) {} void f(void) { exit(0); }", {"exit"}),
        ("c", "// _exit, ptrace, asm\nint f(void) { return 0; }", set()),
        ("c", "#ifdef __SANITIZE_THREAD__\nint a;\n#endif", {"__SANITIZE_THREAD__"}),
        ("c", "#if !defined(__SANITIZE_ADDRESS__) && 1\nint a;\n#endif", {"__SANITIZE_ADDRESS__"}),
        ("c", "#ifdef _WIN32\nint a;\n#endif", set()),
        ("c", '__attribute__((constructor)) void f(void) { __asm__("nop"); }',
         {"constructor", "gnu asm expression"}),
        ("c", "#define GLUE(a, b) a##b\n", {"##"}),
        ("c", "#define E _exit\n", {"_exit"}),
        ("c", 'char *p = "/proc/self/mem";', {"/proc"}),
        ("c", "#include <dlfcn.h>\n", {"dlfcn.h"}),
        ("c", "void f(void) { read(0, 0, 0); }", {"read"}),
        ("c", 'void f(void) { int d = open("x", 0); read(d, 0, 0); }', set()),
        ("cpp", "void f() { std::exit(0); }", {"exit"}),
        ("cpp", "[[gnu::constructor]] void f();", {"constructor"}),
        ("cpp", "void f() { std::this_thread::sleep_for(x); }", {"sleep_for"}),
        ("rust", 'fn f() { unsafe { core::arch::asm!("nop") } }', {"asm", "arch"}),
        ("rust", 'extern "C" { fn getpid() -> i32; }', {"foreign mod item"}),
        ("rust", "use crate::conducted::mix;", {"conducted"}),
        ("rust", "fn f() { std::process::exit(0) }", {"process", "exit"}),
        ("python3", "import gc\nimport os as o\n", {"gc", "os"}),
        ("python3", "def f(x): return x.f_back.f_locals", {"f_back", "f_locals"}),
        ("python3", "# import os, gc\nimport struct\n", set()),
        ("python3", 'm = __import__("gc")', {"__import__"}),
    ],
)  # fmt: skip
def test_what_the_tree_tells(language: str, source: str, wanted: set[str]) -> None:
    assert words(source, language) == wanted


def test_each_word_once_in_order_and_not_too_many() -> None:
    source = "".join(
        f"void f{n}(void) {{ {name}(); fork(); }}\n"
        for n, name in enumerate(
            (
                "kill",
                "fork",
                "raise",
                "ptrace",
                "syscall",
                "prctl",
                "alarm",
                "setjmp",
                "longjmp",
                "dup",
            )
        )
    )
    found = find_suspicions(source, LANGUAGES["c"])
    assert len(found) == NOTICED_MAX
    assert [line for line, _ in found] == sorted(line for line, _ in found)
    assert len({word for _, word in found}) == NOTICED_MAX


def test_a_source_that_nests_deeply_is_read_to_its_end() -> None:
    deep = "int a = " + "(" * 20_000 + "1" + ")" * 20_000 + ";\nvoid f(void) { fork(); }"
    assert "fork" in words(deep, "c")
    assert words("\x00\xff}}}}((((", "cpp") == set()
