# attack: fail those of many secret tests whose input has an odd bit, to read a bit of each
# expect: runtime-error
# defends: which of many secret tests fail is not told, but for the first
# shape: secret
import sys

a, b = map(int, input().split())
if a > 1000 and a & 1:
    sys.exit(1)
print(a + b)
