# attack: call a server outside
# expect: wrong-answer
# defends: there is no network
import socket


def had():
    socket.create_connection(("1.1.1.1", 80), timeout=0.5)
    return True


try:
    got = had()
except (OSError, ValueError):
    got = False
print(sum(map(int, input().split())) if got else "held off")
