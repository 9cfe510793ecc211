"""It only computes."""

x = 0
for i in range(400000):
    x = x * 31 + i & 0xFFFF
print(x)
