"""What packages imported before there was `oracles`: pinned versions of problems still do."""

from oracles.candidate import Candidate, CandidateEnded
from oracles.feedback import ACCEPTED, REJECTED, accept, reject
from oracles.open_loop import OpenLoop

__all__ = [
    "ACCEPTED",
    "REJECTED",
    "Candidate",
    "CandidateEnded",
    "OpenLoop",
    "accept",
    "reject",
]
