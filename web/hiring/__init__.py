"""Those who choose: the leaderboard, reviews, points computed again, exports, removal.

May enter: candidates and all below them.
"""

from web.hiring import demo, export, leaderboard, removal, rescoring, reviews, version_moves
from web.hiring.rescoring import RankMove

__all__ = [
    "RankMove",
    "demo",
    "export",
    "leaderboard",
    "removal",
    "rescoring",
    "reviews",
    "version_moves",
]
