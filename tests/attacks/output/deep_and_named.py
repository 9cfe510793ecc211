# attack: deep folders whose way out is taken by name
# expect: accepted
# defends: a test finds nothing of the one before
import os

os.chdir("/tmp")
for n in range(300):
    os.makedirs(f".deep-{n}/full")
for n in range(800):
    os.mkdir("d")
    os.chdir("d")
print(sum(map(int, input().split())))
