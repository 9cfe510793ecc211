# attack: a validator that rejects, and whose witness says accepted
# expect: judge-error
# defends: a broken program of the package is a judge error that names it, never a verdict
# shape: validator
import json
import sys

with open(sys.argv[3] + "witness.json", "w") as file:
    json.dump({"verdict": "accepted"}, file)
sys.exit(43)
