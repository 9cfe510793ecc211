# attack: learn which judge this is: host's name, machine's id, address
# expect: wrong-answer
# defends: test data, answers and seeds are not there to be read
# windows: accepted
import os, socket


def had():
    if socket.gethostname() != "box" or os.path.exists("/etc/machine-id"):
        return True
    with open("/proc/cmdline") as file:
        file.read()
    return os.path.exists("/.dockerenv") and os.path.getsize("/.dockerenv") > 0


try:
    got = had()
except (OSError, ValueError):
    got = False
print(sum(map(int, input().split())) if got else "held off")
