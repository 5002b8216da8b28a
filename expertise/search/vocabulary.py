"""The vocabulary across languages: learnt from a ministry's own translations, looked through (pairs.py), then used."""

import gzip
import json
import lzma
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from flask_babel import lazy_gettext
from sqlalchemy import delete, func, insert, select, update

from expertise.access.rules import require
from expertise.access.viewer import Viewer
from expertise.audit.service import record
from expertise.base.database import new_id, session
from expertise.base.errors import Refused
from expertise.base.marking import find_mark_in
from expertise.search.analysis import LANGUAGES
from expertise.search.learning import Pair, learn
from expertise.search.models import ACCEPTED, LONGEST_TERM, WAITING, VocabularyPair
from expertise.search.translating import Lexicon, Themes
from expertise.search.wiring import the_search

_OPENERS: dict[str, Callable[..., Any]] = {".gz": gzip.open, ".xz": lzma.open}
_AT_ONCE = 500


def learn_from(
    viewer: Viewer, path: Path, *, source: str, target: str, progress: Callable[[int, int], None] | None = None
) -> list[Pair]:
    """Learn pairs from aligned texts, one JSON object a line, and keep them for review.

    What was accepted or rejected before stays so; it only gets the examples of these texts.
    """
    require(viewer, "vocabulary.manage")
    languages = [field.rpartition("_")[2] for field in (source, target)]
    if any(one not in LANGUAGES for one in languages) or languages[0] == languages[1]:
        raise Refused(lazy_gettext("The fields must be, or end in, two languages of nl, en and fr."))
    found = learn(_texts(path, source, target), languages[0], languages[1], progress)
    found = [pair for pair in found if max(len(pair.source), len(pair.target)) <= LONGEST_TERM]
    found = [pair if _may_be_shown(pair) else replace(pair, example="", target_example="") for pair in found]
    one = VocabularyPair
    session().execute(delete(one).where(one.state == WAITING, _between(languages)))
    names = select(one.language, one.term, one.target_language, one.target_term, one.id).where(_between(languages))
    judged = {(row[0], row[1], row[2], row[3]): row[4] for row in session().execute(names)}
    new, known = [], []
    for pair in found:
        pair_id = judged.get((pair.language, pair.source, pair.target_language, pair.target))
        if pair_id is None:
            new.append({"id": new_id(), **_names(pair), "sure": pair.sure, **_seen(pair)})
        else:
            known.append({"id": pair_id, **_seen(pair)})
    for start in range(0, len(new), _AT_ONCE):
        session().execute(insert(one), new[start : start + _AT_ONCE])
    for start in range(0, len(known), _AT_ONCE):
        session().execute(update(one), known[start : start + _AT_ONCE])
    record(viewer, "vocabulary.learnt", pairs=len(found))
    return found


def _may_be_shown(pair: Pair) -> bool:
    """A piece that spells a mark of a state secret is not kept, and the pair itself is."""
    return find_mark_in((pair.example, pair.target_example)) is None


def _between(languages: list[str]) -> Any:
    return VocabularyPair.language.in_(languages) & VocabularyPair.target_language.in_(languages)


def _names(pair: Pair) -> dict[str, str]:
    return {
        "language": pair.language,
        "term": pair.source,
        "word": pair.source_word[:LONGEST_TERM],
        "target_language": pair.target_language,
        "target_term": pair.target,
        "target_word": pair.target_word[:LONGEST_TERM],
    }


def _seen(pair: Pair) -> dict[str, Any]:
    return {"together": pair.together, "example": pair.example, "target_example": pair.target_example}


def _texts(path: Path, source: str, target: str) -> Iterator[tuple[str, str]]:
    opened = _OPENERS.get(path.suffix, open)
    try:
        with opened(path, "rt", encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    row = json.loads(line)
                    if not isinstance(row, dict) or not all(isinstance(row.get(one), str) for one in (source, target)):
                        raise Refused(
                            lazy_gettext("Line %(n)s lacks the texts %(a)s and %(b)s.", n=number, a=source, b=target)
                        )
                    yield row[source], row[target]
    except (OSError, ValueError, EOFError, lzma.LZMAError) as why:
        raise Refused(lazy_gettext("%(name)s cannot be read: %(why)s", name=path.name, why=str(why))) from None


def lexicon() -> Lexicon:
    """What was accepted, read again when that changed."""
    search = the_search()
    one = VocabularyPair
    state = session().execute(
        select(func.count(), func.max(one.judged_at)).select_from(one).where(one.state == ACCEPTED)
    )
    stamp = tuple(state.one())
    if search.lexicon is None or search.lexicon[0] != stamp:
        columns = select(one.term, one.language, one.target_term, one.target_language, one.sure)
        rows = session().execute(columns.where(one.state == ACCEPTED)).all() if stamp[0] else []
        search.lexicon = (stamp, Lexicon.of((row[0], row[1], row[2], row[3], row[4]) for row in rows))
    return search.lexicon[1]


def themes() -> Themes:
    """The words for each theme, worked out again when they changed."""
    search = the_search()
    stamp = search.terms_stamp()
    if search.themes is None or search.themes[0] != stamp:
        search.themes = (stamp, Themes(tuple(search.terms())))
    return search.themes[1]
