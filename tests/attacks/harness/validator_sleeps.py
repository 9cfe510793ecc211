# attack: a validator that waits for ever
# expect: judge-error
# defends: a broken program of the package is a judge error that names it, never a verdict
# shape: validator
import time

time.sleep(1000)
