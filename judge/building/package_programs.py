"""The packages' own programs: references, generators, validators, harnesses.

References and harnesses are built for the target that answers are; what judges them runs on Linux.
"""

import hashlib
from collections.abc import Callable
from typing import TypeVar

from judge.building.compiling import build, build_object
from judge.building.scripts import build_by_scripts
from judge.errors import JudgeProgramFault
from judge.sandbox import Sandbox
from judge.values import SCRIPTS, Artifact, BuildKind, JudgeProgram, SourceFile

T = TypeVar("T")


class PackagePrograms:
    """Programs of the packages themselves, built once and kept: references and judge programs."""

    def __init__(
        self, sandbox: Sandbox, *, tools: Sandbox | None = None, kept_max: int = 64
    ) -> None:
        self._sandbox = sandbox
        self._tools = tools or sandbox
        self._kept_max = kept_max
        self._artifacts: dict[str, Artifact] = {}
        self._linkable: dict[str, tuple[SourceFile, ...]] = {}

    def program(self, program: JudgeProgram) -> Artifact:
        if program.language == SCRIPTS:
            key = _key("scripts program", program.files)
            return _kept(
                self._artifacts,
                key,
                lambda: build_by_scripts(program.name, program.files, self._tools),
                self._kept_max,
            )
        return self._built(program.name, program.language, program.files, (), self._tools)

    def artifact(
        self,
        name: str,
        language_id: str,
        files: tuple[SourceFile, ...],
        *,
        includes: tuple[SourceFile, ...] = (),
    ) -> Artifact:
        """An answer of the package; raises JudgeProgramFault with the compiler's words."""
        return self._built(name, language_id, files, includes, self._sandbox)

    def _built(
        self,
        name: str,
        language_id: str,
        files: tuple[SourceFile, ...],
        includes: tuple[SourceFile, ...],
        sandbox: Sandbox,
    ) -> Artifact:
        def make() -> Artifact:
            kind, language = BuildKind.PLAIN, sandbox.target.languages[language_id]
            given = self.linkable(language_id, includes, kind)
            built = build(files, language, kind, sandbox, given=given)
            if built.artifact is None:
                raise JudgeProgramFault(name, f"does not compile:\n{built.build.output}")
            return built.artifact

        key = _key(f"{sandbox.target.id} {language_id} program", (*files, *includes))
        return _kept(self._artifacts, key, make, self._kept_max)

    def linkable(
        self, language_id: str, includes: tuple[SourceFile, ...], kind: BuildKind
    ) -> tuple[SourceFile, ...]:
        """What answers are compiled with: sources as objects where the language can link them.

        So a harness is compiled once, and not within an answer's reach.
        """
        language = self._sandbox.target.languages[language_id]
        plan_object = language.plan_object
        if plan_object is None or not includes:
            return includes

        def make() -> tuple[SourceFile, ...]:
            sources = [f for f in includes if f.name.rsplit(".", 1)[-1] in language.extensions]
            return (
                *(file for file in includes if file not in sources),
                *(
                    build_object(
                        source.name, includes, plan_object(source.name, kind), self._sandbox
                    )
                    for source in sources
                ),
            )

        key = _key(f"{language_id} {kind} objects", includes)
        return _kept(self._linkable, key, make, self._kept_max)


def _kept(kept: dict[str, T], key: str, make: Callable[[], T], kept_max: int) -> T:
    if key not in kept:
        made = make()
        while len(kept) >= kept_max:
            kept.pop(next(iter(kept)), None)
        kept[key] = made
    return kept[key]


def _key(what: str, files: tuple[SourceFile, ...]) -> str:
    digest = hashlib.sha256(what.encode())
    for file in files:
        digest.update(f"\0{file.name}\0{len(file.content)}\0".encode() + file.content)
    return digest.hexdigest()
