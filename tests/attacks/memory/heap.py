# attack: fill the heap
# expect: memory-limit
# defends: memory counts all processes, tmpfs and kernel pages included
kept = []
while True:
    kept.append(bytearray(1 << 20))
