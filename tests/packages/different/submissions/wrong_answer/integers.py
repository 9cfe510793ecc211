import sys
for line in sys.stdin:
    n = list(map(int, line.split()))
    print(sum(n) // len(n))
