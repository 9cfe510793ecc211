# attack: reset the counter of its CPU time
# expect: wrong-answer
# defends: a program can't make itself look faster
import glob


def had():
    names = glob.glob("/sys/fs/cgroup/**/cpuacct.usage", recursive=True)
    names += glob.glob("/sys/fs/cgroup/**/cpu.stat", recursive=True)
    names += glob.glob("/sys/fs/cgroup/**/memory.max_usage_in_bytes", recursive=True)
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
