"""What a language tells of itself, and what several of them share."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from judge.languages.suspicions import Suspicions
from judge.values import BuildKind, Diagnostic, Rules, SourceFile

SOURCE_DIRECTORY = "/box/src"
PROGRAM_DIRECTORY = "/prog"
OUTPUT = "/box/out"
ENVIRONMENT = (
    "PATH=/usr/local/bin:/usr/bin:/bin",
    "HOME=/tmp",
    "TMPDIR=/tmp",
    "LANG=C.UTF-8",
    "PYTHONDONTWRITEBYTECODE=1",
    "PYTHONHASHSEED=0",
)

_GCC_DIAGNOSTIC = re.compile(
    r"^(?P<file>[^\s:]+):(?P<line>\d+):(?:(?P<column>\d+):)? "
    r"(?P<severity>fatal error|error|warning): (?P<message>.*)$",
    re.MULTILINE,
)


FileNames = tuple[str, ...]
"""Plain names of files in SOURCE_DIRECTORY."""

Arguments = tuple[str, ...]
"""Words of a command line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildPlan:
    """How to build: command lines, one after the other; `output` is what they leave.

    For a language that runs from source, `output` is "" and the sources are the program.
    """

    commands: tuple[Arguments, ...]
    output: str


Planner = Callable[[FileNames, FileNames, BuildKind, Rules], BuildPlan]
"""From an answer's own files, and those that the package gives, to a program."""
ObjectPlanner = Callable[[str, BuildKind], BuildPlan]
"""From a source that the package gives to an object that answers are linked with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Skeleton:
    """A new package's sources in this language: the sum of two numbers, to be replaced.

    `{sum}` in an answer stands for what it gives: right, wrong, or nothing yet.
    """

    program: str
    """An answer that reads both numbers from standard input."""
    answer: str
    """An answer that is called by the harness."""
    harness: str
    kit: str = ""
    """The file of problems/kit that the harness stands on."""
    harness_stem: str = "harness"
    """Its file's name without the ending."""
    header: str = ""
    """add.h, where the language has such files."""


GCC_QUIET = ("-w",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """One language on one target: all that it differs by from others."""

    id: str
    name: str
    extensions: tuple[str, ...]
    """The usual one first."""
    plan: Planner
    run: Arguments
    """The command line; {directory} is where the program lies, {entry} the file that starts it,
    {mebibytes} how much memory the program may use, for a runtime that must be told."""
    smoke: SourceFile
    """A program that prints `smoke ok`: a runner offers the language when that has worked."""
    entry_names: FileNames = ()
    build_kinds: tuple[BuildKind, ...] = (BuildKind.PLAIN,)
    quiet: Arguments = ()
    """What a compiler is told after all else, to say no warnings."""
    diagnose: Callable[[str], tuple[Diagnostic, ...]] = lambda _output: ()
    """Where the compiler's words point."""
    plan_object: ObjectPlanner | None = None
    """For a language that can link answers with the package's objects: those are made once for all
    answers, and out of their reach."""
    answer_name: str = "{solution}.{extension}"
    """The file of an answer that is typed or uploaded, and of its starter code; {solution} is the
    stem that the problem gives it."""
    lexer: str = "text"
    """Pygments' name, for highlighted listings."""
    editor_mode: str = ""
    """One of web/assets/editor.js; "" for plain text."""
    suspicions: Suspicions | None = None
    """What points a reviewer to a line (grading/suspicions.py); None where nothing does."""
    skeleton: Skeleton | None = None
    """What `judge problems new` makes; None where it can't."""

    def entry(self, names: FileNames) -> str:
        """The file that starts the program: a known entry name, else the first source."""
        for wanted in self.entry_names:
            if wanted in names:
                return wanted
        sources = [name for name in names if name.rsplit(".", 1)[-1] in self.extensions]
        return sources[0] if sources else names[0]

    def answer_file(self, solution: str) -> str:
        """The name of an answer's file in a problem whose answers have the stem `solution`."""
        return self.answer_name.format(solution=solution, extension=self.extensions[0])


def plan_from_source(check: Arguments, extensions: tuple[str, ...]) -> Planner:
    """For a language that runs from source: its "build" is `check`, with the sources after it."""

    def plan(own: FileNames, given: FileNames, kind: BuildKind, _rules: Rules) -> BuildPlan:
        assert kind is BuildKind.PLAIN
        sources = (n for n in (*own, *given) if n.rsplit(".", 1)[-1] in extensions)
        return BuildPlan(commands=((*check, *sources),), output="")

    return plan


def gcc_diagnostics(output: str) -> tuple[Diagnostic, ...]:
    """Errors and warnings in the form that gcc and g++ write."""
    return tuple(
        Diagnostic(
            file=match["file"].rsplit("/", 1)[-1],
            line=int(match["line"]),
            column=int(match["column"] or 1),
            severity="warning" if match["severity"] == "warning" else "error",
            message=match["message"],
        )
        for match in _GCC_DIAGNOSTIC.finditer(output)
    )


# A program may define these to soften a sanitizer; options from outside win over defaults, but
# suppressions can't be switched off from there. So the names mean something else in candidates'
# sources. Not proof against assembler labels: docs/security.md says so.
_HOOKS = (
    "-D__tsan_on_report=judge_ignores_tsan_on_report",
    *(
        f"-D__{sanitizer}_default_{what}=judge_ignores_{sanitizer}_{what}"
        for sanitizer in ("asan", "lsan", "ubsan", "tsan")
        for what in ("options", "suppressions")
    ),
)

KIND_FLAGS = {
    BuildKind.PLAIN: ("-O2", "-static"),
    BuildKind.ADDRESS: (
        "-O1",
        "-g1",
        "-fsanitize=address,undefined",
        "-fno-sanitize-recover=undefined",
        "-fno-omit-frame-pointer",
        *_HOOKS,
    ),
    BuildKind.THREAD: ("-O1", "-g1", "-fsanitize=thread", "-fno-omit-frame-pointer", *_HOOKS),
}

UNTOLD = ("-U__SANITIZE_ADDRESS__", "-U__SANITIZE_THREAD__")
"""All that an answer's preprocessor would know a sanitizer's build by: a fault that is compiled
only where no sanitizer looks would never be seen. A harness, which isn't the answer's, is told."""

_NAMES = ("/bin/sh", "/usr/local/lib/judge/names.sh")
"""Refuses an answer that defines what its harness wants of the system: sandboxes/build/names.sh."""


def names_check(own: FileNames, given: FileNames | None, rules: Rules) -> Arguments:
    """The command that checks an answer's objects, or its whole program, for foreign names."""
    options = () if rules.own_allocator else ("--no-allocator",)
    return (*_NAMES, *options, *own, *(() if given is None else ("--", *given)))


def gcc_planners(
    compiler: str,
    options: Arguments,
    extensions: tuple[str, ...],
    *,
    libraries: Arguments = ("-lm",),
    suffix: str = "",
) -> tuple[Planner, ObjectPlanner]:
    """Planners for gcc's front ends: of a program, and of a package's object.

    benchmarks/compiling.py has what each flag costs on Linux. `suffix` ends a program's name where
    the linker would add it.
    """

    def gcc(kind: BuildKind) -> Arguments:
        return (
            compiler,
            *options,
            "-pthread",
            "-fdiagnostics-color=never",
            "-fmax-errors=20",
            "-Wall",
            "-I.",
            *KIND_FLAGS[kind],
        )

    def plan(own: FileNames, given: FileNames, kind: BuildKind, rules: Rules) -> BuildPlan:
        sources = tuple(name for name in own if name.rsplit(".", 1)[-1] in extensions)
        objects = tuple(name for name in given if name.endswith(".o"))
        output = f"{OUTPUT}-{kind}{suffix}"
        to_output = ("-o", output)
        answers = (*gcc(kind), *(UNTOLD if kind is not BuildKind.PLAIN else ()))
        if not objects and rules.own_allocator:
            return BuildPlan(
                commands=((*answers, *to_output, *sources, *libraries),), output=output
            )
        mine = tuple(f"{name.rsplit('.', 1)[0]}.o" for name in sources)
        return BuildPlan(
            commands=(
                (*answers, "-c", *sources),
                names_check(mine, objects, rules),
                (*gcc(kind), *to_output, *objects, *mine, *libraries),
            ),
            output=output,
        )

    def plan_object(source: str, kind: BuildKind) -> BuildPlan:
        output = f"{OUTPUT}.o"
        return BuildPlan(commands=((*gcc(kind), "-c", source, "-o", output),), output=output)

    return plan, plan_object
