# attack: ask the cloud's metadata service
# expect: wrong-answer
# defends: there is no network
import socket


def had():
    socket.create_connection(("169.254.169.254", 80), timeout=0.5)
    return True


try:
    got = had()
except (OSError, ValueError):
    got = False
print(sum(map(int, input().split())) if got else "held off")
