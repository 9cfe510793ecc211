"""The runner's calls, without a server."""

import pytest

from judge.errors import LinkFault
from judge.runner.http_link import HttpLink
from judge.runner.wire import Phase, PhaseName


def test_a_token_file_is_read_anew_each_time() -> None:
    said = iter(["one", "two"])
    link = HttpLink("http://127.0.0.1:9", lambda: next(said))
    for _ in range(2):
        with pytest.raises(LinkFault):
            link.phase(Phase(name=PhaseName.CONTACT))
    with pytest.raises(StopIteration):
        link.phase(Phase(name=PhaseName.CONTACT))
    link.close()
