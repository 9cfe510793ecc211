# attack: a generator that is killed
# expect: judge-error
# defends: a broken program of the package is a judge error that names it, never a verdict
# shape: generator
import os
import signal

os.kill(os.getpid(), signal.SIGKILL)
