"""What systems.yaml may ask of performance."""

from pathlib import Path

import pytest

from judge.errors import PackageFault
from problems import tree
from problems.package import load

CREW = Path(__file__).parents[1] / "packages" / "crew"


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("metric: throughput", "metric: latency-p99", "interactive problem"),
        (", operations: 16000000}\nscaling", "}\nscaling", "has no operations"),
        ('"{operations} {seed} {threads}", threads: 2', '"{seed}", threads: 2', "must be in it"),
        ("threads: [1, 2, 4]", "threads: [2, 4]", "grow from 1"),
        ("x: peak-memory", "x: memory", "known here are cpu-time"),
        ("forbids: [own-allocator]", "forbids: [allocator]", "forbids"),
    ],
)
def test_what_could_not_be_measured_is_said_when_a_package_is_read(
    old: str, new: str, complaint: str
) -> None:
    files = tree.read_folder(CREW)
    text = files["systems.yaml"].decode()
    assert old in text
    with pytest.raises(PackageFault) as caught:
        load({**files, "systems.yaml": text.replace(old, new, 1).encode()}, slug="crew")
    assert complaint in str(caught.value)
    assert "systems.yaml" in str(caught.value)
