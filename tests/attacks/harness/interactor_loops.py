# attack: an interactor that never ends
# expect: judge-error
# defends: a broken program of the package is a judge error that names it, never a verdict
# shape: interactor
while True:
    pass
