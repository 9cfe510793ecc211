"""One case: a package, an answer to it, and what the format says must come of both."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from judge.verdicts import Verdict

JUDGE_ERROR = Verdict.JUDGE_ERROR
AC, WA, RE = Verdict.ACCEPTED, Verdict.WRONG_ANSWER, Verdict.RUNTIME_ERROR
TL, ML, OL = Verdict.TIME_LIMIT, Verdict.MEMORY_LIMIT, Verdict.OUTPUT_LIMIT

PROBLEM = "problem_format_version: 2025-09\nname: x\nlimits: {time_limit: 1}\n"
LEGACY = "name: x\n"


@dataclass(frozen=True)
class Case:
    """`says` is what people would say of it, `follows` the format's sentence that it stands on.

    `verdict` is a verdict, judge-error for a package that is at fault, or None for one that must
    be refused on reading, with `refused` in the message.
    """

    says: str
    follows: str
    files: Mapping[str, str | bytes]
    source: str = ""
    language: str = "python3"
    verdict: Verdict | None = None
    refused: str = ""
    points: Mapping[str, float] = field(default_factory=dict)
    more: Mapping[str, str] = field(default_factory=dict)
    """Further files of the answer."""

    @property
    def tree(self) -> dict[str, bytes]:
        return {
            path: text.encode() if isinstance(text, str) else text
            for path, text in self.files.items()
        }


def package(
    problem: str = PROBLEM, cases: Mapping[str, tuple[str, str]] | None = None, /, **more: str
) -> dict[str, str | bytes]:
    """A package's files: `cases` by name below data/; `__` in other names stands for a slash."""
    files: dict[str, str | bytes] = {"problem.yaml": problem}
    for name, (given, answer) in (cases or {"secret/1": ("1 2\n", "3\n")}).items():
        files[f"data/{name}.in"] = given
        files[f"data/{name}.ans"] = answer
    return files | {path.replace("__", "/"): text for path, text in more.items()}
