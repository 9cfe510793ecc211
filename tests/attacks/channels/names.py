# attack: resolve a name
# expect: wrong-answer
# defends: there is no network
import socket


def had():
    return bool(socket.getaddrinfo("example.org", 80))


try:
    got = had()
except (OSError, ValueError):
    got = False
print(sum(map(int, input().split())) if got else "held off")
