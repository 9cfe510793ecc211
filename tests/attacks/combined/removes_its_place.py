# attack: remove the folder that it stands in and leave a daemon there
# expect: accepted
# defends: nothing of a program outlives its test
import os

os.mkdir("/tmp/here")
os.chdir("/tmp/here")
os.rmdir("/tmp/here")
if os.fork() == 0:
    while True:
        pass
print(sum(map(int, input().split())))
