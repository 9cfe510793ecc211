"""What a runner has fetched, kept by its content."""

from pathlib import Path

import pytest

from judge.errors import LinkFault
from judge.runner.blob_cache import BlobCache
from web.storage.tokens import digest


def test_what_a_runner_fetched_it_keeps_and_trusts_by_its_content(tmp_path: Path) -> None:
    cache = BlobCache(tmp_path / "kept", bytes_max=100)
    fetched: list[str] = []

    def fetch(content: bytes) -> bytes:
        fetched.append("again")
        return content

    first = b"a" * 60
    sha = digest(first.decode())
    assert cache.get(sha, lambda: fetch(first)) == first
    assert cache.get(sha, lambda: fetch(b"")) == first
    assert len(fetched) == 1
    (tmp_path / "kept" / sha).write_bytes(b"half")
    assert cache.get(sha, lambda: fetch(first)) == first
    with pytest.raises(LinkFault, match="other bytes"):
        cache.get(digest("b"), lambda: b"c")
    second = b"b" * 60
    cache.get(digest(second.decode()), lambda: second)
    assert [path.name for path in (tmp_path / "kept").iterdir()] == [digest(second.decode())]
