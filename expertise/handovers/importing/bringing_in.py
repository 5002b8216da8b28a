"""Verbs: bring in a file that was written before, and put its pieces where they belong. Nothing is dropped unasked.

What a heading names as a section of free text is added below what stands there; all else waits in the tray, with the
place where it seems to belong. What the leaver wrote already is never replaced, and a section that says "none" is left.
"""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from expertise.access.rules import require
from expertise.access.viewer import Viewer
from expertise.audit.service import record
from expertise.base import clock
from expertise.base.database import refusing, session
from expertise.base.errors import NotFound, Refused
from expertise.base.marking import find_mark_in, refusal
from expertise.dossiers.entry_service import add_entry
from expertise.handovers import queries, service
from expertise.handovers.checks import SECRET
from expertise.handovers.composing import OWN_TEXTS
from expertise.handovers.importing import child
from expertise.handovers.importing.sorting import FIELDS, Part, folded, section_for, sort
from expertise.handovers.models import (
    ADVICE,
    DOSSIERS,
    LESSONS,
    MONEY,
    PEOPLE,
    PLACES,
    READING,
    RHYTHM,
    UNKNOWN,
    WEEK_ONE,
    Handover,
)
from expertise.handovers.models_beside import BroughtIn, Piece
from expertise.handovers.showing import dossiers_of
from expertise.handovers.words import LESSON_NAMES, SECTION_NAMES

KINDS = {".docx": "docx", ".odt": "odt", ".md": "md", ".markdown": "md", ".txt": "md"}
# In the order of the note: the sections that are one text, and the fields of advice.
TEXTS = (RHYTHM, PEOPLE, PLACES, READING, MONEY, UNKNOWN)
ADVICES = ("advice", "tips", "differently")
# Sections of several texts, with the verb that writes them.
FIELDS_OF: Mapping[str, tuple[tuple[str, ...], Callable[..., None]]] = {
    str(ADVICE): (ADVICES, service.write_advice),
    str(LESSONS): (tuple(LESSON_NAMES), service.write_lessons),
}
# The place of a piece that becomes a note in the dossier itself.
NOTE = "note"
LONGEST_LINE = 500
MOST = 32 * 1024 * 1024
REASONS = {
    "empty": _("This file is empty."),
    "too_large": _("This file is too large. Take the pictures out, or split it."),
    "kind": _("Bring in a file that ends in .docx, .odt or .md. Save an older Word file as .docx first."),
    "unknown": _("This is no Word file, OpenDocument text or Markdown. Save it as .docx first."),
    "name": _("The name says something else than what is in it. Save it as .docx first."),
    "old_word": _("This is a Word file in the old form (.doc). Save it as .docx first."),
    "encrypted": _("This file has a password. Save it without one first."),
    "macro": _("There are macros in this file: programs that run when it is opened. Save it without macros first."),
    "foreign": _("There is a part in another form in this file. Open it in Word and save it anew."),
    "entities": _("This file refers to files outside of itself. Open it in Word and save it anew."),
    "bomb": _("This file would unpack to far more than a note holds. Save it anew, or split it."),
    "damaged": _("This file is damaged or cut off. Try to open it; if that works, save it anew."),
    "no_text": _("There is no text in this file; perhaps it is a picture of a page."),
    "stopped": _("This file could not be read within the limits of memory and time. Save it anew, or split it."),
    "same": _("You brought in this very file before."),
}
TAKEN = {"uq_brought_in_handover_id_sha256": ("file", REASONS["same"])}
_SIGNS = re.compile("([\ue000\ue001])([^\ue002]*)\ue002")


@dataclass(frozen=True)
class Read:
    """A file that was read, and no more: its parts are not placed yet."""

    name: str
    sha256: str
    blocks: list[dict[str, Any]]


def read_file(name: str, content: bytes) -> Read:
    """Read a file in the child; raises Refused with the reason. Touches no database."""
    kind = next((one for ending, one in KINDS.items() if name.lower().endswith(ending)), None)
    if not content:
        raise Refused(REASONS["empty"], "file")
    if len(content) > MOST:
        raise Refused(REASONS["too_large"], "file")
    if kind is None:
        raise Refused(REASONS["macro" if name.lower().endswith((".docm", ".dotm")) else "kind"], "file")
    try:
        answer = child.ask(kind, content)
    except child.Stopped:
        raise Refused(REASONS["stopped"], "file") from None
    if "refused" in answer:
        raise Refused(REASONS[answer["refused"]], "file")
    blocks = [one | {"text": _worded(one["text"]), "rows": _rows(one["rows"])} for one in answer["blocks"]]
    if mark := find_mark_in([name, blocks]):
        raise Refused(refusal(mark), "file")
    return Read(re.sub(r"[\x00-\x1f/\\]", "_", name)[-200:], hashlib.sha256(content).hexdigest(), blocks)


def _rows(rows: list[list[str]]) -> list[list[str]]:
    return [[_worded(cell) for cell in row] for row in rows]


def _worded(text: str) -> str:
    """Our words in place of a picture and of a reference to a note."""

    def word(found: "re.Match[str]") -> str:
        if found[1] == "\ue001":
            return f" ({found[2]})"
        return gettext("(picture: %(words)s)", words=found[2]) if found[2] else gettext("(picture)")

    return _SIGNS.sub(word, text)


def bring_in(viewer: Viewer, handover: Handover, read: Read) -> BroughtIn:
    """Take its parts in: what is clear goes to its section, the rest to the tray."""
    require(viewer, "handover.write", handover)
    shown = queries.show(viewer, handover)
    dossiers = {folded(one.title): one.id for one in shown.note.dossiers}
    names = {folded(str(name)): str(number) for number, name in SECTION_NAMES.items() if number != 13}
    parts = sort(read.blocks, dossiers=dossiers, names=names)
    made = BroughtIn(
        handover_id=handover.id, person_id=viewer.person_id, name=read.name, sha256=read.sha256, at=clock.now()
    )
    with refusing(TAKEN):
        session().add(made)
        session().flush()
    for place, part in enumerate(parts):
        made.pieces.append(_piece(place, part))
    session().flush()
    for piece in made.pieces:
        if not piece.text.strip() and (piece.place == 0 or _only_names(piece, names)):
            # The title of the whole, and a heading that only names a section, say nothing that has a place.
            piece.state, piece.target, piece.settled_at = "placed", piece.proposed, clock.now()
        elif _is_clear(handover, piece):
            place_piece(viewer, handover, piece, piece.proposed)
    record(viewer, "handover.brought_in", handover, pieces=len(parts), waiting=len(waiting_in(made)))
    return made


def waiting_in(brought_in: BroughtIn) -> list[Piece]:
    """The pieces that are not placed."""
    return [one for one in brought_in.pieces if one.state == "waits"]


def _piece(place: int, part: Part) -> Piece:
    title, text = part.title, part.text
    if len(title) > LONGEST_LINE:
        title, text = title[:60] + "…", f"{title}\n\n{text}"
    return Piece(
        place=place, title=title, text=text, source=part.source, proposed=part.target, target="", state="waits"
    )


def _only_names(piece: Piece, names: Mapping[str, str]) -> bool:
    """Whether it is the bare heading of its section, of a dossier of the seat, or of a field of one."""
    return piece.proposed.startswith("2:") or (
        piece.proposed != "" and section_for(piece.title, names) == piece.proposed
    )


def _is_clear(handover: Handover, piece: Piece) -> bool:
    """Whether it goes to its section by itself: a text that may stand there, and no answer of hers against it."""
    number, _sign, name = piece.proposed.partition(":")
    if not piece.text.strip() or SECRET.search(piece.text):
        return False
    if number in FIELDS_OF:
        return True
    if name or not number.isdigit() or int(number) not in TEXTS:
        return False
    return not any(one.number == int(number) and one.none for one in handover.texts)


def place_piece(viewer: Viewer, handover: Handover, piece: Piece, target: str) -> None:
    """Add a piece below what stands at `target`. The piece is kept as it came."""
    _must_wait(handover, piece)
    text = _said(piece)
    number, _sign, rest = target.partition(":")
    if number in FIELDS_OF:
        _to_field(viewer, handover, number, rest, text)
    elif number == str(DOSSIERS) and rest:
        _to_dossier(viewer, handover, rest, piece)
    elif number == str(WEEK_ONE):
        _to_week_one(viewer, handover, rest, piece)
    elif number.isascii() and number.isdigit() and int(number) in TEXTS and not rest:
        _to_section(viewer, handover, int(number), text)
    else:
        raise Refused(_("This is not one of the choices."), "target")
    piece.state, piece.target, piece.settled_at = "placed", target, clock.now()
    session().flush()


def drop_piece(viewer: Viewer, handover: Handover, piece: Piece) -> None:
    """Throw a piece away, on purpose. It stays where it can be taken back."""
    require(viewer, "handover.write", handover)
    _must_wait(handover, piece)
    piece.state, piece.settled_at = "dropped", clock.now()
    session().flush()
    record(viewer, "handover.piece_dropped", handover, piece=piece.id)


def drop_rest(viewer: Viewer, handover: Handover, brought_in: BroughtIn) -> int:
    """Throw away all that still waits of a file; answers how many pieces. Each can be taken back."""
    require(viewer, "handover.write", handover)
    service.lock(handover)
    waiting = waiting_in(brought_in)
    for piece in waiting:
        piece.state, piece.settled_at = "dropped", clock.now()
    session().flush()
    record(viewer, "handover.pieces_dropped", handover, pieces=len(waiting))
    return len(waiting)


def take_back(viewer: Viewer, handover: Handover, piece: Piece) -> None:
    """Put a piece that was thrown away back into the tray."""
    require(viewer, "handover.write", handover)
    service.lock(handover)
    session().refresh(piece)
    if piece.state != "dropped":
        raise Refused(_("This piece is not thrown away."))
    piece.state, piece.settled_at = "waits", None
    session().flush()
    record(viewer, "handover.piece_taken_back", handover, piece=piece.id)


def _must_wait(handover: Handover, piece: Piece) -> None:
    # Two tabs must not place the same piece twice.
    service.lock(handover)
    session().refresh(piece, ["state"])
    if piece.state != "waits":
        raise Refused(_("This piece is placed already, or thrown away."))


def _said(piece: Piece) -> str:
    """The text with its heading above it, unless the heading is the section's own."""
    names = {folded(str(name)) for name in SECTION_NAMES.values()}
    if not piece.title or folded(piece.title) in names:
        return piece.text
    return f"### {_heading(piece.title)}\n\n{piece.text}".strip()


def _heading(title: str) -> str:
    return re.sub(r"([\\`*_\[\]<>~|#])", r"\\\1", " ".join(title.split()))


def _below(before: str, text: str) -> str:
    return f"{before.rstrip()}\n\n{text}" if before.strip() else text


def _to_section(viewer: Viewer, handover: Handover, number: int, text: str) -> None:
    row = next((one for one in handover.texts if one.number == number), None)
    if row is not None and row.none:
        raise Refused(_("This section says that there is none. Take that back first."), "target")
    before, version = (row.text, row.version) if row is not None else ("", 0)
    service.write_section(viewer, handover, number, text=_below(before, text), version=version)


def _to_field(viewer: Viewer, handover: Handover, number: str, name: str, text: str) -> None:
    """Of a section with several texts: to the one that is named, else to its first."""
    names, write = FIELDS_OF[number]
    name = name or names[0]
    if name not in names:
        raise Refused(_("This is not one of the choices."), "target")
    texts = {one: getattr(handover, one) for one in names}
    row = next((one for one in handover.texts if one.number == int(number)), None)
    texts[name] = _below(texts[name], text)
    write(viewer, handover, version=row.version if row else 0, **texts)


def _to_dossier(viewer: Viewer, handover: Handover, rest: str, piece: Piece) -> None:
    text = _said(piece)
    dossier_id, _sign, name = rest.partition(":")
    name = name or NOTE
    note = queries.show(viewer, handover).note
    item = note.dossier(dossier_id)
    if item is None:
        raise NotFound(dossier_id)
    if name == NOTE:
        add_entry(viewer, dossiers_of([note])[dossier_id], title=piece.title, body=piece.text)
        return
    if name not in FIELDS or name not in OWN_TEXTS:
        raise Refused(_("This is not one of the choices."), "target")
    row = next((one for one in handover.dossier_rows if one.dossier_id == dossier_id), None)
    before, version = (getattr(row, name), row.version) if row is not None else ("", 0)
    dossier = dossiers_of([note])[dossier_id]
    texts: dict[str, Any] = {name: _below(before, text)}
    service.write_dossier_item(viewer, handover, dossier, version=version, **texts)


def _to_week_one(viewer: Viewer, handover: Handover, name: str, piece: Piece) -> None:
    """The line itself, where it is still empty, or one of the three things: each is one line."""
    text = " ".join(piece.text.split()) or piece.title
    if len(text) > LONGEST_LINE:
        raise Refused(
            _("This is longer than %(number)s characters. Copy what matters by hand.", number=LONGEST_LINE), "target"
        )
    row = next((one for one in handover.texts if one.number == WEEK_ONE), None)
    things = [(one.text, one.due_on) for one in handover.week_one]
    line = handover.situation_line
    if name == "line":
        if line.strip():
            raise Refused(_("There is a line already, and it is never replaced."), "target")
        line = text
    else:
        things.append((text, None))
        if len(things) > service.MOST_WEEK_ONE:
            raise Refused(_("Three things fit in the first week, no more."), "target")
    service.write_situation(
        viewer,
        handover,
        situation=handover.situation,
        situation_line=line,
        week_one=things,
        version=row.version if row else 0,
    )
