# attack: a validator whose witness is nested without end
# expect: judge-error
# defends: a broken program of the package is a judge error that names it, never a verdict
# shape: validator
import sys

with open(sys.argv[3] + "witness.json", "w") as file:
    file.write("[" * (2 << 20))
sys.exit(43)
