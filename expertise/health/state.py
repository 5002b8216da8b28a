"""The state of the installation as gauges: what waits, how jobs went, whether the database answers. About no person."""

from collections.abc import Iterable

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import Connection, func, select
from sqlalchemy.exc import SQLAlchemyError

from expertise.base import clock
from expertise.base.database import engine
from expertise.base.findable import Outbox
from expertise.base.jobs import JobRun
from expertise.base.mail import Outgoing


class State(Collector):
    """Asked anew each time; where the database is away, that is what it says."""

    def collect(self) -> Iterable[Metric]:
        """The gauges."""
        try:
            with engine().connect().execution_options(begins="read") as connection:
                found = [*_waiting(connection), *_jobs(connection)]
        except SQLAlchemyError:
            found = []
        yield GaugeMetricFamily("expertise_database_up", "Whether the database answers", value=bool(found))
        yield from found


def _waiting(connection: Connection) -> list[Metric]:
    number, oldest = connection.execute(select(func.count(), func.min(Outbox.noted_at)).select_from(Outbox)).one()
    lag = (clock.now() - oldest).total_seconds() if oldest else 0
    letters = connection.scalar(select(func.count()).select_from(Outgoing).where(Outgoing.state == "waiting"))
    return [
        GaugeMetricFamily("expertise_outbox_records", "Records that wait to be indexed", value=number),
        GaugeMetricFamily("expertise_index_lag_seconds", "For how long the oldest of them waits", value=max(lag, 0)),
        GaugeMetricFamily("expertise_letters_waiting", "Mail that waits to be sent", value=letters or 0),
    ]


def _jobs(connection: Connection) -> list[Metric]:
    failed = GaugeMetricFamily("expertise_job_failed", "Whether a job failed the last time", labels=["job"])
    ended = GaugeMetricFamily("expertise_job_ended_seconds", "When a job ended last (Unix time)", labels=["job"])
    done = GaugeMetricFamily("expertise_job_done", "How many things a job did the last time", labels=["job"])
    for row in connection.execute(select(JobRun.__table__).where(JobRun.ended_at.is_not(None))):
        failed.add_metric([row.name], row.result == "failed")
        ended.add_metric([row.name], row.ended_at.timestamp())
        done.add_metric([row.name], row.done)
    return [failed, ended, done]
