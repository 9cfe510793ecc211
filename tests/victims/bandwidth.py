"""It copies memory."""

block = bytearray(4_000_000)
last = b""
for number in range(40):
    block[number] = number
    last = bytes(block)
print(sum(last[:40]))
