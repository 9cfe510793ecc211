# attack: leave notes for the next test everywhere
# expect: accepted
# defends: a test finds nothing of the one before
import os

found = any(os.path.exists(f"{place}/note") for place in ("/tmp", "/box", "/dev/shm"))
for place in ("/tmp", "/box", "/dev/shm"):
    with open(f"{place}/note", "w") as file:
        file.write("seen")
print("breach" if found else sum(map(int, input().split())))
