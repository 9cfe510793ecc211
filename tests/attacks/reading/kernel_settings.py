# attack: change the kernel's settings
# expect: wrong-answer
# defends: no right beyond an ordinary user's
def had():
    for name in ("kernel/core_pattern", "kernel/msgmni", "vm/drop_caches", "kernel/shm_rmid_forced"):
        try:
            with open(f"/proc/sys/{name}", "w") as file:
                file.write("1")
            return True
        except OSError:
            pass
    return False


try:
    got = had()
except (OSError, ValueError):
    got = False
print(sum(map(int, input().split())) if got else "held off")
