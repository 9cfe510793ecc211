# attack: a child runs out of memory, its parent answers
# expect: memory-limit
# defends: a kill by memory is seen wherever it falls
import os

if os.fork() == 0:
    kept = [bytearray(1 << 20) for _ in range(500)]
os.wait()
print(sum(map(int, input().split())))
