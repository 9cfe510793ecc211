"""fresh.py SEED KIND: one histogram (see include/python3/main.py)."""

import random
import sys

rng = random.Random(int(sys.argv[1]))
count, skew = {
    "even": (rng.randrange(1, 4096) * 256, 0),
    "ragged": (rng.randrange(1, 1 << 20) | 1, rng.randrange(60)),
    "crowded": (rng.randrange(1 << 18, 1 << 20), 100),
    "tiny": (rng.randrange(1, 40), 0),
}[sys.argv[2]]
print("hist", rng.randrange(1 << 40), count, skew)
