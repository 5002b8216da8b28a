"""Who asks, on a command line: `--as EMAIL`."""

from typing import Any

import click
from flask import current_app

from expertise.access.viewer import Viewer
from expertise.base.commands import Failed
from expertise.people.queries import find_account
from expertise.posts.viewers import viewer_for


def viewer_of(email: str) -> Viewer:
    """The viewer whom `--as EMAIL` names."""
    account = find_account(email)
    if account is None or account.disabled_at:
        raise Failed(f"no open account with the e-mail address {email}")
    return viewer_for(account, account.language or current_app.config["LANGUAGES"][0])


def asker_option(command: Any) -> Any:
    """`--as EMAIL`: who asks."""
    return click.option("--as", "email", required=True, metavar="EMAIL", help="Who asks: only what they may see.")(
        command
    )
