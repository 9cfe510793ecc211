# attack: start processes at the limit, and again, and again
# expect: time-limit, memory-limit
# defends: a neighbour pays nothing
import os, time

while True:
    try:
        if os.fork() == 0:
            time.sleep(60)
            os._exit(0)
    except OSError:
        pass
