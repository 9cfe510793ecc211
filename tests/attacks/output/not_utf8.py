# attack: bytes that are no UTF-8, where a validator reads text
# expect: wrong-answer
# defends: what a program writes is bytes with a limit
import sys

sys.stdout.buffer.write(b"\xff\xfe\xed\xa0\x80 5\n")
