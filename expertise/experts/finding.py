"""The question of this room: who knows about X, why do we think so, and where are they now?

Nothing counts that the asker may not see: pieces come from search under the asker's rights, and each record is judged
again in the database. Whoever hid something, or objects, is left out in the same request.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from sqlalchemy import ColumnElement, select

from expertise.access.rules import require
from expertise.access.viewer import Viewer
from expertise.base import clock
from expertise.base.database import session
from expertise.domains.models import Domain
from expertise.domains.queries import with_below
from expertise.experts import council, observed, queries, ranking
from expertise.experts.evidence import Evidence, sources
from expertise.experts.models import CEFR, Claim
from expertise.people.models import Person
from expertise.posts.models import Post, Posting
from expertise.posts.queries import present_postings_of
from expertise.questions.asking import with_account
from expertise.questions.models import Question
from expertise.questions.queries import questions_by_id
from expertise.search.queries import Pool, pool

# So many pieces speak; from there on it makes no difference (docs/experts.md).
POOL = 200
MOST_WITHIN = 50
MOST_COUNTED = 150
PER_PAGE = 20
MOST_REASONS = 4
MOST_ANSWERED = 3
LOOKED_AT = 12


@dataclass(frozen=True)
class Asked:
    """What somebody wants to know; each part that is given must have a reason of its own."""

    topic: str = ""
    domain: Domain | None = None
    post: Post | None = None
    language: str = ""
    region: str = ""

    @property
    def is_empty(self) -> bool:
        """Nothing was asked."""
        return not (self.topic or self.domain or self.post or self.language or self.region)


@dataclass(frozen=True)
class Reason:
    """Why somebody is thought to know it: records of one kind, the most telling first, or what they declare."""

    kind: str  # held, kept, wrote, handed_over, answered, named, declares
    weight: float
    evidence: tuple[Evidence, ...] = ()
    claim: Claim | None = None


@dataclass(frozen=True)
class Expert:
    """One person in the answer."""

    person: Person
    score: float | None  # none: this viewer gets no order but that of names
    reasons: list[Reason]
    now: Posting | None
    may_ask: bool = False
    here: bool = True  # still in the service

    @property
    def stays(self) -> bool:
        """Employed locally, or in a seat that does not rotate: the continuity."""
        return self.person.local_staff or (self.now is not None and not self.now.position.rotates)


@dataclass(frozen=True)
class Answer:
    """Who knows, the best first; or by name, for who gets no order."""

    asked: Asked
    people: list[Expert] = field(default_factory=list)
    total: int = 0
    page: int = 1
    ranked: bool = True
    suggestion: str | None = None
    building: bool = False
    answered: list[Question] = field(default_factory=list)  # about the same topic: perhaps nobody need be asked

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return -(-self.total // PER_PAGE)


@dataclass
class _Found:
    """What one part of the question found: by person, what each reason weighs."""

    evidence: dict[str, dict[Evidence, float]] = field(default_factory=dict)
    documents: dict[str, float] = field(default_factory=dict)  # by person
    claims: dict[str, dict[Claim, float]] = field(default_factory=dict)
    cleared: bool = False  # what people hid is gone from it already

    def people(self) -> set[str]:
        """Who has a reason here."""
        return {*self.evidence, *self.claims}

    def add(self, one: Evidence, weight: float) -> None:
        """A reason; the same record counts once."""
        known = self.evidence.setdefault(one.person_id, {})
        same = next((other for other in known if (other.key, other.role) == (one.key, one.role)), one)
        known[same] = max(weight, known.get(same, 0.0))

    def score(self, person_id: str) -> float:
        """All of it together; what pieces say stands in `documents` already."""
        held = (weight for one, weight in self.evidence.get(person_id, {}).items() if not one.piece)
        return self.documents.get(person_id, 0.0) + sum(held) + sum(self.claims.get(person_id, {}).values())


def who_knows(viewer: Viewer, asked: Asked, *, page: int = 1, per_page: int = PER_PAGE) -> Answer:
    """The people who know it, with reasons. A fixed number of queries, whoever is found."""
    require(viewer, "expertise.read")
    if asked.is_empty:
        return Answer(asked, ranked=council.shows_observed(viewer))
    ranked = council.shows_observed(viewer)
    found = pool(viewer, asked.topic, kinds=sources.piece_kinds(), limit=POOL) if asked.topic and ranked else Pool()
    parts = list(_parts(viewer, asked, found, observe=ranked))
    people = set.intersection(*(one.people() for one in parts))
    scores = {one: sum(part.score(one) for part in parts) for one in people}
    order = sorted(people, key=lambda one: (-scores[one], one))
    if not ranked:
        names = {
            row[0]: row[1] for row in session().execute(select(Person.id, Person.name).where(Person.id.in_(people)))
        }
        order = sorted(people, key=lambda one: (names.get(one, "").casefold(), one))
    chosen = order[(page - 1) * per_page : page * per_page]
    rows = {one.id: one for one in session().scalars(select(Person).where(Person.id.in_(chosen)))} if chosen else {}
    now = present_postings_of(viewer, chosen) if chosen else {}
    askable = with_account(chosen) - {viewer.person_id} if chosen and viewer.person_id else set()
    experts = [
        Expert(
            rows[one],
            round(scores[one], 4) if ranked else None,
            _reasons(parts, one),
            now.get(one),
            may_ask=one in askable and not _left(rows[one]),
            here=not _left(rows[one]),
        )
        for one in chosen
        if one in rows
    ]
    answered = _answered(viewer, found) if page == 1 else []
    return Answer(asked, experts, len(order), page, ranked, found.suggestion, found.building, answered)


def _answered(viewer: Viewer, found: Pool) -> list[Question]:
    """The best questions with all the words of the topic that somebody answered. One query, or none."""
    ids = [hit.key.split(":", 2)[1] for hit in found.hits if hit.complete and hit.key.startswith("question:")]
    questions = questions_by_id(viewer, ids[:LOOKED_AT]) if ids else {}
    return [one for key in dict.fromkeys(ids) if (one := questions.get(key)) and one.state == "answered"][
        :MOST_ANSWERED
    ]


def _left(person: Person) -> bool:
    return person.left_on is not None and person.left_on < clock.today()


def _parts(viewer: Viewer, asked: Asked, found: Pool, *, observe: bool) -> Iterable[_Found]:
    if asked.topic:
        yield _clear(_topic(viewer, asked.topic, found, observe=observe))
    if asked.domain is not None:
        yield _clear(_domains(viewer, with_below([asked.domain]), observe=observe))
    if asked.post is not None:
        yield _clear(_posted(viewer, Post.id == asked.post.id, []))
    if asked.region:
        claims = queries.claims_with(viewer, "region", asked.region)
        yield _clear(_posted(viewer, Post.country == asked.region, claims))
    if asked.language:
        yield _clear(_speaking(viewer, asked.language))


def _clear(found: _Found) -> _Found:
    """Without what people hid, and without those who object. Two queries, once."""
    if found.cleared:
        return found
    found.cleared = True
    people = found.people()
    hidden, objections = queries.hidden_of(people), queries.objections_of(people)
    for person_id in people:
        scope = objections.get(person_id)
        keys = hidden.get(person_id, set())
        if scope == "listed":
            found.claims.pop(person_id, None)
        if scope or keys:
            kept = {} if scope else found.evidence.get(person_id, {})
            kept = {one: weight for one, weight in kept.items() if keys.isdisjoint(one.keys)}
            found.evidence.pop(person_id, None)
            if kept:
                found.evidence[person_id] = kept
    return found


def _topic(viewer: Viewer, topic: str, found: Pool, *, observe: bool) -> _Found:
    """What the pieces about a subject say, the domains that it names, and what people declare about it."""
    ids = _ids_of(found.themes) if observe else _ids_called(viewer, topic)
    domains = with_below(ids) if ids else set()
    part = _domains(viewer, domains, observe=False)
    if not observe:
        for claim in queries.claims_called(viewer, topic):
            _declare(part, claim)
        return part
    scores: dict[str, float] = {}
    for hit in found.hits:
        record = _record_of(hit.key)
        scores[record] = max(scores.get(record, 0.0), hit.score)
    evidence = sources.of_pieces(viewer, scores)
    evidence = _with_holders(viewer, scores, evidence)
    return _weighed(viewer, part, scores, evidence, domains, found)


def _record_of(key: str) -> str:
    """Kind and id of the record that a piece is part of."""
    return ":".join(key.split(":", 2)[:2])


def _with_holders(viewer: Viewer, scores: dict[str, float], evidence: list[Evidence]) -> list[Evidence]:
    more = ranking.with_holders(scores, evidence, most=MOST_WITHIN)
    asked = sources.of_pieces(viewer, [key for key in more if key not in scores])
    scores |= more
    return evidence + asked


def _weighed(
    viewer: Viewer,
    part: _Found,
    scores: Mapping[str, float],
    evidence: Iterable[Evidence],
    domains: Collection[str],
    found: Pool,
) -> _Found:
    today = clock.today()
    # A person is a piece too, by the seats they held: what speaks is the seat, where its title is about the subject.
    seats = [one for one in evidence if one.kind == "posting" and found.marker.hits(one.title, viewer.language)]
    texts = [one for one in evidence if one.kind != "posting"]
    if domains:
        known = {(one.key, one.person_id) for one in texts}
        for one in (*observed.postings_in(viewer, domains), *observed.kept_about(viewer, domains)):
            if (one.key, one.person_id) not in known:
                seats.append(one)
    for one in seats:
        part.add(_bare(one), ranking.of_posting(one, today))
    records = {key: score for key, score in scores.items() if not key.startswith("person:")}
    whole = {_record_of(hit.key) for hit in found.hits if hit.complete} & records.keys()
    about = ranking.relevances(records, whole)
    for one in texts:
        if one.piece in about:
            part.add(one, about[one.piece])
    declared = {key.partition(":")[2] for key in scores if key.startswith("person:")}
    for claim in queries.claims_of(viewer, declared) if declared else ():
        if found.marker.hits(_said(claim), viewer.language):
            _declare(part, claim)
    return _spoken(part, about)


def _spoken(part: _Found, about: Mapping[str, float]) -> _Found:
    """With what the records say, of those alone that nobody hid. Three queries."""
    left = [one for rows in _clear(part).evidence.values() for one in rows if one.piece]
    totals = ranking.by_documents(about, left, clock.today())
    # What all of them wrote is counted of those who may come first; the others stand behind them anyway.
    first = sorted(totals, key=lambda one: (-totals[one], one))[:MOST_COUNTED]
    part.documents = ranking.shared(totals, dict.fromkeys(first, 0) | observed.volumes(first))
    return part


def _bare(one: Evidence) -> Evidence:
    """A seat, or a dossier by its domain: it speaks by itself, and not through a piece that was found."""
    return replace(one, piece="")


def _said(claim: Claim) -> str:
    return f"{claim.title}\n{claim.evidence}\n" + ("\n".join(claim.domain.names.values()) if claim.domain else "")


def _ids_of(codes: Collection[str]) -> list[Domain]:
    return list(session().scalars(select(Domain).where(Domain.code.in_(codes)))) if codes else []


def _ids_called(viewer: Viewer, topic: str) -> list[Domain]:
    """The domains that a subject names, without asking the index what is written about it."""
    return _ids_of(pool(viewer, topic, kinds=("domain",), limit=1).themes)


def _domains(viewer: Viewer, ids: Collection[str], *, observe: bool) -> _Found:
    part, today = _Found(), clock.today()
    if not ids:
        return part
    for claim in queries.claims_in(viewer, ids):
        _declare(part, claim)
    if not observe:
        return part
    records: dict[str, float] = {}
    for one in sources.of_domains(viewer, ids):
        if one.role == "holder":
            part.add(_bare(one), ranking.of_posting(one, today))
        else:
            # All that is filed there is about it.
            records[one.piece] = 1.0
            part.add(one, 1.0)
    return _spoken(part, records)


def _posted(viewer: Viewer, where: ColumnElement[bool], claims: Iterable[Claim]) -> _Found:
    part, today = _Found(), clock.today()
    for claim in claims:
        _declare(part, claim)
    # Where somebody was posted is personnel's own administration: it is no observation.
    for one in observed.postings_at(viewer, where):
        part.add(one, ranking.of_posting(one, today))
    return part


def _speaking(viewer: Viewer, code: str) -> _Found:
    part = _Found()
    for claim in queries.claims_with(viewer, "language", code):
        best = max((CEFR.index(one) + 1 for one in (claim.reading, claim.speaking) if one), default=0)
        part.claims.setdefault(claim.person_id, {})[claim] = best / len(CEFR)
    return part


def _declare(part: _Found, claim: Claim) -> None:
    today = clock.today()
    weight = ranking.of_claim(claim.level, len(claim.endorsements), claim.last_year(today), today)
    part.claims.setdefault(claim.person_id, {})[claim] = weight


_KINDS = {"posting": "held", "stewardship": "kept", "entry": "wrote", "handover": "handed_over", "answer": "answered"}
_ONE_BY_ONE = 2


def _reasons(parts: Iterable[_Found], person_id: str) -> list[Reason]:
    """In words later: seats one by one, the rest by kind; what says most first."""
    today = clock.today()
    weighed: dict[Evidence, float] = {}
    claims: dict[Claim, float] = {}
    for part in parts:
        weighed |= part.evidence.get(person_id, {})
        claims |= part.claims.get(person_id, {})
    by_kind: dict[str, list[Evidence]] = {}
    for one in sorted(weighed, key=lambda one: (-weighed[one], -(one.touched(today) or today).toordinal(), one.key)):
        kind = "named" if one.role == "mentioned" else _KINDS[one.kind]
        by_kind.setdefault(kind, []).append(one)
    if len(by_kind) > 1:
        by_kind.pop("named", None)
    found = [Reason("declares", weight, claim=claim) for claim, weight in claims.items()]
    for kind, rows in by_kind.items():
        if kind == "held":
            found += [Reason(kind, weighed[one], (one,)) for one in rows[:_ONE_BY_ONE]]
        else:
            found.append(Reason(kind, sum(weighed[one] for one in rows), tuple(rows)))
    order = ("held", "kept", "wrote", "answered", "handed_over", "declares", "named")
    return sorted(found, key=lambda one: (order.index(one.kind), -one.weight))[: MOST_REASONS + _ONE_BY_ONE]
