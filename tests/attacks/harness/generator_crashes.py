# attack: a generator that crashes
# expect: judge-error
# defends: a broken program of the package is a judge error that names it, never a verdict
# shape: generator
raise SystemExit("no inputs today")
