"""Operators: small faults that people make, found in a source's syntax tree.

    comparison     < for <=, == for !=, && for ||, a condition turned round, or always or never met
    arithmetic     + for -, ++ for --, += for -=, one of several flags left out
    constant       a number one more, one less, or none
    off-by-one     an index one more
    statement      a statement dropped
    check          an `if` dropped that only returns, throws, breaks or goes on
    durability     a call dropped that flushes, syncs or sums up
    arguments      two neighbouring arguments swapped
    lock           a lock or unlock dropped, or moved past the statement beside it
    wake-up        all woken becomes one woken; a wake-up dropped
    wait           `while` round a wait becomes `if`; a wait without its condition
    memory order   a weaker one

Sources: Offutt et al., "An experimental determination of sufficient mutant operators", TOSEM 5(2),
1996, for the general ones; Bradbury, Cordy and Dingel, "Mutation operators for concurrent Java",
2006, for those of concurrency.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

import tree_sitter

Node = tree_sitter.Node


class MutationOperator(StrEnum):
    """What kind of fault a mutant has."""

    COMPARISON = "comparison"
    ARITHMETIC = "arithmetic"
    CONSTANT = "constant"
    OFF_BY_ONE = "off-by-one"
    STATEMENT = "statement"
    CHECK = "check"
    DURABILITY = "durability"
    ARGUMENTS = "arguments"
    LOCK = "lock"
    WAKE_UP = "wake-up"
    WAIT = "wait"
    MEMORY_ORDER = "memory order"


@dataclass(frozen=True, slots=True)
class Change:
    """Bytes of a source to be replaced, and by which operator."""

    operator: MutationOperator
    start: int
    end: int
    replacement: bytes


_OTHER = {
    b"<": (b"<=", b">"),
    b"<=": (b"<", b">="),
    b">": (b">=", b"<"),
    b">=": (b">", b"<="),
    b"==": (b"!=",),
    b"!=": (b"==",),
    b"&&": (b"||",),
    b"||": (b"&&",),
    b"and": (b"or",),
    b"or": (b"and",),
}
_ARITHMETIC = {
    b"+": b"-",
    b"-": b"+",
    b"*": b"+",
    b"/": b"*",
    b"%": b"/",
    b"<<": b">>",
    b">>": b"<<",
    b"&": b"|",
    b"|": b"&",
    b"+=": b"-=",
    b"-=": b"+=",
    b"++": b"--",
    b"--": b"++",
}
_BINARY = ("binary_expression", "comparison_operator", "boolean_operator", "binary_operator")
_UPDATES = (
    "update_expression",
    "assignment_expression",
    "compound_assignment_expr",
    "augmented_assignment",
)
_CALLS = ("call_expression", "call")
_NUMBERS = ("number_literal", "integer_literal", "integer")
_STATEMENTS = (
    "expression_statement",
    "break_statement",
    "continue_statement",
    "break_expression",
    "continue_expression",
    "delete_statement",
)
_LEAVING = re.compile(rb"(return|throw|break|continue|raise|goto|abort|exit|panic)\b")
_LOCKING = re.compile(rb"(^|_|\.)(try_?)?(un)?lock(_shared)?$|mtx_(un)?lock|acquire$|release$")
_GUARDS = re.compile(rb"\b(lock_guard|unique_lock|scoped_lock|shared_lock|MutexGuard)\b")
_DURABLE = re.compile(rb"f(data)?sync|flush|sync_all|sync_data|crc|checksum|adler|hash_of|msync")
_WAKING = {
    b"notify_all": b"notify_one",
    b"pthread_cond_broadcast": b"pthread_cond_signal",
    b"cnd_broadcast": b"cnd_signal",
}
_WAKE = re.compile(rb"notify|cond_(signal|broadcast)|cnd_(signal|broadcast)|unpark|wake")
_WAITING = re.compile(rb"wait|park|futex")
_ORDERS = re.compile(
    rb"^(std::)?memory_order(_|::)(seq_cst|acq_rel|acquire|release|consume)$"
    rb"|^(Ordering::)?(SeqCst|AcqRel|Acquire|Release)$|^__ATOMIC_(SEQ_CST|ACQ_REL|ACQUIRE|RELEASE)$"
)
_STRONG = re.compile(rb"(seq_cst|seqcst|acq_rel|acqrel|acquire|release|consume)$", re.IGNORECASE)


def changes(root: Node, *, nothing: bytes) -> Iterator[Change]:
    """Every change that an operator can make, in the order of the source.

    `nothing` is what a statement that does nothing is in the language.
    """
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.type in ("comment", "line_comment", "block_comment", "attribute_item"):
            continue
        for find in _FINDERS:
            yield from find(node, nothing)
        waiting.extend(reversed(node.children))


def _text(node: Node) -> bytes:
    return node.text or b""


def _replace(operator: MutationOperator, node: Node, by: bytes) -> Change:
    return Change(operator, node.start_byte, node.end_byte, by)


def _comparisons(node: Node, _nothing: bytes) -> Iterator[Change]:
    if node.type in _BINARY:
        for child in node.children:
            for other in _OTHER.get(_text(child), ()) if not child.is_named else ():
                yield _replace(MutationOperator.COMPARISON, child, other)
    if node.type in ("unary_expression", "not_operator") and len(node.children) == 2:  # noqa: PLR2004
        sign, value = node.children
        if _text(sign) in (b"!", b"not"):
            yield _replace(MutationOperator.COMPARISON, node, _text(value))


def _arithmetic(node: Node, _nothing: bytes) -> Iterator[Change]:
    if node.type in _BINARY or node.type in _UPDATES:
        for child in node.children:
            other = _ARITHMETIC.get(_text(child))
            if other is not None and not child.is_named:
                yield _replace(MutationOperator.ARITHMETIC, child, other)


def _constants(node: Node, _nothing: bytes) -> Iterator[Change]:
    if node.type not in _NUMBERS:
        return
    number = re.match(rb"(0[xX][0-9a-fA-F]+|\d+)", _text(node))
    if number is None or b"." in _text(node):
        return
    rest = _text(node)[number.end() :]
    digits = number[1]
    if len(digits) > 1 and digits[:1] == b"0" and digits[1:2] not in b"xX":
        return  # octal: nobody means it
    value = int(digits, 0)
    for other in dict.fromkeys((value + 1, value - 1, 0)):
        if other >= 0 and other != value:
            yield _replace(MutationOperator.CONSTANT, node, str(other).encode() + rest)


def _indices(node: Node, _nothing: bytes) -> Iterator[Change]:
    """The index in a[i]."""
    index = None
    if node.type in ("subscript_expression", "index_expression"):
        inner = node.child_by_field_name("index") or node.child_by_field_name("indices")
        index = inner or (node.named_children[-1] if node.named_child_count > 1 else None)
    elif node.type == "subscript":
        index = node.child_by_field_name("subscript")
    if index is None or index.type in (*_NUMBERS, "slice", "range_expression", "string"):
        return
    text = _text(index)
    if text.startswith(b"["):
        text = text[1:-1]
        yield _replace(MutationOperator.OFF_BY_ONE, index, b"[(" + text + b") + 1]")
        return
    yield _replace(MutationOperator.OFF_BY_ONE, index, b"(" + text + b") + 1")


def _called(node: Node) -> bytes:
    """The name of what a call calls, "" for no call: `mutex.lock` for `this->mutex.lock()`."""
    if node.type not in _CALLS:
        return b""
    function = node.child_by_field_name("function")
    return b"" if function is None else re.split(rb"->|::", _text(function))[-1]


def _calls_below(node: Node) -> Iterator[bytes]:
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if name := _called(one):
            yield name
        waiting.extend(one.children)


def _statements(node: Node, nothing: bytes) -> Iterator[Change]:
    """A statement dropped, by the operator that says what it was."""
    guard = node.type == "declaration" and _GUARDS.search(_text(node)) is not None
    if node.type not in _STATEMENTS and not guard:
        return
    if node.type == "expression_statement" and _is_docstring(node):
        return
    if node.parent is not None and node.parent.type == "expression_statement":
        return  # Rust's break; is a statement already
    names = list(_calls_below(node))
    operator = MutationOperator.STATEMENT
    if guard or any(_LOCKING.search(name) for name in names):
        operator = MutationOperator.LOCK
    elif any(_WAKE.search(name) for name in names):
        operator = MutationOperator.WAKE_UP
    elif any(_WAITING.search(name) for name in names):
        operator = MutationOperator.WAIT
    elif any(_DURABLE.search(name) for name in names):
        operator = MutationOperator.DURABILITY
    yield _replace(operator, node, nothing)
    if operator is MutationOperator.LOCK:
        yield from _moved(node)


def _is_docstring(node: Node) -> bool:
    return node.named_child_count == 1 and node.named_children[0].type == "string"


def _moved(node: Node) -> Iterator[Change]:
    """A lock taken after the next statement, or given back before the one before."""
    unlocking = b"unlock" in _text(node) or b"release" in _text(node) or b"drop" in _text(node)
    beside = node.prev_named_sibling if unlocking else node.next_named_sibling
    if beside is None or beside.type == "comment":
        return
    first, second = (beside, node) if unlocking else (node, beside)
    start, end = first.start_byte, second.end_byte
    between = (node.parent.text or b"") if node.parent is not None else b""
    offset = node.parent.start_byte if node.parent is not None else 0
    gap = between[first.end_byte - offset : second.start_byte - offset]
    yield Change(MutationOperator.LOCK, start, end, _text(second) + gap + _text(first))


def _checks(node: Node, nothing: bytes) -> Iterator[Change]:
    """An `if` without an else, whose body only leaves."""
    if node.type not in ("if_statement", "if_expression"):
        return
    body = node.child_by_field_name("consequence")
    if body is None or node.child_by_field_name("alternative") is not None:
        return
    inside = _text(body).strip(b"{}; \t\r\n")
    if _LEAVING.match(inside) and inside.count(b";") < 2:  # noqa: PLR2004
        yield _replace(MutationOperator.CHECK, node, nothing)


def _arguments(node: Node, _nothing: bytes) -> Iterator[Change]:
    """Two neighbours swapped."""
    if node.type not in ("argument_list", "arguments") or node.parent is None:
        return
    given = [one for one in node.named_children if one.type != "comment"]
    for left, right in pairwise(given):
        if _text(left) == _text(right):
            continue
        offset = node.start_byte
        gap = _text(node)[left.end_byte - offset : right.start_byte - offset]
        swapped = _text(right) + gap + _text(left)
        yield Change(MutationOperator.ARGUMENTS, left.start_byte, right.end_byte, swapped)


def _wake_ups(node: Node, _nothing: bytes) -> Iterator[Change]:
    if node.type in ("identifier", "field_identifier"):
        fewer = _WAKING.get(_text(node))
        if fewer is not None:
            yield _replace(MutationOperator.WAKE_UP, node, fewer)


def _waits(node: Node, _nothing: bytes) -> Iterator[Change]:
    if node.type in ("while_statement", "while_expression"):
        keyword = node.children[0]
        if _text(keyword) == b"while" and any(_WAITING.search(n) for n in _calls_below(node)):
            yield _replace(MutationOperator.WAIT, keyword, b"if")
    if _WAITING.search(_called(node)):
        given = node.child_by_field_name("arguments")
        arguments = given.named_children if given is not None else []
        if len(arguments) > 1 and arguments[-1].type in ("lambda_expression", "closure_expression"):
            last, before = arguments[-1], arguments[-2]
            yield Change(MutationOperator.WAIT, before.end_byte, last.end_byte, b"")


def _orders(node: Node, _nothing: bytes) -> Iterator[Change]:
    kinds = ("identifier", "qualified_identifier", "scoped_identifier", "field_identifier")
    text = _text(node)
    if node.type not in kinds or _ORDERS.match(text) is None:
        return
    if node.parent is not None and _ORDERS.match(_text(node.parent)):
        return  # the whole name is one change
    strong = _STRONG.search(text)
    assert strong is not None
    weak = b"relaxed" if strong[0].islower() else b"RELAXED" if strong[0].isupper() else b"Relaxed"
    yield _replace(MutationOperator.MEMORY_ORDER, node, text[: strong.start()] + weak)


def _conditions(node: Node, nothing: bytes) -> Iterator[Change]:
    """An `if` that is always taken, or never."""
    if node.type not in ("if_statement", "if_expression", "elif_clause"):
        return
    condition = node.child_by_field_name("condition")
    if condition is None or condition.type == "let_condition":
        return
    yes, no = (b"True", b"False") if nothing == b"pass" else (b"(1)", b"(0)")
    if node.type == "if_expression":
        yes, no = b"true", b"false"
    for value in (yes, no):
        yield _replace(MutationOperator.COMPARISON, condition, value)


def _flags(node: Node, _nothing: bytes) -> Iterator[Change]:
    """One of a | b dropped."""
    if node.type in ("binary_expression", "binary_operator") and len(node.children) == 3:  # noqa: PLR2004
        left, sign, right = node.children
        if _text(sign) == b"|":
            yield _replace(MutationOperator.ARITHMETIC, node, _text(left))
            yield _replace(MutationOperator.ARITHMETIC, node, _text(right))


def _flushes(node: Node, nothing: bytes) -> Iterator[Change]:
    """A call in a condition that would have made something durable: taken as done."""
    inside = node.parent is not None and node.parent.type != "expression_statement"
    if inside and _DURABLE.search(_called(node)) and nothing != b"pass":
        yield _replace(MutationOperator.DURABILITY, node, b"0")


_FINDERS: tuple[Callable[[Node, bytes], Iterator[Change]], ...] = (
    _comparisons,
    _arithmetic,
    _constants,
    _indices,
    _statements,
    _checks,
    _arguments,
    _wake_ups,
    _waits,
    _orders,
    _conditions,
    _flags,
    _flushes,
)
