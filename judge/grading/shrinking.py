"""Shrinking a failing input by running it again: delta debugging over its lines.

Source: Zeller and Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", IEEE TSE 28(2),
2002, algorithm ddmin. Sound by construction: each candidate was run, and failed, itself.
"""

from collections.abc import Callable, Sequence


def shrink(
    items: Sequence[bytes], fails: Callable[[Sequence[bytes]], bool], *, runs_max: int
) -> tuple[bytes, ...]:
    """A sub-sequence of `items` that still fails, 1-minimal unless `runs_max` runs were spent."""
    current = tuple(items)
    runs, parts = 0, 2
    while len(current) >= 2:  # noqa: PLR2004
        size = -(-len(current) // parts)
        for start in range(0, len(current), size):
            if runs >= runs_max:
                return current
            runs += 1
            rest = current[:start] + current[start + size :]
            if rest and fails(rest):
                current, parts = rest, max(parts - 1, 2)
                break
        else:
            if size == 1:
                return current
            parts = min(parts * 2, len(current))
    return current


def shrink_tail(
    items: Sequence[bytes], fails: Callable[[Sequence[bytes]], bool], *, runs_max: int
) -> tuple[bytes, ...]:
    """The shortest failing prefix by bisection, then ddmin of it.

    Most faults of stores show at the first bad answer, so what follows it goes in log n runs.
    """
    low, high, runs = 0, len(items), 0
    while high - low > 1 and runs < runs_max:
        middle = (low + high) // 2
        runs += 1
        if fails(items[:middle]):
            high = middle
        else:
            low = middle
    return shrink(items[:high], fails, runs_max=runs_max - runs)
