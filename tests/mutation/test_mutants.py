"""Mutants: each once, by a name that outlives edits elsewhere; a sample that has all operators."""

from collections import Counter

from judge.mutation import sample
from judge.mutation.mutants import mutants_of
from tests.conftest import bank_package

SOURCE = b"int f(int a) {\n  if (a < 3) return 1;\n  g(a, 2);\n  g(a, 2);\n  return a + 1;\n}\n"


def test_each_mutant_is_there_once_and_differs_from_its_original() -> None:
    found = mutants_of("ok.c", "ok.c", SOURCE, "c")
    assert len({one.source for one in found}) == len(found)
    assert len({one.id for one in found}) == len(found)
    assert all(one.source != SOURCE for one in found)


def test_names_stay_when_the_file_is_edited_elsewhere() -> None:
    before = {one.id for one in mutants_of("ok.c", "ok.c", SOURCE, "c")}
    longer = b"/* A remark. */\n\n" + SOURCE + b"\nint h(void) { return 0; }\n"
    after = {one.id for one in mutants_of("ok.c", "ok.c", longer, "c")}
    assert before < after
    assert before.isdisjoint({one.id for one in mutants_of("other.c", "ok.c", SOURCE, "c")})


def test_a_diff_shows_the_line_and_what_became_of_it() -> None:
    found = mutants_of("ok.c", "ok.c", SOURCE, "c")
    (one,) = [one for one in found if b"a <= 3" in one.source]
    assert "-  if (a < 3) return 1;" in one.diff
    assert "+  if (a <= 3) return 1;" in one.diff
    assert one.line == 2


def test_a_sample_has_every_operator_of_every_answer_and_is_made_again_by_its_seed() -> None:
    found = mutants_of("a", "a", SOURCE, "c") + mutants_of("b", "b", SOURCE, "c")
    kinds = {(one.answer, one.operator) for one in found}
    chosen = sample(found, len(kinds))
    assert {(one.answer, one.operator) for one in chosen} == kinds
    assert sample(found, 5, seed=7) == sample(found, 5, seed=7)
    assert len(sample(found, 10_000)) == len(found)


def test_the_bank_has_mutants_enough_of_every_kind_that_its_answers_have() -> None:
    from problems.mutation import all_mutants  # noqa: PLC0415  (reads four packages)

    for slug in ("bounded-queue", "bplus-tree", "write-ahead-log"):
        found = all_mutants(bank_package(slug))
        assert len(found) >= 300, slug
        assert len(Counter(one.operator for one in found)) >= 6
