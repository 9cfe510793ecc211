"""What follows a judgement and must happen once: whom to tell, what is due, who carries it out.

May enter: rows of the storage; DBOS, in one module alone.
"""

from web.webhooks import outbox, subscriptions
from web.webhooks.dbos_worker import WebhookWorker

__all__ = ["WebhookWorker", "outbox", "subscriptions"]
