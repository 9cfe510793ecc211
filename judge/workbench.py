"""What judging works with on one slot: a sandbox, and the packages' own programs, built once."""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from judge.compiling import build
from judge.errors import JudgeProgramFault
from judge.languages import LANGUAGES
from judge.sandbox import Sandbox
from judge.values import Artifact, BuildKind, JudgeProgram, SourceFile


class Workshop:
    """Programs of the packages themselves, built once and kept: references and judge programs."""

    def __init__(self, sandbox: Sandbox, kept_max: int = 64) -> None:
        self._sandbox = sandbox
        self._kept_max = kept_max
        self._kept: dict[str, Artifact] = {}

    def program(self, program: JudgeProgram) -> Artifact:
        return self.artifact(program.name, program.language, program.files, BuildKind.PLAIN)

    def artifact(
        self, name: str, language_id: str, files: tuple[SourceFile, ...], kind: BuildKind
    ) -> Artifact:
        """Build what the package brings; raises JudgeProgramFault with the compiler's words."""
        key = _key(language_id, files, kind)
        if key not in self._kept:
            language = LANGUAGES[language_id]
            built = build(files, language, kind, self._sandbox)
            if built.artifact is None:
                raise JudgeProgramFault(name, f"does not compile:\n{built.build.output}")
            if len(self._kept) >= self._kept_max:
                del self._kept[next(iter(self._kept))]
            self._kept[key] = built.artifact
        return self._kept[key]


def _key(language: str, files: tuple[SourceFile, ...], kind: BuildKind) -> str:
    digest = hashlib.sha256(f"{language} {kind}".encode())
    for file in files:
        digest.update(f"\0{file.name}\0{len(file.content)}\0".encode() + file.content)
    return digest.hexdigest()


def _secret_seed() -> int:
    return secrets.randbits(48)


@dataclass(frozen=True, slots=True)
class Workbench:
    """One slot's tools; `seed` gives a secret number for fresh inputs."""

    sandbox: Sandbox
    workshop: Workshop
    seed: Callable[[], int] = _secret_seed
