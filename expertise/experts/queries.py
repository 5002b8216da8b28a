"""Questions about a person's expertise: what they declare, what is observed of them, and what they hid."""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload

from expertise.access.rules import require
from expertise.access.viewer import Viewer
from expertise.audit.queries import Look, looks_at
from expertise.base import clock
from expertise.base.database import session
from expertise.base.errors import NotFound
from expertise.domains.models import Domain
from expertise.domains.queries import domains_by_id
from expertise.experts import council
from expertise.experts.evidence import Evidence, sources
from expertise.experts.models import KINDS, Claim, Endorsement, Hidden, Objection
from expertise.people.models import Person
from expertise.people.queries import get_person

# What was last touched longer ago is old, and said to be.
OLD = dt.timedelta(days=3 * 365)


@dataclass(frozen=True)
class Observed:
    """What was observed of a person in one domain, in one country, or in neither."""

    key: str  # domain:<id>, country:<code>, or nothing
    domain: Domain | None
    country: str
    evidence: list[Evidence]  # the latest first

    @property
    def kind(self) -> int:
        """Domains come before countries, and what has neither comes last."""
        return 2 if self.domain else 1 if self.country else 0

    @property
    def held(self) -> list[Evidence]:
        """What they held or kept, the latest first."""
        return [one for one in self.evidence if one.role == "holder"]

    @property
    def first(self) -> dt.date | None:
        """Since when they held something, or wrote."""
        return min((one.first for one in self.held or self.evidence if one.first), default=None)

    @property
    def until(self) -> dt.date | None:
        """Until when they held something; none where they still do."""
        if any(one.ongoing for one in self.held):
            return None
        return max((one.last for one in self.held or self.evidence if one.last), default=None)

    def touched(self, today: dt.date) -> dt.date | None:
        """When anything of it was last true."""
        return max((day for one in self.evidence if (day := one.touched(today))), default=None)

    def is_old(self, today: dt.date) -> bool:
        """Whether that is long ago."""
        touched = self.touched(today)
        return touched is not None and touched < today - OLD


@dataclass(frozen=True)
class Shown:
    """A profile before somebody's eyes."""

    person: Person
    own: bool
    claims: dict[str, list[Claim]]  # by kind
    observed: list[Observed]
    shows_observed: bool  # false: this viewer sees nothing observed, whatever there is
    objection: Objection | None = None
    hidden: list[tuple[Hidden, str]] = field(default_factory=list)  # with what it was called; for the person alone

    @property
    def is_empty(self) -> bool:
        """Nothing to show."""
        return not any(self.claims.values()) and not self.observed


def profile_of(viewer: Viewer, person_id: str) -> Shown:
    """What this viewer may see of what somebody knows. A fixed number of queries."""
    person = get_person(viewer, person_id)
    require(viewer, "expertise.read")
    own = person.id == viewer.person_id
    objection = session().get(Objection, person.id)
    if objection is not None and objection.scope == "listed" and not own:
        return Shown(person, own, {kind: [] for kind in KINDS}, [], shows_observed=False)
    shows = council.shows_observed(viewer, person.id)
    found = sources.of_people(viewer, [person.id]) if shows and objection is None else []
    hidden = hidden_of([person.id]).get(person.id, set())
    kept = [one for one in found if hidden.isdisjoint(one.keys)]
    return Shown(
        person=person,
        own=own,
        claims=_by_kind(claims_of(viewer, [person.id])),
        observed=_grouped(viewer, kept),
        shows_observed=shows,
        objection=objection,
        hidden=_hidden(viewer, person, found) if own else [],
    )


def _by_kind(claims: Iterable[Claim]) -> dict[str, list[Claim]]:
    found: dict[str, list[Claim]] = {kind: [] for kind in KINDS}
    for claim in claims:
        found[claim.kind].append(claim)
    return found


def _grouped(viewer: Viewer, evidence: Iterable[Evidence]) -> list[Observed]:
    """By domain, then by country, what was touched last first."""
    today = clock.today()
    groups: dict[str, list[Evidence]] = {}
    for one in sorted(evidence, key=lambda one: (one.touched(today) or dt.date.min, one.key), reverse=True):
        for key in one.keys[1:] or ("",):
            groups.setdefault(key, []).append(one)
    ids = {key.partition(":")[2] for key in groups if key.startswith("domain:")}
    domains = {one.id: one for one in domains_by_id(viewer, ids)} if ids else {}
    found = []
    for key, rows in groups.items():
        kind, _colon, value = key.partition(":")
        found.append(Observed(key, domains.get(value), value if kind == "country" else "", rows))
    never = dt.date.min
    return sorted(found, key=lambda one: (one.kind, one.touched(today) or never, len(one.evidence)), reverse=True)


def _hidden(viewer: Viewer, person: Person, found: Iterable[Evidence]) -> list[tuple[Hidden, str]]:
    """What the person hid, with what it is called as far as it is still there."""
    rows = session().scalars(select(Hidden).where(Hidden.person_id == person.id).order_by(Hidden.hidden_on, Hidden.key))
    titles = {one.key: one.title for one in found}
    listed = list(rows)
    ids = {one.key.partition(":")[2] for one in listed if one.key.startswith("domain:")}
    names = {one.id: one.name(viewer.language) for one in domains_by_id(viewer, ids)} if ids else {}
    return [(one, titles.get(one.key) or names.get(one.key.partition(":")[2], "")) for one in listed]


def hidden_of(person_ids: Collection[str]) -> dict[str, set[str]]:
    """What each of these people hid. One query."""
    found: dict[str, set[str]] = {}
    for person_id, key in session().execute(
        select(Hidden.person_id, Hidden.key).where(Hidden.person_id.in_(person_ids))
    ):
        found.setdefault(person_id, set()).add(key)
    return found


def objections_of(person_ids: Collection[str]) -> dict[str, str]:
    """To what each of these people objects. One query."""
    query = select(Objection.person_id, Objection.scope).where(Objection.person_id.in_(person_ids))
    return {row[0]: row[1] for row in session().execute(query)}


def claims_of(viewer: Viewer, person_ids: Collection[str]) -> list[Claim]:
    """What these people declare, with who endorses it; domains first, the best known first. Three queries."""
    return _claims(viewer, select(Claim).where(Claim.person_id.in_(person_ids)))


def claims_in(viewer: Viewer, domain_ids: Collection[str]) -> list[Claim]:
    """Who declares one of these domains. Three queries."""
    return _claims(viewer, select(Claim).where(Claim.domain_id.in_(domain_ids)))


def claims_with(viewer: Viewer, kind: str, code: str) -> list[Claim]:
    """Who declares a language or a region. Three queries."""
    return _claims(viewer, select(Claim).where(Claim.kind == kind, Claim.code == code))


def claims_called(viewer: Viewer, text: str) -> list[Claim]:
    """Who declares a training with these words in its name. Three queries."""
    return _claims(viewer, select(Claim).where(Claim.kind == "training", Claim.title.icontains(text, autoescape=True)))


def _claims(viewer: Viewer, query: Select[Claim]) -> list[Claim]:
    require(viewer, "expertise.read")
    query = query.options(joinedload(Claim.domain), selectinload(Claim.endorsements))
    order = {kind: place for place, kind in enumerate(KINDS)}
    levels = {"expert": 0, "working": 1, "basic": 2, "": 3}
    rows = list(session().scalars(query))
    return sorted(rows, key=lambda one: (order[one.kind], levels[one.level], one.title, one.code, one.id))


def get_claim(viewer: Viewer, person_id: str, claim_id: str, *, action: str = "expertise.read") -> Claim:
    """One claim of a person, for whoever may do `action` to it; of who objects to being listed, only their own."""
    claim = session().get(Claim, claim_id, options=[joinedload(Claim.domain), selectinload(Claim.endorsements)])
    if claim is None or claim.person_id != person_id:
        raise NotFound(claim_id)
    require(viewer, action, claim)
    if person_id != viewer.person_id and objections_of([person_id]).get(person_id) == "listed":
        raise NotFound(claim_id)
    return claim


def get_endorsement(viewer: Viewer, person_id: str, endorsement_id: str) -> Endorsement:
    """One endorsement, for whoever may withdraw it."""
    found = session().get(Endorsement, endorsement_id, options=[joinedload(Endorsement.claim)])
    if found is None or found.claim.person_id != person_id:
        raise NotFound(endorsement_id)
    require(viewer, "expertise.withdraw", found)
    return found


def looks_of(viewer: Viewer, person: Person) -> list[tuple[Look, str]]:
    """Who looked at this person's record, with their names; for the person alone. Two queries."""
    looks = looks_at(viewer, person.id)
    names = select(Person.id, Person.name).where(Person.id.in_({one.person_id for one in looks}))
    called = {row[0]: row[1] for row in session().execute(names)}
    return [(one, called.get(one.person_id, "")) for one in looks]
