# attack: an interactor that says neither right nor wrong
# expect: judge-error
# defends: a broken program of the package is a judge error that names it, never a verdict
# shape: interactor
import sys

input()
sys.exit(0)
