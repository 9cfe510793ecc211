# attack: find a secret in the environment
# expect: wrong-answer
# defends: test data, answers and seeds are not there to be read
# windows: accepted
import os


def had():
    usual = {"PATH", "HOME", "TMPDIR", "LANG", "LC_CTYPE", "PYTHONDONTWRITEBYTECODE", "PYTHONHASHSEED"}
    return bool(set(os.environ) - usual)


try:
    got = had()
except (OSError, ValueError):
    got = False
print(sum(map(int, input().split())) if got else "held off")
