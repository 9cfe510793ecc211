"""submissions/: the package's own solutions, right and wrong, and what each must earn.

What is expected comes from, the strongest first: systems.yaml's `expected` (any of our verdicts),
submissions.yaml (the format's four), `@EXPECTED_RESULTS@` in the source (DOMjudge's words), and
the name of the folder. `expected` and the words speak of the whole judgement; the others are
`Requirement`s, on the verdicts of single tests.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from judge.errors import PackageFault
from judge.languages import LANGUAGES, language_of_file
from judge.values import Judgement, Problem, SourceFile, Submission
from judge.verdicts import Verdict
from problems import schema
from problems.description import Description
from problems.globs import matches, require_pattern
from problems.programs import below, language_of, program_paths
from problems.requirements import (
    AC,
    ALL,
    CODES,
    FOLDERS,
    LEGACY_FOLDERS,
    RTE,
    TLE,
    WA,
    Requirement,
    listed,
)
from problems.schema import RequirementYaml, SubmissionYaml, SystemsYaml
from problems.tree import Tree

_SHOWN_MAX = 6
_FAULTS = frozenset(
    verdict
    for verdict in Verdict
    if verdict not in (Verdict.ACCEPTED, Verdict.JUDGE_ERROR, Verdict.INCONCLUSIVE)
)


COMPILER_ERROR = "compiler_error"
"""DOMjudge's folder for what must not compile."""
_TAG_WORDS = {
    "CORRECT": CODES[AC],
    "ACCEPTED": CODES[AC],
    "WRONG-ANSWER": CODES[WA],
    "WRONG_ANSWER": CODES[WA],
    "TIMELIMIT": CODES[TLE],
    "TIME_LIMIT_EXCEEDED": CODES[TLE],
    "RUN-ERROR": CODES[RTE],
    "RUN_TIME_ERROR": CODES[RTE],
    "COMPILER-ERROR": frozenset({Verdict.COMPILE_ERROR}),
    "OUTPUT-LIMIT": frozenset({Verdict.OUTPUT_LIMIT}),
    "NO-OUTPUT": CODES[WA],
    "CHECK-MANUALLY": frozenset(Verdict),
}
_TAG = re.compile(rb"@EXPECTED_RESULTS@:\s*([A-Za-z_,\- ]+)")
_FOLDER = "submissions/"
_YAML = "submissions/submissions.yaml"


@dataclass(frozen=True, slots=True)
class PackageSubmission:
    """One solution of the package's own: its name below submissions/, and what it must earn."""

    name: str
    submission: Submission
    expected: frozenset[Verdict]
    """What the whole judgement may be."""
    expected_on: dict[str, frozenset[Verdict]] = field(default_factory=dict)
    """Where a target tells it otherwise."""
    requirements: tuple[Requirement, ...] = ()

    def expected_for(self, target: str) -> frozenset[Verdict]:
        return self.expected_on.get(target, self.expected)

    def wanted(self, expected: Sequence[str]) -> str:
        """What must come, for short: in the format's words where it says so in them."""
        whole = [one for one in self.requirements if not one.tests]
        if not whole:
            return " or ".join(expected) if len(expected) < _SHOWN_MAX else "any fault"
        permitted = frozenset[str].intersection(*(one.permitted for one in whole))
        required = frozenset[str].intersection(*(one.required for one in whole))
        least = f", one {listed(required)}" if required not in (ALL, permitted) else ""
        return listed(permitted) + least

    def unmet(self, judgement: Judgement, target: str) -> str:
        """What a judgement lacks of what it must be, in words; "" where it is as it must be."""
        expected = self.expected_for(target)
        if judgement.verdict not in expected:
            return f"{judgement.verdict} is not expected"
        if target in self.expected_on:
            return ""
        return next((said for one in self.requirements if (said := one.unmet(judgement))), "")


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What lies among the submissions and is not judged here, and why."""

    name: str
    why: str


@dataclass(frozen=True, slots=True)
class _Given:
    """All that says something of a package's submissions."""

    problem: Problem
    description: Description
    systems: SystemsYaml | None
    entries: dict[str, SubmissionYaml]


def read_submissions(
    files: Tree, problem: Problem, description: Description, systems: SystemsYaml | None
) -> tuple[tuple[PackageSubmission, ...], tuple[LeftOut, ...]]:
    """All submissions in a language of ours, and those that are in none.

    Raises PackageFault for an expectation that nothing explains.
    """
    given = _Given(problem, description, systems, _entries(files))
    found, left = [], []
    for path in _paths(files):
        name = path.removeprefix(_FOLDER).rstrip("/")
        one = _read_one(name, _sources(files, path), given)
        if isinstance(one, LeftOut):
            left.append(one)
        else:
            found.append(one)
    return tuple(found), tuple(left)


def _read_one(
    name: str, sources: tuple[SourceFile, ...], given: _Given
) -> PackageSubmission | LeftOut:
    fitting = [(pattern, one) for pattern, one in given.entries.items() if matches(pattern, name)]
    language, why = _language(sources, name, fitting, given.problem)
    if language is None:
        return LeftOut(name, why)
    expected, requirements = _expectation(name, sources, fitting, given)
    if given.systems and len(sources) == 1:
        # As an answer is that is typed: it has the name that the harness expects.
        own_name = LANGUAGES[language].answer_file(given.problem.solution_name)
        sources = (SourceFile(own_name, sources[0].content),)
    entries = [one.entrypoint for _, one in fitting if one.entrypoint]
    entry = _entry(entries[-1], sources, name, language) if entries else ""
    return PackageSubmission(
        name=name,
        submission=Submission(
            problem=given.problem.slug, language=language, files=sources, entry=entry
        ),
        expected=expected,
        expected_on=_expected_on(name, given.systems),
        requirements=requirements,
    )


def _paths(files: Tree) -> list[str]:
    """A file in submissions/<folder>/ is a submission, and so is a folder there."""
    inside = program_paths(files, _FOLDER)
    folders = [path for path in inside if path.endswith("/")]
    for path in inside:
        name = path.removeprefix(_FOLDER)
        if not path.endswith("/") and language_of_file(name) is not None:
            raise PackageFault(
                path, "lies in no folder of submissions/ that says what it must earn"
            )
        if not path.endswith("/") and (name in FOLDERS or name == COMPILER_ERROR):
            raise PackageFault(path, "is a file; the format has a folder of submissions there")
    return [path for folder in folders for path in program_paths(files, folder)]


def _sources(files: Tree, path: str) -> tuple[SourceFile, ...]:
    if path.endswith("/"):
        return below(files, path)
    return (SourceFile(path.rsplit("/", 1)[-1], files[path]),)


def _entry(given: str, sources: tuple[SourceFile, ...], name: str, language: str) -> str:
    """The file that the program starts with, as submissions.yaml says."""
    place = f"{_YAML}: {name}"
    if language != "python3":
        raise PackageFault(place, f"entrypoint is {given}; only Python programs have one here")
    if all(file.name != given for file in sources):
        raise PackageFault(place, f"entrypoint is {given}, which the submission doesn't have")
    return given


def _entries(files: Tree) -> dict[str, SubmissionYaml]:
    place = _YAML if _YAML in files else "submissions.yaml"
    if place not in files:
        return {}
    loaded = schema.read_yaml(files[place], place) or {}
    if not isinstance(loaded, dict):
        raise PackageFault(place, "must map patterns of names to expectations")
    entries = {}
    for pattern, body in loaded.items():
        at = f"{place}: {str(pattern)[:80]}"
        keys = dict(body) if isinstance(body, dict) else body
        if isinstance(keys, dict):
            # What is no key is a group, or a pattern of tests, with requirements of its own.
            nested = {str(k): v for k, v in keys.items() if _is_pattern_of_tests(str(k))}
            keys = {k: v for k, v in keys.items() if str(k) not in nested}
            keys = {**keys, "tests": {k: v or {} for k, v in nested.items()}} if nested else keys
        entry = schema.parse_loaded(SubmissionYaml, keys, at)
        for one in (str(pattern), *entry.tests):
            require_pattern(one, at)
        entries[str(pattern)] = entry
    return entries


def _is_pattern_of_tests(key: str) -> bool:
    return "/" in key or key in ("sample", "secret")


def _language(
    sources: tuple[SourceFile, ...],
    name: str,
    fitting: Sequence[tuple[str, SubmissionYaml]],
    problem: Problem,
) -> tuple[str | None, str]:
    """The submission's language; None, and why, for one that isn't judged here."""
    named = [one.language for _, one in fitting if one.language]
    if named:
        language = named[-1]
        if language not in LANGUAGES:
            return None, f"it is in {language[:40]}; known are {', '.join(LANGUAGES)}"
    else:
        try:
            language = language_of(sources, name)
        except PackageFault as fault:
            return None, fault.message.removesuffix(", and no build script")
    if language not in problem.languages:
        return None, f"{language} is not among the problem's languages"
    return language, ""


def _expected_on(name: str, systems: SystemsYaml | None) -> dict[str, frozenset[Verdict]]:
    told = systems.expected_on if systems is not None else {}
    return {target.value: frozenset(by[name]) for target, by in told.items() if name in by}


def _expectation(
    name: str,
    sources: tuple[SourceFile, ...],
    fitting: Sequence[tuple[str, SubmissionYaml]],
    given: _Given,
) -> tuple[frozenset[Verdict], tuple[Requirement, ...]]:
    if given.systems is not None and name in given.systems.expected:
        return frozenset(given.systems.expected[name]), ()
    folder = name.split("/", maxsplit=1)[0]
    folders = LEGACY_FOLDERS if given.description.legacy else FOLDERS
    own = [
        (pattern, one)
        for pattern, one in fitting
        if pattern.rstrip("/*") != folder or "*" in pattern
    ]
    replacing = [one for pattern, one in fitting if (pattern, one) not in own]
    base = folders.get(folder)
    if replacing:
        # "The defaults can be overwritten by simply specifying the name of the directory."
        base = _requirement("", replacing[-1], base or Requirement())
    added = [_requirement("", one, Requirement()) for _, one in own if _says_something(one)]
    by_tests = [
        _requirement(tests, one, Requirement())
        for _, entry in fitting
        for tests, one in entry.tests.items()
    ]
    if base is None and not added and not by_tests:
        words = next(
            (found[1].decode() for s in sources if (found := _TAG.search(s.content))), None
        )
        if words is not None:
            return _of_words(words, name), ()
        if folder == COMPILER_ERROR:
            return frozenset({Verdict.COMPILE_ERROR}), ()
        raise PackageFault(
            f"submissions/{folder}",
            f"is not a known folder, and nothing else says what {name} must earn; known are "
            f"{', '.join((*folders, COMPILER_ERROR))}",
        )
    for source in sources if not added and not by_tests and not replacing else ():
        found = _TAG.search(source.content)
        if found is not None:
            return _of_words(found[1].decode(), name), ()
    requirements = (*((base,) if base is not None else ()), *added, *by_tests)
    _require_consistent(requirements, name)
    return _allowed_by(requirements), requirements


def _require_consistent(requirements: Sequence[Requirement], name: str) -> None:
    """Nothing could earn two disjoint sets of verdicts at once."""
    for_all = [one.permitted for one in requirements if not one.tests]
    if for_all and not frozenset[str].intersection(*for_all):
        sets = " and ".join(listed(permitted) for permitted in for_all)
        raise PackageFault(_YAML, f"{name} is permitted {sets}, which have nothing in common")


def _says_something(entry: RequirementYaml) -> bool:
    keys = {"permitted", "required", "score", "message", "use_for_time_limit"}
    return bool(entry.model_fields_set & keys)


def _requirement(tests: str, given: RequirementYaml, base: Requirement) -> Requirement:
    """What an entry requires; keys that it doesn't give are those of `base`."""
    keys = given.model_fields_set
    permitted = frozenset(given.permitted or ALL) if "permitted" in keys else base.permitted
    required = frozenset(given.required or ALL) if "required" in keys else base.required
    points = base.points
    if given.score is not None:
        low, high = given.score if isinstance(given.score, list) else (given.score, given.score)
        points = (low, high)
    lower = TLE not in permitted
    upper = required == frozenset({TLE})
    use = given.use_for_time_limit
    if use is not None:
        lower, upper = (
            (use == "lower" or (use is True and lower)),
            (use == "upper" or (use is True and upper)),
        )
    if use == "lower":
        permitted -= {TLE}
    if use == "upper":
        required = frozenset({TLE})
    return Requirement(
        tests=tests,
        permitted=permitted,
        required=required,
        points=points,
        message=given.message or base.message,
        lower=lower,
        upper=upper,
    )


def _allowed_by(requirements: Iterable[Requirement]) -> frozenset[Verdict]:
    """What the whole judgement may be, for short: each test alone is looked at besides."""
    permitted, must_fail = ALL, False
    for one in requirements:
        if not one.tests:
            permitted &= one.permitted
            must_fail = must_fail or AC not in one.required
        elif AC not in one.required:
            must_fail = True
    if permitted == ALL:
        allowed = _FAULTS - {Verdict.COMPILE_ERROR} | CODES[AC]
    else:
        allowed = frozenset[Verdict]().union(*(CODES[code] for code in permitted))
    return allowed - CODES[AC] if must_fail else allowed


def _of_words(words: str, name: str) -> frozenset[Verdict]:
    listed = [word.strip().upper() for word in words.split(",") if word.strip()]
    unknown = [word for word in listed if word not in _TAG_WORDS]
    if unknown:
        raise PackageFault(
            f"submissions/{name}",
            f"@EXPECTED_RESULTS@ has {unknown[0]}; known are {', '.join(_TAG_WORDS)}",
        )
    return frozenset[Verdict]().union(*(_TAG_WORDS[word] for word in listed))
