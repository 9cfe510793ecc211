# attack: die with the secret input as last words
# expect: runtime-error
# defends: what a candidate is shown of a secret test does not depend on its input
# shape: secret
import sys

sys.exit("the input was " + input())
