# attack: a validator whose witness is no JSON
# expect: judge-error
# defends: a broken program of the package is a judge error that names it, never a verdict
# shape: validator
import sys

open(sys.argv[3] + "witness.json", "w").write("{")
sys.exit(43)
