"""The first search of a process reads word lists, names and templates: done beside the start, so that nobody waits."""

import structlog

from expertise.base import clock
from expertise.base.findable import EVERYONE
from expertise.base.languages import detect
from expertise.search.engine import Ask, Broken
from expertise.search.queries import names_of
from expertise.search.query import read
from expertise.search.vocabulary import lexicon, themes
from expertise.search.wiring import reading, the_search

log = structlog.get_logger(__name__)
# Words of several languages, a compound, words in a row, a beginning, and one that nobody wrote: the nearest is sought.
QUESTION = 'veiligheidsbeleid "arms control" accord verd* verdrga'
PAGES = ("search/results.html", "search/_hits.html", "search/alike.html")


def warm_up() -> bool:
    """Ask one question as somebody who reads what is open to all; says whether there was an answer. Never fails."""
    try:
        return _ask_once()
    except Broken:
        return False
    except Exception:  # whatever it is, the first who searches meets it and is told; a start does not fail on it
        log.exception("search was not warmed up")
        return False


def _ask_once() -> bool:
    search = the_search()
    for page in PAGES:
        search.app.jinja_env.get_template(page)
    with reading():
        themes()
        lexicon()
        # Tells the language of what has none noted; its model takes as long to read as all the rest.
        detect(QUESTION, otherwise="nl")
        found = search.engine().search(Ask(query=read(QUESTION), tokens=EVERYONE, today=clock.today()))
        pieces = [hit.key.split(":") for hit in found.hits]
        for _piece in search.load((kind, record_id) for kind, record_id, *_part in pieces):
            pass
        names_of(found.facets)
    return True
