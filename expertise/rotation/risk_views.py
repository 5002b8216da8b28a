"""The page of what is at risk: each line says why in words, and has one thing to do."""

from dataclasses import dataclass

from flask import render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from expertise.access.gate import need, viewer
from expertise.access.rules import allowed
from expertise.base import clock
from expertise.base.i18n import show_day
from expertise.base.paging import page_number
from expertise.dossiers.models import Dossier
from expertise.handovers.waiting import Leaving
from expertise.rotation import queries, risk
from expertise.rotation.drawing import figure_of
from expertise.rotation.forms import filters_of
from expertise.rotation.risk import AtRisk
from expertise.rotation.views import bp, filtering


@dataclass(frozen=True)
class Action:
    """What can be done about a line, by this viewer."""

    text: str
    url: str


@bp.get("/rotation/at-risk")
@need("rotation.board")
def at_risk() -> str:
    """What only one person holds who leaves, per dossier, domain and post."""
    filters = filters_of(request.args)
    found = risk.show_risks(viewer(), filters, page=page_number(request.args.get("page")))
    lines = [
        (one, reasons(one, found.notes.get(one.holder.id) if one.holder else None), _action(one, found))
        for one in found.page.rows
    ]
    bands = (_("Within three months"), _("Within half a year"), _("Later"))
    return render_template(
        "rotation/at_risk.html",
        found=found.risks,
        page=found.page,
        groups=[(bands[band], [line for line in lines if line[0].band == band]) for band in risk.BANDS],
        **filtering(filters, queries.post_options(viewer())),
    )


def reasons(one: AtRisk, note: Leaving | None) -> str:
    """Why it is at risk, in words."""
    said = [_("one holder") if one.holder else _("nobody holds it now")]
    if one.successor is None:
        said.append(_("nobody named"))
    elif one.gap_days is not None and one.gap_days > 1:
        said.append(ngettext("gap of %(num)s day", "gap of %(num)s days", one.gap_days))
    elif one.successor.starts_on:
        day = show_day(one.successor.starts_on, one.successor.starts_precision)
        said.append(_("successor comes on %(day)s", day=day))
    if one.acting:
        said.append(_("acting: %(name)s", name=", ".join(who.person_name for who in one.acting)))
    figure, _urgent = figure_of(note, clock.today())
    if figure:
        said.append(_("handover %(figure)s", figure=figure))
    if one.local:
        said.append(ngettext("%(num)s local colleague stays", "%(num)s local colleagues stay", one.local))
    return ", ".join(said)


def _action(one: AtRisk, found: risk.ShownRisks) -> Action:
    """The first thing to do that this viewer may do."""
    dossier: Dossier | None = found.dossiers.get(one.kept.dossier_id)
    note = found.notes.get(one.holder.id) if one.holder else None
    if one.successor is None and allowed(viewer(), "post.change"):
        return Action(_("Name a successor"), url_for("posts.place", position_id=one.seat.id))
    if one.gap_days is not None and one.gap_days > 1 and not one.acting and allowed(viewer(), "post.change"):
        return Action(_("Name who acts until then"), url_for("posts.place", position_id=one.seat.id))
    if dossier is not None and allowed(viewer(), "dossier.change", dossier):
        return Action(_("Give a second holder"), url_for("dossiers.keeping", dossier_id=one.kept.dossier_id))
    if note is not None and note.posting.id in found.readable:
        if one.contacts:
            url = url_for("handovers.introductions_of", handover_id=note.handover_id)
            return Action(_("Plan the introductions"), url)
        return Action(_("Open the handover"), url_for("handovers.show", handover_id=note.handover_id))
    return Action(_("See the dossier"), url_for("dossiers.show", dossier_id=one.kept.dossier_id))
