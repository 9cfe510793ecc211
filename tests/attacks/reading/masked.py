# attack: read what the engine masks
# expect: wrong-answer
# defends: no right beyond an ordinary user's
def had():
    for name in ("kcore", "keys", "timer_list", "sched_debug", "latency_stats"):
        try:
            with open(f"/proc/{name}", "rb") as file:
                if file.read(1):
                    return True
        except OSError:
            pass
    return False


try:
    got = had()
except (OSError, ValueError):
    got = False
print(sum(map(int, input().split())) if got else "held off")
