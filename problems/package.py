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

import dataclasses
import re
from dataclasses import dataclass
from pathlib import Path

from judge.errors import PackageFault
from judge.grading import ValidationCase, Validators
from judge.languages import LANGUAGES, language_of_file
from judge.targets import TargetId
from judge.values import (
    COMPILATION_LIMITS,
    MEBIBYTE,
    VALIDATION_LIMITS,
    BuildKind,
    Counter,
    FreshTests,
    JudgeProgram,
    Limits,
    Problem,
    Rules,
    Shape,
    SourceFile,
)
from problems import performance, schema, tree
from problems.constants import with_constants
from problems.description import Description, read_description
from problems.files_for_candidates import PublicFile, Sample, attachments, read_samples
from problems.format_keys import refuse_unsupported_files
from problems.package_submissions import LeftOut, PackageSubmission, read_submissions
from problems.programs import (
    CHECKTESTDATA,
    VIVA,
    below,
    checktestdata,
    program_paths,
    read_only_program,
    read_program,
)
from problems.schema import CounterYaml, SystemsYaml
from problems.skills import skill_name
from problems.statements import Statement, read_statements
from problems.testdata import TestData
from problems.time_limits import TimeRule, known_time_limit, time_rule

PROVISIONAL_TIME_LIMIT_S = 10.0
"""For a problem whose limit nobody has measured yet."""
WALL_PER_CPU = 3
"""Room between the CPU limit and the wall limit, for programs that wait and machines that do."""

_TITLE_MAX = 200
_SLUG = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A package, read and checked: what judging needs, and what people see."""

    problem: Problem
    names: dict[str, str]
    """Title by language of the statement."""
    statements: dict[str, Statement]
    samples: tuple[Sample, ...]
    """What of data/sample is shown."""
    attachments: tuple[PublicFile, ...]
    minutes: int
    skills: tuple[str, ...]
    targets: tuple[TargetId, ...]
    needs: str
    """A label that a runner must have been given: `gpu`, or none."""
    starter: dict[str, str]
    submissions: tuple[PackageSubmission, ...]
    left_out: tuple[LeftOut, ...]
    """What lies among the submissions and can't be judged here."""
    validators: Validators
    """Those of inputs and answers, for who makes the problem."""
    validation_cases: tuple[ValidationCase, ...]
    unsupported: tuple[str, ...]
    """What is there and not done here, though nothing that candidates get depends on it."""
    time: TimeRule
    code_bytes_max: int
    plain: bool
    """Whether it is the format's alone, without systems.yaml."""
    tree: tree.Tree

    @property
    def time_limit_known(self) -> bool:
        """Whether problem.yaml gives a time limit, or one was measured."""
        return self.time.known_s is not None

    def public_file(self, path: str) -> bytes | None:
        """What candidates may download, as samples/NAME or attachments/NAME; None for no such."""
        samples = {f"samples/{f.name}": f.content for one in self.samples for f in one.downloads}
        more = {f"attachments/{f.name}": f.content for f in self.attachments}
        return {**samples, **more}.get(path)

    def name(self, language: str) -> str:
        wanted = "zh" if language.startswith("zh") else "en"
        return self.names.get(wanted) or next(iter(self.names.values()))

    def skill_names(self, language: str) -> list[str]:
        return [skill_name(skill, language) for skill in self.skills]

    def counter_label(self, name: str, language: str) -> str:
        """What people call a counter, "" for one that this version doesn't have."""
        return next((c.label(language) for c in self.problem.counters if c.name == name), "")

    def statement(self, language: str) -> Statement | None:
        wanted = "zh" if language.startswith("zh") else "en"
        return self.statements.get(wanted) or next(iter(self.statements.values()), None)


def slug_of(name: str) -> str:
    """A problem's short name from that of its folder or archive: a-z, 0-9, and hyphens between."""
    return _SLUG.sub("-", name.lower()).strip("-")[:60] or "problem"


def load_folder(root: Path) -> Package:
    """Read the package in a folder. Raises PackageFault with the file and what is wrong."""
    return load(tree.read_folder(root), slug=slug_of(root.resolve().name))


def load(files: tree.Tree, *, slug: str, version: str = "") -> Package:
    """Read a package from its files. Raises PackageFault with the file and what is wrong.

    `version` is the one that it was given when it was stored, for one that is read again: what is
    part of a package may have been told otherwise then.
    """
    files = tree.of_package(files)
    version = version or tree.version_of(files)
    if "problem.yaml" not in files:
        several = sorted(path.split("/")[0] for path in files if path.endswith("/problem.yaml"))
        hint = f"; it holds several packages: {', '.join(several[:5])}" if len(several) > 1 else ""
        raise PackageFault("problem.yaml", f"is missing; {slug} is not a problem package{hint}")
    description = read_description(files)
    raw, files = files, with_constants(files, description.constants)
    refuse_unsupported_files(files, version=description.version)
    systems = None
    if "systems.yaml" in files:
        systems = schema.parse(SystemsYaml, files["systems.yaml"], "systems.yaml")
    extra = systems or SystemsYaml(shape="program")
    data = TestData(files, description, {BuildKind.PLAIN: [""], **extra.builds})
    problem = _problem(files, slug, version, description, extra, data)
    _check_targets(problem, systems)
    submissions, left_out = read_submissions(files, problem, description, systems)
    statements = read_statements(files, description)
    return Package(
        problem=problem,
        names=_names(description, statements, slug),
        statements=statements,
        samples=read_samples(files, description),
        attachments=attachments(files),
        minutes=extra.minutes if systems else 60,
        skills=tuple(extra.skills),
        targets=tuple(extra.targets),
        needs=extra.needs,
        starter=_starter(files, problem),
        submissions=submissions,
        left_out=left_out,
        validators=Validators(
            of_inputs=_data_validators(files, "input_validators/", "input_format_validators/"),
            of_answers=_data_validators(files, "answer_validators/"),
        ),
        validation_cases=data.validation_cases,
        unsupported=_unsupported(files, description),
        time=time_rule(files, description),
        code_bytes_max=description.limits.code * 1024,
        plain=systems is None,
        tree=raw,
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
    files: tree.Tree,
    slug: str,
    version: str,
    description: Description,
    extra: SystemsYaml,
    data: TestData,
) -> Problem:
    interactive = description.interactive
    points = data.points
    if points is not None and extra.benchmark is not None:
        raise PackageFault(
            "systems.yaml", "benchmark is given; the points of a scoring problem are its tests'"
        )
    if points is not None and extra.fresh:
        raise PackageFault(
            "systems.yaml", "fresh is given; the points of a scoring problem are its fixed tests'"
        )
    languages = _languages(description, files, extra)
    includes = _includes(files)
    references = performance.references(files, extra, languages)
    if extra.harness == "starts" and any(case.files for case in data.testcases):
        raise PackageFault(
            "systems.yaml", "harness: starts; a test's .files would be gone at the second start"
        )
    return Problem(
        slug=slug,
        version=version,
        shape=Shape.INTERACTIVE if interactive else Shape.BATCH,
        languages=languages,
        limits=_limits(description, files, systems="systems.yaml" in files),
        testcases=data.testcases,
        validator=_validator(files, description),
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
        passes_max=description.limits.validation_passes if description.multi_pass else 1,
        points=points,
        validation_limits=_validation_limits(description),
        compilation_limits=_compilation_limits(description),
        harness_starts=extra.harness == "starts",
        benchmark=performance.benchmark(extra, interactive=interactive),
        measured_on=tuple(extra.benchmark.targets) if extra.benchmark else (),
        growth=performance.growth(extra),
        scaling=performance.scaling(extra),
        tradeoff=performance.tradeoff(extra),
        references=references,
        good=performance.answers(files, "good", extra.solution),
        rules=Rules(own_allocator="own-allocator" not in extra.forbids),
        counters=tuple(_counter(name, one) for name, one in extra.counters.items()),
        language_time_factor=dict(extra.time_factors),
        exact_line_ends=extra.line_ends == "exact",
        deadlock_when_idle=extra.deadlock_when_idle,
    )


def _counter(name: str, told: CounterYaml) -> Counter:
    return Counter(
        name=name,
        limit=told.limit,
        full=told.full,
        labels={str(language): text for language, text in told.label.items()},
        bars_on={str(target): (bars.limit, bars.full) for target, bars in told.per_target.items()},
    )


def _names(description: Description, statements: dict[str, Statement], slug: str) -> dict[str, str]:
    told = {language: name for language, name in description.names.items() if name}
    # The legacy format's titles stand in the statements.
    own = {language: one.title for language, one in statements.items() if one.title}
    shown = {la: _plain(name) for la, name in {**own, **told}.items()}
    return {la: name for la, name in shown.items() if name} or {"en": slug}


def _plain(name: str) -> str:
    """A title in one line, without what a terminal would take for a command."""
    return "".join(c if c.isprintable() else " " for c in name)[:_TITLE_MAX].strip()


def _limits(description: Description, files: tree.Tree, *, systems: bool) -> Limits:
    given = description.limits
    cpu_ms = round((known_time_limit(files, description) or PROVISIONAL_TIME_LIMIT_S) * 1000)
    memory = given.memory * MEBIBYTE
    # A library problem's threads each reserve what the stack may be, so there it is bounded.
    return Limits(
        cpu_ms=cpu_ms,
        wall_ms=cpu_ms * WALL_PER_CPU,
        memory_bytes=memory,
        output_bytes=given.output * MEBIBYTE,
        stack_bytes=Limits().stack_bytes if systems else memory,
    )


def _validation_limits(description: Description) -> Limits:
    given = description.limits
    memory = given.validation_memory * MEBIBYTE
    return dataclasses.replace(
        VALIDATION_LIMITS,
        cpu_ms=given.validation_time * 1000,
        wall_ms=given.validation_time * 1500,
        memory_bytes=memory,
        stack_bytes=memory,
        output_bytes=given.validation_output * MEBIBYTE,
    )


def _compilation_limits(description: Description) -> Limits:
    given = description.limits
    return dataclasses.replace(
        COMPILATION_LIMITS,
        cpu_ms=given.compilation_time * 1000,
        wall_ms=given.compilation_time * 1500,
        memory_bytes=given.compilation_memory * MEBIBYTE,
    )


def _languages(described: Description, files: tree.Tree, extra: SystemsYaml) -> tuple[str, ...]:
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
            f"languages: none of {str(wanted)[:200]} is known; known are {', '.join(LANGUAGES)}",
        )
    return known


def _includes(files: tree.Tree) -> dict[str, tuple[SourceFile, ...]]:
    common = below(files, "include/default/")
    found = {}
    for language in LANGUAGES:
        own = below(files, f"include/{language}/")
        names = {file.name for file in own}
        found[language] = (*(file for file in common if file.name not in names), *own)
    return {language: included for language, included in found.items() if included}


def _validator(files: tree.Tree, description: Description) -> JudgeProgram | None:
    if not description.custom_validator:
        return None
    folder = "output_validators/" if description.legacy else "output_validator/"
    if not any(path.startswith(folder) for path in files):
        raise PackageFault(folder, "is missing; problem.yaml says validation: custom")
    return read_only_program(files, folder, "output_validator")


def _data_validators(files: tree.Tree, *folders: str) -> tuple[JudgeProgram, ...]:
    """Programs and Checktestdata's specifications that judge the package's own data."""
    found = []
    for folder in folders:
        for path in program_paths(files, folder):
            if path.endswith(CHECKTESTDATA):
                found.append(checktestdata(path, files[path]))
            elif path.endswith("/") or language_of_file(path) is not None:
                found.append(read_program(files, path, path.rstrip("/")))
    return tuple(found)


def _unsupported(files: tree.Tree, description: Description) -> tuple[str, ...]:
    validators = [
        f"{path}: VIVA specifications are not run"
        for path in files
        if path.endswith(VIVA) and path.startswith(("input_validators/", "input_format_validators"))
    ]
    statements = [
        f"{path}: a PDF is not shown; give the statement in Markdown or LaTeX"
        for path in files
        if path.endswith(".pdf")
        and path.startswith(("statement/problem", "problem_statement/prob"))
    ]
    languages = [
        f"problem.yaml: languages: {name[:40]} is not judged here"
        for name in _named_languages(description)
        if name not in LANGUAGES
    ]
    return (*validators, *statements, *languages)


def _named_languages(description: Description) -> list[str]:
    given = description.languages
    if given == "all":
        return []
    return given.split() if isinstance(given, str) else given


def _generator(files: tree.Tree, extra: SystemsYaml) -> JudgeProgram | None:
    if not extra.fresh:
        return None
    if not any(path.startswith("generators/") for path in files):
        raise PackageFault("generators", "is missing; systems.yaml asks for fresh testcases")
    return read_only_program(files, "generators/", "generator")


def _starter(files: tree.Tree, problem: Problem) -> dict[str, str]:
    found: dict[str, str] = {}
    for language in problem.languages:
        inside = below(files, f"starter/{language}/")
        wanted = LANGUAGES[language].answer_file(problem.solution_name)
        for file in sorted(inside, key=lambda file: file.name == wanted):
            found[language] = file.content.decode(errors="replace")
    return found
