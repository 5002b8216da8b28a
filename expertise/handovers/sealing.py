"""What a frozen note is sealed with: the hash of its words and of its files; and how one sees that it was altered."""

import hashlib
from collections.abc import Iterator, Sequence

from flask_babel import gettext as _
from sqlalchemy import select

from expertise.audit.models import Event
from expertise.base.database import session
from expertise.base.striking import STRUCK
from expertise.files.models import File
from expertise.files.service import the_files
from expertise.handovers.models import Handover
from expertise.handovers.models_beside import Struck
from expertise.handovers.note import Enclosed, hash_of

SEALING = ("handover.frozen", "handover.struck")


def enclosed_of(handover: Handover) -> tuple[Enclosed, ...]:
    """The files that hang at a note now, by name. What was refused after all has no content, and is none."""
    return tuple(
        Enclosed(one.id, one.name, one.sha256, one.content.size if one.content else 0)
        for one in _files(handover)
        if one.sha256
    )


def _files(handover: Handover) -> Sequence[File]:
    query = select(File).where(File.owner_kind == "handover", File.owner_id == handover.id)
    return session().scalars(query.order_by(File.name, File.id)).unique().all()


def altered_in(handover: Handover, *, deep: bool = False) -> list[str]:
    """What of a frozen note is no longer as it was frozen, in words; empty where nothing is.

    `deep` reads every byte of its files again, and asks the log of events, whose own chain is checked elsewhere, which
    hash was the last. A note that was frozen before files were sealed with it says nothing of them.
    """
    if handover.frozen is None:
        return []
    found = []
    if hash_of(handover.frozen.content) != handover.content_hash:
        found.append(_("the text"))
    sealed = handover.frozen.content.get("why_now", handover.frozen.reason)
    if sealed != handover.frozen.reason and STRUCK not in sealed:
        found.append(_("the reason why it was frozen"))
    if "enclosed" in handover.frozen.content:
        found.extend(_altered_files(handover, deep=deep))
    if deep and (said := _last_hash(handover)) and said != handover.content_hash:
        found.append(_("the hash itself"))
    return found


def _altered_files(handover: Handover, *, deep: bool) -> Iterator[str]:
    assert handover.frozen
    was = {one["id"]: one for one in handover.frozen.content["enclosed"]}
    now = {one.id: one for one in enclosed_of(handover)}
    for key, one in was.items():
        if key not in now:
            yield _("the file %(name)s is gone", name=one["name"])
        elif now[key].sha256 != one["sha256"] or (deep and not _same(one["sha256"])):
            yield _("the file %(name)s", name=one["name"])
        elif now[key].name != one["name"] and STRUCK not in one["name"]:
            yield _("the name of the file %(name)s", name=one["name"])
    for key in now.keys() - was.keys():
        yield _("the file %(name)s was added", name=now[key].name)


def _same(sha256: str) -> bool:
    path = the_files().store.path(sha256)
    if not path.exists():
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == sha256


def _last_hash(handover: Handover) -> str:
    """As the log of events says; empty for a note that was frozen before it said so."""
    query = select(Event).where(Event.object_kind == "handover", Event.object_id == handover.id)
    query = query.where(Event.action.in_(SEALING)).order_by(Event.number.desc()).limit(1)
    event = session().scalars(query).first()
    return str((event.details or {}).get("hash", "")) if event else ""


def struck_from(handover: Handover) -> list[Struck]:
    """When the law made us strike something from it, the first time first."""
    query = select(Struck).where(Struck.handover_id == handover.id).order_by(Struck.at, Struck.id)
    return list(session().scalars(query))
