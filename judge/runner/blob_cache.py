"""Bytes kept by their content: what a runner has fetched once it need not fetch again."""

import contextlib
import hashlib
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from judge.errors import LinkFault

KEPT_BYTES_MAX = 2 * 1024**3


class BlobCache:
    """A folder of files named by SHA-256; without a folder nothing is kept."""

    def __init__(self, folder: Path | None, bytes_max: int = KEPT_BYTES_MAX) -> None:
        self._folder = folder
        self._bytes_max = bytes_max

    def get(self, sha256: str, fetch: Callable[[], bytes]) -> bytes:
        """The bytes of that digest, fetched if need be. Raises LinkFault where others came."""
        kept = self._read(sha256)
        if kept is not None:
            return kept
        content = fetch()
        if hashlib.sha256(content).hexdigest() != sha256:
            raise LinkFault(f"the server sent other bytes than those of {sha256[:16]}")
        self._write(sha256, content)
        return content

    def _read(self, sha256: str) -> bytes | None:
        if self._folder is None:
            return None
        path = self._folder / sha256
        try:
            content = path.read_bytes()
        except OSError:
            return None
        if hashlib.sha256(content).hexdigest() != sha256:
            return None  # half written before a crash, or spoilt: fetched anew
        with contextlib.suppress(OSError):
            os.utime(path)
        return content

    def _write(self, sha256: str, content: bytes) -> None:
        """A disk that is full keeps nothing, and nobody minds."""
        if self._folder is None:
            return
        with contextlib.suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._make_room(len(content))
            partial = self._folder / f".{sha256}.{secrets.token_hex(4)}"
            partial.write_bytes(content)
            partial.replace(self._folder / sha256)

    def _make_room(self, wanted: int) -> None:
        assert self._folder is not None
        found = [(path, path.stat()) for path in self._folder.iterdir()]
        left = sum(stat.st_size for _, stat in found)
        for path, stat in sorted(found, key=lambda one: one[1].st_mtime):
            if left + wanted <= self._bytes_max:
                return
            path.unlink(missing_ok=True)
            left -= stat.st_size
