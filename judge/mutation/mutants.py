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


SOURCE_BYTES_MAX = 64 * 1024
"""A larger answer is left alone: it has more mutants than anybody judges."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """A source with one change, kept as the change: of a long source there are thousands."""

    id: str
    answer: str
    """Which answer it was made of, by its name."""
    file: str
    line: int
    """Where the change begins, from 1."""
    change: Change
    original: bytes

    @property
    def operator(self) -> MutationOperator:
        return self.change.operator

    @property
    def source(self) -> bytes:
        """The whole text with the change in it."""
        change = self.change
        return self.original[: change.start] + change.replacement + self.original[change.end :]

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
    if grammar is None or len(source) > SOURCE_BYTES_MAX:
        return []
    root = _parser(grammar).parse(source).root_node
    found: dict[tuple[int, int, bytes], Mutant] = {}
    seen: dict[str, int] = {}
    for change in changes(root, nothing=_NOTHING.get(language, b";")):
        key = (change.start, change.end, change.replacement)
        if key in found or source[change.start : change.end] == change.replacement:
            continue
        found[key] = Mutant(
            id=_name(answer, file, source, change, seen),
            answer=answer,
            file=file,
            line=source.count(b"\n", 0, change.start) + 1,
            change=change,
            original=source,
        )
    return list(found.values())


@cache
def _parser(grammar: Suspicions) -> tree_sitter.Parser:
    return tree_sitter.Parser(tree_sitter.Language(grammar.grammar()))


def _name(answer: str, file: str, source: bytes, change: Change, seen: dict[str, int]) -> str:
    """By the answer, the change, its line and the two around it, and which of several it is.

    The lines around it keep a mark from moving to a line that reads the same elsewhere.
    """
    start = source.rfind(b"\n", 0, change.start) + 1
    end = source.find(b"\n", change.end)
    end = end if end >= 0 else len(source)
    before = source[:start].rstrip().rpartition(b"\n")[2]
    after = source[end:].lstrip().partition(b"\n")[0]
    column = str(change.start - start).encode()
    digest = hashlib.sha256()
    for part in (
        answer.encode(),
        file.encode(),
        before.strip(),
        source[start:end].strip(),
        after.strip(),
        column,
        change.replacement,
    ):
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
