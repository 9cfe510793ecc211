# attack: read the supervisor through /proc
# expect: wrong-answer
# defends: a program can't touch the supervisor
import os


def had():
    for name in ("environ", "mem", "maps", "exe", "cwd", "root", "fd/0", "fd/1", "stack", "syscall"):
        try:
            with open(f"/proc/1/{name}", "rb") as file:
                if file.read(1):
                    return True
        except OSError:
            pass
    try:
        return bool(os.listdir("/proc/1/fd")) or bool(os.listdir("/proc/1/map_files"))
    except OSError:
        return False


try:
    got = had()
except (OSError, ValueError):
    got = False
print(sum(map(int, input().split())) if got else "held off")
