# attack: a validator that fills its memory
# expect: judge-error
# defends: a broken program of the package is a judge error that names it, never a verdict
# shape: validator
hoard = []
while True:
    hoard.append(bytearray(1 << 20))
