"""Verbs: what people declare, endorse, hide and object to. Everything of it counts from the next request on."""

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import delete

from expertise.access.rules import require
from expertise.access.viewer import Viewer
from expertise.audit.service import record
from expertise.base import clock
from expertise.base.database import refusing, session
from expertise.base.errors import Refused
from expertise.base.findable import tell_search
from expertise.experts.models import CEFR, LEVELS, SCOPES, Claim, Endorsement, Hidden, Objection
from expertise.people.models import Person

TWICE: dict[str, tuple[str, Any]] = {
    "uq_expertise_claim_person_id_domain_id": ("domain", _("You declared this domain already; change that.")),
    "uq_expertise_claim_person_id_kind_code_title": ("title", _("You declared this already; change that.")),
    "uq_expertise_endorsement_claim_id_by_id": ("note", _("You endorsed this already.")),
}
EARLIEST = 1940


@dataclass(frozen=True)
class Profile:
    """The profile of a person, as the rules know it."""

    person: Person

    @property
    def owners(self) -> frozenset[str]:
        """Whose it is."""
        return frozenset({f"person:{self.person.id}"})


def declare(viewer: Viewer, person: Person, kind: str, **fields: Any) -> Claim:
    """Say of oneself what one knows: a domain, a language, a region or a training."""
    require(viewer, "expertise.own", Profile(person))
    claim = Claim(person=person, kind=kind)
    _write(claim, fields)
    with refusing(TWICE):
        session().add(claim)
        session().flush()
    record(viewer, "expertise.declared", claim, kind=kind)
    tell_search("person", person.id)
    return claim


def change_claim(viewer: Viewer, claim: Claim, **fields: Any) -> None:
    """Say it otherwise. It is declared anew that day; who endorsed another level or domain did not endorse this one."""
    require(viewer, "expertise.own", claim)
    before = (claim.domain_id, claim.code, claim.title, claim.level, claim.reading, claim.speaking)
    with refusing(TWICE):
        _write(claim, fields)
        claim.declared_on = clock.today()
        session().flush()
    if before != (claim.domain_id, claim.code, claim.title, claim.level, claim.reading, claim.speaking):
        claim.endorsements.clear()
    record(viewer, "expertise.changed", claim)
    tell_search("person", claim.person_id)


def drop_claim(viewer: Viewer, claim: Claim) -> None:
    """Say it no longer; its endorsements go with it."""
    require(viewer, "expertise.own", claim)
    record(viewer, "expertise.dropped", claim, kind=claim.kind)
    tell_search("person", claim.person_id)
    session().delete(claim)
    session().flush()


def _write(claim: Claim, fields: dict[str, Any]) -> None:
    for name, value in fields.items():
        setattr(claim, name, value)
    if claim.kind == "domain" and not (claim.domain or claim.domain_id):
        raise Refused(_("Choose a domain."), "domain")
    if claim.kind in ("language", "region") and not claim.code:
        raise Refused(_("Choose one."), "code")
    if claim.kind == "training" and not claim.title:
        raise Refused(_("Fill this in."), "title")
    if claim.kind == "domain" and claim.level not in LEVELS:
        raise Refused(_("Choose a level."), "level")
    if claim.kind == "language" and not {claim.reading, claim.speaking} & set(CEFR):
        raise Refused(_("Choose a level for reading, for speaking, or for both."), "reading")
    _check_years(claim)


def _check_years(claim: Claim) -> None:
    this_year = clock.today().year
    for name in ("from_year", "until_year"):
        year = getattr(claim, name)
        if year is not None and not EARLIEST <= year <= this_year:
            raise Refused(_("A year between %(first)d and %(last)d.", first=EARLIEST, last=this_year), name)
    if claim.from_year and claim.until_year and claim.until_year < claim.from_year:
        raise Refused(_("This lies before the year in which it began."), "until_year")


def endorse(viewer: Viewer, claim: Claim, *, note: str = "") -> Endorsement:
    """Say of a colleague that it is so, and from where one knows."""
    require(viewer, "expertise.read")
    require(viewer, "expertise.endorse", claim)
    if viewer.person_id is None:
        raise Refused(_("Only a colleague endorses."))
    with refusing(TWICE):
        given = Endorsement(claim=claim, by_id=viewer.person_id, note=note)
        session().add(given)
        session().flush()
    record(viewer, "expertise.endorsed", claim, person=claim.person_id)
    return given


def withdraw(viewer: Viewer, endorsement: Endorsement) -> None:
    """Take an endorsement back, or off one's own profile."""
    require(viewer, "expertise.withdraw", endorsement)
    record(viewer, "expertise.endorsement_withdrawn", endorsement.claim, by=endorsement.by_id)
    session().delete(endorsement)
    session().flush()


def hide(viewer: Viewer, person: Person, key: str) -> None:
    """An observation is no longer shown to anybody, and no longer counts."""
    require(viewer, "expertise.own", Profile(person))
    if session().get(Hidden, (person.id, key)) is None:
        session().add(Hidden(person_id=person.id, key=key))
        session().flush()
    record(viewer, "expertise.hidden", person)


def show_again(viewer: Viewer, person: Person, key: str) -> None:
    """It counts again."""
    require(viewer, "expertise.own", Profile(person))
    session().execute(delete(Hidden).where(Hidden.person_id == person.id, Hidden.key == key))
    record(viewer, "expertise.shown_again", person)


def object_to(viewer: Viewer, person: Person, scope: str) -> None:
    """Object to being observed, or to being listed at all; an empty `scope` takes the objection back."""
    require(viewer, "expertise.own", Profile(person))
    if scope and scope not in SCOPES:
        raise Refused(_("Choose one."), "scope")
    session().execute(delete(Objection).where(Objection.person_id == person.id))
    if scope:
        session().add(Objection(person_id=person.id, scope=scope))
    session().flush()
    record(viewer, "expertise.objected" if scope else "expertise.objection_withdrawn", person, scope=scope)
    tell_search("person", person.id)
