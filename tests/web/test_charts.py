"""What the drawings say: who overlaps whom, where two answers part."""

import pytest

from judge.values import Operation
from web.charts import history, mark_difference


def test_bars_keep_the_order_of_time_and_the_open_one_runs_to_the_edge() -> None:
    drawn = history(
        (
            Operation(lane="thread 10", start_us=14_000.0, end_us=None),
            Operation(lane="thread 2", start_us=15_000.0, end_us=15_000.5),
            Operation(lane="thread 2", start_us=405_000.0, end_us=405_001.0),
        ),
        failing=(0,),
    )
    waiting, first, second = drawn.bars
    assert [name for name, _ in drawn.lanes] == ["thread 2", "thread 10"]
    assert waiting.x < first.x < first.x + first.width < second.x
    assert second.x + second.width < waiting.x + waiting.width <= drawn.width
    assert (waiting.failing, waiting.open, first.failing) == (True, True, False)
    assert waiting.y > first.y == second.y


@pytest.mark.parametrize(
    ("expected", "got", "shown"),
    [
        ("2 1:5 3:7", "2 1:5 4:7", ("2·1:5·‸3:7", "2·1:5·‸4:7")),
        ("abc", "abcd", ("abc‸", "abc‸d")),
        ("", "x y", ("", "x y")),
    ],
)
def test_the_first_difference_is_marked(expected: str, got: str, shown: tuple[str, str]) -> None:
    assert mark_difference(expected, got) == shown
