"""A package's files, as bytes by path: from a folder or from an archive, checked on the way in.

Everything after this module works on the mapping, so no path of a package is ever opened by
those who judge with it. What a package may not contain is refused here, by name.
"""

import hashlib
import io
import lzma
import os
import posixpath
import re
import stat
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

from judge.errors import PackageFault

FILES_MAX = 20_000
FILE_BYTES_MAX = 64 * 1024 * 1024
TOTAL_BYTES_MAX = 256 * 1024 * 1024
PATH_CHARACTERS_MAX = 500

Tree = Mapping[str, bytes]

_NAME = re.compile(r"[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,254}\Z")
_LEFT_OVERS = {"__pycache__", "__MACOSX", "Thumbs.db", "desktop.ini"}
_KEPT = {".timelimit"}
"""Begins with a dot, and is where the legacy format's tools keep the time limit."""


class Files(dict[str, bytes]):
    """A package's files by path, and the paths of those that are none of it."""

    ignored: tuple[str, ...] = ()


def is_ignored(path: str) -> bool:
    """Whether a file is judged by as if it weren't there (format 2025-09, *General requirements*).

    Names that begin with a dot or have other characters than letters, digits, `_.-`, and what
    systems leave beside files.
    """
    return path not in _KEPT and any(
        _NAME.match(part) is None or part in _LEFT_OVERS for part in path.split("/")
    )


def require_path(path: str) -> str:
    """The path, if a package may have a file there. Raises PackageFault with what is allowed."""
    if path not in _KEPT and (is_ignored(path) or len(path) > PATH_CHARACTERS_MAX):
        raise PackageFault(
            path[:200] or "the name",
            "can't be a file of a package: each part of a path begins with a letter, a digit or _, "
            f"and has only those, '.' and '-'; {PATH_CHARACTERS_MAX} characters at most",
        )
    return path


def of_package(found: Mapping[str, bytes]) -> Files:
    """Those that are the package's, and below its own folder where an archive has one."""
    top = _common_folder(found)
    inside = {path.removeprefix(top): content for path, content in found.items()}
    files = Files((path, content) for path, content in inside.items() if not is_ignored(path))
    files.ignored = tuple(sorted(path for path in inside if is_ignored(path)))
    return files


def read_folder(root: Path) -> Files:
    """All files below `root`. Raises PackageFault for what a package may not contain."""
    if not root.is_dir():
        raise PackageFault(str(root), "is not a folder; give the folder that holds problem.yaml")
    resolved = root.resolve()
    files = Files()
    ignored: list[str] = []
    total = 0
    for directory, names, leaves in os.walk(root):
        names[:] = sorted(name for name in names if not is_ignored(name))
        for name in [*names, *sorted(leaves)]:
            path = Path(directory) / name
            place = path.relative_to(root).as_posix()
            if not is_ignored(place):
                _check_link(path, place, resolved)
            if path.is_dir():
                continue
            if is_ignored(place):
                ignored.append(place)
                continue
            if not path.is_file():
                raise PackageFault(place, "is not a regular file; remove it")
            total += _check_size(place, path.stat().st_size, total, len(files))
            files[place] = path.read_bytes()
    files.ignored = tuple(ignored)
    return files


def _check_link(path: Path, place: str, root: Path) -> None:
    if not path.is_symlink():
        return
    try:
        target = path.resolve()
    except (RuntimeError, OSError) as error:
        raise PackageFault(place, "is a symbolic link that leads to itself") from error
    if not target.is_relative_to(root) or not target.exists():
        raise PackageFault(
            place, f"is a symbolic link to {path.readlink()}, which is not in the package"
        )
    if target.is_dir():
        raise PackageFault(place, "is a symbolic link to a folder; link to files only")


def _check_size(place: str, size: int, total: int, count: int) -> int:
    if size > FILE_BYTES_MAX:
        raise PackageFault(
            place,
            f"has {size} bytes; a file may have at most {FILE_BYTES_MAX}. Generate it instead",
        )
    if total + size > TOTAL_BYTES_MAX:
        raise PackageFault(place, f"brings the package over {TOTAL_BYTES_MAX} bytes")
    if count >= FILES_MAX:
        raise PackageFault(place, f"is one file more than the {FILES_MAX} a package may have")
    return size


def pack(tree: Tree) -> bytes:
    """An archive of the files, the same bytes for the same files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(tree):
            info = zipfile.ZipInfo(path, date_time=(1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, tree[path])
    return buffer.getvalue()


def unpack(content: bytes) -> Files:
    """Files of an archive, in memory. Raises PackageFault for escapes, links out and giants."""
    files: dict[str, bytes] = {}
    links: dict[str, str] = {}
    total = 0
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for info in archive.infolist():
                if info.is_dir():
                    continue
                place = _plain_path(info)
                if place in files or place in links:
                    raise PackageFault(place, "is in the archive twice")
                total += _check_size(place, info.file_size, total, len(files))
                # The announced size may lie: read one byte more than it, and compare.
                with archive.open(info) as file:
                    data = file.read(info.file_size + 1)
                if len(data) != info.file_size:
                    raise PackageFault(place, "has another size than its archive says")
                if stat.S_ISLNK(info.external_attr >> 16):
                    links[place] = data.decode(errors="replace")
                else:
                    files[place] = data
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        EOFError,
        OSError,
        RuntimeError,
        ValueError,
        zlib.error,
        lzma.LZMAError,
    ) as error:
        raise PackageFault("archive", f"can't be read as a zip file: {error}") from error
    for place in links:
        files[place] = _linked(place, links, files)
        total += _check_size(place, len(files[place]), total, len(files))
    _refuse_both(files)
    return of_package(files)


_LINKS_MAX = 20


def _linked(place: str, links: Mapping[str, str], files: Mapping[str, bytes]) -> bytes:
    """What a symbolic link in an archive leads to: a file of the same archive."""
    at = place
    for _ in range(_LINKS_MAX):
        if at not in links:
            break
        at = posixpath.normpath(posixpath.join(posixpath.dirname(at), links[at]))
    if at in links or at not in files:
        raise PackageFault(
            place, f"is a symbolic link to {links[place][:200]}, which is no file of the package"
        )
    return files[at]


def _refuse_both(files: Mapping[str, bytes]) -> None:
    for path in files:
        parts = path.split("/")
        for depth in range(1, len(parts)):
            above = "/".join(parts[:depth])
            if above in files:
                raise PackageFault(above, f"is both a file and a folder (of {path})")


def _plain_path(info: zipfile.ZipInfo) -> str:
    path = PurePosixPath(info.filename)
    if path.is_absolute() or ".." in path.parts or "\\" in info.filename:
        raise PackageFault(info.filename, "leads out of the package")
    return path.as_posix()


def _common_folder(paths: Iterable[str]) -> str:
    """Archives often hold one folder that holds the package: its name and "/", else ""."""
    tops = {
        path.split("/", 1)[0]: "/" in path
        for path in paths
        if not path.startswith(".") and path.split("/", 1)[0] not in _LEFT_OVERS
    }
    if len(tops) == 1 and all(tops.values()):
        return f"{next(iter(tops))}/"
    return ""


def version_of(tree: Tree) -> str:
    """The first 12 hexadecimal digits of a digest over all paths and contents."""
    digest = hashlib.sha256()
    for path in sorted(tree):
        digest.update(f"{path}\0{len(tree[path])}\0".encode())
        digest.update(tree[path])
    return digest.hexdigest()[:12]
