# attack: a right answer and a rejecting exit code
# expect: runtime-error
# defends: an exit code is no verdict
import sys

print(sum(map(int, input().split())))
sys.exit(43)
