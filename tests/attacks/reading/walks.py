# attack: walk the whole tree for inputs and answers
# expect: wrong-answer
# defends: test data, answers and seeds are not there to be read
import os


def had():
    for folder, _, names in os.walk("/"):
        if folder.startswith(("/proc", "/sys", "/usr", "/dev")):
            continue
        for name in names:
            if name.endswith((".in", ".ans", ".yaml", ".seed")):
                return True
    return False


try:
    got = had()
except (OSError, ValueError):
    got = False
print(sum(map(int, input().split())) if got else "held off")
