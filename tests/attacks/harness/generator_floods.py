# attack: a generator that floods
# expect: judge-error
# defends: a broken program of the package is a judge error that names it, never a verdict
# shape: generator
while True:
    print("1 2" * 10000)
