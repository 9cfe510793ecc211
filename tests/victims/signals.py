"""It queues signals to itself, which are counted by user while they wait."""

import ctypes
import os
import signal

libc = ctypes.CDLL(None, use_errno=True)
which = signal.SIGRTMIN + 3
signal.pthread_sigmask(signal.SIG_BLOCK, {which})
taken = 0
for _ in range(20):
    for number in range(200):
        assert libc.sigqueue(os.getpid(), which, number) == 0, os.strerror(ctypes.get_errno())
    for _ in range(200):
        taken += signal.sigwait({which}) == which
print(taken)
