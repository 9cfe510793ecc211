# attack: kill everybody that can be seen
# expect: wrong-answer
# defends: a program can't touch the supervisor
import os, signal


def had():
    others = [int(p) for p in os.listdir("/proc") if p.isdigit() and int(p) != os.getpid()]
    hit = 0
    for pid in [-1, *others]:
        try:
            os.kill(pid, signal.SIGKILL)
            hit += 1
        except OSError:
            pass
    return hit > 0


try:
    got = had()
except (OSError, ValueError):
    got = False
print(sum(map(int, input().split())) if got else "held off")
