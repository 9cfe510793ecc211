"""Problems: packages by version, their history, working copies, and life from draft to retired.

May enter: packages, the storage, and accounts with their rights.
"""

from web.problems import asides, catalogue, history, lifecycle, uploads, working_copy
from web.problems.lifecycle import ProblemLine, ProblemQuery, ProblemState
from web.problems.working_copy import FileConflict, Save

__all__ = [
    "FileConflict",
    "ProblemLine",
    "ProblemQuery",
    "ProblemState",
    "Save",
    "asides",
    "catalogue",
    "history",
    "lifecycle",
    "uploads",
    "working_copy",
]
