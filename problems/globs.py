"""Patterns of submissions and tests, as format 2025-09 has them (*Glob patterns*).

`*` stays within one name, `{a,b}` is any of them, a path fits where one of its folders does; `**`
and `[xyz]` are no patterns.
"""

import re
from functools import lru_cache

from judge.errors import PackageFault

_BRACES = re.compile(r"\{([^{}]*)\}")
_ALTERNATIVES_MAX = 256


def matches(pattern: str, path: str, *folders: str) -> bool:
    """Whether `path`, one of its folders, or one of `folders` fits; everything fits ""."""
    if not pattern:
        return True
    regex = _compiled(pattern.rstrip("/"))
    parts = path.split("/")
    above = ("/".join(parts[:depth]) for depth in range(1, len(parts) + 1))
    return any(regex.fullmatch(one) for one in (*above, *folders))


def _too_many(pattern: str) -> bool:
    count = 1
    for braces in _BRACES.finditer(pattern):
        count *= braces[1].count(",") + 1
    return count > _ALTERNATIVES_MAX


def require_pattern(pattern: str, place: str) -> None:
    """Raise PackageFault for what looks like a pattern and is none in the format."""
    if _too_many(pattern):
        raise PackageFault(place, f"'{pattern[:80]}' has over {_ALTERNATIVES_MAX} alternatives")
    if "**" in pattern or "[" in pattern or pattern.count("{") != pattern.count("}"):
        raise PackageFault(
            place, f"'{pattern[:80]}' is no pattern of the format: it has * and {{a,b}} only"
        )


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> "re.Pattern[str]":
    return re.compile("|".join(_regex(one) for one in expanded(pattern)))


def expanded(pattern: str) -> list[str]:
    """The pattern once for each way through its braces."""
    done: list[str] = []
    waiting = [pattern]
    while waiting and len(done) + len(waiting) <= _ALTERNATIVES_MAX:
        one = waiting.pop()
        braces = _BRACES.search(one)
        if braces is None:
            done.append(one)
            continue
        head, tail = one[: braces.start()], one[braces.end() :]
        waiting += [f"{head}{choice}{tail}" for choice in braces[1].split(",")]
    return done or [pattern]


def _regex(pattern: str) -> str:
    return "[^/]*".join(re.escape(part) for part in re.split(r"\*+", pattern))
