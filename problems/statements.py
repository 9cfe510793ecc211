"""Statements as a package has them, by language; statement_rendering.py makes pages of them.

Source: format 2025-09, *Problem statements*.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from problems.description import Description
from problems.tree import Tree

IMAGE_TYPES = {"png": "png", "jpg": "jpeg", "jpeg": "jpeg", "svg": "svg+xml"}
"""Endings of images that a statement may show, and their types."""
_FOLDERS = ("statement/", "problem_statement/")
_NAME = re.compile(r"problem(?:\.([A-Za-z-]{2,12}))?\.(md|tex|pdf)\Z")
TITLE = re.compile(r"\\problemname\s*(?:\{((?:[^{}]|\{[^{}]*\})*)\})?")
_PLAIN_TITLE = re.compile(r"^%+\s*plainproblemname:\s*(.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Statement:
    """A statement in one language, and what it refers to."""

    source: str
    tex: bool = False
    title: str = ""
    """What LaTeX says in \\problemname."""
    images: Mapping[str, bytes] = field(default_factory=dict, hash=False)
    constants: tuple[tuple[str, str], ...] = ()


def read_statements(files: Tree, description: Description) -> dict[str, Statement]:
    """By language; a Markdown statement before one in LaTeX."""
    found: dict[str, Statement] = {}
    constants = tuple(sorted(description.constants.items()))
    for folder in _FOLDERS:
        images = {
            path.removeprefix(folder): content
            for path, content in files.items()
            if path.startswith(folder) and path.rsplit(".", 1)[-1].lower() in IMAGE_TYPES
        }
        for path, content in sorted(files.items()):
            name = _NAME.match(path.removeprefix(folder)) if path.startswith(folder) else None
            if name is None or name[2] == "pdf":
                continue
            language = (name[1] or "en").split("-")[0].lower()
            if language in found and name[2] == "tex":
                continue
            text = content.decode("utf-8-sig", errors="replace")
            tex = name[2] == "tex"
            title = _title(text) if tex else ""
            found[language] = Statement(text, tex, title, images, constants)
    return found


def _title(source: str) -> str:
    plain = _PLAIN_TITLE.search(source)
    if plain:
        return plain[1].strip()
    named = TITLE.search(source)
    title = (named[1] if named else "") or ""
    return re.sub(r"\s+", " ", re.sub(r"\\[a-zA-Z]+|[{}$\\]", "", title)).strip()
