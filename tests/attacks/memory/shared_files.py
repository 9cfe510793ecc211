# attack: memory as files in /dev/shm and on the heap
# expect: memory-limit, runtime-error
# defends: memory counts all processes, tmpfs and kernel pages included
with open("/dev/shm/x", "wb") as file:
    for _ in range(15):
        file.write(bytes(1 << 20))
kept = [bytearray(1 << 20) for _ in range(55)]
print(sum(map(int, input().split())))
