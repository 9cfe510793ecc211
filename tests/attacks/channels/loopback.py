# attack: look for services on loopback
# expect: wrong-answer
# defends: there is no network
import socket


def had():
    for port in range(1, 2000):
        with socket.socket() as probe:
            probe.settimeout(0.05)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return True
    return False


try:
    got = had()
except (OSError, ValueError):
    got = False
print(sum(map(int, input().split())) if got else "held off")
