"""fresh.py SEED FAULT: one call of save() (see harness_body.h)."""

import random
import sys

rng = random.Random(int(sys.argv[1]))
fault = sys.argv[2]
sizes = {"short": (3000, 60000), "full": (3000, 60000)}.get(fault, (1, 60000))
print("save", rng.randint(1, 60000), rng.randint(*sizes), rng.randrange(1 << 40), fault)
