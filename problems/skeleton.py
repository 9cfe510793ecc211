"""A new package that verifies green as made: the sum of two numbers, to be replaced by the real.

The folder is complete: statement in both languages, harness or plain program, references, a wrong
submission, fresh tests. An interviewer changes one part at a time and stays green.
"""

import uuid
from collections.abc import Sequence
from pathlib import Path

from judge.languages import LANGUAGES
from problems.tree import Tree

SHAPES = ("library", "program")
_KIT = Path(__file__).parent / "kit"
"""The harness's half of a conducted run, in each language; a package has copies."""

_VALIDATOR = '''"""Judge the sum; exit with 42 (right) or 43 (wrong), as the package format says."""

import sys
from pathlib import Path

from oracles.feedback import Rejection, accept, reject

input_path, _answer_path, feedback = sys.argv[1:4]
a, b = map(int, Path(input_path).read_text().split())
got = sys.stdin.read().strip()
if got == str(a + b):
    accept(feedback)
reject(
    feedback,
    Rejection(
        "difference",
        f"{a} + {b}: expected {a + b}, got {got[:40] or 'nothing'}.",
        f"{a} + {b}：期望 {a + b}，得到 {got[:40] or '空'}。",
        expected=str(a + b),
        got=got[:400],
    ),
)
'''
_CONDUCTOR = '''"""Conduct the sum: hand it out, and hold the answer against ours."""

import sys
from pathlib import Path

from oracles.conductor import Conducted
from oracles.feedback import Rejected, Rejection, accept, reject

MASK = (1 << 64) - 1
input_path, _answer_path, feedback = sys.argv[1:4]
a, b = map(int, Path(input_path).read_text().split())
try:
    with Conducted() as process:
        told = process.ask("+", a & MASK, b & MASK).value
        process.stop()
except Rejected as rejected:
    reject(feedback, rejected.rejection)
got = told - (1 << 64) if told >> 63 else told
if got == a + b:
    accept(feedback)
reject(
    feedback,
    Rejection(
        "difference",
        f"{a} + {b}: expected {a + b}, got {got}.",
        f"{a} + {b}：期望 {a + b}，得到 {got}。",
        expected=str(a + b),
        got=str(got),
    ),
)
'''
_GENERATOR = '''"""fresh.py SEED: one input."""

import random
import sys

rng = random.Random(int(sys.argv[1]))
print(rng.randint(-(10**9), 10**9), rng.randint(1, 10**9))
'''
_STATEMENTS = {
    "en": "Give the sum $a + b$ of two numbers of at most $10^9$ in absolute value.\n",
    "zh": "给出两个绝对值不超过 $10^9$ 的数之和 $a + b$。\n",
}


def make(name: str, *, shape: str, languages: Sequence[str]) -> Tree:
    """Files of a new package. `shape` is one of SHAPES, `languages` have a skeleton."""
    library = shape == "library"
    files = {
        "problem.yaml": _problem_yaml(name, languages, library=library),
        "systems.yaml": f"shape: {shape}\n{'harness: starts' if library else ''}\nskills: [arithmetic]\nminutes: 15\n"
        f"solution: {'solution' if shape == 'library' else 'main'}\n"
        'fresh:\n  - {group: random, count: 5, arguments: ["{seed}"]}\n',
        "data/sample/1.in": "2 3\n",
        "data/sample/1.ans": "5\n",
        "output_validator/main.py": _CONDUCTOR if library else _VALIDATOR,
        "generators/fresh.py": _GENERATOR,
    }
    for language, text in _STATEMENTS.items():
        files[f"statement/problem.{language}.md"] = text
    for language in languages:
        files.update(_sources(language, shape))
    return {path: text.encode() for path, text in files.items()}


def _problem_yaml(name: str, languages: Sequence[str], *, library: bool) -> str:
    kind = "interactive" if library else "pass-fail"
    return (
        f"problem_format_version: 2025-09\nuuid: {uuid.uuid4()}\n"
        f"name:\n  en: {name}\n  zh: {name}\ntype: {kind}\nlicense: cc by\n"
        f"languages: [{', '.join(languages)}]\nlimits:\n  time_limit: 1.0\n  memory: 256\n"
    )


def _sources(language_id: str, shape: str) -> dict[str, str]:
    language = LANGUAGES[language_id]
    sources = language.skeleton
    assert sources is not None
    extension = language.extensions[0]
    library = shape == "library"
    template = sources.answer if library else sources.program
    files: dict[str, str] = {}
    if library:
        folder = f"include/{language_id}"
        files[f"{folder}/{sources.harness_stem}.{extension}"] = sources.harness
        files[f"{folder}/{sources.kit}"] = (_KIT / sources.kit).read_text()
        if sources.header:
            files[f"{folder}/add.h"] = sources.header
    starter = language.answer_file("solution" if library else "main")
    return {
        **files,
        f"starter/{language_id}/{starter}": template.replace("{sum}", "0"),
        f"submissions/accepted/ok.{extension}": template.replace("{sum}", "a + b"),
        f"submissions/wrong_answer/difference.{extension}": template.replace("{sum}", "a - b"),
    }
