# attack: keep the secret input in every place that outlives a process, for a later test to print
# expect: accepted
# defends: nothing of one test reaches the next
# shape: secret
import contextlib
import os
import socket
import sys

PLACES = ("/tmp/.kept", "/dev/shm/kept", "/box/kept", os.path.expanduser("~/.kept"))

for place in PLACES:
    with contextlib.suppress(OSError):
        print(open(place).read())
        sys.exit()
with contextlib.suppress(OSError):
    caller = socket.socket(socket.AF_UNIX)
    caller.connect("\0kept")
    print(caller.recv(100).decode())
    sys.exit()
question = input()
for place in PLACES:
    with contextlib.suppress(OSError), open(place, "w") as file:
        file.write(question)
if os.fork() == 0:
    os.setsid()
    for number in (0, 1, 2):
        os.close(number)
    server = socket.socket(socket.AF_UNIX)
    server.bind("\0kept")
    server.listen()
    while True:
        server.accept()[0].send(question.encode())
print(sum(map(int, question.split())))
