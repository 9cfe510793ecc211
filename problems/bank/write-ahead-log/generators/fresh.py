"""fresh.py SEED KIND: what the harness is to do; it makes the rest from the seed."""

import sys

print(sys.argv[2], sys.argv[1])
