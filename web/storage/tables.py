"""The database's tables. Rows are built from checked values only: SQLModel tables don't validate.

Instants are milliseconds since 1970 in UTC (`..._at_ms`); secrets are stored as SHA-256 digests.
"""

from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, Index, LargeBinary, UniqueConstraint
from sqlmodel import Field

from web.storage.base import SQLModel


class Role(StrEnum):
    """Who somebody is to us."""

    CANDIDATE = "candidate"
    INTERVIEWER = "interviewer"
    RECRUITER = "recruiter"
    OPERATOR = "operator"


class JobState(StrEnum):
    """Where a job stands; the row alone decides."""

    QUEUED = "queued"
    HELD = "held"
    JUDGED = "judged"
    FAILED = "failed"


class SubmissionKind(StrEnum):
    """What a submission is sent for: to count, to try, to be measured again, to test a problem."""

    SUBMIT = "submit"
    SAMPLES = "samples"
    CONFIRM = "confirm"
    VERIFY = "verify"
    """One of a problem's own, or somebody's who tries the problem: it counts nowhere."""
    MUTANT = "mutant"
    STRESS = "stress"
    """To be told apart from another answer."""
    SHADOW = "shadow"
    """A candidate's, judged on another version before its campaign moves there, if it does."""
    CHECK = "check"
    """No answer: the package itself, its validators on its own data."""


class Blob(SQLModel, table=True):
    """Bytes by content: packages and sources."""

    sha256: str = Field(primary_key=True)
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class Person(SQLModel, table=True):
    """Somebody who signs in. `code` is what others see of a candidate."""

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    roles: str
    """Names of roles with commas between; a candidate is nothing else."""
    name: str
    mail: str
    language: str
    campaign_id: int | None = Field(default=None, foreign_key="campaign.id", index=True)
    """The campaign a candidate was invited to; none for those who work here."""
    created_at_ms: int = Field(sa_type=BigInteger)
    disabled_at_ms: int | None = Field(default=None, sa_type=BigInteger)
    """Since when somebody who left may do nothing any more; what they did stays theirs."""


class Campaign(SQLModel, table=True):
    """A position being screened for, with its assessment."""

    id: int | None = Field(default=None, primary_key=True)
    slug: str = Field(unique=True)
    title_en: str
    title_zh: str
    demo: bool
    openings: int
    minutes: int
    submissions_max: int
    """Counted submissions a candidate may make for each problem."""
    board_open: bool
    """Whether candidates see their own place."""
    created_at_ms: int = Field(sa_type=BigInteger)


class CampaignProblem(SQLModel, table=True):
    """A problem of a campaign's assessment, its version pinned."""

    campaign_id: int = Field(primary_key=True, foreign_key="campaign.id")
    position: int = Field(primary_key=True)
    problem: str
    problem_version: str


class MoveState(StrEnum):
    """Where moving a campaign to another version of a problem stands."""

    SHADOW = "shadow"
    """Answers are being judged, or were, and nothing has changed for anybody."""
    SWITCHED = "switched"
    WITHDRAWN = "withdrawn"


class VersionMove(SQLModel, table=True):
    """A campaign's move from one version of a problem to another."""

    __tablename__ = "versionmove"
    __table_args__ = (Index("ix_versionmove_campaign_id_problem", "campaign_id", "problem"),)

    id: int | None = Field(default=None, primary_key=True)
    campaign_id: int = Field(foreign_key="campaign.id")
    problem: str
    from_version: str
    to_version: str
    state: str
    started_by: str
    """A person's code, or `command line`."""
    started_at_ms: int = Field(sa_type=BigInteger)
    over_at_ms: int | None = Field(default=None, sa_type=BigInteger)


class ShadowRun(SQLModel, table=True):
    """A candidate's answer, and the submission that judges it on the version of a move."""

    __tablename__ = "shadowrun"

    shadow_id: int = Field(primary_key=True, foreign_key="submission.id")
    move_id: int = Field(foreign_key="versionmove.id", index=True)
    original_id: int = Field(foreign_key="submission.id", index=True)


class Invitation(SQLModel, table=True):
    """The secret that lets one person in."""

    id: int | None = Field(default=None, primary_key=True)
    secret_hash: str = Field(unique=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    time_factor: float
    expires_at_ms: int = Field(sa_type=BigInteger)
    used_at_ms: int | None = Field(default=None, sa_type=BigInteger)
    withdrawn_at_ms: int | None = Field(default=None, sa_type=BigInteger)


class Sitting(SQLModel, table=True):
    """One candidate's timed session."""

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", unique=True)
    started_at_ms: int = Field(sa_type=BigInteger)
    ends_at_ms: int = Field(sa_type=BigInteger)
    """With the credit."""
    credit_ms: int = 0
    """Given back for waiting on us; time_credit.py says when."""
    credited_until_ms: int = Field(default=0, sa_type=BigInteger)


class Draft(SQLModel, table=True):
    """What is in a candidate's editor; `revision` counts the saves."""

    person_id: int = Field(primary_key=True, foreign_key="person.id")
    problem: str = Field(primary_key=True)
    language: str = Field(primary_key=True)
    text: str
    revision: int
    saved_at_ms: int = Field(sa_type=BigInteger)


class SubmissionRow(SQLModel, table=True):
    """Files sent once. `form_key` makes a repeated post the same submission."""

    __tablename__ = "submission"
    __table_args__ = (
        UniqueConstraint("person_id", "form_key"),
        Index("ix_submission_person_problem", "person_id", "problem"),
    )

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    person_id: int = Field(foreign_key="person.id")
    form_key: str
    problem: str
    problem_version: str
    language: str
    kind: str
    file_name: str
    source_sha256: str = Field(foreign_key="blob.sha256", index=True)
    created_at_ms: int = Field(sa_type=BigInteger)
    confirms_id: int | None = Field(
        default=None, foreign_key="submission.id", unique=True, index=True
    )
    """The submission that this one measures again."""
    entry: str = ""
    """The file that starts the program, where a package's own answer says so."""


class SubmissionFile(SQLModel, table=True):
    """A file beside the first of a submission that has several."""

    submission_id: int = Field(primary_key=True, foreign_key="submission.id")
    name: str = Field(primary_key=True)
    sha256: str = Field(foreign_key="blob.sha256", index=True)


class Job(SQLModel, table=True):
    """A submission to be judged on one target."""

    __table_args__ = (
        UniqueConstraint("submission_id", "target"),
        Index("ix_job_queue", "state", "priority", "id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    submission_id: int = Field(foreign_key="submission.id")
    target: str
    language: str
    state: str
    priority: int
    tries: int
    runner_id: int | None = Field(default=None, foreign_key="runner.id")
    needs: str = ""
    """A label that the runner must have been given, such as `gpu`; mostly none."""
    token_hash: str = ""
    lease_until_ms: int = Field(default=0, sa_type=BigInteger)
    queued_at_ms: int = Field(sa_type=BigInteger)
    taken_at_ms: int = Field(default=0, sa_type=BigInteger)
    fault: str = ""
    trace: str = ""
    """The request that sent it, as the logs of server and runner call it."""


class JudgingEvent(SQLModel, table=True):
    """One sign of a judging's progress, in the order of ids; pages tail this table."""

    id: int | None = Field(default=None, primary_key=True)
    submission_id: int = Field(foreign_key="submission.id", index=True)
    target: str
    try_number: int
    number: int
    body: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    at_ms: int = Field(sa_type=BigInteger)


class JudgementRow(SQLModel, table=True):
    """What was said, written once for (submission, target, problem version)."""

    __tablename__ = "judgement"
    __table_args__ = (UniqueConstraint("submission_id", "target", "problem_version"),)

    id: int | None = Field(default=None, primary_key=True)
    submission_id: int = Field(foreign_key="submission.id")
    target: str
    problem_version: str
    verdict: str
    too_close: bool
    score: float
    score_low: float
    score_high: float
    ratio: float | None
    ratio_low: float | None
    ratio_high: float | None
    body: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    tries: int
    judged_at_ms: int = Field(sa_type=BigInteger)
    superseded_at_ms: int | None = Field(default=None, sa_type=BigInteger)
    """Since when another counts, its campaign having moved to another version; it stays."""


class RunnerRow(SQLModel, table=True):
    """A runner that may take jobs."""

    __tablename__ = "runner"

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    token_hash: str = Field(unique=True)
    next_token_hash: str | None = Field(default=None, unique=True)
    """Made to take the other's place; both are good until it is used."""
    labels: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    """Given by the operator; jobs that need one go only there."""
    offers: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    """What the runner said of itself last: wire.py's Hello, and how far it has come."""
    registered_at_ms: int = Field(default=0, sa_type=BigInteger)
    seen_at_ms: int = Field(sa_type=BigInteger)
    revoked_at_ms: int | None = Field(default=None, sa_type=BigInteger)


class DeliveryState(StrEnum):
    """Where a delivery stands."""

    DUE = "due"
    SENT = "sent"
    GIVEN_UP = "given up"


class Webhook(SQLModel, table=True):
    """Who is told of a campaign's judgements. The secret signs, so it must be readable here."""

    campaign_id: int = Field(primary_key=True, foreign_key="campaign.id")
    url: str
    secret: str
    created_at_ms: int = Field(sa_type=BigInteger)


class Delivery(SQLModel, table=True):
    """One judgement to be told of, written with it; a worker carries it out."""

    __table_args__ = (
        UniqueConstraint("submission_id", "target"),
        Index("ix_delivery_state_due_at_ms", "state", "due_at_ms"),
    )

    id: int | None = Field(default=None, primary_key=True)
    submission_id: int = Field(foreign_key="submission.id")
    target: str
    campaign_id: int = Field(foreign_key="campaign.id")
    state: str
    answered: str = ""
    due_at_ms: int = Field(sa_type=BigInteger)
    over_at_ms: int = Field(default=0, sa_type=BigInteger)


class Review(SQLModel, table=True):
    """A reviewer's word on a candidate; filing one shows the reviewer the name."""

    reviewer_id: int = Field(primary_key=True, foreign_key="person.id")
    candidate_id: int = Field(primary_key=True, foreign_key="person.id")
    text: str
    filed_at_ms: int = Field(sa_type=BigInteger)


class AuditEntry(SQLModel, table=True):
    """Who did what, for those who must be able to tell later."""

    id: int | None = Field(default=None, primary_key=True)
    at_ms: int = Field(sa_type=BigInteger)
    actor: str
    action: str
    subject: str
