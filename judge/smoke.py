"""Smoke programs: a runner offers a language only when it has just built and run one."""

from judge.compiling import build
from judge.languages import LANGUAGES
from judge.languages.base import ENVIRONMENT, PROGRAM_DIRECTORY, Language
from judge.sandbox import Command, Sandbox, User
from judge.values import BuildKind, Limits

LIMITS = Limits()


def proved_languages(sandbox: Sandbox) -> tuple[str, ...]:
    """Ids of the languages whose smoke program prints what it should, in every build kind."""
    return tuple(name for name, language in LANGUAGES.items() if proves(language, sandbox))


def proves(language: Language, sandbox: Sandbox) -> bool:
    """Build and run the smoke program. Raises SandboxFault when the sandbox itself fails."""
    built = build((language.smoke,), language, BuildKind.PLAIN, sandbox)
    if built.artifact is None:
        return False
    with sandbox.arena(LIMITS) as arena:
        for file in built.artifact.files:
            arena.candidate.put(f"{PROGRAM_DIRECTORY}/{file.name}", file.content, mode=0o755)
        command = Command(
            arguments=built.artifact.command_in(PROGRAM_DIRECTORY),
            user=User.CANDIDATE,
            environment=ENVIRONMENT,
        )
        execution = arena.candidate.run(command, LIMITS)
    return execution.clean and execution.stdout == b"smoke ok\n"
