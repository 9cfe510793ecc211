"""Jobs and the runners that take them: leases, dispatch, heartbeats, the queue in figures.

May enter: the storage and the runners' messages; no candidate's page.
"""

from web.fleet import jobs, queue_report, runners, time_credit
from web.fleet.dispatch import Dispatcher
from web.fleet.heartbeats import Heartbeats
from web.fleet.jobs import TRIES_MAX, Held, Priority
from web.fleet.metrics import Metrics
from web.fleet.postgres_notify import PostgresNotify
from web.fleet.wakeups import Wakeup

__all__ = [
    "TRIES_MAX",
    "Dispatcher",
    "Heartbeats",
    "Held",
    "Metrics",
    "PostgresNotify",
    "Priority",
    "Wakeup",
    "jobs",
    "queue_report",
    "runners",
    "time_credit",
]
