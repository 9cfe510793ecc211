# attack: memory as files in /tmp
# expect: memory-limit, runtime-error
# defends: memory counts all processes, tmpfs and kernel pages included
for n in range(4):
    with open(f"/tmp/{n}", "wb") as file:
        for _ in range(30):
            file.write(bytes(1 << 20))
print(sum(map(int, input().split())))
