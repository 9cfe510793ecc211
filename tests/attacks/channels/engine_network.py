# attack: call the engine's usual gateway
# expect: wrong-answer
# defends: there is no network
import socket


def had():
    socket.create_connection(("172.17.0.1", 2375), timeout=0.5)
    return True


try:
    got = had()
except (OSError, ValueError):
    got = False
print(sum(map(int, input().split())) if got else "held off")
