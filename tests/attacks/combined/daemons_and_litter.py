# attack: daemons that write and shut folders while they live
# expect: accepted
# defends: nothing of a program outlives its test
import os

for n in range(5):
    if os.fork() == 0:
        os.setsid()
        i = 0
        while True:
            place = f"/tmp/{n}-{i % 50}"
            try:
                os.mkdir(place)
                os.chmod(place, 0)
            except OSError:
                pass
            i += 1
print(sum(map(int, input().split())))
