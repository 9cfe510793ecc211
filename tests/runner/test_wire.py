"""The messages between runner and server: today's, and those of the version before."""

import pytest
from pydantic import ValidationError

from judge.runner.wire import (
    OF_VERSION_5,
    VERSION,
    VERSIONS,
    HandIn,
    Hello,
    Message,
    TakenJob,
    TakeRequest,
    api_path,
)

# As release 0.1 of the wire's version 4 sent them.
HELLO_OF_VERSION_4 = (
    '{"offers":{"linux":["python3"]},"version":"0.1","slots":1,"machine":{"a":"b"},"cpus":["0"]}'
)
TAKE_OF_VERSION_4 = '{"offers":{"linux":["python3"]},"wait_s":0.0}'
HAND_IN_OF_VERSION_4 = (
    '{"judgement":{"verdict":"accepted","score":100.0,"too_close":false,"also":[],"builds":[],'
    '"tests":[],"ratio":null,"counters":[],"witness":null,"machine":{},"growth":null,"guards":[],'
    '"extras":{"scaling":null,"latencies":[],"tradeoff":null}},"stages_s":{"compiling":0.1}}'
)


def test_a_server_speaks_the_newest_version_and_the_one_before() -> None:
    assert VERSIONS == (VERSION - 1, VERSION)
    assert api_path() == f"/api/v{VERSION}/runner"
    assert api_path(4) == "/api/v4/runner"


def test_messages_of_the_version_before_are_understood() -> None:
    hello = Hello.model_validate_json(HELLO_OF_VERSION_4)
    assert hello.offers == {"linux": ["python3"]}
    assert TakeRequest.model_validate_json(TAKE_OF_VERSION_4).wait_s == 0.0
    assert HandIn.model_validate_json(HAND_IN_OF_VERSION_4).stages_s == {"compiling": 0.1}


@pytest.mark.parametrize(
    ("message", "content"),
    [
        (TakeRequest, '{"offers":{},"languages":["c"]}'),
        (TakeRequest, '{"offers":{},"else":1}'),
        (TakeRequest, "7"),
        (HandIn, "{}"),
        (Hello, '{"offers":{}}'),
    ],
)
def test_nothing_unknown_and_nothing_half_said_passes_the_border(
    message: type[Message], content: str
) -> None:
    with pytest.raises(ValidationError):
        message.model_validate_json(content)


def test_a_job_of_the_version_before_says_nothing_that_its_runners_dont_know() -> None:
    assert set(TakenJob.model_fields) >= OF_VERSION_5


def test_what_is_sent_says_stages() -> None:
    handed_in = HandIn.model_validate_json(HAND_IN_OF_VERSION_4).model_dump_json()
    assert '"stages_s":{"compiling":0.1}' in handed_in
    assert HandIn.model_validate_json(handed_in).stages_s == {"compiling": 0.1}
