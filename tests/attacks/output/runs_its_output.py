# attack: write a program and let it answer
# expect: accepted
# defends: what a program starts is counted as its own
import os

with open("/tmp/p", "w") as file:
    file.write('#!/usr/bin/python3\nprint(sum(map(int, input().split())))\n')
os.chmod("/tmp/p", 0o755)
os.execv("/tmp/p", ["/tmp/p"])
