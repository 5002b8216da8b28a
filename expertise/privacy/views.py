"""The notice that everybody may read."""

from flask import Blueprint, render_template

from expertise.access.gate import need
from expertise.contacts.service import KEPT_YEARS
from expertise.privacy.holdings import PURPOSES, TERMS, WHOSE, summary

bp = Blueprint("privacy", __name__)


@bp.get("/privacy")
@need("public")
def notice() -> str:
    """What we keep of people outside and inside, why, how long, and what they may ask."""
    return render_template(
        "privacy/notice.html", years=KEPT_YEARS, rows=summary(), purposes=PURPOSES, whose_names=WHOSE, terms=TERMS
    )
