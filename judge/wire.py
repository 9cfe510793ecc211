"""The messages between runner and server; both sides import them from here.

The version is in the path. A server speaks the newest and the one before, so that runners may be
upgraded after it; others are told to upgrade (426). What version 3 added: languages by target, as
one target may lack what another has.
"""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, TypeAdapter

from judge.events import Event
from judge.values import Judgement

VERSION = 3
VERSIONS = (2, 3)
"""What a server speaks."""
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


class Offering(Message):
    """What a runner can judge: in version 3 languages by target, in version 2 all of both lists."""

    offers: dict[str, list[str]] = {}
    languages: list[str] = []
    targets: list[str] = []

    def by_target(self) -> dict[str, list[str]]:
        return self.offers or dict.fromkeys(self.targets, self.languages)


class Hello(Offering):
    """What a runner offers; it has proved each language of each target by a smoke program."""

    version: str
    slots: int
    machine: dict[str, str]
    cpus: list[str] = []
    """Of each slot, in the engine's notation ("0,1")."""


class Take(Offering):
    """A question for work."""

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
    trace: str = ""
    """One id from the request that sent the submission to the runner's log."""
    lease_s: float = LEASE_S


class EventBatch(Message):
    """Events in order; `first` numbers the first of them within this try, from 0."""

    first: int
    events: list[Event]


class HandIn(Message):
    """A judgement, accepted once."""

    judgement: Judgement
    steps_s: dict[str, float] = {}
    """How long each stage took on the runner."""


class HandBack(Message):
    """A fault of ours; the job goes to another try. `final` when another try can't help."""

    reason: str
    final: bool = False
    untried: bool = False
    """The runner is being stopped: this was no try."""


class StepName(StrEnum):
    """How far a runner's start has come."""

    CONTACT = "contact"
    DOCTOR = "doctor"
    SMOKE = "smoke"
    OFFERED = "offered"
    DRAINING = "draining"


class Step(Message):
    """One step of a runner's start or end, for the page that waits for it."""

    name: StepName
    good: bool = True
    detail: str = ""


def api(version: int = VERSION) -> str:
    """Where the runners' API of a version lies."""
    return f"/api/v{version}/runner"
