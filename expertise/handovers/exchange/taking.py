"""Taking a note along as a file: what this viewer may see of it, in the form that was asked for."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import force_locale

from expertise.access.rules import require
from expertise.access.viewer import Viewer
from expertise.base import clock
from expertise.base.errors import NotFound
from expertise.base.i18n import show_moment
from expertise.files import queries as files
from expertise.files.owners import Attached
from expertise.handovers import queries
from expertise.handovers.acts import note_of
from expertise.handovers.attachments import owner_of
from expertise.handovers.exchange.document import Attachment, Document
from expertise.handovers.exchange.telling import Said, language_of, tell
from expertise.handovers.exchange.to_docx import to_docx
from expertise.handovers.exchange.to_html import to_html
from expertise.handovers.exchange.to_odt import to_odt
from expertise.handovers.exchange.to_package import to_package
from expertise.handovers.exchange.to_pdf import to_pdf
from expertise.handovers.models import Handover
from expertise.handovers.note import canonical, to_plain
from expertise.handovers.queries import Shown
from expertise.handovers.queries_beside import remarks_of
from expertise.handovers.sealing import struck_from
from expertise.handovers.showing import without_sensitive
from expertise.questions.queries import of_posting

MEDIA_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "odt": "application/vnd.oasis.opendocument.text",
    "pdf": "application/pdf",
    "html": "text/html; charset=utf-8",
    "package": "application/zip",
}
FORMS = tuple(MEDIA_TYPES)
WRITERS: Mapping[str, Callable[[Document], bytes]] = {"docx": to_docx, "odt": to_odt, "pdf": to_pdf}


@dataclass(frozen=True)
class Taken:
    """A file to take along."""

    name: str
    media_type: str
    content: bytes


def take(viewer: Viewer, handover: Handover, form: str, *, with_sensitive: bool = False) -> Taken:
    """The note as a file. Judges `handover.read`; raises NotFound for a form that there is not.

    What is sensitive about contacts goes along only if asked for; whoever calls this logs that.
    """
    if form not in MEDIA_TYPES:
        raise NotFound(form)
    require(viewer, "handover.read", handover)
    shown = queries.show(viewer, handover)
    if not with_sensitive:
        shown = replace(shown, note=without_sensitive(shown.note))
    document = document_of(viewer, shown)
    attachments = attachments_of(viewer, handover)
    with force_locale(language_of(shown.note)):
        if form == "html":
            content = to_html(document, attachments)
        elif form == "package":
            content = _package(shown, document, attachments)
        else:
            content = WRITERS[form](document)
    ending = "zip" if form == "package" else form
    return Taken(f"{_name(shown)}.{ending}", MEDIA_TYPES[form], content)


def document_of(viewer: Viewer, shown: Shown) -> Document:
    """The neutral document of a note before somebody's eyes."""
    handover = shown.handover
    if handover.id is None:
        return tell(shown, read_backs={}, receipts=[])
    seen = {one.id for one in shown.note.dossiers}
    told = queries.read_backs_of(viewer, handover)
    return tell(
        shown,
        read_backs={key: rows[::-1] for key, rows in told.items() if key in seen},
        receipts=queries.receipts_of(viewer, handover),
        remarks=remarks_in(viewer, shown),
        asked=of_posting(viewer, handover.posting),
    )


def remarks_in(viewer: Viewer, shown: Shown) -> list[Said]:
    """The remarks that stand beside a frozen note."""
    return [
        Said(one.person.name if one.person else "", show_moment(one.at), one.number, one.dossier_id or "", one.text)
        for one in remarks_of(viewer, shown)
    ]


def attachments_of(viewer: Viewer, handover: Handover) -> list[Attachment]:
    """The files of a note that were looked at, for whoever may read them."""
    require(viewer, "handover.read", handover)
    if handover.id is None:
        return []
    owner = owner_of(handover)
    kept = [Attached(file, owner) for file in files.files_of(viewer, owner) if file.ready]
    return [Attachment(one.file.name, files.content_of(viewer, one).read_bytes()) for one in kept]


def _package(shown: Shown, document: Document, attachments: Sequence[Attachment]) -> bytes:
    texts = {ending: write(document) for ending, write in WRITERS.items()}
    texts["html"] = to_html(document, attachments)
    return to_package(document, texts, about(shown, document, attachments), _content(shown), attachments)


def _content(shown: Shown) -> bytes | None:
    """What was frozen, byte for byte as it was hashed; None where this viewer sees less, or nothing is frozen."""
    frozen = shown.handover.frozen
    if frozen is None or to_plain(shown.note) != to_plain(note_of(shown.handover)):
        return None
    return canonical(frozen.content)


def about(shown: Shown, document: Document, attachments: Sequence[Attachment] = ()) -> dict[str, Any]:
    """What an archive and `handover show` say of a note, as JSON can hold it."""
    handover, header = shown.handover, shown.note.header

    def moment(value: Any) -> str | None:
        return value.isoformat() if value else None

    return {
        "id": handover.id or "",
        "posting": handover.posting_id,
        "title": document.title,
        "person": header.leaver.name,
        "position": {"nl": header.title_nl, "en": header.title_en},
        "post": {"code": header.post_code, "nl": header.post_nl, "en": header.post_en},
        "starts_on": moment(header.starts_on),
        "ends_on": moment(header.ends_on),
        "successor": header.successor.name if header.successor else None,
        "language": header.language,
        "marking": header.marking,
        "state": shown.state,
        "passed": shown.figure.passed,
        "total": shown.figure.total,
        "signed_at": moment(handover.final_at),
        "frozen_at": moment(handover.frozen_at),
        "received_at": moment(handover.received_at),
        "content_hash": handover.content_hash,
        "made_at": moment(handover.frozen_at or clock.now()),
        "struck": [
            {"at": one.at.isoformat(), "places": one.passages, "old_hash": one.old_hash, "new_hash": one.new_hash}
            for one in (struck_from(handover) if handover.frozen_at else [])
        ],
        "attachments": [one.name for one in attachments],
    }


def _name(shown: Shown) -> str:
    """handover-GEN-PV-wolderink-2026: letters that every system takes."""
    header = shown.note.header
    family = header.leaver.name.split()[-1]
    year = str(header.ends_on.year) if header.ends_on else ""
    plain = unicodedata.normalize("NFKD", "-".join(("handover", header.post_code, family, year)))
    return re.sub(r"[^A-Za-z0-9.]+", "-", plain.encode("ascii", "ignore").decode()).strip("-.")
