# attack: folders and files that nobody may open
# expect: accepted
# defends: a test finds nothing of the one before
import os

for place in ("/tmp", "/box", "/dev/shm"):
    os.makedirs(f"{place}/a/b/c")
    open(f"{place}/a/b/c/d", "w").close()
    os.chmod(f"{place}/a/b/c/d", 0)
    os.chmod(f"{place}/a/b/c", 0)
    os.chmod(f"{place}/a/b", 0)
    os.chmod(f"{place}/a", 0)
os.chmod("/box", 0)
print(sum(map(int, input().split())))
