"""The hostile programs of tests/attacks/, read: the suite is data, a file an attack.

Each file begins with comment lines `key: value`:

    attack      what it does, in a few words
    expect      verdicts it may earn, with commas between
    defends     the invariant that it attacks
    windows     verdicts that it may earn there besides: what it asks for is its own there
    shape       program (the sum of two numbers; the default), interactive (guess a number),
                queue (the library of bank/bounded-queue), tree (that of bank/bplus-tree), or
                secret (a sum with fixed secret tests: judged with two sets of secret inputs, what
                a candidate is shown must be the same), race (the digest of tests/packages,
                timed against its reference), crew (the same by threads, timed by the clock, with
                no allocator of one's own). Or it is the package's own program, an honest answer
                is judged by it, and what must come is a judge error that names it: validator,
                generator (of the sum), interactor (of the guessing)

A program that gets what it must not have answers right, so `accepted` is a breach; one that was
held off answers wrongly. The folder is the group, as in the table of docs/security.md, which
`python -m tests.attack_suite` writes anew.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from judge.languages import language_of_file
from judge.verdicts import Verdict

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "tests" / "attacks"
WINDOWS_FOLDER = ROOT / "tests" / "windows_attacks"
DOCUMENT = ROOT / "docs" / "security.md"
GROUPS = {
    "processes": "Processes and signals",
    "memory": "Memory",
    "output": "Output and files",
    "reading": "Reading what it should not",
    "channels": "Network and cross-sandbox channels",
    "compiling": "Compile time",
    "harness": "Judge-side programs and harness",
    "leaks": "What a candidate is shown",
    "time": "Time and measurement",
    "games": "Games with the measurement",
    "gaps": "What no public suite covers",
    "combined": "Combinations",
}
JUDGE_SIDE = {
    "validator": "output_validator",
    "interactor": "output_validator",
    "generator": "generator",
}
"""Shapes of a package's own programs, and what the judge calls each."""
SHAPES = ("program", "interactive", "queue", "tree", "secret", "race", "crew", *JUDGE_SIDE)
_HEADER = re.compile(r"^(?://|#|/\*|--)\s*(\w+):\s*(.+?)\s*(?:\*/)?$")
_START, _END = "<!-- attacks: made by python -m tests.attack_suite -->", "<!-- end of attacks -->"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attack:
    """One hostile program, and what must come of it."""

    path: Path
    group: str
    title: str
    expected: frozenset[Verdict]
    defends: str
    shape: str
    language: str
    source: bytes
    windows: frozenset[Verdict] = frozenset()

    @property
    def name(self) -> str:
        return f"{self.group}/{self.path.name}"


def read_windows_attacks() -> list[Attack]:
    """Those that only mean something to Windows: tests/sandboxes/test_windows.py."""
    return [_read(path) for path in sorted(WINDOWS_FOLDER.iterdir())]


def read_attacks() -> list[Attack]:
    """All attacks, in the order of groups and names. Raises ValueError naming what is wrong."""
    paths = sorted(
        (path for path in FOLDER.glob("*/*") if path.is_file()),
        key=lambda path: (list(GROUPS).index(path.parent.name), path.name),
    )
    return [_read(path) for path in paths]


def _verdicts(words: str) -> frozenset[Verdict]:
    return frozenset(Verdict(word.strip()) for word in words.split(",") if word.strip())


def _read(path: Path) -> Attack:
    source = path.read_bytes()
    fields: dict[str, str] = {}
    for line in source.decode("utf-8", "replace").splitlines()[:8]:
        found = _HEADER.match(line)
        if found is None:
            break
        fields[found[1]] = found[2]
    language = language_of_file(path.name)
    unknown = set(fields) - {"attack", "expect", "defends", "shape", "windows"}
    if language is None or unknown or not {"attack", "expect", "defends"} <= set(fields):
        raise ValueError(f"{path}: a known ending and attack, expect, defends are wanted: {fields}")
    shape = fields.get("shape", "program")
    if shape not in SHAPES:
        raise ValueError(f"{path}: shape {shape}; it can be {', '.join(SHAPES)}")
    return Attack(
        path=path,
        group=path.parent.name,
        title=fields["attack"],
        expected=_verdicts(fields["expect"]),
        windows=_verdicts(fields.get("windows", "")),
        defends=fields["defends"],
        shape=shape,
        language=language.id,
        source=source,
    )


def table(attacks: list[Attack]) -> str:
    """The attacks as a Markdown table, a section a group."""
    lines = [f"{len(attacks)} programs; `scripts/test attacks` runs each beside an honest one."]
    for group, title in GROUPS.items():
        lines += ["", f"**{title}**", "", "| attack | must earn | defends |", "|---|---|---|"]
        lines += [
            f"| [{a.title}](../tests/attacks/{a.name}) | {', '.join(sorted(a.expected))} "
            f"| {a.defends} |"
            for a in attacks
            if a.group == group
        ]
    return "\n".join(lines)


def with_table(document: str, attacks: list[Attack]) -> str:
    """The document with its generated part made anew."""
    before, rest = document.split(_START)
    after = rest.split(_END)[1]
    return f"{before}{_START}\n{table(attacks)}\n{_END}{after}"


if __name__ == "__main__":
    DOCUMENT.write_text(with_table(DOCUMENT.read_text(), read_attacks()))
