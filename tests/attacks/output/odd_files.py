# attack: links, pipes, sockets and names that clean-up trips on
# expect: accepted
# defends: a test finds nothing of the one before
import os, socket

os.symlink("/etc", "/tmp/etc")
os.symlink("/", "/box/root")
os.symlink("loop", "/tmp/loop")
os.mkfifo("/tmp/fifo")
socket.socket(socket.AF_UNIX).bind("/tmp/socket")
os.close(os.open(b"/tmp/\xff\n -rf *", os.O_CREAT | os.O_WRONLY))
os.close(os.open("/tmp/" + "n" * 255, os.O_CREAT | os.O_WRONLY))
print(sum(map(int, input().split())))
