"""The mutation score: what is thrown away, what counts, and marks with their reasons."""

import pytest

from judge.errors import PackageFault
from judge.mutation.mutants import mutants_of
from judge.task import TargetSlot
from problems import skeleton
from problems.mutation import (
    Fate,
    MutantOutcome,
    all_mutants,
    judge_mutants,
    marked_equivalent,
    right_answers,
    score_of,
)
from problems.package import Package, load

ANSWER = b"""#include <stdio.h>
int main(void) {
  long long a, b;
  if (scanf("%lld %lld", &a, &b) != 2) return 1;
  if (a == 123456789123) a = a + 1; /* no test has it */
  long long unused = 7;
  (void)unused;
  printf("%lld\\n", a + b);
  return 0;
}
"""


def package(**more: bytes) -> Package:
    files = skeleton.make("sums", shape="program", languages=["c"])
    changed = {**files, "submissions/accepted/ok.c": ANSWER, **more}
    return load(changed, slug="sums")


def marks(text: str) -> Package:
    return package(**{"mutants.yaml": text.encode()})


def test_mutants_are_made_of_answers_that_must_be_accepted() -> None:
    loaded = package()
    assert [one.name for one in right_answers(loaded)] == ["accepted/ok.c"]
    assert {one.answer for one in all_mutants(loaded)} == {"accepted/ok.c"}


def test_the_score_counts_what_tells_something() -> None:
    mutant = mutants_of("a", "a", b"int x = 1 < 2;", "c")[0]
    outcomes = [MutantOutcome(mutant=mutant, fate=fate) for fate in Fate] * 3
    score = score_of(outcomes)
    assert (score.killed, score.survived) == (3, 3)
    assert score.share == 0.5
    assert score.interval is not None
    assert score.interval[0] < 0.5 < score.interval[1]
    assert score_of([]).share is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("equivalent: {abc: short}", "8"),
        ("equivalents: {}", "equivalent"),
        ("equivalent: [a]", "equivalent"),
        ("equivalent: {a: 'because it is so', a: 'because it is so'}", "twice"),
    ],
)
def test_marks_that_cant_be_read_are_told_with_their_place(text: str, words: str) -> None:
    with pytest.raises(PackageFault, match=words) as fault:
        marked_equivalent(marks(text))
    assert fault.value.place == "mutants.yaml"


@pytest.mark.docker
def test_mutants_are_killed_survive_or_tell_nothing(slot: TargetSlot) -> None:
    loaded = package()
    found = {one.source: one for one in all_mutants(loaded)}

    def mutant(old: bytes, new: bytes) -> str:
        return found[ANSWER.replace(old, new, 1)].id

    wanted = {
        mutant(b"a + b", b"a - b"): Fate.KILLED,
        mutant(b"a + 1;", b"a - 1;"): Fate.SURVIVED,
        mutant(b"unused = 7", b"unused = 8"): Fate.SAME_PROGRAM,
        mutant(b"return 0;\n}", b"return 1;\n}"): Fate.KILLED,
    }
    marked = mutant(b"a == 123456789123", b"a != 123456789123")
    text = f"equivalent: {{{marked}: 'to see that it is not judged'}}\n"
    loaded = marks(text)
    chosen = [one for one in all_mutants(loaded) if one.id in {*wanted, marked}]
    outcomes = judge_mutants(loaded, chosen, [slot], lambda _one: None)
    fates = {one.mutant.id: one.fate for one in outcomes}
    assert fates == {**wanted, marked: Fate.EQUIVALENT}
    killed = [one.by for one in outcomes if one.fate is Fate.KILLED]
    assert all("at" in by for by in killed)
