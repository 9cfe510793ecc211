"""When enough pairs were measured, and what may be said then, with a stated error.

Each round gives one ratio. If a program is truly as fast as a bar, a round's ratio is as likely
above the bar as below it, whatever the noise looks like: heavy tails, a drifting machine, regimes.
So rounds above a bar are counted, as heads of a coin are, after each round; far too many heads for
a fair coin, and the program is surely above. How many are far too many after n rounds is computed
exactly, so that a fair coin crosses at any of the looks in `SIDE_ERROR` of all cases at most.

The same counts give the interval: the bars that would not be crossed. It holds the true ratio (the
median of what rounds give) after each round at once, with at most `SIDE_ERROR` on either side.

Sources: confidence sequences for the median by counts, Darling and Robbins, "Confidence sequences
for mean, variance, and median", PNAS 58(1), 1967; sequential use for comparing programs' quantiles,
Howard and Ramdas, "Sequential estimation of quantiles with applications to A/B testing and
best-arm identification", Bernoulli 28(3), 2022; spending an error over looks, Lan and DeMets,
"Discrete sequential boundaries for clinical trials", Biometrika 70(3), 1983. The crossing
probabilities here are not bounds but exact, by the random walk itself.
"""

from collections.abc import Sequence
from functools import cache

SIDE_ERROR = 0.01
"""On either side, over all looks together."""
ROUNDS_MIN = 8
"""One side of eight fair coins is 1/256. Seven would spend three quarters of the error at once, and
leave too little for those who need more rounds."""
ROUNDS_MAX = 61
WORST_SHARE = 0.1


@cache
def boundary(
    rounds_max: int = ROUNDS_MAX, error: float = SIDE_ERROR, share: float = 0.5
) -> tuple[int, ...]:
    """For n = 0, 1, …: how many of n rounds on one side are too many for chance; n + 1: none are.

    A round falls on that side with probability `share`: one half for the median, a tenth for the
    bar above which nine tenths should stay. The first look spends what eight equal rounds cost; the
    rest is spent evenly over those after.
    """
    needed = list(range(1, ROUNDS_MIN + 1))  # before the first look nothing is said
    # The probability of each count of heads, still going on.
    walk = _walked([1.0], ROUNDS_MIN - 1, share)
    spent, first = 0.0, 2.0**-ROUNDS_MIN
    for n in range(ROUNDS_MIN, rounds_max + 1):
        walk = _walked(walk, 1, share)
        part = (n - ROUNDS_MIN) / max(1, rounds_max - ROUNDS_MIN)
        allowed = first + (error - first) * part - spent
        count, tail = len(walk), 0.0
        while count > 0 and tail + walk[count - 1] <= allowed + 1e-15:
            count -= 1
            tail += walk[count]
        del walk[count:]
        spent += tail
        needed.append(count)
    return tuple(needed)


def _walked(walk: list[float], steps: int, share: float) -> list[float]:
    for _ in range(steps):
        walk = [
            (walk[k] if k < len(walk) else 0.0) * (1 - share)
            + (walk[k - 1] if k > 0 else 0.0) * share
            for k in range(len(walk) + 1)
        ]
    return walk


def interval(
    values: Sequence[float], rounds_max: int = ROUNDS_MAX, error: float = SIDE_ERROR
) -> tuple[float, float] | None:
    """The interval after these rounds, first to last; None while nothing can be said."""
    n = len(values)
    if n > rounds_max:
        raise ValueError(f"{n} rounds were measured of at most {rounds_max}")
    needed = boundary(rounds_max, error)[n] if n >= ROUNDS_MIN else n + 1
    if needed > n:
        return None
    ordered = sorted(values)
    return ordered[n - needed], ordered[needed - 1]


def worst_tenth(values: Sequence[float], rounds_max: int = ROUNDS_MAX) -> float | None:
    """What the worst tenth of rounds surely reaches; None while nothing can be said.

    The greatest value that so many rounds lie at or above as would by chance, with `SIDE_ERROR`
    over all looks, if it were reached by a tenth of them at most.
    """
    n = len(values)
    needed = boundary(rounds_max, share=WORST_SHARE)[n] if ROUNDS_MIN <= n <= rounds_max else n + 1
    return None if needed > n else sorted(values, reverse=True)[needed - 1]


def fixed_interval(values: Sequence[float], error: float) -> tuple[float, float] | None:
    """The interval of a number of rounds that was fixed beforehand, `error` on either side.

    None where so few rounds can't have such an interval: n rounds reach 2^-n.
    """
    ordered, n = sorted(values), len(values)
    tail, chance, k = 0.0, 0.5**n, 0
    while tail + chance <= error and k <= n // 2:
        tail += chance
        k += 1
        chance = chance * (n - k + 1) / k
    return (ordered[k - 1], ordered[n - k]) if k > 0 else None
