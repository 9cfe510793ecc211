low, high = 1, 1001
while True:
    middle = (low + high) // 2
    print(middle, flush=True)
    answer = input()
    if answer == "correct":
        break
    if answer == "lower":
        high = middle
    else:
        low = middle + 1
