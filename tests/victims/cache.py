"""It reads a file again and again that should stay in memory."""

import tempfile

total = 0
with tempfile.TemporaryFile() as file:
    file.write(b"c" * 4_000_000)
    for _ in range(12):
        file.seek(0)
        total += len(file.read())
print(total)
