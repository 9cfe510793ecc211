"""problem.yaml, read: what it says by its version of the format."""

import difflib
from dataclasses import dataclass

from judge.errors import PackageFault
from problems import format_keys, schema
from problems.format_keys import LEGACY, NEW
from problems.schema import LimitsYaml, ProblemYaml
from problems.tree import Tree

PLACE = "problem.yaml"
VERSIONS = {
    "2025-09": NEW,
    "2025-09-draft": NEW,
    "2023-07-draft": NEW,
    "2023-07": NEW,
    "legacy": LEGACY,
    "legacy-icpc": LEGACY,
}
_DRAFTS = ("2023-07", "2023-07-draft")
TYPES = ("pass-fail", "scoring", "multi-pass", "interactive")
SUBMIT_ANSWER = "submit-answer"
_FOLDERS_OF_VALIDATORS = {NEW: "output_validator/", LEGACY: "output_validators/"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """What judging needs of problem.yaml."""

    version: str
    """NEW or LEGACY."""
    names: dict[str, str]
    interactive: bool
    multi_pass: bool
    scoring: bool
    custom_validator: bool
    validator_flags: str
    limits: LimitsYaml
    languages: str | list[str]
    constants: dict[str, str]

    @property
    def legacy(self) -> bool:
        return self.version == LEGACY


def read_description(files: Tree) -> Description:
    """Raises PackageFault that names the key, and what it may be."""
    given = schema.parse(ProblemYaml, files[PLACE], PLACE)
    version = VERSIONS.get(given.problem_format_version)
    if version is None:
        raise PackageFault(
            PLACE,
            f"problem_format_version is {given.problem_format_version[:80]}; known are "
            f"{', '.join(VERSIONS)}",
        )
    if given.problem_format_version in _DRAFTS and "scoring" in str(given.type):
        raise PackageFault(
            PLACE,
            f"type: scoring of {given.problem_format_version} is not judged; the groups of format "
            "2025-09 give points here",
        )
    at = {"version": version, "at": PLACE}
    format_keys.check_keys(format_keys.PROBLEM, given.model_fields_set, **at)
    format_keys.check_keys(format_keys.LIMITS, given.limits.model_fields_set, **at)
    types = _types(given, version)
    interactive = "interactive" in types
    multi_pass = "multi-pass" in types
    if "validation_passes" in given.limits.model_fields_set and not multi_pass:
        raise PackageFault(PLACE, "limits.validation_passes is given, and type has no multi-pass")
    folder = _FOLDERS_OF_VALIDATORS[version]
    custom = (
        given.validation.split()[:1] == ["custom"]
        if version == LEGACY
        else any(path.startswith(folder) for path in files)
    )
    if (interactive or multi_pass) and not custom:
        kind = "interactive" if interactive else "multi-pass"
        raise PackageFault(folder.rstrip("/"), f"is missing; an {kind} problem needs one")
    return Description(
        version=version,
        names={"en": given.name} if isinstance(given.name, str) else dict(given.name),
        interactive=interactive,
        multi_pass=multi_pass,
        scoring="scoring" in types,
        custom_validator=custom,
        validator_flags=given.validator_flags,
        limits=given.limits,
        languages=given.languages,
        constants={name: str(value) for name, value in given.constants.items()},
    )


def _types(given: ProblemYaml, version: str) -> set[str]:
    named = given.type if isinstance(given.type, list) else given.type.split()
    if not named:
        raise PackageFault(PLACE, f"type is empty; it can be {', '.join(TYPES)}")
    for one in named:
        if one == SUBMIT_ANSWER:
            raise PackageFault(
                PLACE, "type submit-answer is not judged: an answer is a program here"
            )
        if one not in TYPES:
            near = difflib.get_close_matches(one, TYPES, n=1, cutoff=0)
            raise PackageFault(
                PLACE,
                f"type has '{one[:80]}'; the nearest known is '{near[0]}' of {', '.join(TYPES)}",
            )
    if len(set(named)) != len(named):
        raise PackageFault(PLACE, f"type names one of {', '.join(named)} twice")
    types = set(named)
    if types >= {"pass-fail", "scoring"}:
        raise PackageFault(PLACE, "type names both pass-fail and scoring; a problem is one of them")
    return types | (_legacy_types(given, types) if version == LEGACY else set())


def _legacy_types(given: ProblemYaml, types: set[str]) -> set[str]:
    """What the legacy format says in `validation`."""
    first, *more = given.validation.split() or ["default"]
    unknown = [word for word in more if word not in ("interactive", "score", "multi-pass")]
    if first not in ("default", "custom") or unknown or (first == "default" and more):
        raise PackageFault(
            PLACE,
            f"validation is '{given.validation[:80]}'; it can be default, custom, "
            "custom interactive, custom score",
        )
    if "scoring" in types or "score" in more:
        raise PackageFault(
            PLACE,
            "type: scoring of the legacy format is not judged, since graders are not run; "
            "the groups of format 2025-09 give points here",
        )
    return {word for word in more if word != "score"}
