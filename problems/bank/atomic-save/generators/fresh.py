"""fresh.py SEED FAULT: one call of save() (see harness_body.h)."""

import random
import sys

rng = random.Random(int(sys.argv[1]))
fault = sys.argv[2]
least = 3000 if fault in ("short", "full") else 1
size = rng.choice((rng.randint(least, 60_000), rng.randint(least, 400_000)))
if fault == "none" and rng.randrange(6) == 0:
    size = 0
print("save", rng.randint(1, 60000), size, rng.randrange(1 << 40), fault)
