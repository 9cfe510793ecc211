# attack: close its output and stay
# expect: time-limit, wrong-answer
# defends: who talks to a judge-side program can't disturb it
# shape: interactive
import os, time

os.close(1)
time.sleep(60)
