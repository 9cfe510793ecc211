"""Verification: a version of a problem put to its own submissions, and what came of it.

May enter: problems, the fleet's jobs and submissions; nothing of ranks and reviews.
"""

from web.verification import (
    certificates,
    matrix,
    mutations,
    publishing,
    tried_answers,
    verifications,
)
from web.verification.tried_answers import TriedAnswer
from web.verification.verifications import FOR_AUTHORS, NewVerification

__all__ = [
    "FOR_AUTHORS",
    "NewVerification",
    "TriedAnswer",
    "certificates",
    "matrix",
    "mutations",
    "publishing",
    "tried_answers",
    "verifications",
]
