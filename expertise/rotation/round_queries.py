"""Questions about transfer rounds: what there is, the world in which a proposal is judged, and two side by side."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import selectinload

from expertise.access.rules import only, require
from expertise.access.viewer import Viewer
from expertise.base import clock
from expertise.base.database import session
from expertise.base.errors import NotFound
from expertise.base.uploads import find_upload
from expertise.contacts.models import Contact, Keeping
from expertise.domains.models import PositionDomain
from expertise.domains.queries import domains_by_id
from expertise.dossiers.models import Dossier, Stewardship
from expertise.posts.models import Position, Post
from expertise.rotation.models import Move, Proposal, RoundUpload, TransferRound
from expertise.rotation.simulating import Kept, Outcome, Planned, World, simulate
from expertise.rotation.sittings import Window, seats, sittings


def list_rounds(viewer: Viewer) -> list[TransferRound]:
    """All rounds with their proposals, the latest first."""
    require(viewer, "rotation.plan")
    query = select(TransferRound).options(selectinload(TransferRound.proposals))
    return list(session().scalars(query.order_by(TransferRound.starts_on.desc(), TransferRound.name)))


def get_round(viewer: Viewer, round_id: str) -> TransferRound:
    """One round with its proposals and their moves."""
    require(viewer, "rotation.plan")
    query = select(TransferRound).where(TransferRound.id == round_id)
    found = session().scalar(query.options(selectinload(TransferRound.proposals).selectinload(Proposal.moves)))
    if found is None:
        raise NotFound(round_id)
    return found


def get_proposal(viewer: Viewer, proposal_id: str) -> Proposal:
    """One proposal with its moves."""
    require(viewer, "rotation.plan")
    query = select(Proposal).where(Proposal.id == proposal_id).options(selectinload(Proposal.moves))
    found = session().scalar(query)
    if found is None:
        raise NotFound(proposal_id)
    return found


def match_positions(viewer: Viewer, typed: str, *, most: int) -> list[Position]:
    """The positions that a typed text means: all its words stand in the title, or in the name, code or city."""
    require(viewer, "post.read")
    query = select(Position).join(Post, Post.id == Position.post_id).where(Position.abolished_on.is_(None))
    columns = (Position.title_nl, Position.title_en, Post.name_nl, Post.name_en, Post.code, Post.city)
    for word in typed.replace(",", " ").split()[:8]:
        query = query.where(or_(*(column.icontains(word, autoescape=True) for column in columns)))
    return list(session().scalars(query.order_by(Post.name_en, Position.title_en, Position.id).limit(most)))


def get_move(viewer: Viewer, move_id: str) -> Move:
    """One move."""
    require(viewer, "rotation.plan")
    found = session().get(Move, move_id)
    if found is None:
        raise NotFound(move_id)
    return found


def get_upload(viewer: Viewer, upload_id: str) -> RoundUpload:
    """A file that waits, for whoever put it there."""
    found = find_upload(RoundUpload, upload_id)
    require(viewer, "rotation.upload", found)
    return found


def world_of(viewer: Viewer, around: TransferRound) -> World:
    """Everything in which the proposals of a round are judged, as far as this viewer may read it. Six queries."""
    require(viewer, "rotation.plan")
    window = Window(around.starts_on, around.ends_on, clock.today())
    open_seats = or_(Position.abolished_on.is_(None), Position.abolished_on >= window.first)
    filed: dict[str, set[str]] = {}
    for position_id, domain_id in session().execute(select(PositionDomain.position_id, PositionDomain.domain_id)):
        filed.setdefault(domain_id, set()).add(position_id)
    names = {one.id: one.name(viewer.language) for one in domains_by_id(viewer, filed)}
    return World(
        window=window,
        seats={one.id: one for one in seats(viewer.language, open_seats)},
        sat=sittings(since=window.known_since),
        dossiers=_dossiers(viewer),
        contacts=_contacts(),
        domains={domain_id: (names[domain_id], frozenset(at)) for domain_id, at in filed.items()},
    )


def _dossiers(viewer: Viewer) -> list[Kept]:
    query = (
        select(Dossier.id, Dossier.title, Dossier.urgency, Stewardship.position_id)
        .join(Stewardship, Stewardship.dossier_id == Dossier.id)
        .where(Stewardship.to_on.is_(None), Dossier.status == "active", only(viewer, "dossier.read", Dossier))
        .order_by(Dossier.id, Stewardship.position_id)
    )
    return _gathered((row[0], row[1], row[2], row[3]) for row in session().execute(query))


def _contacts() -> list[Kept]:
    query = (
        select(Contact.id, Contact.name, Keeping.tier, Keeping.position_id)
        .join(Keeping, Keeping.contact_id == Contact.id)
        .where(Keeping.until.is_(None), Keeping.tier == 1, Contact.merged_into_id.is_(None))
        .order_by(Contact.id, Keeping.position_id)
    )
    return _gathered((row[0], row[1], row[2], row[3]) for row in session().execute(query))


def _gathered(rows: Iterable[tuple[str, str, int, str]]) -> list[Kept]:
    found: dict[str, Kept] = {}
    for record_id, title, urgency, position_id in rows:
        before = found.get(record_id)
        positions = (*before.positions, position_id) if before else (position_id,)
        found[record_id] = Kept(record_id, title, urgency, positions)
    return list(found.values())


def planned(proposal: Proposal) -> list[Planned]:
    """The moves of a proposal as the simulation takes them."""
    return [
        Planned(one.person_id, one.person.name, one.person.local_staff, one.position_id, one.starts_on, one.ends_on)
        for one in proposal.moves
    ]


def outcome_of(viewer: Viewer, proposal: Proposal) -> tuple[Outcome, Outcome]:
    """What is planned already, and what this proposal would make of it."""
    world = world_of(viewer, proposal.round)
    if not proposal.open:
        # Its moves stand among the postings by now.
        return simulate(world, []), simulate(world, [])
    return simulate(world, []), simulate(world, planned(proposal))


@dataclass(frozen=True)
class Compared:
    """What is planned already, and two proposals beside it."""

    now: Outcome
    one: Outcome
    other: Outcome


def compare(viewer: Viewer, one: Proposal, other: Proposal) -> Compared:
    """Two proposals of one round in the same world."""
    if one.round_id != other.round_id or one.id == other.id:
        raise NotFound(other.id)
    world = world_of(viewer, one.round)
    return Compared(simulate(world, []), simulate(world, planned(one)), simulate(world, planned(other)))
