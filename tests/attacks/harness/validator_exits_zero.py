# attack: a validator that says neither right nor wrong
# expect: judge-error
# defends: a broken program of the package is a judge error that names it, never a verdict
# shape: validator
import sys

print("looks fine to me")
sys.exit(0)
