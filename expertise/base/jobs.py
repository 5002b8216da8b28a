"""Work that no request waits for: what is due, done by one process at a time, and how it went.

A job is claimed by a lease in the database, so that two runners never do the same one at once; a runner that dies
loses its lease after a while.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

import structlog
from flask import Flask, current_app
from sqlalchemy import String, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from expertise.base import clock
from expertise.base.commands import writing
from expertise.base.database import ID_LENGTH, Model, new_id, session

log = structlog.get_logger(__name__)
LEASE = timedelta(hours=1)
# A job that failed is not left until its next day.
AGAIN_AFTER = timedelta(minutes=10)


@dataclass(frozen=True)
class Job:
    """Something that is done again and again: every so often, or once a day from an hour on (at headquarters).

    `run` says how many things it did. It runs inside a transaction, unless it `minds_its_own`.
    """

    name: str
    meaning: Any  # a lazy text
    run: Callable[[], int]
    every: timedelta | None = None
    daily_at: int | None = None
    minds_its_own: bool = False

    def slot(self, now: datetime) -> datetime:
        """The moment since which it should have begun."""
        if self.daily_at is None:
            assert self.every is not None
            return now - self.every
        local = now.astimezone(clock.HEADQUARTERS)
        at = datetime.combine(local.date(), time(self.daily_at), tzinfo=clock.HEADQUARTERS)
        return at if at <= now else datetime.combine(local.date() - timedelta(days=1), time(self.daily_at), at.tzinfo)


class JobRun(Model):
    """The last time that a job ran, and who runs it now."""

    __tablename__ = "job_run"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    leased_by: Mapped[str | None] = mapped_column(String(ID_LENGTH))
    leased_until: Mapped[datetime | None]
    began_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    result: Mapped[str] = mapped_column(String(10), default="")  # done or failed
    done: Mapped[int] = mapped_column(default=0)
    why: Mapped[str] = mapped_column(String(200), default="")  # of a failure: the kind of error, never its text


@dataclass(frozen=True)
class Outcome:
    """How one job went."""

    name: str
    done: int
    failed: bool = False
    why: str = ""


def set_up(app: Flask, jobs: Iterable[Job]) -> None:
    """Give the application its jobs."""
    app.extensions["jobs"] = tuple(jobs)


def the_jobs() -> tuple[Job, ...]:
    """The jobs of this application, in the order in which they run."""
    found: tuple[Job, ...] = current_app.extensions["jobs"]
    return found


def run_due() -> list[Outcome]:
    """Run what is due and free, each by itself: one that fails stops no other."""
    outcomes = []
    for job in the_jobs():
        lease = _claim(job)
        if lease is not None:
            outcome = _run(job)
            _release(lease, outcome)
            outcomes.append(outcome)
    return outcomes


def _claim(job: Job) -> str | None:
    """The lease of a job that is due, or None where it is not, or another runner has it."""
    now, lease = clock.now(), new_id()
    with writing():
        _make_row(job)
        due = or_(JobRun.began_at.is_(None), JobRun.began_at <= job.slot(now))
        failed = (JobRun.result == "failed") & (JobRun.ended_at <= now - AGAIN_AFTER)
        claimed = session().execute(
            update(JobRun)
            .where(JobRun.name == job.name, or_(due, failed))
            .where(or_(JobRun.leased_until.is_(None), JobRun.leased_until < now))
            .values(leased_by=lease, leased_until=now + LEASE, began_at=now)
            .execution_options(synchronize_session=False)
        )
        return lease if claimed.rowcount == 1 else None  # type: ignore[attr-defined]


def _make_row(job: Job) -> None:
    if session().scalar(select(JobRun.name).where(JobRun.name == job.name)) is not None:
        return
    try:
        with session().begin_nested():
            session().add(JobRun(name=job.name))
    except IntegrityError:
        # Another runner, that began at the same time, made it.
        session().expire_all()


def _run(job: Job) -> Outcome:
    try:
        if job.minds_its_own:
            return Outcome(job.name, job.run())
        with writing():
            return Outcome(job.name, job.run())
    except Exception as why:
        # One job that fails stops no other; its outcome says so.
        log.exception("job failed", job=job.name)
        return Outcome(job.name, 0, failed=True, why=type(why).__name__)


def _release(lease: str, outcome: Outcome) -> None:
    with writing():
        session().execute(
            update(JobRun)
            .where(JobRun.name == outcome.name, JobRun.leased_by == lease)
            .values(
                leased_by=None,
                leased_until=None,
                ended_at=clock.now(),
                result="failed" if outcome.failed else "done",
                done=outcome.done,
                why=outcome.why,
            )
            .execution_options(synchronize_session=False)
        )
    # The next job sees the database and not what this one had read.
    session().expire_all()


def last_runs() -> dict[str, JobRun]:
    """How each job went last, by its name."""
    return {one.name: one for one in session().scalars(select(JobRun))}
