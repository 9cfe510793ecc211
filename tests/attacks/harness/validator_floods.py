# attack: a validator that floods
# expect: judge-error
# defends: a broken program of the package is a judge error that names it, never a verdict
# shape: validator
import sys

while True:
    sys.stdout.write("x" * 65536)
