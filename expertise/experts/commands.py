"""`expertise who-knows TOPIC --as EMAIL`: the page's answer, with the same rights."""

import click
from flask import current_app
from flask.cli import with_appcontext
from flask_babel import force_locale

from expertise.access.viewer import Viewer
from expertise.base import clock
from expertise.base.commands import Failed, print_json, reading
from expertise.experts import words
from expertise.experts.finding import Answer, Asked, who_knows
from expertise.people.queries import find_account
from expertise.posts.viewers import viewer_for


@click.command("who-knows")
@with_appcontext
@click.argument("topic")
@click.option("--as", "email", required=True, metavar="EMAIL", help="Who asks: only what they may see.")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")
def who_knows_command(topic: str, email: str, limit: int, as_json: bool) -> None:
    """Say who knows about TOPIC, with the reasons, and where they are now."""
    with reading():
        asker = _viewer(email)
        with force_locale(asker.language):
            told = words.as_json(_answer(asker, topic, limit), clock.today())
    if as_json:
        print_json(told)
        return
    for one in told["people"]:
        click.echo(f"{one['name']}\t{one['now']}")
        for why in one["reasons"]:
            click.echo(f"  {why['text']}\t{why['url']}")


def _viewer(email: str) -> Viewer:
    account = find_account(email)
    if account is None or account.disabled_at:
        raise Failed(f"no open account with the e-mail address {email}")
    return viewer_for(account, account.language or current_app.config["LANGUAGES"][0])


def _answer(asker: Viewer, topic: str, limit: int) -> Answer:
    found = who_knows(asker, Asked(topic=topic.strip()), per_page=limit)
    if found.building:
        raise Failed("the index is being built; try again in a few minutes")
    return found
