"""submissions/: the package's own solutions, right and wrong, and what each must earn.

What is expected comes from, the strongest first: systems.yaml's `expected` (any of our verdicts),
submissions.yaml (`permitted`, the format's four), `@EXPECTED_RESULTS@` in the source (DOMjudge's
words), and the name of the folder.
"""

import fnmatch
import re
from dataclasses import dataclass, field

import yaml

from judge.errors import PackageFault
from judge.languages import LANGUAGES, language_of_file
from judge.values import Problem, SourceFile, Submission
from judge.verdicts import Verdict
from problems import schema, tree
from problems.schema import SubmissionYaml, SystemsYaml

_FAULTS = frozenset(
    verdict
    for verdict in Verdict
    if verdict not in (Verdict.ACCEPTED, Verdict.JUDGE_ERROR, Verdict.INCONCLUSIVE)
)
_WRONG = frozenset(
    {
        Verdict.WRONG_ANSWER,
        Verdict.DATA_RACE,
        Verdict.DEADLOCK,
        Verdict.NOT_DURABLE,
        Verdict.MEMORY_ERROR,
        Verdict.OUTPUT_LIMIT,
    }
)
_CODES = {
    "AC": frozenset({Verdict.ACCEPTED}),
    "WA": _WRONG,
    "TLE": frozenset({Verdict.TIME_LIMIT, Verdict.TOO_SLOW}),
    "RTE": frozenset({Verdict.RUNTIME_ERROR, Verdict.MEMORY_LIMIT, Verdict.MEMORY_ERROR}),
}
_FOLDERS = {
    "accepted": _CODES["AC"],
    "wrong_answer": _CODES["WA"],
    "time_limit_exceeded": _CODES["TLE"],
    "run_time_error": _CODES["RTE"],
    "rejected": _FAULTS,
    "compiler_error": frozenset({Verdict.COMPILE_ERROR}),
    "brute_force": frozenset({Verdict.ACCEPTED}) | _CODES["TLE"] | _CODES["RTE"],
}
_TAG_WORDS = {
    "CORRECT": _CODES["AC"],
    "ACCEPTED": _CODES["AC"],
    "WRONG-ANSWER": _CODES["WA"],
    "WRONG_ANSWER": _CODES["WA"],
    "TIMELIMIT": _CODES["TLE"],
    "TIME_LIMIT_EXCEEDED": _CODES["TLE"],
    "RUN-ERROR": _CODES["RTE"],
    "RUN_TIME_ERROR": _CODES["RTE"],
    "COMPILER-ERROR": frozenset({Verdict.COMPILE_ERROR}),
    "OUTPUT-LIMIT": frozenset({Verdict.OUTPUT_LIMIT}),
    "NO-OUTPUT": _CODES["WA"],
    "CHECK-MANUALLY": frozenset(Verdict),
}
_TAG = re.compile(rb"@EXPECTED_RESULTS@:\s*([A-Za-z_,\- ]+)")
_YAML = "submissions/submissions.yaml"


@dataclass(frozen=True, slots=True)
class PackageSubmission:
    """One solution of the package's own: its name below submissions/, and its allowed verdicts."""

    name: str
    submission: Submission
    expected: frozenset[Verdict]
    expected_on: dict[str, frozenset[Verdict]] = field(default_factory=dict)
    """Where a target tells it otherwise."""

    def expected_for(self, target: str) -> frozenset[Verdict]:
        return self.expected_on.get(target, self.expected)


def read_submissions(
    files: tree.Tree, problem: Problem, systems: SystemsYaml | None
) -> tuple[PackageSubmission, ...]:
    """All sample submissions in a language of ours.

    Raises PackageFault for an expectation that nothing explains.
    """
    entries = _entries(files)
    found = []
    for name, sources in sorted(_grouped(files).items()):
        entry = _entry_for(name, entries)
        language = _language(sources, entry)
        if language is None or language not in problem.languages:
            continue
        own_name = LANGUAGES[language].answer_file(problem.solution_name)
        renamed = _renamed(sources, own_name) if systems else sources
        found.append(
            PackageSubmission(
                name,
                Submission(problem=problem.slug, language=language, files=renamed),
                _expected(name, sources, entry, systems),
                _expected_on(name, systems),
            )
        )
    return tuple(found)


def _grouped(files: tree.Tree) -> dict[str, tuple[SourceFile, ...]]:
    """A file in submissions/<folder>/ is a submission, and so is a folder there."""
    grouped: dict[str, tuple[SourceFile, ...]] = {}
    for path, content in files.items():
        parts = path.split("/")
        if parts[0] != "submissions" or len(parts) < 3:  # noqa: PLR2004
            continue
        name = "/".join(parts[1:3])
        grouped[name] = (*grouped.get(name, ()), SourceFile(parts[-1], content))
    return grouped


def _entries(files: tree.Tree) -> dict[str, SubmissionYaml]:
    place = _YAML if _YAML in files else "submissions.yaml"
    if place not in files:
        return {}
    try:
        loaded = schema.read_yaml(files[place]) or {}
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise PackageFault(place, f"is not YAML in UTF-8: {error}") from error
    if not isinstance(loaded, dict):
        raise PackageFault(place, "must map patterns of names to expectations")
    return {
        str(pattern): schema.parse(
            SubmissionYaml, yaml.safe_dump(body or {}).encode(), f"{place}: {pattern}"
        )
        for pattern, body in loaded.items()
    }


def _entry_for(name: str, entries: dict[str, SubmissionYaml]) -> SubmissionYaml | None:
    """The last pattern that fits, as later entries refine earlier ones."""
    fitting = [
        entry
        for pattern, entry in entries.items()
        if fnmatch.fnmatch(name, pattern) or name.startswith(pattern.rstrip("/") + "/")
    ]
    return fitting[-1] if fitting else None


def _language(sources: tuple[SourceFile, ...], entry: SubmissionYaml | None) -> str | None:
    if entry is not None and entry.language is not None:
        if entry.language not in LANGUAGES:
            return None
        return entry.language
    for source in sources:
        language = language_of_file(source.name)
        if language is not None:
            return language.id
    return None


def _renamed(sources: tuple[SourceFile, ...], name: str) -> tuple[SourceFile, ...]:
    """As an answer is that is typed: a single file has the name that the harness expects."""
    return (SourceFile(name, sources[0].content),) if len(sources) == 1 else sources


def _expected_on(name: str, systems: SystemsYaml | None) -> dict[str, frozenset[Verdict]]:
    told = systems.expected_on if systems is not None else {}
    return {target.value: frozenset(by[name]) for target, by in told.items() if name in by}


def _expected(
    name: str,
    sources: tuple[SourceFile, ...],
    entry: SubmissionYaml | None,
    systems: SystemsYaml | None,
) -> frozenset[Verdict]:
    if systems is not None and name in systems.expected:
        return frozenset(systems.expected[name])
    if entry is not None and entry.permitted:
        return _of_codes(entry.permitted, name)
    for source in sources:
        tag = _TAG.search(source.content)
        if tag is not None:
            return _of_words(tag[1].decode(), name)
    folder = name.split("/", maxsplit=1)[0]
    if folder not in _FOLDERS:
        raise PackageFault(
            f"submissions/{folder}",
            f"is not a known folder, and nothing else says what {name} must earn; known are "
            f"{', '.join(_FOLDERS)}",
        )
    return _FOLDERS[folder]


def _of_codes(codes: list[str], name: str) -> frozenset[Verdict]:
    unknown = [code for code in codes if code not in _CODES]
    if unknown:
        raise PackageFault(
            _YAML, f"{name}: permitted has {unknown[0]}; known are {', '.join(_CODES)}"
        )
    return frozenset().union(*(_CODES[code] for code in codes))


def _of_words(words: str, name: str) -> frozenset[Verdict]:
    listed = [word.strip().upper() for word in words.split(",") if word.strip()]
    unknown = [word for word in listed if word not in _TAG_WORDS]
    if unknown:
        raise PackageFault(
            f"submissions/{name}",
            f"@EXPECTED_RESULTS@ has {unknown[0]}; known are {', '.join(_TAG_WORDS)}",
        )
    return frozenset().union(*(_TAG_WORDS[word] for word in listed))
