# attack: memory as an anonymous file
# expect: memory-limit, output-limit
# defends: memory counts all processes, tmpfs and kernel pages included
import os

files = [os.memfd_create(str(n)) for n in range(8)]
for file in files:
    for _ in range(20):
        os.write(file, bytes(1 << 20))
print(sum(map(int, input().split())))
