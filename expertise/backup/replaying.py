"""What was erased after a backup was taken is erased again when that is put back, as the ledger says.

The ledger has no names: the record itself has them again, and of those that were struck from texts the hashes are
looked for in all texts that came back.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from expertise.access.viewer import Viewer
from expertise.base.database import session
from expertise.base.erasing import Erased, digest_of, key_mark, known_erasures, note_erasure
from expertise.base.striking import strike_everywhere, written_as
from expertise.contacts import personal
from expertise.contacts.models import Contact
from expertise.files.mentioning import remove_naming
from expertise.people.models import Person
from expertise.privacy import service as privacy


@dataclass(frozen=True)
class Replayed:
    """How many erasures were done again, and of how many the words could not be looked for: another key made them."""

    erased: int = 0
    unread: int = 0


def replay(viewer: Viewer, ledger: Iterable[Erased]) -> Replayed:
    """Erase again what the ledger names and this database knows nothing of."""
    done = known_erasures()
    waiting = list({one.record: one for one in ledger if one.record not in done}.values())
    readable = [one for one in waiting if one.key in ("", key_mark())]
    spelled = written_as({words for one in readable for words in one.words}, digest_of)
    for one in waiting:
        names = {name for _count, digest in one.words for name in spelled.get(digest, ())}
        if one.record not in known_erasures():  # one that went into another goes with it
            _erase(viewer, one, names)
    return Replayed(len(waiting), len(waiting) - len(readable))


def _erase(viewer: Viewer, one: Erased, names: set[str]) -> None:
    contact = session().get(Contact, one.id) if one.kind == "contact" else None
    person = session().get(Person, one.id) if one.kind == "person" else None
    if contact is not None and one.words:
        personal.erase(viewer, contact, also=names, with_files=one.with_files, again=True)
    elif contact is not None:
        personal.let_lapse(viewer, contact, again=True)
    elif person is not None:
        privacy.erase(viewer, person, also=names, again=True)
    else:
        # Recorded after the backup was taken; texts may name them all the same.
        if one.with_files:
            remove_naming(viewer, names)
        strike_everywhere(names)
        note_erasure(one.kind, one.id, names=names, with_files=one.with_files)
    session().flush()
