"""Both ends of the supervisor's wire under inputs that nobody thought of, from a committed corpus.

The supervisor's end: its shipped sources under libFuzzer and sanitizers (tests/fuzzing). The
host's: the same corpus of answers, mutated. A short pass here, ten minutes each in `soak`.
"""

import random
import re
import time
from contextlib import closing

import pytest

from sandboxes import containers
from tests.fuzzing import images
from tests.fuzzing.seeds import ANSWERS, CHANCE, REQUESTS, answers, requests
from tests.sandboxes.test_frames import whatever_comes_is_a_frame_or_a_fault

SHORT_S, LONG_S = 10, 600
RUNS_MIN_PER_S = 500
"""Far below what any machine does; fewer, and the fuzzer did not fuzz."""


def test_the_corpus_has_one_of_each_thing_that_is_said() -> None:
    assert {path.name for path in REQUESTS.iterdir()} >= set(requests())
    for name, content in requests().items():
        assert (REQUESTS / name).read_bytes() == CHANCE + content, "run: -m tests.fuzzing.seeds"
    for name, content in answers().items():
        assert (ANSWERS / name).read_bytes() == content, "run: python -m tests.fuzzing.seeds"


def fuzz_the_supervisor(seconds: int) -> None:
    with closing(containers.connect()) as client:
        fuzzer = client.containers.create(
            images.build(client, images.FUZZ_IMAGE),
            [
                *("fuzz-supervisor", f"-max_total_time={seconds}", "-timeout=10"),
                *("-rss_limit_mb=1024", "-print_final_stats=1", "/new", "/corpus"),
            ],
            network_mode="none",
            read_only=True,
            tmpfs={"/new": ""},
            mem_limit="2g",
        )
        try:
            fuzzer.start()
            status = fuzzer.wait(timeout=seconds + 120)["StatusCode"]
            words = fuzzer.logs(tail=60).decode(errors="replace")
        finally:
            fuzzer.remove(force=True)
    assert status == 0, f"a finding; its input is the Base64 below:\n{words}"
    done = re.search(r"Done (\d+) runs", words)
    assert done is not None, words
    assert int(done[1]) > RUNS_MIN_PER_S * seconds


def fuzz_the_host(seconds: float, seed: int) -> int:
    """How many mutants of the corpus were read."""
    rng = random.Random(seed)
    corpus = [path.read_bytes() for path in sorted(ANSWERS.iterdir())]
    deadline, count = time.monotonic() + seconds, 0
    while time.monotonic() < deadline:
        data = bytearray(rng.choice(corpus))
        for _ in range(rng.randint(1, 6)):
            _mutate(rng, data, corpus)
        whatever_comes_is_a_frame_or_a_fault(bytes(data))
        count += 1
    return count


def _mutate(rng: random.Random, data: bytearray, corpus: list[bytes]) -> None:
    at = rng.randrange(len(data) + 1)
    match rng.randrange(5):
        case 0:
            data[at:at] = rng.randbytes(rng.randint(1, 12))
        case 1:
            del data[at : at + rng.randint(1, 20)]
        case 2:
            data[at : at + 4] = rng.choice((b"\0\0\0\0", b"\xff\xff\xff\xff", b"\0\0\0\x10"))
        case 3:
            other = rng.choice(corpus)
            data[at:] = other[rng.randrange(len(other)) :]
        case _:
            if at < len(data):
                data[at] ^= 1 << rng.randrange(8)


@pytest.mark.simulated
def test_no_mutant_of_an_answer_breaks_the_host() -> None:
    assert fuzz_the_host(3, seed=1) > 100


@pytest.mark.docker
def test_no_request_breaks_the_supervisor() -> None:
    fuzz_the_supervisor(SHORT_S)


@pytest.mark.docker
@pytest.mark.soak
@pytest.mark.timeout(LONG_S + 300)
def test_no_request_breaks_the_supervisor_in_ten_minutes() -> None:
    fuzz_the_supervisor(LONG_S)


@pytest.mark.soak
@pytest.mark.timeout(LONG_S + 300)
def test_no_mutant_of_an_answer_breaks_the_host_in_ten_minutes() -> None:
    assert fuzz_the_host(LONG_S, seed=time.monotonic_ns()) > 100
