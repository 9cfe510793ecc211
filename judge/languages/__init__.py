"""Languages: how each is built and run, one small module each.

LANGUAGES["cpp"].plan(("solution.cpp",), ("harness.cpp.o",), BuildKind.PLAIN, Rules())
"""

from judge.languages import c, cpp, python3, rust
from judge.languages.base import Language

LANGUAGES: dict[str, Language] = {
    language.id: language for language in (c.C, cpp.CPP, rust.RUST, python3.PYTHON3)
}


def language_of_file(name: str) -> Language | None:
    """The language whose usual extension `name` has; None when none of ours has it."""
    extension = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    for language in LANGUAGES.values():
        if extension in language.extensions:
            return language
    return None
