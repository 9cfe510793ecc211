# attack: a validator that forks without end
# expect: judge-error
# defends: a broken program of the package is a judge error that names it, never a verdict
# shape: validator
import os

while True:
    os.fork()
