"""Mutants: a right answer with one small fault each, to see whether the tests notice.

A mutant is named by what it changes and where in the text it stands, not by its line's number, so
that a remark about it outlives edits elsewhere in the file.
"""

import difflib
import hashlib
import random
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import tree_sitter

from judge.languages import LANGUAGES, Suspicions
from judge.mutation.operators import Change, MutationOperator, changes

ID_LENGTH = 12
_NOTHING = {"python3": b"pass"}
_CONTEXT = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """A source with one change."""

    id: str
    operator: MutationOperator
    answer: str
    """Which answer it was made of, by its name."""
    file: str
    line: int
    """Where the change begins, from 1."""
    source: bytes
    original: bytes

    @property
    def diff(self) -> tuple[str, ...]:
        """The few lines that differ, with some around them, as in a unified diff."""
        before = self.original.decode(errors="replace").splitlines()
        after = self.source.decode(errors="replace").splitlines()
        lines = difflib.unified_diff(before, after, n=_CONTEXT, lineterm="")
        return tuple(lines)[2:]


def mutants_of(answer: str, file: str, source: bytes, language: str) -> list[Mutant]:
    """All mutants of one file of an answer, each once, in the order of the text."""
    grammar = LANGUAGES[language].suspicions
    if grammar is None:
        return []
    root = _parser(grammar).parse(source).root_node
    found: dict[bytes, Mutant] = {}
    seen: dict[str, int] = {}
    for change in changes(root, nothing=_NOTHING.get(language, b";")):
        mutated = source[: change.start] + change.replacement + source[change.end :]
        if mutated != source and mutated not in found:
            name = _name(answer, file, source, change, seen)
            found[mutated] = Mutant(
                id=name,
                operator=change.operator,
                answer=answer,
                file=file,
                line=source.count(b"\n", 0, change.start) + 1,
                source=mutated,
                original=source,
            )
    return list(found.values())


@cache
def _parser(grammar: Suspicions) -> tree_sitter.Parser:
    return tree_sitter.Parser(tree_sitter.Language(grammar.grammar()))


def _name(answer: str, file: str, source: bytes, change: Change, seen: dict[str, int]) -> str:
    """By the answer, the changed line, the change, and which of several alike it is."""
    start = source.rfind(b"\n", 0, change.start) + 1
    end = source.find(b"\n", change.end)
    line = source[start : end if end >= 0 else len(source)]
    digest = hashlib.sha256()
    column = str(change.start - start).encode()
    parts = (answer.encode(), file.encode(), line.strip(), column, change.replacement)
    for part in parts:
        digest.update(len(part).to_bytes(4, "big") + part)
    base = digest.hexdigest()
    number = seen.get(base, 0)
    seen[base] = number + 1
    return hashlib.sha256(f"{base} {number}".encode()).hexdigest()[:ID_LENGTH]


def sample(mutants: Iterable[Mutant], count: int, seed: int = 0) -> list[Mutant]:
    """So many, by chance, the answers and operators in turn, so that rare operators are there."""
    groups: dict[tuple[str, MutationOperator], list[Mutant]] = {}
    for one in mutants:
        groups.setdefault((one.answer, one.operator), []).append(one)
    rng = random.Random(seed)  # noqa: S311  (a choice that can be made again)
    for group in groups.values():
        rng.shuffle(group)
    order = [groups[key] for key in sorted(groups)]
    chosen: list[Mutant] = []
    while order and len(chosen) < count:
        for group in order:
            if len(chosen) < count:
                chosen.append(group.pop())
        order = [group for group in order if group]
    return chosen
