"""How sure a share is that was counted: caught 300 times of 300, say."""

import math


def wilson_interval(hits: int, runs: int) -> tuple[float, float]:
    """The 95 % Wilson score interval of a share (Wilson, JASA 22, 1927)."""
    z2 = 1.959964**2
    middle = (hits + z2 / 2) / (runs + z2)
    reach = math.sqrt(z2) * math.sqrt(hits * (runs - hits) / runs + z2 / 4) / (runs + z2)
    return max(0.0, middle - reach), min(1.0, middle + reach)
