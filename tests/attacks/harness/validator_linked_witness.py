# attack: a validator whose witness is a link to a file of the system
# expect: judge-error
# defends: a broken program of the package is a judge error that names it, never a verdict
# shape: validator
import os
import sys

os.symlink("/etc/passwd", sys.argv[3] + "witness.json")
os.symlink("/etc/passwd", sys.argv[3] + "judgemessage.txt")
sys.exit(1)
