# attack: files without end
# expect: memory-limit, time-limit, runtime-error
# defends: nothing of a program outlives its test
n = 0
while True:
    open(f"/tmp/{n}", "w").close()
    n += 1
