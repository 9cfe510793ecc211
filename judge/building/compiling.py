"""From source files to programs, in a container that holds no test data."""

import dataclasses
import re
from collections.abc import Iterable
from dataclasses import dataclass

from judge.errors import JudgeProgramFault
from judge.languages import (
    ENVIRONMENT,
    SOURCE_DIRECTORY,
    Arguments,
    BuildPlan,
    FileNames,
    Language,
)
from judge.sandbox import Box, Command, Sandbox, User
from judge.values import (
    COMPILATION_LIMITS,
    FREE,
    MEBIBYTE,
    Artifact,
    Build,
    BuildKind,
    Ending,
    Execution,
    Limits,
    Rules,
    SourceFile,
)

PROGRAM_BYTES_MAX = 48 * MEBIBYTE
COMPILER_OUTPUT_CHARACTERS = 16_000

_AGAIN_CPU_MS = 20_000
_WARNING = re.compile(rb"\bwarning\b", re.IGNORECASE)
# All words by one way, of which the supervisor keeps the first 64 KiB and counts none.
_TO_STDERR = ("/bin/sh", "-c", 'exec "$@" >&2', "sh")


@dataclass(frozen=True, slots=True)
class Built:
    """A build and, where it succeeded, its program."""

    build: Build
    artifact: Artifact | None


@dataclass(frozen=True, slots=True)
class BuildTerms:
    """What a problem asks of a build."""

    rules: Rules = FREE
    limits: Limits = COMPILATION_LIMITS
    entry: str = ""


ANY_TERMS = BuildTerms()


def build(
    own: tuple[SourceFile, ...],
    language: Language,
    kind: BuildKind,
    sandbox: Sandbox,
    *,
    given: tuple[SourceFile, ...] = (),
    terms: BuildTerms = ANY_TERMS,
) -> Built:
    """Compile `own` once with what the package gives, in a fresh container."""
    plan, limits = language.plan(_names(own), _names(given), kind, terms.rules), terms.limits
    files = (*own, *given)
    with sandbox.compile_box() as box:
        if limits.memory_bytes != COMPILATION_LIMITS.memory_bytes:
            box.limit_memory(limits.memory_bytes)
        done = _follow(plan, files, box, limits)
        errors = _errors_alone(done, language, box, limits)
    text = _cut(f"{errors}\n\n{done.words(limits)}" if errors else done.words(limits))
    result = Build(
        kind=kind,
        ok=done.program is not None,
        wall_ms=done.wall_ms,
        output=text,
        diagnostics=tuple(dict.fromkeys(language.diagnose(text))),
    )
    if done.program is None:
        return Built(result, None)
    entry = terms.entry or language.entry(_names(files))
    return Built(
        result,
        Artifact(
            files=(SourceFile("program", done.program),) if done.program else files,
            command=tuple(word.replace("{entry}", entry) for word in language.run),
        ),
    )


def build_object(
    source: str, files: tuple[SourceFile, ...], plan: BuildPlan, sandbox: Sandbox
) -> SourceFile:
    """Compile a source of the package by itself. Raises JudgeProgramFault when that fails."""
    limits = COMPILATION_LIMITS
    with sandbox.compile_box() as box:
        done = _follow(plan, files, box, limits)
    if not done.program:
        raise JudgeProgramFault(source, f"does not compile:\n{_cut(done.words(limits))}")
    return SourceFile(f"{source}.o", done.program)


@dataclass(frozen=True, slots=True)
class _Followed:
    """A plan as far as it came: the last of its commands, how that ended, and what is left."""

    compiler: str
    last: Arguments
    execution: Execution
    said: bytes
    wall_ms: float
    program: bytes | None
    """None where it failed; empty where the sources are the program."""

    def words(self, limits: Limits) -> str:
        """The compiler's words, and ours where it was stopped."""
        text = _text(self.said)
        match self.execution.ending:
            case Ending.CPU_LIMIT | Ending.WALL_LIMIT:
                text += f"\nThe compiler was stopped after {limits.cpu_ms // 1000} s."
            case Ending.MEMORY_LIMIT:
                text += f"\nThe compiler needed more than {limits.memory_bytes // MEBIBYTE} MiB."
            case Ending.OUTPUT_LIMIT:
                text += f"\nThe compiler wrote more than {limits.output_bytes // MEBIBYTE} MiB."
            case Ending.SIGNALLED | Ending.NOT_STARTED:
                text += f"\nThe compiler ended by signal {self.execution.signal}."
            case Ending.EXITED:
                if self.program is None and self.execution.clean:
                    most = PROGRAM_BYTES_MAX // MEBIBYTE
                    text += f"\nThe compiler left no program of at most {most} MiB."
        return text.strip()


def _follow(plan: BuildPlan, files: tuple[SourceFile, ...], box: Box, limits: Limits) -> _Followed:
    """Run a plan's commands until one fails."""
    for file in files:
        box.put(f"{SOURCE_DIRECTORY}/{file.name}", file.content, user=User.CANDIDATE)
    said, wall_ms = b"", 0.0
    first, *more = plan.commands
    last, execution = first, box.run(_command(first), limits)
    for arguments in more:
        if not execution.clean:
            break
        said += execution.stderr
        wall_ms += execution.measurement.wall_ns / 1e6
        last, execution = arguments, box.run(_command(arguments), limits)
    said += execution.stderr
    wall_ms += execution.measurement.wall_ns / 1e6
    if not execution.clean:
        return _Followed(first[0], last, execution, said, wall_ms, None)
    program: bytes | None = b""
    if plan.output:
        program = box.get(plan.output, bytes_max=PROGRAM_BYTES_MAX, user=User.CANDIDATE)
    return _Followed(first[0], last, execution, said, wall_ms, program)


def _errors_alone(done: _Followed, language: Language, box: Box, limits: Limits) -> str:
    """What a failed command says without its warnings; "" where there are none to hide an error.

    Only the first 64 KiB of words are kept, and warnings come in the order of lines: a hundred of
    them before the one error would be all that is left.
    """
    failed = not done.execution.clean and done.execution.ending is Ending.EXITED
    compiled = done.last[0] == done.compiler
    if not failed or not compiled or not language.quiet or _WARNING.search(done.said) is None:
        return ""
    again = box.run(
        _command((*done.last, *language.quiet)), dataclasses.replace(limits, cpu_ms=_AGAIN_CPU_MS)
    )
    return "" if again.clean else _text(again.stderr).strip()


def _text(said: bytes) -> str:
    return said.decode(errors="replace").replace(f"{SOURCE_DIRECTORY}/", "")


def _cut(text: str) -> str:
    if len(text) <= COMPILER_OUTPUT_CHARACTERS:
        return text
    return f"{text[:COMPILER_OUTPUT_CHARACTERS]}\n… (cut: the compiler said more)"


def _command(arguments: tuple[str, ...]) -> Command:
    return Command(
        arguments=(*_TO_STDERR, *arguments),
        user=User.CANDIDATE,
        environment=ENVIRONMENT,
        directory=SOURCE_DIRECTORY,
    )


def _names(files: Iterable[SourceFile]) -> FileNames:
    return tuple(file.name for file in files)
