"""What a page of a dossier needs beside its records: the drawing of the chain, and who holds what in words."""

import datetime as dt
from collections.abc import Sequence

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from expertise.base import band
from expertise.base.i18n import show_day
from expertise.dossiers.chain import NEXT, PRESENT, Gap
from expertise.dossiers.entry_queries import Marked
from expertise.dossiers.forms import KIND_NAMES
from expertise.dossiers.models import Dossier
from expertise.dossiers.queries import Chain

# Which kinds share a lane, and the shape that repeats it.
LANES = {
    "decision": ("decision", "diamond"),
    "commitment": ("commitment", "square"),
    "meeting_report": ("meeting_report", "circle"),
    "lesson": ("lesson", "triangle"),
    "pitfall": ("lesson", "triangle"),
    "state_of_play": ("state_of_play", "bar"),
    "background": ("background", "plus"),
    "how_to": ("background", "plus"),
}


def band_of(dossier: Dossier, chain: Chain, marks: Sequence[Marked], today: dt.date) -> band.Band | None:
    """The time band of a dossier; None where there is nothing to draw."""
    spans = [*_spans(chain), *_gaps(chain.gaps)]
    if not spans and not marks:
        return None
    names = {
        "lesson": _("Lesson or pitfall"),
        "background": _("Background, how-to"),
    }
    lanes = {lane: band.Lane(lane, names.get(lane) or str(KIND_NAMES[lane]), shape) for lane, shape in LANES.values()}
    return band.layout(
        spans,
        list(lanes.values()),
        [_mark(dossier, one) for one in marks],
        today=today,
        today_label=_("today, %(day)s", day=show_day(today)),
        held_by=_("Held by"),
    )


def _spans(chain: Chain) -> list[band.Span]:
    found = []
    for one in chain.holders:
        # Who filled in stands in the table; a holder of whom no start is known cannot be drawn.
        if one.acting or one.start is None:
            continue
        kind = band.PRESENT if one.when == PRESENT else band.NEXT if one.when == NEXT else band.EARLIER
        url = url_for("posts.person", person_id=one.posting.person_id)
        found.append(
            band.Span(one.posting.person.name, one.start, one.end, kind, url, _("next") if kind == NEXT else "")
        )
    return found


def _gaps(gaps: Sequence[Gap]) -> list[band.Span]:
    return [
        band.Span(
            _("gap %(days)s d", days=one.days) if one.days is not None else _("nobody named"),
            one.start,
            one.end,
            band.GAP,
        )
        for one in gaps
    ]


def _mark(dossier: Dossier, one: Marked) -> band.Mark:
    label = f"{KIND_NAMES[one.kind]}, {show_day(one.date, one.precision)}: {one.title[:80]}"
    url = url_for("dossiers.entry", dossier_id=dossier.id, entry_id=one.id)
    return band.Mark(LANES[one.kind][0], one.date, label, url, one.open)


def chain_title(chain: Chain, notes: int) -> str:
    """The heading of the chain, which says what it shows."""
    people = {one.posting.person_id for one in chain.holders if not one.acting and one.when != NEXT}
    coming = {one.posting.person_id for one in chain.holders if not one.acting and one.when == NEXT}
    who = ngettext("The chain: %(num)s holder", "The chain: %(num)s holders", len(people))
    if coming:
        who = _("%(chain)s and the next", chain=who)
    return _("%(chain)s, %(notes)s", chain=who, notes=ngettext("%(num)s note", "%(num)s notes", notes))
