"""Jobs and the runners that take them: leases, dispatch, heartbeats, the queue in figures.

May enter: the storage, the runners' messages, and the outbox, for the delivery that tells of a
judgement; no candidate's page.
"""

from web.fleet import jobs, queue_report, runners, time_credit
from web.fleet.dispatch import Dispatcher
from web.fleet.heartbeats import Heartbeats
from web.fleet.jobs import HeldJob, Priority
from web.fleet.metrics import Metrics
from web.fleet.postgres_notify import PostgresNotify
from web.fleet.wakeups import Wakeup

__all__ = [
    "Dispatcher",
    "Heartbeats",
    "HeldJob",
    "Metrics",
    "PostgresNotify",
    "Priority",
    "Wakeup",
    "jobs",
    "queue_report",
    "runners",
    "time_credit",
]
