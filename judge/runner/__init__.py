"""The runner: asks a server for jobs, judges them, hands the judgements in.

May enter: all of judging. Both sides of the wire import its messages from here.
"""

from judge.runner.blob_cache import BlobCache
from judge.runner.http_link import HttpLink
from judge.runner.loop import MutantTask, Slot, SlotLoop, StressTask
from judge.runner.wire import (
    JUDGEMENT,
    LEASE_S,
    OF_VERSION_5,
    POLL_S,
    VERSIONS,
    EventBatch,
    FileReference,
    HandBack,
    HandIn,
    Hello,
    Offering,
    Phase,
    PhaseName,
    TakenJob,
    TakeRequest,
    api_path,
)

__all__ = [
    "JUDGEMENT",
    "LEASE_S",
    "OF_VERSION_5",
    "POLL_S",
    "VERSIONS",
    "BlobCache",
    "EventBatch",
    "FileReference",
    "HandBack",
    "HandIn",
    "Hello",
    "HttpLink",
    "MutantTask",
    "Offering",
    "Phase",
    "PhaseName",
    "Slot",
    "SlotLoop",
    "StressTask",
    "TakeRequest",
    "TakenJob",
    "api_path",
]
