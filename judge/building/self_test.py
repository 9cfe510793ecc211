"""The runner's self-test: it offers a language only when it has just built and run one."""

from collections.abc import Callable

from judge.building.compiling import build
from judge.languages import ENVIRONMENT, PROGRAM_DIRECTORY, SANITIZER_ENVIRONMENT, Language
from judge.sandbox import Command, Sandbox, User
from judge.values import Artifact, BuildKind, Execution, Limits

LIMITS = Limits()


def proved_languages(sandbox: Sandbox, complain: Callable[[str], None]) -> tuple[str, ...]:
    """Ids of the languages whose smoke program prints what it should, in every build kind.

    What failed is told to `complain`. Raises SandboxFault when the sandbox itself fails.
    """
    proved = []
    for name, language in sandbox.target.languages.items():
        remarks = [_try(language, kind, sandbox) for kind in language.build_kinds]
        for remark in filter(None, remarks):
            complain(f"{language.name} for {sandbox.target.name} is not offered: {remark}")
        if not any(remarks):
            proved.append(name)
    return tuple(proved)


def _try(language: Language, kind: BuildKind, sandbox: Sandbox) -> str:
    """What is wrong with one build kind; "" when its smoke program works."""
    built = build((language.smoke,), language, kind, sandbox)
    if built.artifact is None:
        return f"its {kind} build fails: {built.build.output[-300:]}"
    execution = _run(built.artifact, kind, sandbox)
    said = sandbox.target.text_of(execution.stdout, exact_line_ends=False)
    if execution.clean and said == b"smoke ok\n":
        return ""
    words = execution.stderr[-300:].decode(errors="replace")
    return f"its {kind} build ends by {execution.ending}, code {execution.exit_code}: {words}"


def _run(program: Artifact, kind: BuildKind, sandbox: Sandbox) -> Execution:
    with sandbox.arena(LIMITS) as arena:
        for file in program.files:
            arena.candidate.put(f"{PROGRAM_DIRECTORY}/{file.name}", file.content, mode=0o755)
        command = Command(
            arguments=program.command_in(PROGRAM_DIRECTORY, LIMITS),
            user=User.CANDIDATE,
            environment=(*ENVIRONMENT, *SANITIZER_ENVIRONMENT[kind]),
            fixed_addresses=kind is BuildKind.THREAD,
        )
        return arena.candidate.run(command, LIMITS)
