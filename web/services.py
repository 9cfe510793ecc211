"""What one server is made of: one frozen value, made by `create_app`, named here alone."""

import threading
from dataclasses import dataclass

from fastapi import FastAPI
from sqlalchemy import Engine

from web.fleet import Dispatcher, Heartbeats, Metrics, PostgresNotify, Wakeup
from web.settings import Settings
from web.storage import RefusalLog
from web.webhooks import WebhookWorker


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Shared by all requests of one server; each part has its own locks."""

    settings: Settings
    engine: Engine
    page_wakeup: Wakeup
    """For pages: something happened to a submission."""
    job_wakeup: Wakeup
    """For runners: there is work."""
    dispatcher: Dispatcher
    heartbeats: Heartbeats
    refusals: RefusalLog
    metrics: Metrics
    webhook_worker: WebhookWorker
    postgres_notify: PostgresNotify
    stopping: threading.Event

    def wake_all(self) -> None:
        """Pages and runners look again."""
        self.page_wakeup.wake()
        self.job_wakeup.wake()

    def let_go(self) -> None:
        """The server ends: who waits for news is answered at once."""
        self.stopping.set()
        self.wake_all()


def make_services(settings: Settings, engine: Engine) -> Services:
    """All of them, none started yet."""
    page_wakeup, job_wakeup = Wakeup(), Wakeup()
    return Services(
        settings=settings,
        engine=engine,
        page_wakeup=page_wakeup,
        job_wakeup=job_wakeup,
        dispatcher=Dispatcher(job_wakeup),
        heartbeats=Heartbeats(engine),
        refusals=RefusalLog(engine),
        metrics=Metrics(),
        webhook_worker=WebhookWorker(engine),
        postgres_notify=PostgresNotify(
            engine, {"judge_pages": page_wakeup, "judge_jobs": job_wakeup}
        ),
        stopping=threading.Event(),
    )


def services_of(app: FastAPI) -> Services:
    """The services of an application that `create_app` made."""
    found = app.state.services
    assert isinstance(found, Services)
    return found
