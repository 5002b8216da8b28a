"""Verbs on entries: add, revise, restore, settle a commitment."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import lazy_gettext as _

from expertise.access.rules import require
from expertise.access.viewer import Viewer
from expertise.audit.service import record
from expertise.base import clock
from expertise.base.database import claim, refusing, session
from expertise.base.errors import Refused
from expertise.base.findable import tell_search
from expertise.base.languages import detect
from expertise.base.lines import on_one_line
from expertise.domains.models import Domain
from expertise.dossiers.models import (
    ENTRY_TEXTS,
    KINDS,
    LANGUAGES,
    OUTCOMES,
    Dossier,
    Entry,
    EntryRevision,
    restored,
    snapshot,
)
from expertise.people.models import Person
from expertise.posts.models import Post

TAKEN: dict[str, tuple[str, Any]] = {
    "uq_entry_external_id": ("external_id", _("Another note has this external id.")),
}


def add_entry(
    viewer: Viewer,
    dossier: Dossier,
    *,
    kind: str = "background",
    title: str = "",
    body: str = "",
    date: dt.date | None = None,
    language: str | None = None,
    post: Post | None = None,
    author: Person | None = None,
    domains: Iterable[Domain] = (),
    external_id: str | None = None,
    **more: Any,
) -> Entry:
    """Add a note; `more` are date_precision, tags, to_whom, due_on. Without a title the first line is it.

    The author is the viewer, unless the installation itself or an import names another. The date is today.
    """
    require(viewer, "entry.add", dossier)
    if author is not None and not viewer.is_system and author.id != viewer.person_id:
        raise Refused(_("A note is written in one's own name."), "author")
    entry = Entry(
        dossier=dossier,
        kind=kind,
        title=title.strip() or first_line(body),
        body=body,
        date=date or clock.today(),
        language=language or language_of(title, body, otherwise=viewer.language),
        author_id=author.id if author else viewer.person_id,
        post_id=post.id if post else next(iter(viewer.posts), None),
        external_id=external_id,
    )
    entry.written_by_id = entry.author_id
    entry.domains = list(dict.fromkeys(domains))
    _write(entry, more)
    with refusing(TAKEN):
        session().add(entry)
        session().flush()
    record(viewer, "entry.added", entry, dossier=dossier.id)
    tell_search("entry", entry.id)
    return entry


def first_line(body: str) -> str:
    """The first line that says something, without the marks of Markdown, as a title."""
    lines = (on_one_line(line).lstrip("#*->• ").strip() for line in body.splitlines())
    return next(filter(None, lines), "")[:120]


def language_of(title: str, body: str, *, otherwise: str) -> str:
    """Which language a note is in."""
    return detect(f"{title}. {body}", otherwise=otherwise if otherwise in LANGUAGES else "en")


def _write(entry: Entry, texts: dict[str, Any]) -> None:
    if unknown := texts.keys() - set(ENTRY_TEXTS):
        raise TypeError(f"an entry has no {', '.join(sorted(unknown))}")
    for name, value in texts.items():
        setattr(entry, name, value)
    entry.title = entry.title.strip() or first_line(entry.body)
    if entry.kind != "commitment":
        # What was promised, to whom and by when says nothing of another kind.
        entry.to_whom, entry.due_on, entry.settled_on, entry.outcome = "", None, None, ""
    if not entry.title:
        raise Refused(_("Give the note a title."), "title")
    for name, choices in (("kind", KINDS), ("language", LANGUAGES), ("outcome", ("", *OUTCOMES))):
        if getattr(entry, name) not in (*choices, None):
            raise Refused(_("This is not one of the choices."), name)


def revise_entry(viewer: Viewer, entry: Entry, *, version: int | None = None, **texts: Any) -> None:
    """Change a note; what it was stays in its revisions. The `version` is the one that the writer had read."""
    require(viewer, "entry.change", entry)
    claim(entry, version)
    before = snapshot(entry, ENTRY_TEXTS)
    with session().no_autoflush:
        _write(entry, texts)
    if snapshot(entry, ENTRY_TEXTS) == before:
        entry.version -= 1
        return
    session().add(
        EntryRevision(
            entry_id=entry.id,
            version=entry.version - 1,
            at=entry.written_at,
            person_id=entry.written_by_id,
            content=before,
        )
    )
    entry.written_by_id, entry.written_at = viewer.person_id, clock.now()
    record(viewer, "entry.revised", entry)
    tell_search("entry", entry.id)


def restore_entry(viewer: Viewer, entry: Entry, content: Mapping[str, Any], *, version: int | None = None) -> None:
    """Take back an earlier text, as a new revision."""
    revise_entry(viewer, entry, version=version, **restored(content, ENTRY_TEXTS))


def settle(viewer: Viewer, entry: Entry, outcome: str, *, on: dt.date | None = None) -> None:
    """Say what came of a commitment: kept, or lapsed."""
    require(viewer, "entry.change", entry)
    if entry.kind != "commitment":
        raise Refused(_("Only a commitment can be settled."))
    if outcome not in OUTCOMES:
        raise Refused(_("This is not one of the choices."), "outcome")
    if on is not None and on > clock.today():
        raise Refused(_("This day is still to come."), "on")
    revise_entry(viewer, entry, outcome=outcome, settled_on=on or clock.today())


def reopen_commitment(viewer: Viewer, entry: Entry) -> None:
    """Take back that a commitment was settled."""
    revise_entry(viewer, entry, outcome="", settled_on=None)
