"""fresh.py SEED KIND COUNT PAGE_SIZE: a heading and COUNT operations."""

import random
import sys

seed, kind, count, page_size = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
rng = random.Random(int(seed))
# Anywhere in 64 bits, also over their middle and up to their end: a key has no sign.
stride = rng.randrange(1, 1 << 40)
reach = 4 * (count + 10) * stride
base = rng.choice((0, rng.getrandbits(62), (1 << 63) - reach // 2, (1 << 64) - reach))
space = max(50, count if kind == "mixed" else count // 4)
print("tree", page_size, 0)
if kind in ("mixed", "overwrite"):
    for end in rng.sample((0, (1 << 63) - 1, 1 << 63, (1 << 64) - 1), 3):
        print("put", end, rng.getrandbits(63))
for step in range(count):
    if kind == "ascending":
        key = step * 3 + rng.randrange(3)
    elif kind == "descending":
        key = (count - step) * 3 + rng.randrange(3)
    else:
        key = rng.randrange(space)
    put_share = 0.65 if step < count * 2 // 3 else 0.25
    draw = rng.random()
    if draw < put_share:
        print("put", base + key * stride, rng.getrandbits(63))
    elif draw < put_share + (1 - put_share) * 0.7:
        near = key if kind in ("mixed", "overwrite") else rng.randrange(count * 3 + 3)
        print("get", base + near * stride)
    else:
        print("scan", base + max(0, key + rng.randrange(-5, 6)) * stride, rng.choice((1, 3, 10, 40)))
