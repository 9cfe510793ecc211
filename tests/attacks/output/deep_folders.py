# attack: folders deeper than any path is long
# expect: accepted
# defends: a test finds nothing of the one before
import os

os.chdir("/tmp")
for n in range(3000):
    os.mkdir("d")
    os.chdir("d")
print(sum(map(int, input().split())))
