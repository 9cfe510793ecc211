"""data/: testcases in the order of their names, samples first, with what their groups say of them.

A key that a test case's own file doesn't give is its group's, then that of the folder above, up to
data/ itself: an empty list is given. Only data/sample and data/secret hold test cases; the three
folders that try the validators are `validation_cases`.
"""

import dataclasses
import re
import shlex
from collections.abc import Iterable, Sequence
from functools import cached_property

from judge.errors import PackageFault
from judge.grading import ValidationCase
from judge.points import Aggregation, GroupRule, PointsRule
from judge.values import BuildKind, DefaultValidator, SourceFile, Testcase
from problems import format_keys, schema
from problems.comparison_flags import parse_flags
from problems.description import Description
from problems.schema import TestGroupYaml
from problems.tree import Tree

FOLDERS = ("sample", "secret")
VALIDATION_FOLDERS = ("invalid_input", "invalid_output", "valid_output")
_DEPTH_OF_TESTS, _DEPTH_OF_GROUPS = 2, 3
"""How many slashes are in data/secret/1, and in data/secret/a/test_group.yaml."""
_ENDING = re.compile(r"(\.in|\.ans)\.(statement|download)$|\.(yaml|out|interaction)$")
_BOTH_OR_NONE = {
    ".in.statement": ".in.download",
    ".in.download": ".in.statement",
    ".ans.statement": ".ans.download",
    ".ans.download": ".ans.statement",
}
_LENIENT_GRADERS = {"always_accept", "accept_if_any_accepted"}


class TestData:
    """data/, read: raises PackageFault, at the file that is wrong, when it is asked."""

    def __init__(
        self, files: Tree, description: Description, builds: dict[BuildKind, list[str]]
    ) -> None:
        self._files = files
        self._description = description
        self._builds = builds
        self._own: dict[str, TestGroupYaml] = {}

    @cached_property
    def testcases(self) -> tuple[Testcase, ...]:
        """Those that submissions are judged by, each with what it is worth by itself."""
        cases, rule = self._cases, self.points
        if rule is None:
            return cases
        parts = rule.groups or (
            GroupRule(name="secret", max_points=rule.max_points, aggregation=rule.aggregation),
        )
        worth: dict[str, float] = {}
        for group in parts:
            own = [case.name for case in cases if case.is_in(group.name)]
            if group.aggregation is Aggregation.SUM:
                worth |= dict.fromkeys(own, group.max_points / max(len(own), 1))
            elif group.aggregation is Aggregation.MIN:
                worth |= dict.fromkeys(own, group.max_points)
        # A group that others require is judged before them.
        place = {group.name: number for number, group in enumerate(rule.groups, start=1)}
        ordered = sorted(cases, key=lambda case: place.get(self._group_of(case), 0))
        return tuple(dataclasses.replace(one, max_points=worth.get(one.name)) for one in ordered)

    @cached_property
    def _cases(self) -> tuple[Testcase, ...]:
        self._refuse_strays()
        stems = self._stems(FOLDERS)
        if not self._description.legacy:
            self._refuse_odd_shapes(stems)
        cases = [self._testcase(stem) for stem in stems]
        if not cases and "systems.yaml" not in self._files:
            raise PackageFault("data", "holds no testcase (*.in in data/sample or data/secret)")
        return tuple(cases)

    @cached_property
    def validation_cases(self) -> tuple[ValidationCase, ...]:
        """Every input, and what the three folders say of validators."""
        judged = [self._judged_case(stem) for stem in self._stems(FOLDERS)]
        return (*judged, *(self._trial(stem) for stem in self._stems(VALIDATION_FOLDERS)))

    @cached_property
    def points(self) -> PointsRule | None:
        """How groups add up in a scoring problem."""
        if not self._description.scoring:
            self._refuse_points()
            return None
        secret = self._own_settings("data/secret")
        secrets = [case for case in self._cases if case.is_in("secret")]
        groups = sorted({self._group_of(case) for case in secrets} - {"secret"})
        whole = secret.score_aggregation or Aggregation.SUM
        rule = PointsRule(
            max_points=self._max_score("data/secret", secret, default=100.0),
            aggregation=Aggregation(whole),
            requires=_names(secret.require_pass),
            groups=tuple(self._group_rule(name) for name in groups),
        )
        _check_points(rule)
        return rule

    def _group_of(self, case: Testcase) -> str:
        return "/".join(case.group.split("/")[:2])

    def _group_rule(self, name: str) -> GroupRule:
        place = f"data/{name}"
        own = self._own_settings(place)
        return GroupRule(
            name=name,
            max_points=self._max_score(place, own, default=None),
            aggregation=Aggregation(own.score_aggregation or Aggregation.PASS_FAIL),
            requires=_names(own.require_pass),
        )

    def _max_score(self, place: str, own: TestGroupYaml, *, default: float | None) -> float:
        if own.max_score == "unbounded" or (own.max_score is None and default is None):
            raise PackageFault(
                f"{place}/test_group.yaml",
                "max_score is unbounded (the default of a group); points here are a share of the "
                "whole, so give a number",
            )
        return float(default if own.max_score is None else own.max_score)  # type: ignore[arg-type]

    def _refuse_points(self) -> None:
        for place in self._config_places():
            own = self._read(place)
            given = {"max_score", "score_aggregation", "require_pass"} & own.model_fields_set
            if given:
                raise PackageFault(
                    place,
                    f"{min(given)} is given; pass-fail problems have no points (type: scoring)",
                )

    def _config_places(self) -> list[str]:
        return [path for path in self._files if re.fullmatch(r"data/.*test_group\.yaml", path)]

    def _refuse_strays(self) -> None:
        """A test that would be lost in silence: in no folder of the format, or without input."""
        known = (*FOLDERS, *VALIDATION_FOLDERS)
        for path in self._files:
            if not path.startswith("data/") or _is_below_files(path):
                continue
            folder = path.split("/")[1]
            if path.endswith((".in", ".ans")) and folder not in known:
                raise PackageFault(
                    path, f"is in no folder of the format; known are {', '.join(known)}"
                )
            if folder in known and re.search(r"\.(in|ans|out|yaml|interaction)/", path):
                raise PackageFault(path.rsplit("/", 1)[0], "is a folder where a file is wanted")
            stem = path.removesuffix(".ans")
            if stem != path and folder in FOLDERS and f"{stem}.in" not in self._files:
                raise PackageFault(path, f"has no input; {stem}.in is missing")

    def _refuse_odd_shapes(self, stems: Sequence[str]) -> None:
        """What the format says must not be, each a way to lose a test or a setting in silence."""
        tests = set(stems)
        for path in self._files:
            name = path.rsplit("/", 1)[-1]
            if not path.startswith("data/") or _is_below_files(path):
                continue
            if name in ("test_group.yaml", "testdata.yaml"):
                self._refuse_group_file(path, name)
            else:
                self._refuse_stray(path, tests)
        grouped = any(stem.count("/") > _DEPTH_OF_TESTS for stem in stems)
        for stem in stems:
            if stem.startswith("data/secret/") and grouped and stem.count("/") == _DEPTH_OF_TESTS:
                raise PackageFault(f"{stem}.in", "lies beside groups; secret has tests or groups")
            if stem.endswith("/test_group"):
                raise PackageFault(f"{stem}.in", "may not be called test_group")
            if stem in self._folders:
                raise PackageFault(f"{stem}.in", f"has the name of a folder, {stem}/")

    def _refuse_stray(self, path: str, tests: set[str]) -> None:
        """A test's file without the test, or without the one that it must come with."""
        found = _ENDING.search(path)
        if found is None:
            return
        stem = path.removesuffix(found[0])
        if path.startswith(("data/sample/", "data/secret/")) and stem not in tests:
            raise PackageFault(path, f"belongs to no test; {stem}.in is missing")
        other = _BOTH_OR_NONE.get(found[0])
        if other is not None and f"{stem}{other}" not in self._files:
            raise PackageFault(path, f"needs {stem}{other} beside it (both or none)")

    def _refuse_group_file(self, path: str, name: str) -> None:
        if name == "testdata.yaml":
            raise PackageFault(path, "is legacy's name; format 2025-09 has test_group.yaml")
        depth = path.count("/")
        if path.startswith("data/secret/") and depth > _DEPTH_OF_GROUPS:
            raise PackageFault(path, "lies in a folder of a group; only groups have settings")

    def _stems(self, folders: Iterable[str]) -> list[str]:
        wanted = tuple(f"data/{folder}/" for folder in folders)
        stems = [
            path.removesuffix(".in")
            for path in self._files
            if path.startswith(wanted) and path.endswith(".in") and not _is_below_files(path)
        ]
        return sorted(stems, key=lambda stem: (not stem.startswith("data/sample/"), _natural(stem)))

    def _testcase(self, stem: str) -> Testcase:
        interactive = self._description.interactive
        if f"{stem}.ans" not in self._files and not interactive:
            raise PackageFault(f"{stem}.ans", f"is missing; {stem}.in needs an answer")
        name = stem.removeprefix("data/")
        group = name.rsplit("/", 1)[0]
        sample = name.startswith("sample/")
        settings = self._settings(stem)
        flags, place = self._validator_arguments(stem, settings)
        kinds = [kind for kind, groups in self._builds.items() if _is_in(group, groups)]
        return Testcase(
            name=name,
            group=group,
            input=self._files[f"{stem}.in"],
            answer=self._files.get(f"{stem}.ans", b""),
            sample=sample,
            open=bool(settings.full_feedback) and not sample,
            hidden_input=interactive and (sample or bool(settings.full_feedback)),
            builds=tuple(kinds),
            arguments=tuple(settings.args or ()),
            files=self._case_files(stem),
            validator_arguments=flags,
            comparison=self._comparison(flags, place),
        )

    def _judged_case(self, stem: str) -> ValidationCase:
        """A test case; a sample's output that is shown must be right (*Samples*, *Validation*)."""
        output = None
        dialogue = self._description.interactive or self._description.multi_pass
        if stem.startswith("data/sample/") and not dialogue:
            # A harness's log is the output of a systems problem, and its answer is none of those.
            systems = "systems.yaml" in self._files
            replaced = systems or f"{stem}.ans.statement" in self._files
            output = self._files.get(f"{stem}.out")
            if output is None and not replaced:
                output = self._files[f"{stem}.ans"]
        return self._validation_case(stem, output)

    def _trial(self, stem: str) -> ValidationCase:
        folder = stem.split("/")[1]
        if folder == "invalid_input":
            return self._validation_case(stem, None)
        for ending in (".out", ".ans"):
            if f"{stem}{ending}" not in self._files:
                raise PackageFault(
                    f"{stem}{ending}", f"is missing; {stem}.in needs one in {folder}"
                )
        return self._validation_case(stem, self._files[f"{stem}.out"])

    def _validation_case(self, stem: str, output: bytes | None) -> ValidationCase:
        settings = self._settings(stem)
        flags, place = self._validator_arguments(stem, settings)
        return ValidationCase(
            name=stem.removeprefix("data/"),
            folder=stem.split("/")[1],
            input=self._files[f"{stem}.in"],
            answer=self._files.get(f"{stem}.ans", b""),
            output=output,
            input_arguments=_input_arguments(settings),
            validator_arguments=flags,
            comparison=self._comparison(flags, place),
            arguments=tuple(settings.args or ()),
            files=self._case_files(stem),
        )

    @cached_property
    def _folders(self) -> frozenset[str]:
        """All folders of data/."""
        return frozenset(
            path[:end]
            for path in self._files
            if path.startswith("data/")
            for end in (m.start() for m in re.finditer("/", path))
        )

    @cached_property
    def _files_by_stem(self) -> dict[str, tuple[SourceFile, ...]]:
        """What lies in tests' .files/, by the test's path."""
        found: dict[str, tuple[SourceFile, ...]] = {}
        for path, content in sorted(self._files.items()):
            stem, folder, name = path.partition(".files/")
            if folder and path.startswith("data/"):
                found[stem] = (*found.get(stem, ()), SourceFile(name, content))
        return found

    def _case_files(self, stem: str) -> tuple[SourceFile, ...]:
        return self._files_by_stem.get(stem, ())

    def _comparison(self, flags: Sequence[str], place: str) -> DefaultValidator:
        if self._description.custom_validator:
            return DefaultValidator()
        return parse_flags(flags, place, strict=not self._description.legacy)

    def _validator_arguments(
        self, stem: str, settings: TestGroupYaml
    ) -> tuple[tuple[str, ...], str]:
        """What the validator is given, and the file that says so."""
        if not self._description.legacy:
            given = settings.output_validator_args or ()
            return tuple(given), self._place_of(stem, "output_validator_args")
        own = settings.output_validator_flags
        text = own.flags if isinstance(own, schema.InputArgsYaml) else own or ""
        place = self._place_of(stem, "output_validator_flags")
        # In this order, as problemtools does it.
        words = (*_words(self._description.validator_flags, "problem.yaml"), *_words(text, place))
        return words, place

    def _settings(self, stem: str) -> TestGroupYaml:
        """What holds for a test case or a folder: each key by the nearest file that gives it."""
        found: dict[str, object] = {}
        for place in self._places(stem):
            own = self._read(place)
            found = {**{key: getattr(own, key) for key in own.model_fields_set}, **found}
        return TestGroupYaml.model_construct(set(found), **found)

    def _own_settings(self, folder: str) -> TestGroupYaml:
        """What a group's own file says: points are not handed down."""
        place = f"{folder}/test_group.yaml"
        return self._read(place) if place in self._files else TestGroupYaml()

    def _place_of(self, stem: str, key: str) -> str:
        for place in self._places(stem):
            if key in self._read(place).model_fields_set:
                return place
        return "problem.yaml"

    def _places(self, stem: str) -> list[str]:
        """Files that speak of a test case or a folder, the nearest first."""
        group_file = "testdata.yaml" if self._description.legacy else "test_group.yaml"
        parts = stem.split("/")
        folders = ["/".join(parts[:depth]) for depth in range(len(parts), 0, -1)]
        wanted = [f"{stem}.yaml", *(f"{folder}/{group_file}" for folder in folders)]
        return [place for place in wanted if place in self._files]

    def _read(self, place: str) -> TestGroupYaml:
        if place not in self._own:
            found = schema.parse(TestGroupYaml, self._files[place], place)
            is_group = place.endswith(("test_group.yaml", "testdata.yaml"))
            format_keys.check_keys(
                format_keys.GROUP if is_group else format_keys.CASE,
                found.model_fields_set,
                version=self._description.version,
                at=place,
            )
            if found.grading == "custom":
                raise PackageFault(place, "grading is custom; graders of packages are not run")
            lenient = _LENIENT_GRADERS & set((found.grader_flags or "").split())
            if lenient:
                raise PackageFault(
                    place, f"grader_flags has {min(lenient)}; what failed is never accepted here"
                )
            self._own[place] = found
        return self._own[place]


def _is_below_files(path: str) -> bool:
    return ".files/" in path


def _is_in(group: str, wanted: Iterable[str]) -> bool:
    return any(not one or group == one or group.startswith(f"{one}/") for one in wanted)


def _natural(path: str) -> list[tuple[int, str]]:
    """Order 2 before 10."""
    return [
        (int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", path)
    ]


def _names(given: str | list[str] | None) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given or ())


def _words(text: str, place: str) -> tuple[str, ...]:
    try:
        return tuple(shlex.split(text))
    except ValueError as error:
        raise PackageFault(place, f"flags can't be split into words: {error}") from error


def _input_arguments(settings: TestGroupYaml) -> dict[str, tuple[str, ...]]:
    given = settings.input_validator_args
    if isinstance(given, dict):
        return {name: tuple(words) for name, words in given.items()}
    flags = settings.input_validator_flags
    if isinstance(flags, schema.InputArgsYaml):
        return {flags.name: tuple(flags.flags.split())}
    return {"": tuple(given or (flags or "").split())}


def _check_points(rule: PointsRule) -> None:
    place = "data/secret/test_group.yaml"
    earlier = ["sample"]
    if not set(rule.requires) <= {"sample"}:
        raise PackageFault(
            place, f"require_pass is {rule.requires}; secret may only depend on sample"
        )
    by_name = {group.name: group for group in rule.groups}
    for group in rule.groups:
        at = f"data/{group.name}/test_group.yaml"
        for wanted in group.requires:
            if wanted not in earlier:
                raise PackageFault(
                    at,
                    f"require_pass names {wanted}; before this group come {', '.join(earlier)}",
                )
            if wanted in by_name and by_name[wanted].aggregation is not Aggregation.PASS_FAIL:
                raise PackageFault(at, f"require_pass names {wanted}, which is not pass-fail")
        if rule.aggregation is Aggregation.PASS_FAIL is not group.aggregation:
            raise PackageFault(at, "score_aggregation must be pass-fail, as that of secret is")
        earlier.append(group.name)
    most = [group.max_points for group in rule.groups]
    reached = min(most) if rule.aggregation is Aggregation.MIN and most else sum(most)
    if rule.aggregation is not Aggregation.PASS_FAIL and most and reached > rule.max_points:
        raise PackageFault(
            place, f"max_score is {rule.max_points:g}; the groups come to {reached:g}"
        )
    if rule.max_points <= 0:
        raise PackageFault(place, "max_score is 0; nobody could earn a point")
