"""It watches a directory, by instances that are counted by user."""

import ctypes
import os
import tempfile

libc = ctypes.CDLL(None, use_errno=True)
seen = 0
with tempfile.TemporaryDirectory() as folder:
    for number in range(40):
        watch = libc.inotify_init1(os.O_CLOEXEC)
        assert watch >= 0, os.strerror(ctypes.get_errno())
        assert libc.inotify_add_watch(watch, folder.encode(), 0x100) >= 0
        os.close(os.open(f"{folder}/{number}", os.O_CREAT | os.O_WRONLY))
        seen += len(os.read(watch, 4096)) > 0
        os.close(watch)
print(seen)
