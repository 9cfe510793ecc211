"""From source files to programs, in a container that holds no test data."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from judge.languages import LANGUAGES
from judge.languages.base import ENVIRONMENT, SOURCE_DIRECTORY, Language
from judge.sandbox import Command, Sandbox, User
from judge.values import (
    MEBIBYTE,
    Artifact,
    Build,
    BuildKind,
    Ending,
    Execution,
    Limits,
    Problem,
    SourceFile,
    Submission,
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


def merge(files: Iterable[SourceFile], includes: Iterable[SourceFile]) -> tuple[SourceFile, ...]:
    """The candidate's files with the package's; the package's win where names clash."""
    by_name = {file.name: file for file in files}
    by_name.update({file.name: file for file in includes})
    return tuple(by_name[name] for name in sorted(by_name))


def build_submission(
    submission: Submission, problem: Problem, sandbox: Sandbox
) -> tuple[Built, ...]:
    """Compile `submission` for every build its problem asks for, the kinds side by side.

    A failed build is evidence, not an error: the compiler's own words go to the candidate.
    Raises SandboxFault when the sandbox breaks; no verdict follows then.
    """
    language = LANGUAGES[submission.language]
    files = merge(submission.files, problem.includes.get(submission.language, ()))
    kinds = [kind for kind in problem.builds if kind in language.build_kinds]
    with ThreadPoolExecutor(max_workers=len(kinds)) as threads:
        return tuple(threads.map(lambda kind: build(files, language, kind, sandbox), kinds))


def build(
    files: tuple[SourceFile, ...], language: Language, kind: BuildKind, sandbox: Sandbox
) -> Built:
    """Compile `files` once, in a fresh container."""
    names = tuple(file.name for file in files)
    plan = language.plan(names, kind)
    with sandbox.compile_box() as box:
        for file in files:
            box.put(f"{SOURCE_DIRECTORY}/{file.name}", file.content, user=User.CANDIDATE)
        execution = box.run(
            Command(
                arguments=plan.command,
                user=User.CANDIDATE,
                environment=ENVIRONMENT,
                directory=SOURCE_DIRECTORY,
            ),
            LIMITS,
        )
        program: bytes | None = b""
        if execution.clean and plan.output:
            program = box.get(plan.output, bytes_max=PROGRAM_BYTES_MAX, user=User.CANDIDATE)
    return _built(execution, program, files, language, kind)


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
