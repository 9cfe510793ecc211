# attack: go on after the right guess
# expect: wrong-answer
# defends: who talks to a judge-side program can't disturb it
# shape: interactive
low, high = 1, 1001
while True:
    middle = (low + high) // 2
    print(middle, flush=True)
    word = input()
    if word == "correct":
        print(middle, flush=True)
        break
    if word == "lower":
        high = middle
    else:
        low = middle + 1
