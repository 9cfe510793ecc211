"""The messages between runner and server, version 1; both sides import them from here."""

from pydantic import BaseModel, ConfigDict, TypeAdapter

from judge.events import Event
from judge.values import Judgement

API = "/api/v1/runner"
LEASE_S = 15
"""A job whose runner is not heard from for this long is given to another."""
HEARTBEAT_S = 4
POLL_S = 25
"""How long the server holds a runner's question for work; proxies often cut at 30 or 60 s."""
JOB_TOKEN_HEADER = "X-Job-Token"  # noqa: S105  (a header's name)

JUDGEMENT: TypeAdapter[Judgement] = TypeAdapter(Judgement)
EVENT: TypeAdapter[Event] = TypeAdapter(Event)


class Message(BaseModel):
    """Nothing unknown passes the border."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Hello(Message):
    """What a runner offers; it has proved each language by a smoke program."""

    version: str
    languages: list[str]
    targets: list[str]
    slots: int
    machine: dict[str, str]


class Take(Message):
    """A question for work."""

    languages: list[str]
    targets: list[str]
    wait_s: float = POLL_S


class FileReference(Message):
    """A source file, its bytes kept by content."""

    name: str
    sha256: str


class JobOffer(Message):
    """A job, held by this runner until the lease ends or is renewed."""

    job: int
    try_number: int
    token: str
    submission: str
    problem: str
    problem_version: str
    package_sha256: str
    language: str
    target: str
    files: list[FileReference]
    samples_only: bool
    confirming: bool = False
    lease_s: float = LEASE_S


class EventBatch(Message):
    """Events in order; `first` numbers the first of them within this try, from 0."""

    first: int
    events: list[Event]


class HandIn(Message):
    """A judgement, accepted once."""

    judgement: Judgement


class HandBack(Message):
    """A fault of ours; the job goes to another try. `final` when another try can't help."""

    reason: str
    final: bool = False
