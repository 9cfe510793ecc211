"""A new package that verifies green as made: the sum of two numbers, to be replaced by the real.

The folder is complete: statement in both languages, harness or plain program, references, a wrong
submission, fresh tests. An interviewer changes one part at a time and stays green.
"""

import uuid
from collections.abc import Sequence

from judge.languages import LANGUAGES
from problems.tree import Tree

SHAPES = ("library", "program")

_LIBRARY = {
    "c": {
        "harness": '#include "add.h"\n#include <stdio.h>\n\nint main(void) {\n  long long a, b;\n'
        '  if (scanf("%lld %lld", &a, &b) != 2) return 1;\n  printf("%lld\\n", add(a, b));\n}\n',
        "header": "long long add(long long a, long long b);\n",
        "answer": '#include "add.h"\n\nlong long add(long long a, long long b) {{ return {}; }}\n',
    },
    "cpp": {
        "harness": '#include "add.h"\n#include <iostream>\n\nint main() {\n  long long a, b;\n'
        "  std::cin >> a >> b;\n  std::cout << add(a, b) << '\\n';\n}\n",
        "header": "long long add(long long a, long long b);\n",
        "answer": '#include "add.h"\n\nlong long add(long long a, long long b) {{ return {}; }}\n',
    },
    "rust": {
        "harness": "mod solution;\n\nfn main() {\n    let mut line = String::new();\n"
        "    std::io::stdin().read_line(&mut line).unwrap();\n"
        "    let n: Vec<i64> = line.split_whitespace().map(|w| w.parse().unwrap()).collect();\n"
        '    println!("{}", solution::add(n[0], n[1]));\n}\n',
        "answer": "pub fn add(a: i64, b: i64) -> i64 {{\n    {}\n}}\n",
    },
    "python3": {
        "harness": "from solution import add\n\na, b = map(int, input().split())\nprint(add(a, b))\n",
        "answer": "def add(a, b):\n    return {}\n",
    },
}
_PROGRAM = {
    "c": '#include <stdio.h>\n\nint main(void) {{\n  long long a, b;\n  if (scanf("%lld %lld", &a, &b)'
    ' != 2) return 1;\n  printf("%lld\\n", {});\n}}\n',
    "cpp": "#include <iostream>\n\nint main() {{\n  long long a, b;\n  std::cin >> a >> b;\n"
    "  std::cout << {} << '\\n';\n}}\n",
    "rust": "fn main() {{\n    let mut line = String::new();\n"
    "    std::io::stdin().read_line(&mut line).unwrap();\n"
    "    let n: Vec<i64> = line.split_whitespace().map(|w| w.parse().unwrap()).collect();\n"
    '    let (a, b) = (n[0], n[1]);\n    println!("{{}}", {});\n}}\n',
    "python3": "a, b = map(int, input().split())\nprint({})\n",
}
_VALIDATOR = '''"""Judge the sum; exit with 42 (right) or 43 (wrong), as the package format says."""

import sys

sys.path.insert(0, "/usr/local/lib/judge")
from judge_harness import accept, reject

with open(sys.argv[1]) as file:
    a, b = map(int, file.read().split())
got = sys.stdin.read().strip()
if got == str(a + b):
    accept(sys.argv[3])
reject(
    sys.argv[3],
    {
        "kind": "difference",
        "sentence_en": f"{a} + {b}: expected {a + b}, got {got[:40] or 'nothing'}.",
        "sentence_zh": f"{a} + {b}：期望 {a + b}，得到 {got[:40] or '空'}。",
        "expected": str(a + b),
        "got": got[:400],
    },
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
    """Files of a new package. `shape` is one of SHAPES, `languages` are ids of ours."""
    files = {
        "problem.yaml": _problem_yaml(name, languages),
        "systems.yaml": f"shape: {shape}\nskills: [arithmetic]\nminutes: 15\n"
        f"solution: {'solution' if shape == 'library' else 'main'}\n"
        'fresh:\n  - {group: random, count: 5, arguments: ["{seed}"]}\n',
        "data/sample/1.in": "2 3\n",
        "data/sample/1.ans": "5\n",
        "output_validator/main.py": _VALIDATOR,
        "generators/fresh.py": _GENERATOR,
    }
    for language, text in _STATEMENTS.items():
        files[f"statement/problem.{language}.md"] = text
    for language in languages:
        files.update(_sources(language, shape))
    return {path: text.encode() for path, text in files.items()}


def _problem_yaml(name: str, languages: Sequence[str]) -> str:
    return (
        f"problem_format_version: 2025-09\nuuid: {uuid.uuid4()}\n"
        f"name:\n  en: {name}\n  zh: {name}\ntype: pass-fail\nlicense: cc by\n"
        f"languages: [{', '.join(languages)}]\nlimits:\n  time_limit: 1.0\n  memory: 256\n"
    )


def _sources(language: str, shape: str) -> dict[str, str]:
    extension = LANGUAGES[language].extensions[0]
    if shape == "program":
        template = _PROGRAM[language]
        stem = "main"
        files: dict[str, str] = {}
    else:
        template = _LIBRARY[language]["answer"]
        stem = "solution"
        harness = "main" if language in ("rust", "python3") else "harness"
        folder = f"include/{language}"
        files = {f"{folder}/{harness}.{extension}": _LIBRARY[language]["harness"]}
        if "header" in _LIBRARY[language]:
            files[f"{folder}/add.h"] = _LIBRARY[language]["header"]
    return {
        **files,
        f"starter/{language}/{stem}.{extension}": template.format("0"),
        f"submissions/accepted/ok.{extension}": template.format("a + b"),
        f"submissions/wrong_answer/difference.{extension}": template.format("a - b"),
    }
