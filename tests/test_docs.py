"""References: what a comment, a docstring or a document names is there."""

import ast
import importlib
import io
import re
import subprocess
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = "judge|oracles|problems|sandboxes|web|cli|tests|benchmarks"
FILE = re.compile(r"(?<![\w/.*…<{-])((?:[\w.-]+/)*[\w-]+\.(?:py|md|html|sh|mjs|toml|Dockerfile))\b")
DOTTED = re.compile(rf"`((?:{PACKAGES})(?:\.\w+)+)`")
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text()
UNSAID = {"verdict text", "user", "watch"}
"""Classes that are no words of ours: parts of another, or a system's own."""
LABELS = {"judge.owner"}
"""Labels of containers, which look like modules."""
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)")
EXAMPLES = {
    # Names that a document gives to what its reader makes.
    "main.py",
    "my_save.py",
    "conftest.py",
    "solution.py",
    "problem.en.md",
    "problem.zh.md",
    "problem.LANG.md",
}


@cache
def tracked() -> tuple[str, ...]:
    """Every file of ours but those of packages and attacks, whose words are their own."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.splitlines()
    return tuple(name for name in listed if (ROOT / name).is_file())


@cache
def names() -> frozenset[str]:
    return frozenset(Path(name).name for name in tracked())


@cache
def words_of(name: str) -> tuple[tuple[int, str], ...]:
    """(line, text) of what a file says to people: comments and docstrings, or all of a text."""
    text = (ROOT / name).read_text()
    lines = enumerate(text.splitlines(), start=1)
    if name.endswith(".py"):
        return tuple(words_of_python(text))
    if name.endswith(".md"):
        return tuple(lines)
    return tuple((n, line) for n, line in lines if re.search(r"(^|\s)(#|//|/?\*|\{#)", line))


def words_of_python(text: str) -> Iterator[tuple[int, str]]:
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.Expr(value=ast.Constant(value=str() as said)):
                yield node.lineno, said
            case _:
                pass


OURS = [
    name
    for name in tracked()
    if name.endswith((".py", ".md", ".c", ".h", ".toml", ".yaml", ".sh", ".html", ".mjs"))
    and not name.startswith(("problems/bank/", "tests/packages/", "tests/attacks/", "web/static"))
    and name != "CHANGELOG.md"
]


def is_there(reference: str, name: str) -> bool:
    """From the root, from beside the file, or somewhere by its plain name."""
    places = [ROOT / reference, (ROOT / name).parent / reference]
    return (
        any(place.exists() for place in places)
        or any(one.endswith(f"/{reference}") for one in tracked())
        or ("/" not in reference and reference in names())
        or Path(reference).name in EXAMPLES
    )


def test_every_file_that_is_named_is_there() -> None:
    missing = [
        f"{name}:{line}: {reference}"
        for name in OURS
        for line, text in words_of(name)
        for reference in FILE.findall(text)
        if not is_there(reference, name)
    ]
    assert missing == []


def test_every_module_and_name_that_a_document_gives_is_there() -> None:
    def found(dotted: str) -> bool:
        parts = dotted.split(".")
        for cut in range(len(parts), 0, -1):
            try:
                value: object = importlib.import_module(".".join(parts[:cut]))
            except ModuleNotFoundError:
                continue
            try:
                for attribute in parts[cut:]:
                    value = getattr(value, attribute)
            except AttributeError:
                return False
            return True
        return False

    missing = [
        f"{name}:{line}: {dotted}"
        for name in OURS
        for line, text in words_of(name)
        for dotted in DOTTED.findall(text)
        if dotted not in LABELS and not found(dotted)
    ]
    assert missing == []


def test_every_link_of_a_document_leads_somewhere() -> None:
    missing = [
        f"{name}:{line}: {target}"
        for name in tracked()
        if name.endswith(".md") and not name.startswith(("problems/bank/", "tests/packages/"))
        for line, text in words_of(name)
        for target in LINK.findall(text)
        if not ((ROOT / name).parent / target).exists()
    ]
    assert missing == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("see jobs.py", ["jobs.py"]),
        ("as docs/security.md says", ["docs/security.md"]),
        ("`web/no/such.py`", ["web/no/such.py"]),
        ("https://example.org/a.html", []),
        ("submissions/<expected>/x.py", []),
    ],
)
def test_a_reference_is_known_as_one(text: str, found: list[str]) -> None:
    assert FILE.findall(text) == found


def test_docstrings_are_whole_sentences() -> None:
    """A docstring that begins with "Of" has lost its subject."""
    lost = [
        f"{name}:{line}"
        for name in OURS
        if name.endswith(".py")
        for line, text in words_of(name)
        if not text.startswith("#") and re.match(r"\s*Of\b(?! course)", text)
    ]
    assert lost == []


def glossary() -> list[str]:
    """The words of docs/glossary.md, in their order."""
    rows = re.findall(r"^\| ([^|]+) \| [^|]+ \| [^|]+ \| [^|]+ \|$", GLOSSARY, re.MULTILINE)
    return [row for row in rows if row not in ("word", "---")]


def in_words(name: str) -> str:
    """CampaignProblem → campaign problem; SubmissionRow → submission."""
    return re.sub(r"(?<!^)(?=[A-Z])", " ", name.removesuffix("Row")).lower()


def classes(module: str) -> list[str]:
    found = ast.parse((ROOT / module).read_text()).body
    return [node.name for node in found if isinstance(node, ast.ClassDef)]


@pytest.mark.parametrize(
    "module",
    [
        "judge/values.py",
        "judge/performance.py",
        "judge/events.py",
        "judge/verdicts.py",
        "judge/task.py",
        "judge/sandbox.py",
        "judge/grading/finding.py",
        "web/storage/tables.py",
        "web/storage/account_tables.py",
        "web/storage/authoring_tables.py",
    ],
)
def test_the_glossary_has_every_word_of_the_domain_and_the_tables(module: str) -> None:
    missing = {in_words(name) for name in classes(module)} - set(glossary()) - UNSAID
    assert missing == set(), "docs/glossary.md has no line for it"


def test_a_word_stands_in_the_glossary_once_and_in_both_languages() -> None:
    words = glossary()
    assert len(words) > 100
    assert sorted(words) == sorted(set(words))
    for line in GLOSSARY.splitlines():
        if line.startswith("| ") and not line.startswith(("| word", "| ---")):
            _, _, chinese, _, meaning, _ = (cell.strip() for cell in line.split("|"))
            assert re.search("[\u4e00-\u9fff]|A/A", chinese), line
            assert re.search("[\u4e00-\u9fff]", meaning), line


def test_the_release_is_written_once() -> None:
    release = re.search(
        r'^version = "([^"]+)"', (ROOT / "pyproject.toml").read_text(), re.MULTILINE
    )
    assert release is not None
    again = [
        name
        for name in OURS
        if name.endswith(".py") and f'"{release[1]}"' in (ROOT / name).read_text()
    ]
    assert again == []
