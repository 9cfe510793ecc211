"""What is shrunk still fails."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from judge.grading.shrinking import shrink, shrink_tail


@given(st.lists(st.binary(min_size=1, max_size=3), min_size=1, max_size=30), st.data())
def test_what_is_shrunk_still_fails_and_nothing_can_be_left_out(
    items: list[bytes], data: st.DataObject
) -> None:
    needed = set(data.draw(st.sets(st.sampled_from(range(len(items))), min_size=1, max_size=4)))
    tagged = [bytes([index]) + item for index, item in enumerate(items)]
    wanted = {tagged[index] for index in needed}

    def fails(part: Sequence[bytes]) -> bool:
        return wanted <= set(part)

    assert set(shrink(tagged, fails, runs_max=10_000)) == wanted
    assert set(shrink_tail(tagged, fails, runs_max=10_000)) == wanted


def test_shrinking_stops_when_its_budget_is_spent() -> None:
    runs = 0

    def fails(part: Sequence[bytes]) -> bool:
        nonlocal runs
        runs += 1
        return len(part) > 0

    shrink_tail([b"x"] * 1000, fails, runs_max=5)
    assert runs <= 5
