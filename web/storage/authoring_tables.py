"""Tables of problems: their versions and history, working copies, verifications."""

from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, Index
from sqlmodel import Field

from web.storage.base import SQLModel


class ProblemRow(SQLModel, table=True):
    """A problem through all of its versions. `slug` is its address and never changes."""

    __tablename__ = "problem"

    slug: str = Field(primary_key=True)
    created_at_ms: int = Field(sa_type=BigInteger)
    head_version: str = ""
    """That of the newest commit; none before the first."""
    published_version: str = ""
    """What campaigns may take; none before it is published."""
    retired_at_ms: int | None = Field(default=None, sa_type=BigInteger)
    working_base: str = ""
    """The version that the working copy began with."""
    edits: int = 0
    """Counts saves of files for ever, so that a revision never means two texts."""


class ProblemVersion(SQLModel, table=True):
    """A package in one version: immutable, named by its content."""

    slug: str = Field(primary_key=True)
    version: str = Field(primary_key=True)
    package_sha256: str = Field(foreign_key="blob.sha256", index=True)
    loaded_at_ms: int = Field(sa_type=BigInteger)
    summary: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    """What lists show of it, so that they need not read packages: catalogue.ProblemSummary."""


class ProblemCommit(SQLModel, table=True):
    """A line of a problem's history: who made which version, when and why."""

    __table_args__ = (Index("ix_problemcommit_problem_id", "problem", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    problem: str = Field(foreign_key="problem.slug")
    version: str
    parent_version: str
    """What it was made from; "" for the first."""
    author: str
    """A person's code, or what else brought it: `bank`, `command line`."""
    sentence: str
    at_ms: int = Field(sa_type=BigInteger)


class WorkingFile(SQLModel, table=True):
    """A file of a problem's working copy; `revision` counts its saves."""

    problem: str = Field(primary_key=True, foreign_key="problem.slug")
    path: str = Field(primary_key=True)
    sha256: str = Field(foreign_key="blob.sha256", index=True)
    revision: int
    saved_by: str
    saved_at_ms: int = Field(sa_type=BigInteger)


class SetAside(SQLModel, table=True):
    """What somebody saved over a file that another had saved meanwhile: kept beside it."""

    id: int | None = Field(default=None, primary_key=True)
    problem: str = Field(foreign_key="problem.slug", index=True)
    path: str
    sha256: str = Field(foreign_key="blob.sha256", index=True)
    saved_by: str
    saved_at_ms: int = Field(sa_type=BigInteger)


class VerificationKind(StrEnum):
    """What is put to a problem."""

    ALL = "all"
    """Its own submissions, and its validators on its own data."""
    REPEATED = "repeated"
    """Some of its submissions, often."""
    CHECK = "check"
    """The package itself alone: its validators, and one of each fresh group."""


class Verification(SQLModel, table=True):
    """A version of a problem put to its own submissions, each so often."""

    __table_args__ = (Index("ix_verification_problem_id", "problem", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    problem: str = Field(foreign_key="problem.slug")
    version: str
    kind: str
    """What is put to it: a VerificationKind."""
    runs: int
    """How often each is judged."""
    started_by: str
    started_at_ms: int = Field(sa_type=BigInteger)
    over_at_ms: int | None = Field(default=None, sa_type=BigInteger)
    """When all was judged, or it was called off."""
    called_off: bool = False
    passed: bool | None = None
    """Whether all was as expected; None until it is over."""


class VerificationRun(SQLModel, table=True):
    """One judging of a verification: which program of the package's, and how often before."""

    id: int | None = Field(default=None, primary_key=True)
    verification_id: int = Field(foreign_key="verification.id", index=True)
    submission_id: int = Field(foreign_key="submission.id", unique=True)
    name: str
    """Below submissions/; "" for the check of the package itself."""
    number: int
    outcome: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    """By target, once judged: its verdict, and what is not as it must be."""
    assessed: bool = Field(default=False, index=True)


class MutationRun(SQLModel, table=True):
    """Mutants of a version's right answers, put to its tests."""

    __table_args__ = (Index("ix_mutationrun_problem_tested", "problem", "tested"),)

    id: int | None = Field(default=None, primary_key=True)
    problem: str = Field(foreign_key="problem.slug")
    version: str
    tested: str
    """The version but for its marks: what was found holds for all versions that have the same."""
    started_by: str
    started_at_ms: int = Field(sa_type=BigInteger)
    over_at_ms: int | None = Field(default=None, sa_type=BigInteger)
    called_off: bool = False


class MutantRow(SQLModel, table=True):
    """One mutant of a run, and its fate once it is judged."""

    __tablename__ = "mutant"

    id: int | None = Field(default=None, primary_key=True)
    run_id: int = Field(foreign_key="mutationrun.id", index=True)
    name: str
    """The mutant's own, which outlives edits elsewhere in the file."""
    answer: str
    file: str
    line: int
    operator: str
    diff: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    submission_id: int = Field(foreign_key="submission.id", unique=True)
    fate: str = Field(default="", index=True)
    """"" until it is judged."""
    caught_by: str = ""


class Certificate(SQLModel, table=True):
    """What was proved of a version when it was published, signed."""

    id: int | None = Field(default=None, primary_key=True)
    problem: str = Field(foreign_key="problem.slug", index=True)
    version: str
    issued_at_ms: int = Field(sa_type=BigInteger)
    issued_by: str
    payload: str
    """The signed text, as JSON; kept as it was signed, to the byte."""
    signature: str
    public_key: str


class SigningKey(SQLModel, table=True):
    """The installation's key; it signs, so its private half must be readable here."""

    id: int | None = Field(default=None, primary_key=True)
    private_key: str
    public_key: str
    created_at_ms: int = Field(sa_type=BigInteger)


class StressRun(SQLModel, table=True):
    """A submission that is to be told apart from an answer of the package."""

    submission_id: int = Field(primary_key=True, foreign_key="submission.id")
    other: str
    """The answer's name below submissions/."""
    seconds: float


class PackageUpload(SQLModel, table=True):
    """A package that somebody uploaded and was told of, until they take it."""

    token_hash: str = Field(primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    sha256: str = Field(foreign_key="blob.sha256", index=True)
    expires_at_ms: int = Field(sa_type=BigInteger)
