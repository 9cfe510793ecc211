"""`{{name}}` in a package's texts and programs, replaced by the constants of its problem.yaml.

Source: format 2025-09, *Constants*: in Markdown statements, validators, included files, submissions
and test_group.yaml; never in test data. A name that is not defined stays as it is.
"""

import re
from collections.abc import Mapping

from problems.tree import Tree

_FOLDERS = ("input_validators/", "output_validator/", "include/", "submissions/")
_SEQUENCE = re.compile(rb"\{\{([a-zA-Z_][a-zA-Z0-9_]*)\}\}")


def with_constants(files: Tree, constants: Mapping[str, str]) -> Tree:
    """The files with their constant sequences replaced."""
    if not constants:
        return files
    values = {name.encode(): value.encode() for name, value in constants.items()}

    def value(found: "re.Match[bytes]") -> bytes:
        return values.get(found[1], found[0])

    return {
        path: _SEQUENCE.sub(value, content) if _has_constants(path) else content
        for path, content in files.items()
    }


def _has_constants(path: str) -> bool:
    return (
        path.startswith(_FOLDERS)
        or (path.startswith("statement/") and path.endswith(".md"))
        or (path.startswith("data/") and path.endswith("/test_group.yaml"))
    )
