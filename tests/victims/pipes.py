"""It fills pipes, whose pages are counted by user."""

import os

told = 0
for _ in range(4):
    ends = [os.pipe() for _ in range(24)]
    for _, into in ends:
        told += os.write(into, b"p" * 65536)
    for out, into in ends:
        while told and len(os.read(out, 65536)) == 0:
            pass
        os.close(out)
        os.close(into)
print(told)
