# attack: find the engine's socket
# expect: wrong-answer
# defends: there is no network
import os


def had():
    return any(os.path.exists(f"{place}/docker.sock") for place in ("/run", "/var/run", "/"))


try:
    got = had()
except (OSError, ValueError):
    got = False
print(sum(map(int, input().split())) if got else "held off")
