"""Operators by examples: a source, and what each must make of it."""

import pytest

from judge.mutation.mutants import mutants_of
from judge.mutation.operators import MutationOperator as Op


def made(language: str, source: str, operator: Op) -> set[str]:
    """What an operator makes of a source, each as the whole text."""
    found = mutants_of("ok", "ok", source.encode(), language)
    return {one.source.decode() for one in found if one.operator is operator}


@pytest.mark.parametrize(
    ("language", "operator", "source", "wanted"),
    [
        ("c", Op.COMPARISON, "int f(int a) { return a < 3; }", "int f(int a) { return a <= 3; }"),
        ("c", Op.COMPARISON, "int f(int a) { return !a; }", "int f(int a) { return a; }"),
        ("c", Op.COMPARISON, "void f(int a) { if (a) g(); }", "void f(int a) { if (0) g(); }"),
        ("cpp", Op.COMPARISON, "bool f() { return a && b; }", "bool f() { return a || b; }"),
        ("rust", Op.COMPARISON, "fn f() -> bool { a == b }", "fn f() -> bool { a != b }"),
        ("rust", Op.COMPARISON, "fn f() { if a { g(); } }", "fn f() { if true { g(); } }"),
        ("python3", Op.COMPARISON, "def f():\n    return a >= b\n", "def f():\n    return a > b\n"),
        ("python3", Op.COMPARISON, "x = a and b\n", "x = a or b\n"),
        ("c", Op.ARITHMETIC, "int f(int a) { return a + 1; }", "int f(int a) { return a - 1; }"),
        ("c", Op.ARITHMETIC, "void f() { a++; }", "void f() { a--; }"),
        ("c", Op.ARITHMETIC, "int f() { return A | B; }", "int f() { return A; }"),
        ("rust", Op.ARITHMETIC, "fn f() { a += 1; }", "fn f() { a -= 1; }"),
        ("python3", Op.ARITHMETIC, "x = a * b\n", "x = a + b\n"),
        ("c", Op.CONSTANT, "int f() { return 64; }", "int f() { return 63; }"),
        ("c", Op.CONSTANT, "int f() { return 0x10u; }", "int f() { return 17u; }"),
        ("python3", Op.CONSTANT, "x = 7\n", "x = 0\n"),
        ("c", Op.OFF_BY_ONE, "int f() { return a[i]; }", "int f() { return a[(i) + 1]; }"),
        ("cpp", Op.OFF_BY_ONE, "int f() { return a[i]; }", "int f() { return a[(i) + 1]; }"),
        ("rust", Op.OFF_BY_ONE, "fn f() -> u8 { a[i] }", "fn f() -> u8 { a[(i) + 1] }"),
        ("python3", Op.OFF_BY_ONE, "x = a[i]\n", "x = a[(i) + 1]\n"),
        ("c", Op.STATEMENT, "void f() { g(); h(); }", "void f() { ; h(); }"),
        ("python3", Op.STATEMENT, "def f():\n    g()\n", "def f():\n    pass\n"),
        ("c", Op.CHECK, "int f() { if (a < 0) return -1; g(); }", "int f() { ; g(); }"),
        ("python3", Op.CHECK, "if a:\n    raise B\n", "pass\n"),
        ("c", Op.DURABILITY, "void f() { fsync(d); }", "void f() { ; }"),
        ("c", Op.DURABILITY, "int f() { return fsync(d) < 0; }", "int f() { return 0 < 0; }"),
        ("rust", Op.DURABILITY, "fn f() { d.flush(); }", "fn f() { ; }"),
        ("python3", Op.DURABILITY, "disk.flush()\n", "pass\n"),
        ("c", Op.ARGUMENTS, "void f() { g(a, b); }", "void f() { g(b, a); }"),
        ("c", Op.LOCK, "void f() { pthread_mutex_lock(&m); x = 1; }", "void f() { ; x = 1; }"),
        (
            "c",
            Op.LOCK,
            "void f() { pthread_mutex_lock(&m); x = 1; }",
            "void f() { x = 1; pthread_mutex_lock(&m); }",
        ),
        (
            "c",
            Op.LOCK,
            "void f() { x = 1; pthread_mutex_unlock(&m); }",
            "void f() { pthread_mutex_unlock(&m); x = 1; }",
        ),
        (
            "cpp",
            Op.LOCK,
            "void f() { std::lock_guard<std::mutex> hold(m); x = 1; }",
            "void f() { ; x = 1; }",
        ),
        ("cpp", Op.WAKE_UP, "void f() { c.notify_all(); }", "void f() { c.notify_one(); }"),
        ("cpp", Op.WAKE_UP, "void f() { c.notify_all(); }", "void f() { ; }"),
        (
            "c",
            Op.WAKE_UP,
            "void f() { pthread_cond_broadcast(&c); }",
            "void f() { pthread_cond_signal(&c); }",
        ),
        (
            "c",
            Op.WAIT,
            "void f() { while (!a) pthread_cond_wait(&c, &m); }",
            "void f() { if (!a) pthread_cond_wait(&c, &m); }",
        ),
        (
            "cpp",
            Op.WAIT,
            "void f() { c.wait(l, [] { return a; }); }",
            "void f() { c.wait(l); }",
        ),
        (
            "cpp",
            Op.MEMORY_ORDER,
            "int f() { return a.load(std::memory_order_acquire); }",
            "int f() { return a.load(std::memory_order_relaxed); }",
        ),
        (
            "rust",
            Op.MEMORY_ORDER,
            "fn f() -> u8 { a.load(Ordering::SeqCst) }",
            "fn f() -> u8 { a.load(Ordering::Relaxed) }",
        ),
        (
            "c",
            Op.MEMORY_ORDER,
            "int f() { return __atomic_load_n(&a, __ATOMIC_SEQ_CST); }",
            "int f() { return __atomic_load_n(&a, __ATOMIC_RELAXED); }",
        ),
    ],
)
def test_an_operator_makes_the_fault_that_it_is_named_for(
    language: str, operator: Op, source: str, wanted: str
) -> None:
    assert wanted in made(language, source, operator)


@pytest.mark.parametrize(
    ("language", "source"),
    [
        ("c", "/* a < b; lock(); 1 + 2 */"),
        ("cpp", "// a[i] == 3"),
        ("rust", "/// a + b\n#[inline]\n"),
        ("python3", '"""a < b and fsync(1)."""\n'),
        ("python3", "# x = 1\n"),
        ("c", 'const char *s = "a < b && c";'),
    ],
)
def test_what_is_no_code_is_left_alone(language: str, source: str) -> None:
    assert mutants_of("ok", "ok", source.encode(), language) == []


def test_a_source_that_nests_without_end_is_read_all_the_same() -> None:
    source = "int f() { return " + "(" * 5000 + "1" + ")" * 5000 + "; }"
    assert mutants_of("ok", "ok", source.encode(), "c")
