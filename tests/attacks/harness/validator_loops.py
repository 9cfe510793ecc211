# attack: a validator that never ends
# expect: judge-error
# defends: a broken program of the package is a judge error that names it, never a verdict
# shape: validator
while True:
    pass
