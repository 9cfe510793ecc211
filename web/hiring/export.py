"""The leaderboard for spreadsheets."""

import csv
import io
from collections.abc import Sequence

from web.hiring.leaderboard import Board, BoardLine

_FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")  # noqa: RUF001
"""The full-width ones too: some spreadsheets read them as the plain ones."""
_COLUMNS = ("verdict", "score", "ratio", "confirmed score", "confirmed ratio", "flagged")
_BYTE_ORDER_MARK = "\ufeff"
"""Without it some spreadsheets take UTF-8 for something else."""


def leaderboard_csv(board: Board, problems: Sequence[str]) -> str:
    """All lines of a board; of each problem, by slug, what `_COLUMNS` says."""
    text = io.StringIO()
    writer = csv.writer(text)
    heading = [f"{name} {what}" for name in problems for what in _COLUMNS]
    writer.writerow(["best rank", "worst rank", "candidate", "name", "score", *heading])
    for line in board.lines:
        writer.writerow([_safe(value) for value in _values(line, problems)])
    return _BYTE_ORDER_MARK + text.getvalue()


def _values(line: BoardLine, problems: Sequence[str]) -> list[str]:
    values = [str(line.best_rank), str(line.worst_rank), line.code, line.name, str(line.score)]
    for name in problems:
        cell = line.cells.get(name)
        again = cell.confirmed if cell else None
        values += [
            cell.verdict.value if cell else "",
            str(cell.score) if cell else "",
            f"{cell.ratio:.3f}" if cell and cell.ratio else "",
            str(again.score) if again else "",
            f"{again.ratio:.3f}" if again and again.ratio else "",
            "look" if again and again.flagged else "",
        ]
    return values


def _safe(value: str) -> str:
    """A cell that a spreadsheet would take for a formula is quoted."""
    return f"'{value}" if value.lstrip(" ").startswith(_FORMULA_STARTS) else value
