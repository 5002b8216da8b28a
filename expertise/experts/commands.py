"""`expertise who-knows TOPIC --as EMAIL`: the page's answer, with the same rights."""

import click
from flask.cli import with_appcontext
from flask_babel import force_locale

from expertise.access.viewer import Viewer
from expertise.base import clock
from expertise.base.commands import Failed, json_option, print_json, reading
from expertise.experts import words
from expertise.experts.finding import Answer, Asked, who_knows
from expertise.posts.commands import asker_option, viewer_of


@click.command("who-knows")
@with_appcontext
@click.argument("topic")
@asker_option
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000))
@json_option
def who_knows_command(topic: str, email: str, limit: int, as_json: bool) -> None:
    """Say who knows about TOPIC, with the reasons, and where they are now."""
    with reading():
        asker = viewer_of(email)
        with force_locale(asker.language):
            told = words.as_json(_answer(asker, topic, limit), clock.today())
    if as_json:
        print_json(told)
        return
    for one in told["people"]:
        click.echo(f"{one['name']}\t{one['now']}")
        for why in one["reasons"]:
            click.echo(f"  {why['text']}\t{why['url']}")


def _answer(asker: Viewer, topic: str, limit: int) -> Answer:
    found = who_knows(asker, Asked(topic=topic.strip()), per_page=limit)
    if found.building:
        raise Failed("the index is being built; try again in a few minutes")
    return found
