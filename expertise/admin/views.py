"""Pages of the administrator: the way in, the settings, and how the system stands."""

from flask import Blueprint, current_app, render_template

import config
from expertise.access.gate import need, viewer
from expertise.admin import queries
from expertise.admin.words import ACTIONS

bp = Blueprint("admin", __name__)


@bp.get("/admin")
@need("office")
def index() -> str:
    """What HR and administrators look after."""
    return render_template("admin/index.html")


@bp.get("/admin/settings")
@need("installation.read")
def settings() -> str:
    """Every setting: what it means, what it is, and where that comes from."""
    return render_template("admin/settings.html", settings=config.shown(current_app.config["SETTINGS"]))


@bp.get("/admin/system")
@need("installation.read")
def system() -> str:
    """Jobs, mail, index and schema."""
    return render_template("admin/system.html", state=queries.state_of(viewer()))


@bp.get("/admin/audit")
@need("installation.read")
def audit() -> str:
    """Whether the record of who did what is whole, and what last happened to accounts, backups and people's data."""
    return render_template("admin/audit.html", state=queries.events_state(viewer()), words=ACTIONS)
