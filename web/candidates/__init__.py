"""Candidates: their campaigns, sittings and drafts, what they send and how it stands.

May enter: the storage, accounts, problems and the fleet's jobs; nothing of ranks and reviews.
"""

from web.candidates import (
    campaigns,
    confirmation,
    drafts,
    submission_targets,
    submission_view,
    submissions,
)
from web.candidates.campaigns import MINUTE_MS, CampaignView, NewCampaign
from web.candidates.drafts import DraftPlace
from web.candidates.submission_view import ProgressEvent, SubmissionView
from web.candidates.submissions import SubmissionForm

__all__ = [
    "MINUTE_MS",
    "CampaignView",
    "DraftPlace",
    "NewCampaign",
    "ProgressEvent",
    "SubmissionForm",
    "SubmissionView",
    "campaigns",
    "confirmation",
    "drafts",
    "submission_targets",
    "submission_view",
    "submissions",
]
