"""Every key and file of the package format, and what becomes of it here: one list.

Source: the package format's versions `2025-09` and `legacy` (kattis.com/problem-package-format).
`docs/problem-format.md` has it as a table, and a test walks it: what the schema knows is in it, and
the other way round. There is no third way: what a package says is done, or may be ignored by right
(nothing that a verdict depends on), or is refused with these words.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from judge.errors import PackageFault

NEW, LEGACY = "2025-09", "legacy"


class Support(StrEnum):
    """What becomes of a part of the format."""

    DONE = "done"
    IGNORED = "ignored by right"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class FormatPart:
    """One key or file: where it stands, in which versions, what becomes of it, and why."""

    place: str
    name: str
    support: Support
    note: str = ""
    formats: tuple[str, ...] = (NEW, LEGACY)


def _parts(
    place: str, support: Support, formats: tuple[str, ...], **notes: str
) -> tuple[FormatPart, ...]:
    return tuple(FormatPart(place, name, support, note, formats) for name, note in notes.items())


_BOTH, _NEW, _OLD = (NEW, LEGACY), (NEW,), (LEGACY,)
_DONE, _IGNORED, _REFUSED = Support.DONE, Support.IGNORED, Support.REFUSED

PROBLEM, LIMITS = "problem.yaml", "limits"
GROUP, CASE = "test_group.yaml, testdata.yaml", "a test case's .yaml"
SUBMISSION, FILE, DATA = "submissions.yaml", "package", "data"

PARTS: tuple[FormatPart, ...] = (
    *_parts(
        PROBLEM,
        _DONE,
        _BOTH,
        problem_format_version="`2025-09`, its drafts, `legacy`, `legacy-icpc`",
        type="`pass-fail`, `scoring`, `interactive`, `multi-pass`, together where the format "
        "allows it. Refused: `submit-answer` (an answer here is a program), and `scoring` in "
        "legacy, whose graders are not run",
        name="one string, or one a language",
        limits="below",
        languages="those of ours that it names",
    ),
    *_parts(
        PROBLEM,
        _IGNORED,
        _BOTH,
        uuid="a version here is the package's content",
        source="",
        license="",
        rights_owner="",
        keywords="skills are in systems.yaml",
    ),
    *_parts(
        PROBLEM,
        _IGNORED,
        _NEW,
        version="a version here is the package's content",
        credits="",
        embargo_until="nothing is published that a campaign doesn't show",
        allow_file_writing="a program may always write in its own folder; none of it is kept",
    ),
    *_parts(
        PROBLEM,
        _DONE,
        _NEW,
        constants="`{{name}}` in statements, validators, included files, submissions and "
        "test_group.yaml; `\\constant{name}` in LaTeX",
    ),
    *_parts(PROBLEM, _IGNORED, _OLD, author="", source_url=""),
    *_parts(
        PROBLEM,
        _DONE,
        _OLD,
        validation="`default`, `custom`, `custom interactive`; with `score`, see `scoring`",
        validator_flags="before those of a group, as problemtools gives them",
        grading="of scoring problems, which are refused in this version of the format",
    ),
    *_parts(
        LIMITS,
        _DONE,
        _BOTH,
        memory="MiB, 16 to 65536",
        output="MiB",
        code="KiB",
        compilation_time="seconds of CPU time",
        compilation_memory="MiB",
        validation_time="seconds of CPU time, for each of a package's programs",
        validation_memory="MiB, stack included",
        validation_output="MiB",
    ),
    *_parts(
        LIMITS,
        _DONE,
        _NEW,
        time_limit="seconds of CPU time",
        time_multipliers="`ac_to_time_limit`, `time_limit_to_tle`: for a limit that is measured",
        time_resolution="for a limit that is measured",
        validation_passes="the most passes of a multi-pass problem",
    ),
    *_parts(
        LIMITS,
        _DONE,
        _OLD,
        time_multiplier="for a limit that is measured",
        time_safety_margin="for a limit that is measured",
    ),
    *_parts(
        GROUP,
        _DONE,
        _OLD,
        input_validator_flags="legacy's name of input_validator_args",
        output_validator_flags="legacy's name of output_validator_args",
    ),
    *_parts(
        GROUP,
        _DONE,
        _NEW,
        max_score="a number; `unbounded` is refused: points here are a share of the whole",
        score_aggregation="`pass-fail`, `sum`, `min`",
        require_pass="",
        args="",
        input_validator_args="for `judge verify`",
        output_validator_args="",
        full_feedback="such a test is shown like a sample where it fails",
    ),
    *_parts(GROUP, _IGNORED, _NEW, input_visualizer_args="", output_visualizer_args=""),
    *_parts(
        GROUP,
        _REFUSED,
        _NEW,
        static_validation_score="static validators are not run",
        static_validator_args="static validators are not run",
    ),
    *_parts(
        GROUP,
        _DONE,
        _OLD,
        grading="`default`; `custom` is refused",
        grader_flags="those that accept what failed are refused",
    ),
    *_parts(
        GROUP,
        _IGNORED,
        _OLD,
        on_reject="where judging stops changes no verdict",
        accept_score="of scoring problems",
        reject_score="of scoring problems",
        range="of scoring problems",
    ),
    *_parts(
        CASE,
        _DONE,
        _NEW,
        args="",
        input_validator_args="for `judge verify`",
        output_validator_args="",
        full_feedback="such a test is shown like a sample where it fails",
    ),
    *_parts(
        CASE,
        _IGNORED,
        _NEW,
        input_visualizer_args="",
        output_visualizer_args="",
        hint="candidates get the witness",
        description="for who makes the problem",
    ),
    *_parts(
        SUBMISSION,
        _DONE,
        _NEW,
        language="",
        entrypoint="the file that a Python submission starts with",
        permitted="",
        required="",
        score="",
        message="of a test that fails",
        use_for_time_limit="",
    ),
    *_parts(SUBMISSION, _IGNORED, _NEW, authors="", model_solution=""),
    *(
        FormatPart(FILE, name, support, note, formats)
        for name, support, note, formats in (
            ("problem.yaml", _DONE, "", _BOTH),
            ("statement/", _DONE, "Markdown and LaTeX, with their images; not PDF", _NEW),
            ("problem_statement/", _DONE, "as `statement/`", _OLD),
            ("attachments/", _DONE, "for download on the problem's page", _BOTH),
            ("solution/", _IGNORED, "", _NEW),
            ("README.md", _IGNORED, "and every other file at the top", _BOTH),
            ("data/sample/", _DONE, "", _BOTH),
            ("data/secret/", _DONE, "", _BOTH),
            (
                "data/invalid_input/",
                _DONE,
                "`judge verify`: an input validator must refuse it",
                _NEW,
            ),
            (
                "data/invalid_output/",
                _DONE,
                "`judge verify`: the output validator must refuse it",
                _NEW,
            ),
            (
                "data/valid_output/",
                _DONE,
                "`judge verify`: the output validator must accept it",
                _NEW,
            ),
            ("generators/", _DONE, "run where systems.yaml asks for fresh tests", _BOTH),
            ("include/", _DONE, "", _BOTH),
            ("submissions/", _DONE, "files and folders", _BOTH),
            (
                "input_validators/",
                _DONE,
                "`judge verify` runs programs and Checktestdata; `.viva` is named and not run",
                _BOTH,
            ),
            ("input_format_validators/", _DONE, "legacy's older name", _OLD),
            ("answer_validators/", _DONE, "`judge verify` runs them on every answer", _BOTH),
            ("output_validator/", _DONE, "", _NEW),
            ("output_validators/", _DONE, "one program", _OLD),
            ("static_validator/", _REFUSED, "static validators are not run", _NEW),
            ("graders/", _REFUSED, "a custom grader is not run", _OLD),
            ("input_visualizer/", _IGNORED, "", _NEW),
            ("output_visualizer/", _IGNORED, "pictures decide nothing", _NEW),
            (".timelimit", _DONE, "the measured time limit, in seconds", _BOTH),
            ("domjudge-problem.ini", _DONE, "its `timelimit`", _OLD),
            ("systems.yaml", _DONE, "ours", _BOTH),
            ("starter/", _DONE, "ours", _BOTH),
        )
    ),
    *(
        FormatPart(DATA, name, support, note, formats)
        for name, support, note, formats in (
            (".in", _DONE, "", _BOTH),
            (".ans", _DONE, "", _BOTH),
            (".files/", _DONE, "not beside `harness: starts`", _NEW),
            (".yaml", _DONE, "above", _NEW),
            (".out", _DONE, "shown instead of `.ans`; `judge verify` validates it", _NEW),
            (".in.statement", _DONE, "", _NEW),
            (".ans.statement", _DONE, "", _NEW),
            (".in.download", _DONE, "", _NEW),
            (".ans.download", _DONE, "", _NEW),
            (".interaction", _DONE, "what is shown of an interactive sample", _BOTH),
            (".png .jpg .jpeg .svg", _IGNORED, "for who makes the problem", _BOTH),
            (".hint .desc", _IGNORED, "for who makes the problem", _OLD),
        )
    ),
)


def keys_of(place: str, version: str) -> frozenset[str]:
    """All keys that a version of the format has at a place."""
    return frozenset(p.name for p in PARTS if p.place == place and version in p.formats)


def part(place: str, name: str) -> FormatPart | None:
    """What the list says of a key or file; None for one that the format doesn't have."""
    return next((p for p in PARTS if p.place == place and p.name == name), None)


def check_keys(place: str, given: Iterable[str], *, version: str, at: str) -> None:
    """Raise PackageFault for the first key that is not done, or is another version's."""
    for name in sorted(given):
        known = part(place, name)
        if known is None:
            raise PackageFault(at, f"{name} is no key of {place}")
        if known.support is Support.REFUSED:
            raise PackageFault(at, f"{name} is not supported: {known.note}")
        if version not in known.formats:
            raise PackageFault(
                at,
                f"{name} is a key of format {known.formats[0]}; this package says {version} "
                "(problem_format_version)",
            )


def refuse_unsupported_files(paths: Iterable[str], *, version: str) -> None:
    """Raise PackageFault for a folder whose programs would decide something, and are not run.

    And for one that is another version's, where this one would be judged without it.
    """
    paths = list(paths)
    for one in PARTS:
        if one.place != FILE:
            continue
        if one.name.endswith("/") and one.name.rstrip("/") in paths:
            raise PackageFault(one.name.rstrip("/"), "is a file; the format has a folder there")
        if not one.name.endswith("/") and any(path.startswith(f"{one.name}/") for path in paths):
            raise PackageFault(one.name, "is a folder; the format has a file there")
    tops = {f"{path.split('/', 1)[0]}/" for path in paths if "/" in path}
    for top in sorted(tops):
        known = part(FILE, top)
        if known is None:
            continue
        if known.support is Support.REFUSED:
            raise PackageFault(top, f"is not supported: {known.note}")
        if version not in known.formats and top in _ANOTHERS:
            raise PackageFault(
                top,
                f"is of format {known.formats[0]}; this package says {version} "
                f"(problem_format_version), where it is {_ANOTHERS[top]}",
            )


_ANOTHERS = {
    "output_validator/": "output_validators/",
    "output_validators/": "output_validator/",
}


def as_table() -> str:
    """The list in Markdown, as docs/problem-format.md has it."""
    rows = ["| where | key or file | format | here | |", "|---|---|---|---|---|"]
    rows += [
        f"| {p.place} | `{p.name}` | {' '.join(p.formats)} | {p.support} | {p.note} |"
        for p in PARTS
    ]
    return "\n".join(rows)
