"""What happens to a note that is written: signed, frozen, read back, confirmed, received."""

from dataclasses import replace
from datetime import timedelta

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from expertise.access.rules import require
from expertise.access.viewer import Viewer
from expertise.audit.service import record
from expertise.base import clock
from expertise.base.database import session
from expertise.base.errors import NotFound, Refused
from expertise.base.findable import tell_search
from expertise.handovers.checks import checks_of, figure_of
from expertise.handovers.composing import WHOLE, compose_all
from expertise.handovers.models import ASKED_BEFORE, DRAFTED_BEFORE, Frozen, FrozenDossier, Handover, ReadBack, Receipt
from expertise.handovers.note import Note, hash_of, to_plain
from expertise.handovers.receiving import still_to_receive, to_read_back
from expertise.handovers.sealing import enclosed_of
from expertise.handovers.service import find_note, lock, make_row, start_note
from expertise.handovers.showing import shown_to
from expertise.posts.models import Posting

LONGEST_READ_BACK = 1000
# A seat that stays empty for longer than this begins anew.
WAITED_FOR = timedelta(days=730)


def note_of(handover: Handover) -> Note:
    """The whole note, judged by nobody: for the acts, which look at all of it."""
    return compose_all([handover])[handover.posting_id]


def sign(viewer: Viewer, handover: Handover, *, unchecked: bool = False) -> None:
    """The leaver makes it final; only when nothing that blocks is open, in the last thirty days.

    `unchecked` is for notes of before these rules, loaded by the installation itself.
    """
    require(viewer, "handover.write", handover)
    lock(handover)
    if handover.frozen_at or handover.final_at:
        raise Refused(_("This note is signed already."))
    if not (unchecked and viewer.is_system):
        _check_complete(handover)
    handover.final_at = clock.now()
    session().flush()
    record(viewer, "handover.signed", handover)
    tell_search("handover", handover.id)


def _check_complete(handover: Handover) -> None:
    ends = handover.posting.ends_on
    if ends is None or ends - clock.today() > ASKED_BEFORE:
        raise Refused(_("It can be signed in the last thirty days of the posting."))
    if not figure_of(checks_of(note_of(handover), clock.today())).complete:
        raise Refused(_("Something is still missing. It can be signed when nothing that blocks is open."))


def open_again(viewer: Viewer, handover: Handover) -> None:
    """The leaver takes the signature back, until it is frozen."""
    require(viewer, "handover.write", handover)
    lock(handover)
    if handover.frozen_at is not None:
        raise Refused(_("This note is frozen: it keeps the words it had."))
    if handover.final_at is None:
        raise Refused(_("This note is not signed."))
    handover.final_at = None
    session().flush()
    record(viewer, "handover.opened_again", handover)
    tell_search("handover", handover.id)


def freeze(viewer: Viewer, handover: Handover, *, reason: str = "") -> Handover:
    """Keep the note as it is now, for good. The leaver does so after signing; head and acting holder at any time.

    A note in which nobody wrote yet can be frozen too: what is recorded of the position is in it.
    """
    require(viewer, "handover.freeze", handover)
    if handover.id is None:
        handover = find_note(handover.posting) or make_row(viewer, handover.posting)
    lock(handover)
    if handover.frozen_at is not None:
        raise Refused(_("This note is frozen already."))
    own = viewer.tokens & handover.leavers and not viewer.is_system
    if own and handover.final_at is None:
        raise Refused(_("Sign it first. In an emergency the head of the post or the acting holder can freeze it."))
    note = replace(note_of(handover), enclosed=enclosed_of(handover), why_now=reason.strip())
    figure = figure_of(checks_of(note, clock.today()))
    content = to_plain(note)
    handover.frozen = Frozen(content=content, reason=note.why_now, at=clock.now())
    handover.content_hash = hash_of(content)
    handover.passed, handover.total = figure.passed, figure.total
    handover.frozen_at, handover.frozen_by_id = clock.now(), viewer.person_id
    session().flush()
    session().add_all(FrozenDossier(handover_id=handover.id, dossier_id=one.id) for one in note.dossiers)
    session().flush()
    signed = handover.final_at is not None
    record(viewer, "handover.frozen", handover, signed=signed, hash=handover.content_hash)
    tell_search("handover", handover.id)
    return handover


def read_back(viewer: Viewer, handover: Handover, dossier_id: str, text: str) -> ReadBack:
    """The successor says in two lines what is at stake and what comes first; an earlier one stays."""
    require(viewer, "handover.receive", handover)
    lock(handover)
    if shown_to(viewer, handover, note_of(handover)).dossier(dossier_id) is None:
        raise NotFound(dossier_id)
    if not text.strip():
        raise Refused(_("Write in two sentences what is at stake and what you do first."), "text")
    if len(text) > LONGEST_READ_BACK:
        raise Refused(_("Two sentences are enough: at most %(number)s characters.", number=LONGEST_READ_BACK), "text")
    if has_received(handover, viewer.person_id):
        raise Refused(_("You have received this note already."))
    made = ReadBack(
        handover=handover, dossier_id=dossier_id, person_id=viewer.person_id, text=text.strip(), at=clock.now()
    )
    session().add(made)
    session().flush()
    record(viewer, "handover.read_back", handover, dossier=dossier_id)
    return made


def confirm(viewer: Viewer, reading: ReadBack) -> None:
    """The leaver confirms that it was understood."""
    _begin_answer(viewer, reading)
    reading.answered_at = clock.now()
    reading.confirmed = True
    record(viewer, "handover.confirmed", reading.handover, dossier=reading.dossier_id)


def correct(viewer: Viewer, reading: ReadBack, text: str) -> None:
    """The leaver puts it right."""
    _begin_answer(viewer, reading)
    if not text.strip():
        raise Refused(_("Write what should be understood otherwise, or confirm it."), "text")
    reading.answered_at = clock.now()
    reading.correction = text.strip()
    record(viewer, "handover.corrected", reading.handover, dossier=reading.dossier_id)


def _begin_answer(viewer: Viewer, reading: ReadBack) -> None:
    require(viewer, "handover.confirm", reading.handover)
    lock(reading.handover)
    session().refresh(reading, ["answered_at"])
    if reading.answered_at is not None:
        raise Refused(_("You have answered this already."))


def receive(viewer: Viewer, handover: Handover, *, unchecked: bool = False) -> Receipt:
    """The successor takes it over, once every dossier of urgency 1 is read back; so does an acting holder before."""
    require(viewer, "handover.receive", handover)
    lock(handover)
    if handover.frozen_at is None:
        raise Refused(_("The note is not frozen yet. It can be received when it no longer changes."))
    if viewer.person_id is None or has_received(handover, viewer.person_id):
        raise Refused(_("You have received this note already."))
    if not (unchecked and viewer.is_system):
        done = {one.dossier_id for one in handover.read_backs if one.person_id == viewer.person_id}
        if any(
            one not in done for one in to_read_back(viewer, handover, shown_to(viewer, handover, note_of(handover)))
        ):
            raise Refused(_("First read back every dossier of urgency 1."))
    receipt = Receipt(handover_id=handover.id, person_id=viewer.person_id, at=clock.now())
    session().add(receipt)
    session().flush()
    if not still_to_receive(handover):
        handover.received_at, handover.received_by_id = clock.now(), viewer.person_id
        session().flush()
    record(viewer, "handover.received", handover)
    return receipt


def has_received(handover: Handover, person_id: str | None) -> bool:
    """Whether this person took it over."""
    query = select(Receipt.id).where(Receipt.handover_id == handover.id, Receipt.person_id == person_id)
    return session().scalar(query) is not None


def reopen_for_successors(viewer: Viewer) -> int:
    """For every day: a note that an acting holder received waits again once a successor is known; says how many."""
    require(viewer, "installation.keep")
    query = select(Handover).where(Handover.received_at.is_not(None), Handover.scored_at.is_(None))
    recent = query.join(Handover.posting).where(Posting.ends_on >= clock.today() - WAITED_FOR)
    waiting = [one for one in session().scalars(recent.options(*WHOLE)).unique() if still_to_receive(one)]
    for handover in waiting:
        handover.received_at, handover.received_by_id = None, None
        session().flush()
        record(viewer, "handover.waits_again", handover)
        tell_search("handover", handover.id)
    return len(waiting)


def start_notes(viewer: Viewer) -> int:
    """For every day: make the rows of the notes of postings that end within ninety days; says how many."""
    today = clock.today()
    query = select(Posting).where(
        Posting.holding(today),
        Posting.acting.is_(False),
        Posting.ends_on <= today + DRAFTED_BEFORE,
        Posting.id.not_in(select(Handover.posting_id)),
    )
    postings = session().scalars(query).all()
    for posting in postings:
        start_note(viewer, posting, language="nl")
    return len(postings)


def freeze_due(viewer: Viewer) -> int:
    """For every day: freeze the signed notes whose last day has passed; says how many."""
    yesterday = clock.today() - timedelta(days=1)
    query = (
        select(Handover)
        .join(Handover.posting)
        .where(Handover.final_at.is_not(None), Handover.frozen_at.is_(None), Posting.ends_on <= yesterday)
        .options(*WHOLE)
    )
    due = session().scalars(query).unique().all()
    for handover in due:
        freeze(viewer, handover)
    return len(due)
