"""The document as one web page that opens without a line: its own look, its own search, its attachments inside.

Its policy lets nothing in but the one style and the one script that it carries, each by its hash. It reads whole
without a script; the search box appears only where scripts run.
"""

import base64
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import current_app
from flask_babel import force_locale
from markupsafe import Markup

from expertise.handovers.exchange.document import Attachment, Block, Document, Heading, Item

HERE = Path(__file__).parent
STYLE = (HERE / "offline.css").read_text()
SCRIPT = (HERE / "offline.js").read_text()


def _hash(text: str) -> str:
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


POLICY = (
    f"default-src 'none'; style-src {_hash(STYLE)}; script-src {_hash(SCRIPT)}; base-uri 'none'; form-action 'none'"
)


@dataclass
class Piece:
    """What the search finds as one: a section, or one dossier of section 2."""

    anchor: str
    title: str
    level: int
    language: str
    blocks: list[Block] = field(default_factory=list)


def to_html(document: Document, attachments: Sequence[Attachment] = ()) -> bytes:
    """The bytes of an .html."""
    language = "nl" if document.language == "nl" else "en"
    with force_locale(language):
        # Not render_template: the page stands by itself, and the command line has no request.
        page = current_app.jinja_env.get_template("handovers/offline.html").render(
            document=document,
            pieces=pieces_of(document),
            nested=nested,
            kind_of=lambda block: type(block).__name__,
            attachments=[(one.name, len(one.content), _inside(one)) for one in attachments],
            policy=POLICY,
            # Ours, letter for letter as hashed; and no page that the application shows has either.
            style=Markup(f"<style>{STYLE}</style>"),  # noqa: S704 (a constant of ours)
            script=Markup(f"<script>{SCRIPT}</script>"),  # noqa: S704 (a constant of ours)
            labels=language,
        )
    return page.encode()


def _inside(attachment: Attachment) -> str:
    """As data of no kind: a browser keeps it and never shows it as a page of its own."""
    return "data:application/octet-stream;base64," + base64.b64encode(attachment.content).decode()


def pieces_of(document: Document) -> list[Piece]:
    """The blocks by what has an anchor."""
    found: list[Piece] = []
    for block in document.blocks:
        if isinstance(block, Heading) and block.anchor:
            found.append(Piece(block.anchor, block.text, block.level, block.language))
        else:
            found[-1].blocks.append(block)
    return found


@dataclass
class Branch:
    """Items of one depth, each with what stands below it."""

    start: int | None
    items: list[tuple[Item, Any]]


def nested(items: Sequence[Item]) -> Branch | None:
    """The list as a tree."""
    if not items:
        return None
    return Branch(items[0].number, list(_branches(items)))


def _branches(items: Sequence[Item]) -> Iterator[tuple[Item, Branch | None]]:
    depth, place = items[0].depth, 0
    while place < len(items):
        inner = place + 1
        while inner < len(items) and items[inner].depth > depth:
            inner += 1
        yield items[place], nested(items[place + 1 : inner])
        place = inner
