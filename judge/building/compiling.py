"""From source files to programs, in a container that holds no test data."""

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass

from judge.errors import JudgeProgramFault
from judge.languages import ENVIRONMENT, SOURCE_DIRECTORY, BuildPlan, FileNames, Language
from judge.sandbox import Box, Command, Sandbox, User
from judge.values import (
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

LIMITS = Limits(
    cpu_ms=30_000,
    wall_ms=40_000,
    memory_bytes=1536 * MEBIBYTE,
    output_bytes=MEBIBYTE,
    file_bytes=256 * MEBIBYTE,
    open_files=512,
)


@dataclass(frozen=True, slots=True)
class Built:
    """A build and, where it succeeded, its program."""

    build: Build
    artifact: Artifact | None


def build(
    own: tuple[SourceFile, ...],
    language: Language,
    kind: BuildKind,
    sandbox: Sandbox,
    *,
    given: tuple[SourceFile, ...] = (),
    rules: Rules = FREE,
) -> Built:
    """Compile `own` once with what the package gives, in a fresh container."""
    plan = language.plan(_names(own), _names(given), kind, rules)
    files = (*own, *given)
    with sandbox.compile_box() as box:
        execution, program = _follow(plan, files, box)
    return _built(execution, program, files, language, kind)


def build_object(
    source: str, files: tuple[SourceFile, ...], plan: BuildPlan, sandbox: Sandbox
) -> SourceFile:
    """Compile a source of the package by itself. Raises JudgeProgramFault when that fails."""
    with sandbox.compile_box() as box:
        execution, content = _follow(plan, files, box)
    if not execution.clean or not content:
        raise JudgeProgramFault(source, f"does not compile:\n{_words(execution, content)}")
    return SourceFile(f"{source}.o", content)


def _follow(
    plan: BuildPlan, files: tuple[SourceFile, ...], box: Box
) -> tuple[Execution, bytes | None]:
    """Run a plan's commands until one fails; how the last one ended, and what they left."""
    for file in files:
        box.put(f"{SOURCE_DIRECTORY}/{file.name}", file.content, user=User.CANDIDATE)
    execution = box.run(_command(plan.commands[0]), LIMITS)
    for arguments in plan.commands[1:]:
        if not execution.clean:
            break
        execution = _joined(execution, box.run(_command(arguments), LIMITS))
    if not execution.clean or not plan.output:
        return execution, b""
    return execution, box.get(plan.output, bytes_max=PROGRAM_BYTES_MAX, user=User.CANDIDATE)


def _command(arguments: tuple[str, ...]) -> Command:
    return Command(
        arguments=arguments,
        user=User.CANDIDATE,
        environment=ENVIRONMENT,
        directory=SOURCE_DIRECTORY,
    )


def _joined(first: Execution, second: Execution) -> Execution:
    """How the second command ended, with the words and the time of both."""
    wall_ns = first.measurement.wall_ns + second.measurement.wall_ns
    return dataclasses.replace(
        second,
        stdout=first.stdout + second.stdout,
        stderr=first.stderr + second.stderr,
        measurement=dataclasses.replace(second.measurement, wall_ns=wall_ns),
    )


def _names(files: Iterable[SourceFile]) -> FileNames:
    return tuple(file.name for file in files)


def _built(
    execution: Execution,
    program: bytes | None,
    files: tuple[SourceFile, ...],
    language: Language,
    kind: BuildKind,
) -> Built:
    text = _words(execution, program)
    ok = execution.clean and program is not None
    result = Build(
        kind=kind,
        ok=ok,
        wall_ms=execution.measurement.wall_ns / 1e6,
        output=text,
        diagnostics=language.diagnose(text),
    )
    if not ok or program is None:
        return Built(result, None)
    names = tuple(file.name for file in files)
    entry = language.entry(names)
    return Built(
        result,
        Artifact(
            files=(SourceFile("program", program),) if program else files,
            command=tuple(word.replace("{entry}", entry) for word in language.run),
        ),
    )


def _words(execution: Execution, program: bytes | None) -> str:
    """The compiler's words, and ours where it was stopped."""
    raw = (execution.stderr + execution.stdout).decode(errors="replace")
    text = raw.replace(f"{SOURCE_DIRECTORY}/", "")[:COMPILER_OUTPUT_CHARACTERS]
    match execution.ending:
        case Ending.CPU_LIMIT | Ending.WALL_LIMIT:
            text += f"\nThe compiler was stopped after {LIMITS.cpu_ms // 1000} s."
        case Ending.MEMORY_LIMIT:
            text += f"\nThe compiler needed more than {LIMITS.memory_bytes // MEBIBYTE} MiB."
        case Ending.OUTPUT_LIMIT:
            text += f"\nThe compiler wrote more than {LIMITS.output_bytes // MEBIBYTE} MiB."
        case Ending.SIGNALLED | Ending.NOT_STARTED:
            text += f"\nThe compiler ended by signal {execution.signal}."
        case Ending.EXITED:
            if program is None:
                most = PROGRAM_BYTES_MAX // MEBIBYTE
                text += f"\nThe compiler left no program of at most {most} MiB."
    return text.strip()
