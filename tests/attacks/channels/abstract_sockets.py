# attack: talk to an abstract socket of the judge's
# expect: wrong-answer
# defends: no channel to another container
import socket


def had():
    with open("/proc/net/unix") as file:
        names = [line.split()[-1] for line in file if "@" in line]
    for name in names:
        for kind in (socket.SOCK_SEQPACKET, socket.SOCK_STREAM, socket.SOCK_DGRAM):
            try:
                with socket.socket(socket.AF_UNIX, kind) as probe:
                    probe.connect("\0" + name[1:])
                    return True
            except OSError:
                pass
    return False


try:
    got = had()
except (OSError, ValueError):
    got = False
print(sum(map(int, input().split())) if got else "held off")
