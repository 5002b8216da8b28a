"""Searches that somebody watches: what they find that was not there when they last looked."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from expertise.access.rules import require
from expertise.access.viewer import Viewer
from expertise.base import clock
from expertise.base.database import own_transaction, session
from expertise.base.errors import NotFound, Refused
from expertise.base.mail import send_later
from expertise.people.models import Account
from expertise.posts.viewers import viewer_for
from expertise.search.queries import filters_now, found_keys, still_readable
from expertise.watching.models import LONGEST_WATCHED, WatchedSearch

MOST = 30
# All that a search finds is compared, whatever its date; of one that finds more than this, so many of the newest.
COMPARED = 5_000
# For one search of a job: the first of a process reads word lists, and nobody waits for it.
UNHURRIED = 60.0


@dataclass(frozen=True)
class FreshFinds:
    """A watched search, and how many new pieces it found that its watcher may read now."""

    search: WatchedSearch
    count: int

    def __bool__(self) -> bool:
        """Whether there are any."""
        return self.count > 0


def same_search(viewer: Viewer, text: str, filters: Mapping[str, Sequence[str]]) -> WatchedSearch | None:
    """The viewer's watch of this very search."""
    asked = _plain(filters_now(filters))
    alike = (one for one in watched_searches(viewer) if one.text == text)
    # What is filtered by may have been merged or renamed since.
    return next((one for one in alike if _plain(filters_now(one.filters)) == asked), None)


def watched_searches(viewer: Viewer) -> list[WatchedSearch]:
    """What the viewer watches, oldest first."""
    require(viewer, "watch.own")
    query = select(WatchedSearch).where(WatchedSearch.person_id == viewer.person_id)
    return list(session().scalars(query.order_by(WatchedSearch.since, WatchedSearch.id)))


def fresh_finds(viewer: Viewer, *, untold: bool = False) -> list[FreshFinds]:
    """Every search the viewer watches with what is new in it; `untold` leaves out what a letter named already."""
    rows = watched_searches(viewer)
    keys = {one.id: set(one.fresh) - (set(one.told) if untold else set()) for one in rows}
    readable = still_readable(viewer, set().union(*keys.values())) if any(keys.values()) else set()
    return [FreshFinds(one, len(keys[one.id] & readable)) for one in rows]


def watch_search(viewer: Viewer, text: str, filters: Mapping[str, Sequence[str]]) -> WatchedSearch:
    """Hear of what it finds from now on."""
    require(viewer, "watch.own")
    found = same_search(viewer, text, filters)
    if found is not None:
        return found
    if not text and not filters:
        raise Refused(_("Search for something first."))
    if len(text) > LONGEST_WATCHED:
        raise Refused(_("This question is too long to be watched."))
    if len(watched_searches(viewer)) >= MOST:
        raise Refused(_("You watch %(n)s searches; stop watching one first.", n=MOST))
    found_now = found_keys(viewer, text, filters=filters, limit=COMPARED)
    # Where the index is being built the first look to come takes all as known; else everything would be news.
    known = None if found_now is None else [_short(key) for key in found_now]
    made = WatchedSearch(person_id=viewer.person_id, text=text, filters=_plain(filters), known=known)
    session().add(made)
    session().flush()
    return made


def unwatch_search(viewer: Viewer, search_id: str) -> None:
    """Hear of it no longer."""
    require(viewer, "watch.own")
    found = session().get(WatchedSearch, search_id)
    if found is None or found.person_id != viewer.person_id:
        raise NotFound(search_id)
    session().delete(found)
    session().flush()


def note_seen(search_id: str) -> None:
    """Note that its watcher looked at what it finds, in a transaction of its own: a search is a GET."""
    with own_transaction() as own:
        found = own.get(WatchedSearch, search_id)
        if found is not None and found.fresh:
            found.known = [*map(_short, found.fresh), *(found.known or ())][: 2 * COMPARED]
            found.fresh, found.told = [], []


def look_for_watchers(viewer: Viewer) -> int:
    """For every hour: search again for all who watch a search; says in how many something new was found."""
    require(viewer, "installation.keep")
    query = select(WatchedSearch, Account).join(Account, Account.person_id == WatchedSearch.person_id)
    query = query.options(joinedload(Account.person)).where(Account.disabled_at.is_(None)).order_by(Account.id)
    watchers: dict[str, Viewer] = {}
    changed = 0
    for search, account in session().execute(query).all():
        if account.shut_on(clock.today()):
            continue
        if account.id not in watchers:
            language = account.language or current_app.config["LANGUAGES"][0]
            watchers[account.id] = viewer_for(account, language)
        if _look_again(watchers[account.id], search):
            changed += 1
            if account.mail == "at_once":
                send_later("search", account.id)
    return changed


def _look_again(viewer: Viewer, search: WatchedSearch) -> bool:
    found = found_keys(viewer, search.text, filters=search.filters, limit=COMPARED, seconds=UNHURRIED)
    if found is None:
        return False
    if search.known is None:
        search.known = [_short(key) for key in found]
        return False
    # Until a release ago the 200 newest were kept, as whole keys: of those nothing is known of what stands below them.
    is_of_newest = any(":" in one for one in search.known)
    seen = {*(_short(one) if ":" in one else one for one in search.known), *map(_short, search.fresh)}
    if len(found) >= COMPARED or is_of_newest:
        # There are older ones beyond these: what stands below all that was seen moved up because something went.
        last = max((place for place, key in enumerate(found) if _short(key) in seen), default=len(found))
        moved_up = [_short(key) for key in found[last + 1 :]]
        if moved_up or is_of_newest:
            seen.update(moved_up)
            search.known = sorted(seen)
    fresh = [key for key in found if _short(key) not in seen]
    if fresh:
        search.fresh = [*fresh, *search.fresh][:COMPARED]
    return bool(fresh)


def _short(key: str) -> str:
    """Enough to know a key again: thousands of them stand in one row."""
    return hashlib.blake2b(key.encode("utf-8", "replace"), digest_size=5).hexdigest()


def _plain(filters: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    return {facet: sorted(values) for facet, values in sorted(filters.items()) if values}
