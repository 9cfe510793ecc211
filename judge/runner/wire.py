"""The messages between runner and server; both sides import them from here.

The version is in the path. A server speaks the newest and the one before, so that runners may be
upgraded after it; others are told to upgrade (426). What version 5 added: jobs that serve who makes
a problem (`every_test`, `check`), which runners of version 4 are not given.
"""

from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, TypeAdapter, field_validator

from judge.events import Event
from judge.values import Judgement

VERSION = 5
VERSIONS = (4, 5)
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
    """What a runner can judge: languages by target."""

    offers: dict[str, list[str]] = {}


class Hello(Offering):
    """What a runner offers; it has proved each language of each target by a smoke program."""

    version: str
    slots: int
    machine: dict[str, str]
    cpus: list[str] = []
    """Those of each slot, in the engine's notation ("0,1")."""


class TakeRequest(Offering):
    """A question for work."""

    wait_s: float = POLL_S


class FileReference(Message):
    """A source file, its bytes kept by content."""

    name: str
    sha256: str


class TakenJob(Message):
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
    every_test: bool = False
    """Tests after a failed one are run too, and told: for who makes the problem."""
    entry: str = ""
    """The file that starts the program, where there are several and the language doesn't tell."""
    mutant_of: str = ""
    """Whose mutant it is, by the name of the package's answer; then it is judged as one."""
    stress_against: str = ""
    """The package's answer, by name, that it is to be told apart from, for `stress_s` seconds."""
    stress_s: float = 0.0
    check: bool = False
    """The package itself is to be looked at, as `problems.verification.check_package` does."""
    trace: str = ""
    """One id from the request that sent the submission to the runner's log."""
    lease_s: float = LEASE_S


OF_VERSION_5 = {"every_test", "check", "entry", "mutant_of", "stress_against", "stress_s"}
"""What a job of a runner of version 4 must not say."""


class EventBatch(Message):
    """Events in order; `first` numbers the first of them within this try, from 0."""

    first: int
    events: list[Event]


class HandIn(Message):
    """A judgement, accepted once."""

    judgement: Judgement
    stages_s: dict[str, float] = {}
    """How long each stage took on the runner."""

    @field_validator("judgement", mode="before")
    @classmethod
    def _with_guards(cls, given: Any) -> Any:  # noqa: ANN401  (not yet checked)
        """A runner of the release before tells of one bar beside the bar, or of none."""
        if not isinstance(given, dict) or "guard" not in given:
            return given
        rest = {key: value for key, value in given.items() if key != "guard"}
        guard = given["guard"]
        return {"guards": [{**guard, "pairs": []}] if guard else [], **rest}


class HandBack(Message):
    """A fault of ours; the job goes to another try. `final` when another try can't help."""

    reason: str
    final: bool = False
    untried: bool = False
    """The runner is being stopped: this was no try."""


class PhaseName(StrEnum):
    """How far a runner's start has come."""

    CONTACT = "contact"
    DOCTOR = "doctor"
    SMOKE = "smoke"
    OFFERED = "offered"
    DRAINING = "draining"
    """It takes no job: it stops, or its host suffers (not good) until an empty one comes."""


class Phase(Message):
    """One phase of a runner's start or end, for the page that waits for it."""

    name: PhaseName
    good: bool = True
    detail: str = ""


def api_path(version: int = VERSION) -> str:
    """Where the runners' API of a version lies."""
    return f"/api/v{version}/runner"
