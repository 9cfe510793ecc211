"""Packages that nobody wrote: reading raises nothing but PackageFault, and judging works."""

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from judge.errors import PackageFault
from judge.verdicts import Verdict
from problems import publishing, tree
from problems.format_report import used_parts
from problems.package import Package, load
from tests.conformance.case import Case
from tests.conformance.packages import packages
from tests.conformance.test_conformance import Judging, judging

__all__ = ["judging"]

CALM = settings(
    deadline=None,
    max_examples=120,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
ECHO = "try: print(input())\nexcept EOFError: pass\n"


def read(files: dict[str, bytes]) -> Package | None:
    """The package, or None where it is refused: and nothing else may come."""
    used_parts(files)
    try:
        package = load(files, slug="made")
    except PackageFault:
        return None
    assert load(tree.unpack(tree.pack(files)), slug="made").problem == package.problem
    return package


@CALM
@given(packages())
def test_reading_a_package_raises_nothing_but_a_package_fault(files: dict[str, bytes]) -> None:
    package = read(files)
    if package is not None:
        publishing.unfit(package)


@CALM
@given(st.binary(max_size=300), st.sampled_from(["problem.yaml", "systems.yaml"]))
def test_any_bytes_as_yaml_are_told(content: bytes, name: str) -> None:
    files = {"problem.yaml": b"name: x\n", "data/secret/1.in": b"", "data/secret/1.ans": b""}
    read({**files, name: content})


@CALM
@given(st.binary(max_size=300))
def test_any_bytes_as_an_archive_are_told(content: bytes) -> None:
    with pytest.raises(PackageFault):
        tree.unpack(b"PK\x03\x04" + content)


@pytest.mark.docker
@settings(CALM, max_examples=200, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(files=packages())
def test_what_is_accepted_is_judged(judging: Judging, files: dict[str, bytes]) -> None:
    """Without a judge error: the validator of these packages is right, so whose would it be?"""
    package = read(files)
    if package is None or "python3" not in package.problem.languages:
        return
    case = Case("made", "made", {}, ECHO)
    verdict, _ = judging.judge(package, case)
    assert verdict not in (Verdict.JUDGE_ERROR, Verdict.INCONCLUSIVE)
