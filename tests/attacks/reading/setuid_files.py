# attack: find a program that runs as somebody else
# expect: wrong-answer
# defends: no right beyond an ordinary user's
import os


def had():
    for folder, _, names in os.walk("/usr"):
        for name in names:
            try:
                if os.lstat(os.path.join(folder, name)).st_mode & 0o6000:
                    return True
            except OSError:
                pass
    return False


try:
    got = had()
except (OSError, ValueError):
    got = False
print(sum(map(int, input().split())) if got else "held off")
