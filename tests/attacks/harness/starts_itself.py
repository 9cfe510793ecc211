# attack: ask the supervisor to start programs, as the harness does
# expect: wrong-answer
# defends: only the harness starts programs
# shape: interactive
import array, os, socket

with open("/proc/net/unix") as file:
    names = [line.split()[-1] for line in file if "@judge-" in line]
for name in names:
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as link:
            link.connect("\0" + name[1:])
            ends = array.array("i", os.pipe())
            link.sendmsg([b"S"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, ends)])
            link.settimeout(0.3)
            link.recv(64)
    except OSError:
        pass
print(5000, flush=True)
