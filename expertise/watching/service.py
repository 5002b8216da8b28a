"""Verbs on watching: begin and stop, and having looked."""

from datetime import datetime

from sqlalchemy import or_, select, update

from expertise.access.rules import require
from expertise.access.viewer import Viewer
from expertise.audit.service import follow
from expertise.base.database import own_transaction, session
from expertise.base.errors import NotFound
from expertise.base.mail import send_later
from expertise.dossiers.models import Dossier, Entry
from expertise.people.models import Account
from expertise.watching.models import Watch, WatchedSearch
from expertise.watching.queries import find_watch

TOLD_OF = ("dossier.changed", "dossier.archived", "dossier.reopened", "entry.added", "entry.revised")


def watch(viewer: Viewer, dossier: Dossier) -> Watch:
    """Watch a dossier from now on."""
    require(viewer, "watch.own")
    require(viewer, "dossier.read", dossier)
    found = find_watch(viewer, dossier)
    if found is None:
        closed, version = dossier.status == "archived", dossier.version
        found = Watch(
            person_id=viewer.person_id,
            dossier_id=dossier.id,
            seen_version=version,
            seen_closed=closed,
            told_version=version,
            told_closed=closed,
        )
        session().add(found)
        session().flush()
    return found


def unwatch(viewer: Viewer, dossier_id: str) -> None:
    """Watch it no longer. Also of what one may no longer read."""
    require(viewer, "watch.own")
    found = session().get(Watch, (viewer.person_id, dossier_id))
    if found is None:
        raise NotFound(dossier_id)
    session().delete(found)
    session().flush()


def note_look(person_id: str, dossier_id: str, version: int, moment: datetime, *, closed: bool) -> None:
    """Note that somebody saw a dossier as it was at a moment, in a transaction of its own: a look is a GET."""
    with own_transaction() as own:
        own.execute(
            update(Watch)
            .where(Watch.person_id == person_id, Watch.dossier_id == dossier_id, Watch.seen_at < moment)
            .values(seen_at=moment, seen_version=version, seen_closed=closed)
        )


def tell(watch: Watch, moment: datetime, version: int, *, closed: bool) -> None:
    """Note that a letter told of what there was at a moment."""
    watch.told_at, watch.told_version, watch.told_closed = moment, version, closed


@follow(*TOLD_OF)
def write_to_watchers(viewer: Viewer, _action: str, thing: Dossier | Entry) -> None:
    """Whoever wants to hear at once gets a letter; what it may say is judged when it is sent."""
    dossier_id = thing.dossier_id if isinstance(thing, Entry) else thing.id
    if isinstance(thing, Dossier):
        _knows_own_work(viewer, thing)
    query = select(Account.id).join(Watch, Watch.person_id == Account.person_id)
    query = query.where(Watch.dossier_id == dossier_id, Account.mail == "at_once", Account.disabled_at.is_(None))
    for account_id in session().scalars(query.where(Account.person_id != (viewer.person_id or ""))).all():
        send_later("watch", account_id, dossier_id)


def _knows_own_work(viewer: Viewer, dossier: Dossier) -> None:
    """Whoever changed it themselves need not be told."""
    own = find_watch(viewer, dossier)
    if own is None:
        return
    own.seen_closed = own.told_closed = dossier.status == "archived"
    if own.seen_version == dossier.version - 1:
        own.seen_version = dossier.version
    if own.told_version == dossier.version - 1:
        own.told_version = dossier.version


def write_digests(viewer: Viewer) -> int:
    """For every day: a letter for each account that wants one a day and watches anything; says how many."""
    require(viewer, "installation.keep")
    query = select(Account.id).where(
        Account.mail == "daily",
        Account.disabled_at.is_(None),
        or_(Account.person_id.in_(select(Watch.person_id)), Account.person_id.in_(select(WatchedSearch.person_id))),
    )
    accounts = session().scalars(query).all()
    for account_id in accounts:
        send_later("digest", account_id)
    return len(accounts)
