# attack: find a compiler where programs run
# expect: wrong-answer
# defends: there are no compilers where programs run
import shutil


def had():
    return any(shutil.which(name) for name in ("cc", "gcc", "g++", "as", "ld", "rustc", "make"))


try:
    got = had()
except (OSError, ValueError):
    got = False
print(sum(map(int, input().split())) if got else "held off")
