"""It makes, writes, reads and removes files."""

import tempfile
from pathlib import Path

right = 0
with tempfile.TemporaryDirectory() as folder:
    for number in range(400):
        file = Path(folder) / str(number)
        file.write_bytes(b"f" * 5000)
        right += len(file.read_bytes()) == 5000
        file.unlink()
print(right)
