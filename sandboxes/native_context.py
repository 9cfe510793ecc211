"""What the native Windows runner's image is built from, laid out in a folder.

An engine on Windows builds it; this only copies, on whatever system.
"""

import shutil
from pathlib import Path

from sandboxes import windows_python
from sandboxes.images import CONTEXT, ORACLES

DOCKERFILE = "windows-native.Dockerfile"
FOLDERS = {
    CONTEXT / "windows": ("*.c", "*.h", "Makefile"),
    CONTEXT / "build": ("names.sh",),
    CONTEXT / "compatibility": ("*.py",),
    ORACLES: ("*.py",),
}


def write(folder: Path) -> None:
    """Make `folder`. Raises HostUnfit when CPython for Windows can't be fetched."""
    folder.mkdir(parents=True)
    shutil.copy(CONTEXT / DOCKERFILE, folder / DOCKERFILE)
    for source, patterns in FOLDERS.items():
        (folder / source.name).mkdir()
        for path in sorted(p for pattern in patterns for p in source.glob(pattern)):
            shutil.copy(path, folder / source.name / path.name)
    windows_python.fetch(folder)
