"""What I searched lately: for me alone, ten at most, gone when I say so."""

from datetime import datetime

from sqlalchemy import delete, select

from expertise.access.rules import require
from expertise.access.viewer import Viewer
from expertise.base.database import own_transaction, session
from expertise.search.models import LONGEST_QUERY, RecentSearch

MOST = 10


def recent_searches(viewer: Viewer) -> list[str]:
    """What the viewer searched, last first."""
    require(viewer, "search")
    query = select(RecentSearch.text).where(RecentSearch.person_id == viewer.person_id)
    return list(session().scalars(query.order_by(RecentSearch.searched_at.desc()).limit(MOST)))


def note_search(person_id: str, text: str, moment: datetime) -> None:
    """Note what somebody searched and found, in a transaction of its own: a search is a GET."""
    if len(text) > LONGEST_QUERY:
        return
    with own_transaction() as own:
        found = own.get(RecentSearch, (person_id, text))
        if found is not None:
            found.searched_at = moment
            return
        own.add(RecentSearch(person_id=person_id, text=text, searched_at=moment))
        kept = select(RecentSearch.text).where(RecentSearch.person_id == person_id)
        older = own.scalars(kept.order_by(RecentSearch.searched_at.desc()).offset(MOST)).all()
        own.execute(delete(RecentSearch).where(RecentSearch.person_id == person_id, RecentSearch.text.in_(older)))


def forget_searches(viewer: Viewer) -> None:
    """Strike out all that the viewer searched."""
    require(viewer, "search")
    session().execute(delete(RecentSearch).where(RecentSearch.person_id == viewer.person_id))
