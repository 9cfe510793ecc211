"""The hostile programs of tests/attacks/, read: the suite is data, a file an attack.

Each file begins with comment lines `key: value`:

    attack      what it does, in a few words
    expect      verdicts it may earn, with commas between; or "refused", any that counts and is not
                accepted
    defends     the invariant that it attacks
    victim      what the honest neighbour does meanwhile, one of VICTIMS (its group's, if not said)
    twin        how it becomes honest: OLD => NEW, in its text; twin2 for another such change; or
                "the reference", where nothing of it would be left
    windows     verdicts that it may earn there besides: what it asks for is its own there
    shape       program (the sum of two numbers; the default), interactive (guess a number),
                queue (the library of bank/bounded-queue), tree (that of bank/bplus-tree), save
                (that of bank/atomic-save), or
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
from problems.package import Package, load
from problems.tree import read_folder

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "tests" / "attacks"
OF_THEIR_OWN = {"games": ROOT / "tests" / "games", "forgeries": ROOT / "tests" / "forgeries"}
"""Groups with a folder of their own: answers that play with the measurement, each with an honest
twin; and answers that claim to be what they are not, each refused again and again."""
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
    "forgeries": "Forgeries: answers that claim to be what they are not",
    "gaps": "What no public suite covers",
    "combined": "Combinations",
}
VICTIMS = {
    "processes": "signals",
    "memory": "bandwidth",
    "output": "files",
    "reading": "cache",
    "channels": "pipes",
    "compiling": "sum",
    "harness": "pipes",
    "leaks": "sum",
    "time": "sum",
    "games": "sum",
    "forgeries": "sum",
    "gaps": "inotify",
    "combined": "names",
}
"""By group, what the honest neighbour needs of the kernel: a program of tests/victims."""
JUDGE_SIDE = {
    "validator": "output_validator",
    "interactor": "output_validator",
    "generator": "generator",
}
"""Shapes of a package's own programs, and what the judge calls each."""
SHAPES = ("program", "interactive", "queue", "tree", "save", "secret", "race", "crew", *JUDGE_SIDE)
REFUSED = frozenset(Verdict) - {Verdict.ACCEPTED, Verdict.JUDGE_ERROR, Verdict.INCONCLUSIVE}
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
    victim: str
    language: str
    source: bytes
    windows: frozenset[Verdict] = frozenset()
    changes: tuple[tuple[str, str], ...] = ()
    """What makes it honest, and leaves the rest of it as it is."""

    @property
    def name(self) -> str:
        return f"{self.group}/{self.path.name}"

    @property
    def twin(self) -> bytes:
        """Its honest twin; b"" for the package's reference."""
        text = self.source.decode()
        # Not in its header, which says the same words.
        header, rest = text.split("\n#", 1) if self.changes else (text, "")
        for old, new in self.changes:
            assert old in rest, f"{self.path}: there is no {old}"
            rest = rest.replace(old, new)
        return f"{header}\n#{rest}".encode() if self.changes else b""


def read_windows_attacks() -> list[Attack]:
    """Those that only mean something to Windows: tests/sandboxes/test_windows.py."""
    return [_read(path) for path in sorted(WINDOWS_FOLDER.iterdir())]


def read_attacks() -> list[Attack]:
    """All attacks, in the order of groups and names. Raises ValueError naming what is wrong."""
    found = {path for path in FOLDER.glob("*/*") if path.is_file()}
    for folder in OF_THEIR_OWN.values():
        found |= {path for path in folder.iterdir() if path.is_file()}
    paths = sorted(
        found,
        key=lambda path: (list(GROUPS).index(path.parent.name), path.name),
    )
    return [_read(path) for path in paths]


def _verdicts(words: str) -> frozenset[Verdict]:
    if words.strip() == "refused":
        return REFUSED
    return frozenset(Verdict(word.strip()) for word in words.split(",") if word.strip())


def _read(path: Path) -> Attack:
    source = path.read_bytes()
    fields: dict[str, str] = {}
    for line in source.decode("utf-8", "replace").splitlines()[:9]:
        found = _HEADER.match(line)
        if found is None:
            break
        fields[found[1]] = found[2]
    language = language_of_file(path.name)
    known = {"attack", "expect", "defends", "shape", "victim", "windows", "twin", "twin2"}
    unknown = set(fields) - known
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
        victim=fields.get("victim", VICTIMS.get(path.parent.name, "sum")),
        changes=tuple(
            (old, new)
            for name in ("twin", "twin2")
            for old, arrow, new in [fields.get(name, "").partition(" => ")]
            if arrow
        ),
        language=language.id,
        source=source,
    )


def with_few_tests(folder: Path) -> Package:
    """A package of the bank with two fresh tests of each kind at most: many are judged."""
    files = dict(read_folder(folder))
    text = re.sub(rb"count: [3-9]\d*", b"count: 2", files["systems.yaml"])
    return load({**files, "systems.yaml": text}, slug=folder.name)


def table(attacks: list[Attack]) -> str:
    """The attacks as a Markdown table, a section a group."""
    how = "`scripts/test attacks` runs them, all but games and forgeries beside an honest one."
    lines = [f"{len(attacks)} programs; {how}"]
    for group, title in GROUPS.items():
        lines += ["", f"**{title}**", "", "| attack | must earn | defends |", "|---|---|---|"]
        lines += [
            f"| [{a.title}](../{a.path.relative_to(ROOT)}) | "
            f"{'refused' if a.expected == REFUSED else ', '.join(sorted(a.expected))} "
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
