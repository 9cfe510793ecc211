# attack: seven megabytes in one line
# expect: wrong-answer
# defends: what a program writes is bytes with a limit
print("5" * (7 << 20))
