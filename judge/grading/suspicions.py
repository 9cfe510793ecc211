"""Places in an answer that a reviewer should look at: ways around a harness, by the syntax tree.

Finding one proves nothing, and finding none proves nothing either: this points a reader to a line.
Comments and the insides of strings don't count, but for paths that lead to the process itself. Not
the compiler's grammar but tree-sitter's reads the source, which never fails: what it can't read is
passed over.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache

import tree_sitter

from judge.languages import Language, Suspicions

NOTICED_MAX = 8
_IDENTIFIERS = frozenset(
    (
        "identifier",
        "field_identifier",
        "type_identifier",
        "namespace_identifier",
        "statement_identifier",
    )
)
_STRINGS = frozenset(("string_content", "string_literal", "char_literal", "raw_string_literal"))
_IMPORTS = frozenset(("import_statement", "import_from_statement", "preproc_include"))
_CONDITIONS = frozenset(("preproc_if", "preproc_ifdef", "preproc_elif", "preproc_elifdef"))
_WORD = re.compile(r"[\w./]+")
_NAME = re.compile(r"\w+")

Place = tuple[int, str]
"""A line, from 1, and the word there."""


def find_suspicions(source: str, language: Language) -> tuple[Place, ...]:
    """The first few such places, each word once, in their order."""
    sought = language.suspicions
    if sought is None:
        return ()
    root = _parser(sought).parse(source.encode()).root_node
    nodes = list(_walk(root))
    defined = {_field(node, "declarator") for node in nodes if node.type == "function_declarator"}
    called = {_text(node) for node in nodes if node.type in _IDENTIFIERS}
    calls = sought.calls - defined
    if not called & sought.openers:
        calls |= sought.without_files
    found: dict[str, int] = {}
    for node in nodes:
        for word in _words_of(node, sought, calls):
            found.setdefault(word, node.start_point[0] + 1)
    ordered = sorted(found.items(), key=lambda one: one[1])
    return tuple((line, word) for word, line in ordered[:NOTICED_MAX])


@cache
def _parser(sought: Suspicions) -> tree_sitter.Parser:
    return tree_sitter.Parser(tree_sitter.Language(sought.grammar()))


def _walk(root: tree_sitter.Node) -> Iterator[tree_sitter.Node]:
    """All nodes, from the first; without recursion, since a hostile source nests deeply."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(node.children))


def _text(node: tree_sitter.Node) -> str:
    return (node.text or b"").decode(errors="replace")


def _field(node: tree_sitter.Node, name: str) -> str:
    inner = node.child_by_field_name(name)
    return "" if inner is None else _text(inner)


def _words_of(node: tree_sitter.Node, sought: Suspicions, calls: frozenset[str]) -> Iterable[str]:
    """What is suspicious of one node itself, not of those below it."""
    kind = node.type
    if kind in sought.nodes:
        return (kind.replace("_", " "),)
    if kind in _IDENTIFIERS:
        name = _text(node)
        return (name,) if name in sought.names or sought.name_pattern.search(name) else ()
    if kind == "call_expression":
        name = _field(node, "function").rsplit("::", 1)[-1]
        return (name,) if name in calls else ()
    if kind in _IMPORTS:
        return (word for word in _WORD.findall(_text(node)) if word in sought.modules)
    if kind in _CONDITIONS:
        text = _field(node, "condition") or _field(node, "name")
        return (word for word in _NAME.findall(text) if sought.conditions.search(word))
    return _words_of_text(_text(node), kind, sought, calls)


def _words_of_text(
    text: str, kind: str, sought: Suspicions, calls: frozenset[str]
) -> Iterable[str]:
    """What is suspicious in what is no tree: a macro's text, word by word; a string."""
    if kind == "preproc_arg":
        glued = ("##",) if "##" in text else ()
        return (*(word for word in _NAME.findall(text) if word in sought.names | calls), *glued)
    match = sought.texts.search(text.strip('"')) if kind in _STRINGS else None
    return () if match is None else (match[0],)
