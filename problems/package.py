"""A problem package, read: problem package format 2025-09, its legacy form, and systems.yaml.

problem.yaml
systems.yaml                    (ours, optional)
statement/problem.en.md         (legacy: problem_statement/)
data/sample/*.in, *.ans         data/secret/**/*.in, *.ans
output_validator/               (legacy: output_validators/)
generators/                     (ours: makes fresh testcases)
include/<language>/             linked into every submission
starter/<language>/             (ours: what the editor opens with)
submissions/<expected>/         with submissions.yaml
"""

from dataclasses import dataclass
from pathlib import Path

from judge.errors import PackageFault
from judge.languages import LANGUAGES, language_of_file
from judge.targets import TargetId
from judge.values import (
    MEBIBYTE,
    BuildKind,
    Counter,
    DefaultValidator,
    FreshTests,
    JudgeProgram,
    Limits,
    Problem,
    Rules,
    Shape,
    SourceFile,
)
from problems import performance, schema, tree
from problems.package_submissions import PackageSubmission, read_submissions
from problems.schema import ProblemYaml, SystemsYaml
from problems.skills import skill_name
from problems.testdata import parse_flags, read_testcases

DEFAULT_TIME_LIMIT_S = 5.0
DEFAULT_MEMORY_MIB = 512
DEFAULT_OUTPUT_MIB = 8
WALL_PER_CPU = 3
"""Room between the CPU limit and the wall limit, for programs that wait and machines that do."""

FORMATS = ("2025-09", "legacy", "legacy-icpc", "2023-07-draft", "2023-07")


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A package, read and checked: what judging needs, and what people see."""

    problem: Problem
    names: dict[str, str]
    """Title by language of the statement."""
    statements: dict[str, str]
    """Text by language; Markdown unless `tex`."""
    tex: bool
    minutes: int
    skills: tuple[str, ...]
    targets: tuple[TargetId, ...]
    needs: str
    """A label that a runner must have been given: `gpu`, or none."""
    starter: dict[str, str]
    submissions: tuple[PackageSubmission, ...]
    code_bytes_max: int
    tree: tree.Tree

    def name(self, language: str) -> str:
        wanted = "zh" if language.startswith("zh") else "en"
        return self.names.get(wanted) or next(iter(self.names.values()))

    def skill_names(self, language: str) -> list[str]:
        return [skill_name(skill, language) for skill in self.skills]

    def counter_label(self, name: str, language: str) -> str:
        """What people call a counter, "" for one that this version doesn't have."""
        return next((c.label(language) for c in self.problem.counters if c.name == name), "")

    def statement(self, language: str) -> str:
        wanted = "zh" if language.startswith("zh") else "en"
        return self.statements.get(wanted) or next(iter(self.statements.values()), "")


def load_folder(root: Path) -> Package:
    """Read the package in a folder. Raises PackageFault with the file and what is wrong."""
    return load(tree.read_folder(root), slug=root.resolve().name)


def load(files: tree.Tree, *, slug: str) -> Package:
    """Read a package from its files. Raises PackageFault with the file and what is wrong."""
    if "problem.yaml" not in files:
        raise PackageFault("problem.yaml", f"is missing; {slug} is not a problem package")
    described = schema.parse(ProblemYaml, files["problem.yaml"], "problem.yaml")
    if described.problem_format_version not in FORMATS:
        raise PackageFault(
            "problem.yaml",
            f"problem_format_version is {described.problem_format_version}; "
            f"known are {', '.join(FORMATS)}",
        )
    systems = None
    if "systems.yaml" in files:
        systems = schema.parse(SystemsYaml, files["systems.yaml"], "systems.yaml")
    problem = _problem(files, slug, described, systems)
    _check_targets(problem, systems)
    statements, tex = _statements(files)
    return Package(
        problem=problem,
        names=_names(described, slug),
        statements=statements,
        tex=tex,
        minutes=systems.minutes if systems else 60,
        skills=tuple(systems.skills) if systems else (),
        targets=tuple(systems.targets) if systems else (TargetId.LINUX,),
        needs=systems.needs if systems else "",
        starter=_starter(files, problem),
        submissions=read_submissions(files, problem, systems),
        code_bytes_max=(described.limits.code or 128) * 1024,
        tree=files,
    )


def _check_targets(problem: Problem, systems: SystemsYaml | None) -> None:
    if systems is None:
        return
    dialogue = problem.shape is Shape.INTERACTIVE or problem.multi_pass
    if dialogue and TargetId.WINDOWS_NATIVE in systems.targets:
        raise PackageFault(
            "systems.yaml",
            "targets: windows-native takes no interactive and no multi-pass problem: nobody can "
            "talk to a program there while it runs; windows-wine does",
        )
    # The ratio that counts, and is confirmed, is that of a submission's first target.
    measured = systems.benchmark.targets if systems.benchmark else []
    if measured != systems.targets[: len(measured)]:
        raise PackageFault(
            "systems.yaml",
            f"benchmark.targets: {', '.join(measured)} must be the first of targets, in the same "
            f"order ({', '.join(systems.targets)})",
        )


def _problem(
    files: tree.Tree, slug: str, described: ProblemYaml, systems: SystemsYaml | None
) -> Problem:
    kinds = described.type if isinstance(described.type, list) else described.type.split()
    interactive = "interactive" in kinds or "interactive" in described.validation
    validator = _validator(files, described)
    if interactive and isinstance(validator, DefaultValidator):
        raise PackageFault("output_validator", "is missing; an interactive problem needs one")
    extra = systems or SystemsYaml(shape="program")
    languages = _languages(described, files, extra)
    includes = _includes(files)
    references = performance.references(files, extra, languages)
    return Problem(
        slug=slug,
        version=tree.version_of(files),
        shape=Shape.INTERACTIVE if interactive else Shape.BATCH,
        languages=languages,
        limits=_limits(described, files),
        testcases=read_testcases(files, described, _builds_of_groups(extra)),
        validator=validator,
        solution_name=extra.solution,
        includes=includes,
        builds=(BuildKind.PLAIN, *(kind for kind in extra.builds if kind is not BuildKind.PLAIN)),
        generator=_generator(files, extra),
        fresh=tuple(
            FreshTests(
                group=fresh.group,
                count=fresh.count,
                arguments=tuple(fresh.arguments),
                builds=tuple(fresh.builds),
            )
            for fresh in extra.fresh
        ),
        shrink_lines=extra.shrink == "lines",
        multi_pass="multi-pass" in kinds,
        harness_starts=extra.harness == "starts",
        benchmark=performance.benchmark(extra, interactive=interactive),
        measured_on=tuple(extra.benchmark.targets) if extra.benchmark else (),
        growth=performance.growth(extra),
        scaling=performance.scaling(extra),
        tradeoff=performance.tradeoff(extra),
        references=references,
        good=performance.answers(files, "good", extra.solution),
        rules=Rules(own_allocator="own-allocator" not in extra.forbids),
        counters=tuple(
            Counter(
                name=name,
                limit=c.limit,
                full=c.full,
                labels={str(la): text for la, text in c.label.items()},
            )
            for name, c in extra.counters.items()
        ),
        language_time_factor=dict(extra.time_factors),
        exact_line_ends=extra.line_ends == "exact",
        deadlock_when_idle=extra.deadlock_when_idle,
    )


def _builds_of_groups(extra: SystemsYaml) -> dict[BuildKind, list[str]]:
    return {BuildKind.PLAIN: [""], **extra.builds}


def _names(described: ProblemYaml, slug: str) -> dict[str, str]:
    if isinstance(described.name, dict):
        return described.name or {"en": slug}
    return {"en": described.name or slug}


def _limits(described: ProblemYaml, files: tree.Tree) -> Limits:
    given = described.limits
    seconds = given.time_limit or _legacy_time_limit(files) or DEFAULT_TIME_LIMIT_S
    cpu_ms = round(seconds * 1000)
    return Limits(
        cpu_ms=cpu_ms,
        wall_ms=cpu_ms * WALL_PER_CPU,
        memory_bytes=(given.memory or DEFAULT_MEMORY_MIB) * MEBIBYTE,
        output_bytes=(given.output or DEFAULT_OUTPUT_MIB) * MEBIBYTE,
    )


def _legacy_time_limit(files: tree.Tree) -> float | None:
    """Where packages of the legacy format keep it: .timelimit, or DOMjudge's own file."""
    try:
        if ".timelimit" in files:
            return float(files[".timelimit"].decode().strip())
        for line in files.get("domjudge-problem.ini", b"").decode().splitlines():
            key, _, value = line.partition("=")
            if key.strip() == "timelimit":
                return float(value.strip().strip("'\""))
    except ValueError as error:
        raise PackageFault(".timelimit", f"is not a number of seconds: {error}") from error
    return None


def _languages(described: ProblemYaml, files: tree.Tree, extra: SystemsYaml) -> tuple[str, ...]:
    """Those that problem.yaml allows and that a library problem has an include for."""
    if described.languages == "all":
        wanted = tuple(LANGUAGES)
    else:
        given = described.languages
        wanted = tuple(given.split() if isinstance(given, str) else given)
    known = tuple(language for language in wanted if language in LANGUAGES)
    if extra.shape == "library":
        missing = [la for la in known if not any(p.startswith(f"include/{la}/") for p in files)]
        if missing:
            raise PackageFault(
                f"include/{missing[0]}", "is missing; a library problem needs a harness there"
            )
    if not known:
        raise PackageFault(
            "problem.yaml",
            f"languages: none of {wanted} is known; known are {', '.join(LANGUAGES)}",
        )
    return known


def _below(files: tree.Tree, folder: str) -> tuple[SourceFile, ...]:
    """Files directly in a folder, by plain name."""
    return tuple(
        SourceFile(path.removeprefix(folder), content)
        for path, content in sorted(files.items())
        if path.startswith(folder) and "/" not in path.removeprefix(folder)
    )


def _includes(files: tree.Tree) -> dict[str, tuple[SourceFile, ...]]:
    common = _below(files, "include/default/")
    found = {language: (*common, *_below(files, f"include/{language}/")) for language in LANGUAGES}
    return {language: included for language, included in found.items() if included}


def _validator(files: tree.Tree, described: ProblemYaml) -> DefaultValidator | JudgeProgram:
    for folder in ("output_validator/", "output_validators/"):
        inside = [path for path in files if path.startswith(folder)]
        if not inside:
            continue
        # Legacy packages put each validator into a folder of its own; there may be one.
        nested = {path.removeprefix(folder).split("/")[0] for path in inside if path.count("/") > 1}
        direct = _below(files, folder)
        if direct:
            return _judge_program(files, folder, "output_validator")
        if len(nested) == 1:
            return _judge_program(files, f"{folder}{nested.pop()}/", "output_validator")
        raise PackageFault(folder, f"holds {len(nested)} validators; there may be one")
    if described.validation.startswith("custom"):
        raise PackageFault("output_validators", "is missing; problem.yaml says validation: custom")
    return parse_flags(described.validator_flags.split(), "problem.yaml")


def _judge_program(files: tree.Tree, folder: str, name: str) -> JudgeProgram:
    inside = _below(files, folder)
    for file in inside:
        language = language_of_file(file.name)
        if language is not None:
            return JudgeProgram(name=name, language=language.id, files=inside)
    known = ", ".join(f".{language.extensions[0]}" for language in LANGUAGES.values())
    raise PackageFault(
        folder, f"has no source of a known language ({known}); build scripts are not run"
    )


def _generator(files: tree.Tree, extra: SystemsYaml) -> JudgeProgram | None:
    if not extra.fresh:
        return None
    if not any(path.startswith("generators/") for path in files):
        raise PackageFault("generators", "is missing; systems.yaml asks for fresh testcases")
    return _judge_program(files, "generators/", "generator")


def _statements(files: tree.Tree) -> tuple[dict[str, str], bool]:
    texts: dict[str, str] = {}
    tex = False
    for folder in ("statement/", "problem_statement/"):
        for path, content in files.items():
            parts = path.removeprefix(folder).split(".")
            if not path.startswith(folder + "problem.") or parts[-1] not in ("md", "tex"):
                continue
            language = parts[1] if len(parts) == 3 else "en"  # noqa: PLR2004  (problem.LANG.md)
            if language in texts and parts[-1] == "tex":
                continue
            tex = tex or parts[-1] == "tex"
            texts[language] = content.decode(errors="replace")
    return texts, tex


def _starter(files: tree.Tree, problem: Problem) -> dict[str, str]:
    found: dict[str, str] = {}
    for language in problem.languages:
        inside = _below(files, f"starter/{language}/")
        wanted = LANGUAGES[language].answer_file(problem.solution_name)
        for file in sorted(inside, key=lambda file: file.name == wanted):
            found[language] = file.content.decode(errors="replace")
    return found
