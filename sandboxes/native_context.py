"""What the native Windows runner's image is built from, laid out in a folder.

An engine on Windows builds it; this only copies, on whatever system.
"""

import shutil
from pathlib import Path

from sandboxes import windows_python
from sandboxes.images import CONTEXT

DOCKERFILE = "windows-native.Dockerfile"
FOLDERS = {"windows": ("*.c", "*.h", "Makefile"), "build": ("names.sh",), "python": ("*.py",)}


def write(folder: Path) -> None:
    """Make `folder`. Raises HostUnfit when CPython for Windows can't be fetched."""
    folder.mkdir(parents=True)
    shutil.copy(CONTEXT / DOCKERFILE, folder / DOCKERFILE)
    for name, patterns in FOLDERS.items():
        (folder / name).mkdir()
        for path in sorted(p for pattern in patterns for p in (CONTEXT / name).glob(pattern)):
            shutil.copy(path, folder / name / path.name)
    windows_python.fetch(folder)
