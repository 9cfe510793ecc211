"""Languages: how each is built and run, and all else that it differs by; one file each.

    LANGUAGES["cpp"].plan(("solution.cpp",), ("harness.cpp.o",), BuildKind.PLAIN, Rules())

May enter: values, and nothing that runs anything. A language is its file and its line here.
"""

from judge.languages import c, cpp, python3, rust, windows
from judge.languages.base import (
    ENVIRONMENT,
    PROGRAM_DIRECTORY,
    SOURCE_DIRECTORY,
    Arguments,
    BuildPlan,
    FileNames,
    Language,
)
from judge.languages.sanitizer_options import MEMORY_FACTOR, SANITIZER_ENVIRONMENT, TIME_FACTOR
from judge.languages.suspicions import Suspicions

LANGUAGES: dict[str, Language] = {
    language.id: language for language in (c.C, cpp.CPP, rust.RUST, python3.PYTHON3)
}


def language_of_file(name: str) -> Language | None:
    """The language whose extension `name` has, `.C` being C++; None when none of ours has it."""
    extension = name.rsplit(".", 1)[-1] if "." in name else ""
    for wanted in (extension, extension.lower()):
        for language in LANGUAGES.values():
            if wanted in language.extensions:
                return language
    return None


__all__ = [
    "ENVIRONMENT",
    "LANGUAGES",
    "MEMORY_FACTOR",
    "PROGRAM_DIRECTORY",
    "SANITIZER_ENVIRONMENT",
    "SOURCE_DIRECTORY",
    "TIME_FACTOR",
    "Arguments",
    "BuildPlan",
    "FileNames",
    "Language",
    "Suspicions",
    "language_of_file",
    "windows",
]
