# attack: an interactor that crashes in mid-talk
# expect: judge-error
# defends: a broken program of the package is a judge error that names it, never a verdict
# shape: interactor
print("higher", flush=True)
input()
raise RuntimeError("the interactor broke")
