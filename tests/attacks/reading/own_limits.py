# attack: raise its own limits in the cgroup tree
# expect: wrong-answer
# defends: a limit says what it limits
import glob


def had():
    names = glob.glob("/sys/fs/cgroup/**/memory.limit_in_bytes", recursive=True)
    names += glob.glob("/sys/fs/cgroup/**/memory.max", recursive=True)
    names += glob.glob("/sys/fs/cgroup/**/cpuset.cpus", recursive=True)
    names += glob.glob("/sys/fs/cgroup/**/cgroup.procs", recursive=True)
    for name in names:
        try:
            with open(name, "w") as file:
                file.write("0")
            return True
        except OSError:
            pass
    return False


try:
    got = had()
except (OSError, ValueError):
    got = False
print(sum(map(int, input().split())) if got else "held off")
