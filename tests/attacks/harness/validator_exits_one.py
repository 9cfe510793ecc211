# attack: a validator that exits with a code it may not use
# expect: judge-error
# defends: a broken program of the package is a judge error that names it, never a verdict
# shape: validator
raise SystemExit(1)
