# attack: a right answer and a NUL
# expect: wrong-answer
# defends: what a program writes is bytes with a limit
print(sum(map(int, input().split())), end="\0\n")
