"""What Prometheus reads at /metrics: the queue, the fleet, how long judging takes.

Most is computed from the database when it is asked for, so that every replica tells the same.
"""

from collections.abc import Iterator

import sqlalchemy as sa
from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from sqlalchemy import Engine
from sqlmodel import Session, col, func

from web.fleet import queue_report, runners
from web.storage import DeliveryState, Job, JobState, JudgementRow, SubmissionRow
from web.webhooks import outbox

WINDOW_MS = 3_600_000
"""Times are told of judgements of the last hour."""
BUCKETS_S = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300)


class Metrics:
    """What one replica has seen itself; Prometheus adds replicas up."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._stages = Histogram(
            "judge_stage_seconds",
            "How long the stages of a judging took on the runner.",
            ["stage"],
            buckets=BUCKETS_S,
            registry=self._registry,
        )

    def judged(self, stages_s: dict[str, float]) -> None:
        """A judgement came in."""
        for stage, seconds in stages_s.items():
            self._stages.labels(stage).observe(seconds)

    def text(self, engine: Engine, now_ms: int) -> bytes:
        """The page, in Prometheus' text format."""
        registry = CollectorRegistry()
        registry.register(_Collector(engine, now_ms))
        return generate_latest(registry) + generate_latest(self._registry)


class _Collector(Collector):
    def __init__(self, engine: Engine, now_ms: int) -> None:
        self._engine = engine
        self._now_ms = now_ms

    def collect(self) -> Iterator[Metric]:
        with Session(self._engine) as session:
            yield from self._queue(session)
            yield from self._fleet(session)
            yield from self._judging(session)

    def _queue(self, session: Session) -> Iterator[Metric]:
        labels = ["target", "language", "needs"]
        depth = GaugeMetricFamily("judge_queue_jobs", "Jobs that wait.", labels=labels)
        age = GaugeMetricFamily(
            "judge_queue_oldest_seconds", "Age of the job that waits longest.", labels=labels
        )
        for one in queue_report.waiting(session, self._now_ms):
            values = [one.target, one.language, one.needs]
            depth.add_metric(values, one.count)
            age.add_metric(values, one.oldest_ms / 1000)
        yield depth
        yield age
        states = CounterMetricFamily("judge_jobs", "Jobs by state.", labels=["state"])
        counts = queue_report.states(session)
        for state in JobState:
            states.add_metric([state.value], counts.get(state.value, 0))
        yield states
        told = GaugeMetricFamily("judge_deliveries", "Webhooks by state.", labels=["state"])
        delivered = outbox.counts(session)
        for one_state in DeliveryState:
            told.add_metric([one_state.value], delivered.get(one_state.value, 0))
        yield told
        yield GaugeMetricFamily(
            "judge_submissions_without_verdict",
            f"Submissions without a verdict for over {queue_report.MISSING_MS // 1000} s.",
            value=queue_report.count_missing(session, self._now_ms),
        )

    def _fleet(self, session: Session) -> Iterator[Metric]:
        up = GaugeMetricFamily("judge_runner_up", "1 when it was heard from.", labels=["runner"])
        slots = GaugeMetricFamily("judge_runner_slots", "Slots offered.", labels=["runner"])
        busy = GaugeMetricFamily("judge_runner_slots_busy", "Jobs in hand.", labels=["runner"])
        faults = GaugeMetricFamily("judge_runner_faults", "Jobs handed back.", labels=["runner"])
        floor = GaugeMetricFamily(
            "judge_runner_noise_floor_ratio",
            "What it could tell apart at its last check: 0.015 is 1.5 %.",
            labels=["runner"],
        )
        for one in runners.all_views(session, self._now_ms):
            if one.revoked:
                continue
            up.add_metric([one.name], one.online)
            slots.add_metric([one.name], one.slots)
            busy.add_metric([one.name], one.busy)
            faults.add_metric([one.name], one.faults)
            if one.noise_floor is not None:
                floor.add_metric([one.name], one.noise_floor)
        yield from (up, slots, busy, faults, floor)

    def _judging(self, session: Session) -> Iterator[Metric]:
        """How long judgements of the last hour waited and took, as histograms."""
        rows = session.connection().execute(
            sa.select(
                col(Job.taken_at_ms) - col(Job.queued_at_ms),
                col(JudgementRow.judged_at_ms) - col(Job.taken_at_ms),
            )
            .join(SubmissionRow, col(SubmissionRow.id) == Job.submission_id)
            .join(
                JudgementRow,
                sa.and_(
                    col(JudgementRow.submission_id) == SubmissionRow.id,
                    col(JudgementRow.target) == Job.target,
                    # What counts since a move to another version was judged by another job.
                    col(JudgementRow.problem_version) == SubmissionRow.problem_version,
                ),
            )
            .where(col(JudgementRow.judged_at_ms) > self._now_ms - WINDOW_MS)
        )
        pairs = [(waited / 1000, took / 1000) for waited, took in rows]
        for name, words, values in (
            ("judge_waiting_seconds", "From submit to start, last hour.", [w for w, _ in pairs]),
            ("judge_judging_seconds", "From start to judgement, last hour.", [t for _, t in pairs]),
        ):
            buckets = [(str(float(b)), sum(v <= b for v in values)) for b in BUCKETS_S]
            family = HistogramMetricFamily(name, words)
            family.add_metric([], [*buckets, ("+Inf", len(values))], sum_value=sum(values))
            yield family
        yield GaugeMetricFamily("judge_judgements", "All judgements.", value=_count(session))


def _count(session: Session) -> int:
    return int(
        session.connection().execute(sa.select(func.count()).select_from(JudgementRow)).scalar()
        or 0
    )
