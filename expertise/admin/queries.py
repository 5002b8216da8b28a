"""How the installation stands: jobs, mail, index, database."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from expertise.access.rules import require
from expertise.access.viewer import Viewer
from expertise.audit.models import Event
from expertise.audit.queries import Tip, security_events, tip
from expertise.base import clock, jobs, mail, schema
from expertise.base.database import session
from expertise.base.findable import Outbox
from expertise.people.models import Account, Person
from expertise.search.service import size_on_disk


@dataclass(frozen=True)
class JobState:
    """A job, and how it went last; `run` is None where it never ran."""

    meaning: Any
    run: jobs.JobRun | None

    @property
    def failed(self) -> bool:
        """Whether it went wrong the last time."""
        return self.run is not None and self.run.result == "failed"


@dataclass(frozen=True)
class SystemState:
    """What an administrator looks at first when something seems wrong."""

    jobs: list[JobState]
    last_round: datetime | None  # when a runner last did anything
    mail_on: bool
    letters: dict[str, int]
    waiting_for_index: int
    oldest_waiting: datetime | None
    index_bytes: int
    revision: str | None
    current: bool

    @property
    def runner_missing(self) -> bool:
        """Whether nobody has run the jobs for an hour."""
        return self.last_round is None or (clock.now() - self.last_round).total_seconds() > 3600


def state_of(viewer: Viewer) -> SystemState:
    """How it stands now."""
    require(viewer, "installation.read")
    runs = jobs.last_runs()
    waiting, oldest = session().execute(select(func.count(), func.min(Outbox.noted_at)).select_from(Outbox)).one()
    present, newest = schema.present(session().connection()), schema.newest()
    return SystemState(
        jobs=[JobState(job.meaning, runs.get(job.name)) for job in jobs.the_jobs()],
        last_round=max((one.ended_at for one in runs.values() if one.ended_at), default=None),
        mail_on=mail.is_on(),
        letters=mail.counts(),
        waiting_for_index=waiting,
        oldest_waiting=oldest,
        index_bytes=size_on_disk(),
        revision=present,
        current=present == newest,
    )


@dataclass(frozen=True)
class EventsState:
    """The record of events: its end beside the head that is kept, the last walk over all of it, and the latest."""

    tip: Tip
    last_walk: jobs.JobRun | None
    latest: list[Event]
    names: dict[str, str]  # of people who did it, and of those whose accounts it was done to: by either id

    @property
    def altered(self) -> bool:
        """Whether something is known to be wrong."""
        return not self.tip.held or (self.last_walk is not None and self.last_walk.result == "failed")


def events_state(viewer: Viewer) -> EventsState:
    """How the record of events stands. The walk over all of it is a job's; a page looks at the end alone."""
    require(viewer, "installation.read")
    latest = security_events(viewer)
    ids = {one.person_id for one in latest if one.person_id}
    people = session().execute(select(Person.id, Person.name).where(Person.id.in_(ids)))
    about = {one.object_id for one in latest if one.object_kind == "account"}
    accounts = session().execute(select(Account.id, Person.name).join(Account.person).where(Account.id.in_(about)))
    names = {row.id: row.name for row in (*people, *accounts)}
    return EventsState(tip(viewer), jobs.last_runs().get("events"), latest, names)
