"""Hypothesis strategies: packages from the format's keys and files, right and slightly wrong."""

import random
from typing import Any

import yaml
from hypothesis import strategies as st

from problems import format_keys
from problems.format_keys import LEGACY, NEW

WORDS = ("pass-fail", "interactive", "multi-pass", "scoring", "submit-answer", "interactve", "")
JUNK: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 10**12),
    st.floats(),
    st.text(max_size=8),
    st.lists(st.integers(0, 3), max_size=3),
    st.dictionaries(st.text(max_size=4), st.integers(0, 3), max_size=2),
    st.dates(),
)
_WORD = st.sampled_from(["case_sensitive", "float_tolerance", "1e-6", "sum", "secret/a", "sample"])

_VALUES: dict[str, st.SearchStrategy[Any]] = {
    "problem_format_version": st.sampled_from([NEW, LEGACY, "2023-07-draft", "legacy-icpc"]),
    "type": st.one_of(st.sampled_from(WORDS), st.lists(st.sampled_from(WORDS), max_size=3)),
    "name": st.one_of(st.text(max_size=9), st.just({"en": "x", "zh": "题"})),
    "languages": st.one_of(st.just("all"), st.just(["python3"]), st.just("c python3")),
    "validation": st.sampled_from(["default", "custom", "custom interactive", "custom score", ""]),
    "validator_flags": st.sampled_from(
        ["", "case_sensitive", "float_tolerance 1e-6", "fuzzy", "'"]
    ),
    "constants": st.dictionaries(st.sampled_from(["a", "B_1", "1a"]), st.integers(), max_size=2),
    "max_score": st.one_of(st.integers(0, 100), st.just("unbounded")),
    "score_aggregation": st.sampled_from(["pass-fail", "sum", "min", "max"]),
    "require_pass": st.one_of(_WORD, st.lists(_WORD, max_size=2)),
    "permitted": st.lists(st.sampled_from(["AC", "WA", "TLE", "RTE", "OK"]), max_size=4),
    "required": st.lists(st.sampled_from(["AC", "WA", "TLE", "RTE"]), max_size=4),
    "time_multipliers": st.just({"ac_to_time_limit": 2.0}),
    "full_feedback": st.booleans(),
    "allow_file_writing": st.booleans(),
    "limits": st.just({}),
    "grading": st.just("default"),
    "language": st.sampled_from(["python3", "cpp"]),
    "entrypoint": st.sampled_from(["echo.py", "main.py"]),
    "use_for_time_limit": st.sampled_from([True, False, "lower", "upper"]),
    "message": st.just("wrong"),
    "score": st.one_of(st.integers(0, 100), st.just([0, 50])),
    "static_validation_score": st.just("pass-fail"),
}
_ARGS = st.lists(_WORD, max_size=3)
_SIZES = st.integers(64, 512)
_SECONDS = st.integers(1, 5)


def _value(key: str) -> st.SearchStrategy[Any]:
    if key in _VALUES:
        return _VALUES[key]
    if key.endswith("args"):
        return st.sampled_from([[], ["case_sensitive"], ["float_tolerance", 1e-6]])
    if key.endswith("flags"):
        return st.sampled_from(["", "case_sensitive"])
    if key.endswith(("memory", "code")):
        return _SIZES
    return _SECONDS


def keys(place: str, version: str, *, most: int) -> st.SearchStrategy[dict[str, Any]]:
    """Some of a place's keys; now and then one that isn't there, or with a value that isn't."""
    known = sorted(format_keys.keys_of(place, version))
    every = sorted({part.name for part in format_keys.PARTS if part.place == place})
    names = st.one_of(*[st.sampled_from(known)] * 12, st.sampled_from([*every, "unknwon"]))

    def valued(chosen: list[str]) -> st.SearchStrategy[dict[str, Any]]:
        values = {name: st.one_of(*[_value(name)] * 15, JUNK) for name in chosen}
        return st.fixed_dictionaries(values)

    return st.lists(names, max_size=most, unique=True).flatmap(valued)


_TEXTS = st.sampled_from(
    [b"", b"1\n", b"1 2\n", b"\xff\xfe", b"{{a}}\n", "数据\n".encode(), b"x" * 3000]
)
_PATHS = st.sampled_from(
    [
        f"data/{folder}/{name}{ending}"
        for folder in ("sample", "secret", "secret/a", "secret/b", "invalid_input", "other")
        for name in ("1", "2")
        for ending in (".in", ".ans", ".yaml", ".files/x.in", ".interaction", ".out")
    ]
    + [
        "input_validators/v.py",
        "include/python3/x.py",
        "attachments/a.txt",
        "statement/problem.en.md",
        "statement/problem.zh.tex",
        ".timelimit",
        "domjudge-problem.ini",
        "graders/g.py",
        "README.md",
        "data/secret/.DS_Store",
        "submissions/accepted/a/b/c.py",
    ]
)
_VALIDATOR = b"import sys\nsys.exit(42 if sys.stdin.read().split() else 43)\n"


@st.composite
def packages(draw: st.DrawFn) -> dict[str, bytes]:
    """A package's files."""
    version = draw(st.sampled_from([NEW, NEW, LEGACY]))
    described = draw(keys(format_keys.PROBLEM, version, most=4))
    described.setdefault("problem_format_version", version)
    if draw(st.booleans()):
        described["limits"] = draw(keys(format_keys.LIMITS, version, most=3))
    files = draw(st.dictionaries(_PATHS, _TEXTS, max_size=2))
    for number in range(1, draw(st.integers(1, 3)) + 1):
        group = draw(st.sampled_from(["secret", "secret/a", "sample"]))
        files[f"data/{group}/{number}.in"] = b"1 2\n"
        files[f"data/{group}/{number}.ans"] = b"1 2\n"
    files["problem.yaml"] = _yaml(described)
    name = "testdata" if version == LEGACY else "test_group"
    if draw(st.booleans()):
        group = draw(st.sampled_from(["secret", "secret/a", "sample"]))
        files[f"data/{group}/{name}.yaml"] = _yaml(draw(keys(format_keys.GROUP, version, most=2)))
    if draw(st.booleans()):
        files[f"output_validator{'s' if version == LEGACY else ''}/v.py"] = _VALIDATOR
    files["submissions/accepted/echo.py"] = b"print(input())\n"
    if draw(st.booleans()):
        entry = draw(keys(format_keys.SUBMISSION, version, most=2)) if version == NEW else {}
        files["submissions/submissions.yaml"] = _yaml({"accepted/echo.py": entry})
    if draw(st.integers(0, 9)) == 0:
        _spoil(files, draw(st.integers(0, 2**32)))
    return files


def _yaml(value: object) -> bytes:
    return yaml.safe_dump(value, allow_unicode=True).encode("utf-8", "replace")


def _spoil(files: dict[str, bytes], seed: int) -> None:
    """One file with some bytes changed; a program would be at fault by itself then."""
    rng = random.Random(seed)
    path = rng.choice(sorted(path for path in files if not path.endswith(".py")))
    content = bytearray(files[path] or b"x")
    for _ in range(3):
        content[rng.randrange(len(content))] = rng.randrange(256)
    files[path] = bytes(content)
