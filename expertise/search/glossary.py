"""A glossary in and out of files: pairs of words that somebody made elsewhere, as rows of the ordinary import."""

from collections.abc import Iterator
from typing import Any

from flask_babel import lazy_gettext as _

from expertise.access.rules import require
from expertise.access.viewer import Viewer
from expertise.base.errors import Refused
from expertise.base.tables import Field, Kind, Report, Row, Type
from expertise.search.models import ACCEPTED, LONGEST_TERM
from expertise.search.pairs import Wanted, add_pair, pairs_of

FIELDS = (
    Field("language", Type.LANGUAGE, needed=True, example="en", aliases=("taal",)),
    Field("word", needed=True, longest=LONGEST_TERM, example="embassy", aliases=("woord", "term"),
          meaning=_("One word, in any form.")),
    Field("target_language", Type.LANGUAGE, needed=True, example="nl", aliases=("doeltaal",)),
    Field("target_word", needed=True, longest=LONGEST_TERM, example="ambassade", aliases=("vertaling", "translation"),
          meaning=_("What it may stand for; it counts in both directions.")),
)  # fmt: skip
_NAMES = tuple(field.name for field in FIELDS)


def load(viewer: Viewer, rows: Iterator[Row], report: Report) -> None:
    """Use these pairs from now on, in both directions."""
    require(viewer, "vocabulary.manage")
    for row in rows:
        try:
            changed, _when = add_pair(viewer, **{name: row[name] for name in _NAMES})
        except Refused as why:
            report.error(row, why.field, row.get(why.field or ""), why.message)
        else:
            report.new(row) if changed else report.unchanged(row)


def dump(viewer: Viewer) -> Iterator[dict[str, Any]]:
    """Every pair in use, the surest first."""
    for pair in pairs_of(viewer, Wanted(state=ACCEPTED)):
        yield {name: getattr(pair, name) for name in _NAMES}


GLOSSARY = Kind("vocabulary", FIELDS, load, dump, natural_keys=(_NAMES,))
KINDS = (GLOSSARY,)
