"""The database: tables, transactions, bytes by content, secrets' digests, the audit, copies.

May enter: SQL and values to be stored; nobody's rights, no page.
"""

from web.storage import audit, blobs, stored_judgement, transfer
from web.storage.audit import RefusalLog
from web.storage.database import clock_ms, migrate, now_ms, open_engine, transaction
from web.storage.tables import (
    Campaign,
    CampaignProblem,
    Delivery,
    DeliveryState,
    Draft,
    Invitation,
    Job,
    JobState,
    JudgementRow,
    JudgingEvent,
    Person,
    ProblemVersion,
    Review,
    Role,
    RunnerRow,
    SignIn,
    Sitting,
    SubmissionKind,
    SubmissionRow,
    Webhook,
)
from web.storage.tokens import digest, new_code, new_secret

__all__ = [
    "Campaign",
    "CampaignProblem",
    "Delivery",
    "DeliveryState",
    "Draft",
    "Invitation",
    "Job",
    "JobState",
    "JudgementRow",
    "JudgingEvent",
    "Person",
    "ProblemVersion",
    "RefusalLog",
    "Review",
    "Role",
    "RunnerRow",
    "SignIn",
    "Sitting",
    "SubmissionKind",
    "SubmissionRow",
    "Webhook",
    "audit",
    "blobs",
    "clock_ms",
    "digest",
    "migrate",
    "new_code",
    "new_secret",
    "now_ms",
    "open_engine",
    "stored_judgement",
    "transaction",
    "transfer",
]
