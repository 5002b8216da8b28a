"""The whole policy: an action, and who may do it.

A predicate answers the same rule for one record (`allows`), for a list (`where`) and, through the viewer's tokens, for
a search hit. A test enumerates viewers and records and proves the answers equal.
"""

from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import ColumnElement, and_, false, not_, or_, true

from expertise.access.tokens import ids_in
from expertise.access.viewer import Viewer
from expertise.base.errors import NotFound


class Predicate(Protocol):
    """One rule with its faces."""

    def possible(self, viewer: Viewer) -> bool:
        """What the door asks before any record is known."""

    def allows(self, viewer: Viewer, record: Any) -> bool:
        """For one record."""

    def where(self, viewer: Viewer, model: Any) -> ColumnElement[bool]:
        """For a list of them."""


@dataclass(frozen=True)
class Everybody:
    """Also who did not sign in."""

    def possible(self, viewer: Viewer) -> bool:
        """Always."""
        return True

    def allows(self, viewer: Viewer, record: Any) -> bool:
        """Always."""
        return True

    def where(self, viewer: Viewer, model: Any) -> ColumnElement[bool]:
        """All."""
        return true()


@dataclass(frozen=True)
class Staff:
    """Everybody who signed in."""

    def possible(self, viewer: Viewer) -> bool:
        """Signed in."""
        return viewer.signed_in or viewer.is_system

    def allows(self, viewer: Viewer, record: Any) -> bool:
        """Signed in."""
        return self.possible(viewer)

    def where(self, viewer: Viewer, model: Any) -> ColumnElement[bool]:
        """All or none."""
        return true() if self.possible(viewer) else false()


@dataclass(frozen=True)
class Role:
    """An account of one of these roles."""

    roles: frozenset[str]

    def possible(self, viewer: Viewer) -> bool:
        """Has the role."""
        return viewer.role in self.roles or viewer.is_system

    def allows(self, viewer: Viewer, record: Any) -> bool:
        """Has the role."""
        return self.possible(viewer)

    def where(self, viewer: Viewer, model: Any) -> ColumnElement[bool]:
        """All or none."""
        return true() if self.possible(viewer) else false()


@dataclass(frozen=True)
class OtherRole:
    """Everybody who signed in, but for accounts of these roles."""

    roles: frozenset[str]

    def possible(self, viewer: Viewer) -> bool:
        """Has another role."""
        return (viewer.signed_in and viewer.role not in self.roles) or viewer.is_system

    def allows(self, viewer: Viewer, record: Any) -> bool:
        """Has another role."""
        return self.possible(viewer)

    def where(self, viewer: Viewer, model: Any) -> ColumnElement[bool]:
        """All or none."""
        return true() if self.possible(viewer) else false()


@dataclass(frozen=True)
class Meets:
    """The viewer's tokens meet a set of the record: its `readers`, `keepers` or another face.

    The record has the set as an attribute of that name; its model has `<face>_meet(tokens)` for the list.
    """

    face: str

    def possible(self, viewer: Viewer) -> bool:
        """Signed in; the record decides."""
        return viewer.signed_in or viewer.is_system

    def allows(self, viewer: Viewer, record: Any) -> bool:
        """A token in common."""
        return viewer.is_system or bool(viewer.tokens & getattr(record, self.face))

    def where(self, viewer: Viewer, model: Any) -> ColumnElement[bool]:
        """A token in common, as SQL."""
        if viewer.is_system:
            return true()
        # No tokens must mean nothing, never everything.
        return getattr(model, f"{self.face}_meet")(viewer.tokens) if viewer.tokens else false()


@dataclass(frozen=True)
class Lacks:
    """The viewer's tokens meet no word of that set of the record: whom a wider rule must leave out."""

    face: str

    def possible(self, viewer: Viewer) -> bool:
        """Signed in; the record decides."""
        return viewer.signed_in or viewer.is_system

    def allows(self, viewer: Viewer, record: Any) -> bool:
        """No token in common."""
        return viewer.is_system or not viewer.tokens & getattr(record, self.face)

    def where(self, viewer: Viewer, model: Any) -> ColumnElement[bool]:
        """No token in common, as SQL."""
        return true() if viewer.is_system else not_(getattr(model, f"{self.face}_meet")(viewer.tokens))


@dataclass(frozen=True)
class Own:
    """The account whose it is, and nobody else: no role, and not the installation itself."""

    def possible(self, viewer: Viewer) -> bool:
        """Signed in; the record decides."""
        return viewer.signed_in

    def allows(self, viewer: Viewer, record: Any) -> bool:
        """It is theirs."""
        return viewer.signed_in and viewer.account_id == record.account_id

    def where(self, viewer: Viewer, model: Any) -> ColumnElement[bool]:
        """It is theirs, as SQL."""
        return model.account_id == viewer.account_id if viewer.signed_in else false()


@dataclass(frozen=True)
class Leads:
    """Leads the post that the record is part of: its head of mission, posted there today."""

    def possible(self, viewer: Viewer) -> bool:
        """Leads one."""
        return viewer.is_system or bool(_led(viewer))

    def allows(self, viewer: Viewer, record: Any) -> bool:
        """Leads this one."""
        return viewer.is_system or record.post_id in _led(viewer)

    def where(self, viewer: Viewer, model: Any) -> ColumnElement[bool]:
        """At the posts that they lead."""
        return true() if viewer.is_system else model.post_id.in_(_led(viewer))


def _led(viewer: Viewer) -> list[str]:
    """The posts of which the viewer is head today."""
    return ids_in(viewer.tokens, "head")


@dataclass(frozen=True)
class OneOf:
    """One of several rules."""

    rules: tuple[Predicate, ...]

    def possible(self, viewer: Viewer) -> bool:
        """One of them may."""
        return any(rule.possible(viewer) for rule in self.rules)

    def allows(self, viewer: Viewer, record: Any) -> bool:
        """One of them does."""
        return any(rule.allows(viewer, record) for rule in self.rules)

    def where(self, viewer: Viewer, model: Any) -> ColumnElement[bool]:
        """One of them does, as SQL."""
        return or_(false(), *(rule.where(viewer, model) for rule in self.rules))


@dataclass(frozen=True)
class Both:
    """All of several rules: what one of them grants never reaches past another."""

    rules: tuple[Predicate, ...]

    def possible(self, viewer: Viewer) -> bool:
        """All of them may."""
        return all(rule.possible(viewer) for rule in self.rules)

    def allows(self, viewer: Viewer, record: Any) -> bool:
        """All of them do."""
        return all(rule.allows(viewer, record) for rule in self.rules)

    def where(self, viewer: Viewer, model: Any) -> ColumnElement[bool]:
        """All of them do, as SQL."""
        return and_(true(), *(rule.where(viewer, model) for rule in self.rules))


EVERYBODY = Everybody()
STAFF = Staff()
HR = Role(frozenset({"hr"}))
ADMIN = Role(frozenset({"admin"}))
PRIVACY = Role(frozenset({"privacy"}))
HR_OR_ADMIN = Role(frozenset({"hr", "admin"}))
READERS = Meets("readers")
KEEPERS = Meets("keepers")

RULES: dict[str, Predicate] = {
    "public": EVERYBODY,  # sign-in, static files, health
    "desk": STAFF,
    "office": HR_OR_ADMIN,  # the page of what HR and administrators look after
    "installation.read": ADMIN,  # settings and the state of the system, without secrets
    "installation.keep": Role(frozenset()),  # the jobs, which run for the installation itself
    "search": STAFF,
    "vocabulary.manage": ADMIN,
    "account.own": STAFF,  # language, password, own sessions
    "account.manage": ADMIN,
    "draft.own": Own(),  # unfinished text: its writer alone, also not administrators, HR or jobs
    "intake.file": Both((HR_OR_ADMIN, Meets("owners"))),  # asked of a file that waits, or was taken in today
    "person.read": STAFF,
    "person.change": HR_OR_ADMIN,
    "post.read": STAFF,
    "post.change": HR_OR_ADMIN,  # posts, positions and postings
    "absence.record": OneOf((HR_OR_ADMIN, Meets("delegators"))),  # asked of a position: who is away, who stands in
    "duty.change": KEEPERS,  # whoever holds the position
    "domain.read": STAFF,
    "domain.keep": HR_OR_ADMIN,  # add themes, say who keeps them, and on which a position works
    "domain.change": OneOf((HR_OR_ADMIN, Meets("keepers"))),  # also whoever is named as its keeper: words and place
    "contact.read": STAFF,
    "contact.add": STAFF,
    "contact.change": KEEPERS,  # holders of the positions that keep it; nobody keeps it yet: everyone
    "contact.keep": KEEPERS,  # asked of a position: its holders keep contacts for it, and let them go
    "contact.sensitive": Meets("confidants"),  # what a position noted about a relation stays with it
    "contact.upload": Meets("owners"),  # asked of a file that waits to be imported
    "contact.privacy": PRIVACY,  # give a contact what we hold of them, and erase it
    "person.privacy": PRIVACY,  # the same of a member of staff, and only once they left
    "interaction.change": Meets("authors"),  # who noted it; of a plan also whoever holds the position
    "dossier.read": READERS,
    "watch.own": STAFF,  # what one follows
    "dossier.open": STAFF,
    "dossier.import": ADMIN,  # dossiers and notes out of files, in anybody's name
    "dossier.keep_for": KEEPERS,  # asked of a position: its holders open and take up dossiers for it
    "dossier.change": KEEPERS,  # holders of the positions that steward it, heads of the posts involved
    "dossier.take_up": Meets("takers"),  # open, and nobody keeps it: everybody, for a position they hold
    "entry.read": READERS,  # those of its dossier
    "entry.add": READERS,  # asked of a dossier
    # Its author and the dossier's keepers; who may no longer read a dossier no longer changes what they wrote there.
    "entry.change": Both((READERS, Meets("editors"))),
    "pointer.read": READERS,  # those of its dossier
    "pointer.drop": Both((READERS, Meets("editors"))),  # as a note is changed
    "question.ask": STAFF,
    "question.read": READERS,  # both parties, and whoever reads the dossier that it is about
    # With whom it is, who let it rest, who keeps the dossier; never who asked.
    "question.answer": Both((Meets("answerers"), Lacks("askers"))),
    "question.refuse": Meets("askees"),  # decline it or pass it on: with whom it is now
    "question.withdraw": Meets("askers"),  # also: put it to the next one
    "question.carry": Role(frozenset()),  # the jobs: what nobody answered goes up the chain
    "writing_list.read": Meets("present"),  # asked of a post: who is posted there today
    "handover.read": READERS,
    "handover.write": Meets("writers"),  # the leaver, until it is frozen
    # The leaver, the head of mission, whom she named to fill in; and who acts in the seat or stands in today.
    "handover.freeze": OneOf((Meets("freezers"), Both((Meets("seated"), Meets("deputies"))))),
    "handover.address": Meets("addressers"),  # for which other positions it is as well
    "handover.blocks": Leads(),  # asked of a position: what keeps the notes of the post from being signed
    # The successor and the acting holder; not the leaver, who holds the same seat until the last day.
    "handover.receive": Both((Meets("receivers"), Lacks("leavers"))),
    "handover.introduce": OneOf(
        (Meets("leavers"), Meets("receivers"))
    ),  # both ends say that an introduction took place
    "handover.confirm": Meets("leavers"),  # only who left knows whether it was understood
    "file.read": READERS,  # exactly those of the record that it belongs to; asked of the record or of the file
    "file.add": Both((READERS, Meets("givers"))),  # asked of the record
    "file.remove": Both(
        (READERS, Meets("removers"))
    ),  # the record's keepers and who added it; never from a frozen note
    # Beside a frozen note: the leaver, the seat, the acting holder, the head; beside a signed one the head and leaver.
    "handover.remark": Meets("remarkers"),
    # Section 12: the leaver, and once it is signed the seat and who keeps its themes; not the head, not the post.
    "handover.lessons": Meets("lesson_readers"),
    "handover.scores": HR_OR_ADMIN,  # how useful sections are, over many notes: never of one person
    "rotation.overview": HR,  # figures over groups
    "rotation.read": STAFF,  # where a seat comes free, and whom to ask about it
    "rotation.board": OneOf((HR, Leads())),  # asked of a position: who comes and goes, and how far the notes are
    "rotation.plan": HR,  # transfer rounds: nobody reads of a move before it is decided
    "rotation.upload": Both((HR, Meets("owners"))),  # asked of a file with moves that waits
    "pilot.read": HR,  # with the names in it; the report speaks of groups of five or more
    "pilot.change": HR,
    "pilot.own": STAFF,  # in which pilots one is, and what is recorded there of oneself
    "expertise.read": STAFF,  # what people declare of themselves, and who endorses it
    # What the application observes of people, and every order among them: for colleagues who look for somebody to
    # ask, and never for personnel while works-council mode is on (experts/council.py).
    "expertise.observed": OtherRole(frozenset({"hr"})),
    "expertise.own": Meets("owners"),  # declare, hide, object, take along: the person alone, and no role
    "expertise.endorse": Lacks("owners"),  # what a colleague declares, never one's own
    "expertise.withdraw": Meets("owners"),  # an endorsement: who gave it, and of whom it is said
}


def allowed(viewer: Viewer, action: str, record: Any = None) -> bool:
    """Whether the viewer may do this (to this record)."""
    rule = RULES[action]
    return rule.possible(viewer) if record is None else rule.allows(viewer, record)


def require(viewer: Viewer, action: str, record: Any = None) -> None:
    """Refuse what is not allowed; it looks as if the record were not there."""
    if not allowed(viewer, action, record):
        raise NotFound(action)


def only(viewer: Viewer, action: str, model: Any) -> ColumnElement[bool]:
    """The same rule as a condition on a list."""
    return RULES[action].where(viewer, model)
