"""Candidates: who they are, their sittings and drafts, what they send and how it stands.

May enter: the storage, problems and the fleet's jobs; nothing of ranks and reviews.
"""

from web.candidates import (
    campaigns,
    confirmation,
    drafts,
    people,
    submission_targets,
    submission_view,
    submissions,
)
from web.candidates.campaigns import MINUTE_MS, CampaignView, NewCampaign
from web.candidates.drafts import DraftPlace
from web.candidates.people import (
    DAY_MS,
    SIGN_IN_DAYS,
    CandidateView,
    Visitor,
    require_role,
    visitor_of,
)
from web.candidates.submission_view import ProgressEvent, SubmissionView
from web.candidates.submissions import SubmissionForm

__all__ = [
    "DAY_MS",
    "MINUTE_MS",
    "SIGN_IN_DAYS",
    "CampaignView",
    "CandidateView",
    "DraftPlace",
    "NewCampaign",
    "ProgressEvent",
    "SubmissionForm",
    "SubmissionView",
    "Visitor",
    "campaigns",
    "confirmation",
    "drafts",
    "people",
    "require_role",
    "submission_targets",
    "submission_view",
    "submissions",
    "visitor_of",
]
