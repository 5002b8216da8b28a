"""The topics of the help, and which one belongs to which pages.

A body is Markdown. `[[Take over]]` in it is what stands on a button or above a page: in every language it is written as
the code says it, and shown as the page says it, so that the two never differ.
"""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flask_babel import gettext

from expertise.people import passwords

TEXTS = Path(__file__).parent / "texts"
# In the order in which somebody who is new reads them.
TOPICS = (
    *("start", "leaving", "arriving", "writing", "searching", "asking", "contacts", "rotation", "pilots", "rights"),
    *("importing", "vocabulary"),
)
LABEL = re.compile(r"\[\[(.+?)\]\]")
# Where somebody is when they press Help, by the first part of the endpoint.
OF_ROOM = {
    "handovers": "leaving",
    "dossiers": "writing",
    "files": "writing",
    "drafts": "writing",
    "search": "searching",
    "experts": "asking",
    "questions": "asking",
    "contacts": "contacts",
    "rotation": "rotation",
    "pilots": "pilots",
    "intake": "importing",
    "people": "rights",
    "admin": "rights",
}
# Pages of search that only an administrator has.
OF_VOCABULARY = {f"search.{name}" for name in ("vocabulary", "judge", "new_pair")}
# Where files come in, in other rooms.
OF_IMPORTING = {f"{room}.{name}" for room in ("contacts", "rotation") for name in ("upload", "trial")}


@dataclass(frozen=True)
class Section:
    """A part of a topic; `without_passwords` is its body where people come in with the organisation's account alone."""

    heading: str
    body: str
    without_passwords: str = ""

    @property
    def told(self) -> str:
        """The body with the labels of the pages in it."""
        body = self.body if passwords.in_use() else self.without_passwords or self.body
        return LABEL.sub(lambda found: f"**{gettext(found[1])}**", body)


@dataclass(frozen=True)
class Topic:
    """One page of help."""

    name: str
    title: str
    intro: str
    sections: tuple[Section, ...]


@cache
def topic(name: str, language: str) -> Topic:
    """A topic in a language; KeyError where there is none of that name."""
    if name not in TOPICS:
        raise KeyError(name)
    said = tomllib.loads((TEXTS / language / f"{name}.toml").read_text())
    return Topic(name, said["title"], said["intro"], tuple(Section(**one) for one in said["section"]))


def topic_for(endpoint: str | None) -> str:
    """What helps with the page that somebody is at."""
    if endpoint in OF_VOCABULARY:
        return "vocabulary"
    if endpoint in OF_IMPORTING:
        return "importing"
    return OF_ROOM.get((endpoint or "").partition(".")[0], "start")
