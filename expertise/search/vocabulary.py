"""The vocabulary across languages: learnt from a ministry's own translations, looked through, then used."""

import gzip
import json
import lzma
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from flask_babel import lazy_gettext
from sqlalchemy import delete, func, insert, select, update

from expertise.access.rules import require
from expertise.access.viewer import Viewer
from expertise.audit.service import record
from expertise.base import clock
from expertise.base.database import changed_rows, new_id, session
from expertise.base.errors import Refused
from expertise.search.analysis import LANGUAGES
from expertise.search.learning import Pair, learn
from expertise.search.models import LONGEST_TERM, VocabularyPair
from expertise.search.translating import Lexicon, Themes
from expertise.search.wiring import the_search

_OPENERS: dict[str, Callable[..., Any]] = {".gz": gzip.open, ".xz": lzma.open}
_AT_ONCE = 500


def learn_from(
    viewer: Viewer, path: Path, *, source: str, target: str, progress: Callable[[int, int], None] | None = None
) -> list[Pair]:
    """Learn pairs from aligned texts, one JSON object a line, and keep them for review; accepted ones stay."""
    require(viewer, "vocabulary.manage")
    languages = [field.rpartition("_")[2] for field in (source, target)]
    if any(one not in LANGUAGES for one in languages) or languages[0] == languages[1]:
        raise Refused(lazy_gettext("The fields must be, or end in, two languages of nl, en and fr."))
    found = learn(_texts(path, source, target), languages[0], languages[1], progress)
    found = [pair for pair in found if max(len(pair.source), len(pair.target)) <= LONGEST_TERM]
    session().execute(delete(VocabularyPair).where(VocabularyPair.accepted_at.is_(None), _between(languages)))
    kept = {tuple(row) for row in session().execute(_names().where(_between(languages)))}
    new = [pair for pair in found if (pair.language, pair.source, pair.target_language, pair.target) not in kept]
    for start in range(0, len(new), _AT_ONCE):
        session().execute(insert(VocabularyPair), [_row(pair) for pair in new[start : start + _AT_ONCE]])
    record(viewer, "vocabulary.learnt", pairs=len(found))
    return found


def _names() -> Any:
    one = VocabularyPair
    return select(one.language, one.term, one.target_language, one.target_term)


def _between(languages: list[str]) -> Any:
    return VocabularyPair.language.in_(languages) & VocabularyPair.target_language.in_(languages)


def _row(pair: Pair) -> dict[str, Any]:
    return {
        "id": new_id(),
        "language": pair.language,
        "term": pair.source,
        "word": pair.source_word[:LONGEST_TERM],
        "target_language": pair.target_language,
        "target_term": pair.target,
        "target_word": pair.target_word[:LONGEST_TERM],
        "sure": pair.sure,
    }


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


def pairs_of(
    viewer: Viewer,
    *,
    accepted: bool | None = None,
    at_least: float = 0.0,
    word: str = "",
    skip: int = 0,
    limit: int | None = None,
) -> list[VocabularyPair]:
    """The list to look through, the surest first; `word` stands in either half."""
    require(viewer, "vocabulary.manage")
    one = VocabularyPair
    wanted = select(one).where(one.sure >= at_least)
    if accepted is not None:
        wanted = wanted.where(one.accepted_at.is_not(None) if accepted else one.accepted_at.is_(None))
    if word:
        wanted = wanted.where(
            one.word.contains(word.lower(), autoescape=True) | one.target_word.contains(word.lower(), autoescape=True)
        )
    wanted = wanted.order_by(one.sure.desc(), one.language, one.term, one.target_term).offset(skip).limit(limit)
    return list(session().scalars(wanted))


def accept(viewer: Viewer, ids: list[str] | None = None, *, at_least: float = 0.0) -> int:
    """Use these pairs from now on, or all that are so sure; says how many are new."""
    require(viewer, "vocabulary.manage")
    one = VocabularyPair
    change = update(one).where(one.accepted_at.is_(None), one.sure >= at_least).values(accepted_at=clock.now())
    if ids is not None:
        _must_exist(ids)
        change = change.where(one.id.in_(ids))
    count = changed_rows(change)
    record(viewer, "vocabulary.accepted", pairs=count)
    return count


def reject(viewer: Viewer, ids: list[str]) -> int:
    """Drop these pairs, also those in use; learning again from the same texts brings them back, to look through."""
    require(viewer, "vocabulary.manage")
    _must_exist(ids)
    count = changed_rows(delete(VocabularyPair).where(VocabularyPair.id.in_(ids)))
    record(viewer, "vocabulary.rejected", pairs=count)
    return count


def _must_exist(ids: list[str]) -> None:
    known = set(session().scalars(select(VocabularyPair.id).where(VocabularyPair.id.in_(ids))))
    missing = sorted(set(ids) - known)
    if missing:
        raise Refused(lazy_gettext("There is no pair %(id)s.", id=missing[0]))


def lexicon() -> Lexicon:
    """What was accepted, read again when that changed."""
    search = the_search()
    one = VocabularyPair
    state = session().execute(
        select(func.count(), func.max(one.accepted_at)).select_from(one).where(one.accepted_at.is_not(None))
    )
    stamp = tuple(state.one())
    if search.lexicon is None or search.lexicon[0] != stamp:
        columns = select(one.term, one.language, one.target_term, one.target_language, one.sure)
        rows = session().execute(columns.where(one.accepted_at.is_not(None))).all() if stamp[0] else []
        search.lexicon = (stamp, Lexicon.of((row[0], row[1], row[2], row[3], row[4]) for row in rows))
    return search.lexicon[1]


def themes() -> Themes:
    """The words for each theme, worked out again when they changed."""
    search = the_search()
    stamp = search.terms_stamp()
    if search.themes is None or search.themes[0] != stamp:
        search.themes = (stamp, Themes(tuple(search.terms())))
    return search.themes[1]
