"""One world for the matrix: for each parameter of an address an object of Geneva, a closed one, and one of New York."""

import hashlib
import io
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask import Flask
from sqlalchemy import delete, insert, select
from werkzeug.routing import Rule

from expertise.base import clock
from expertise.base.database import Model, begin, engine, session
from expertise.base.tables import Report, read_date
from expertise.contacts.interaction_service import note_interaction
from expertise.contacts.merging import merge
from expertise.contacts.models import Contact, ContactUpload, Keeping
from expertise.contacts.service import assist, take_role
from expertise.domains.models import Domain
from expertise.domains.service import name_keeper
from expertise.dossiers import pointers, service
from expertise.dossiers.models import Dossier, DossierShare
from expertise.drafts.models import Draft
from expertise.experts.models import Claim, Endorsement
from expertise.files.checking import Checked
from expertise.files.owners import load
from expertise.files.service import add_file
from expertise.files.wiring import the_files
from expertise.handovers.acts import freeze
from expertise.handovers.calendar import make_key
from expertise.handovers.models import Handover, Heir, ReadBack
from expertise.handovers.models_beside import BroughtIn, Piece
from expertise.handovers.service import start_note, write_dossier_item, write_situation
from expertise.intake.models import IntakeFile
from expertise.people.models import Account, Person, SignedIn
from expertise.people.service import invite
from expertise.people.tokens import make_token, tokens_of
from expertise.pilots.service import add_milestone, take_in
from expertise.posts.absences import record_absence
from expertise.posts.models import Position, Post, Posting
from expertise.posts.viewers import viewer_for
from expertise.questions.asking import line_of_dossier
from expertise.questions.service import ask
from expertise.rotation.models import RoundUpload
from expertise.rotation.service import add_proposal, open_round, propose
from expertise.watching.models import WatchedSearch
from tests import make
from tests.make import Cast
from tests.pilots.world import a_pilot

MISSING = {
    "filename": "css/none.css",
    "token": "z" * 43,
    "code": "ZZZZ",
    "number": 999,
    "version": 999,
}
SINCE = date(2020, 1, 1)
# Rows that come and go by themselves: who looked, what waits for the index.
APART = {"event", "outbox", "sign_in_failure"}


@dataclass
class World:
    """What there is, by variant: parameter of an address -> value."""

    samples: dict[str, dict[str, Any]] = field(default_factory=dict)

    def values(self, rule: Rule, variant: str) -> dict[str, Any]:
        """What to fill in; says what to add where a parameter has no sample."""
        found = {}
        for name in rule.arguments:
            # A post and a domain are both called by their code.
            key = f"{rule.endpoint.partition('.')[0]}_code" if name == "code" else name
            if variant == "missing":
                found[name] = MISSING.get(name, "z" * 12)
            else:
                assert key in self.samples[variant], (
                    f"{rule.rule} has a parameter {key} that the matrix has no sample of: add one of each variant to "
                    "tests/access/world.py, and who may do it to WHO in tests/access/test_matrix.py"
                )
                found[name] = self.samples[variant][key]
        return found


def make_world(cast: Cast) -> World:
    """Geneva's open dossier, Geneva's restricted one, and New York's restricted one, with all that hangs on them."""
    world = World()
    arms = make.domain("arms", "Wapens", "Arms")
    for variant, seat, holder, reach in (
        ("own", "disarmament", "leaver", "open"),
        ("closed", "disarmament", "leaver", "restricted"),
        ("foreign", "newyork", "stranger", "restricted"),
    ):
        position = session().get_one(Position, cast.positions[seat])
        person = session().get_one(Person, cast.people[holder])
        dossier = make.dossier(f"Dossier {variant}", kept_by=position, from_on=SINCE, reach=reach, language="en")
        name_keeper(make.SYSTEM, arms, person)
        world.samples[variant] = {
            **ALIKE,
            "draft_id": _draft(cast, holder),
            "search_id": _watched_search(cast, holder),
            "key": _calendar(cast, {"closed": "hr"}.get(variant, holder)),
            "token": _invitation(variant),
            "account_id": session().scalars(select(Account.id).where(Account.person_id == person.id)).one(),
            **_of_dossier(cast, dossier, variant),
            **_of_handover(cast, dossier, holder, variant),
            **_of_position(cast, position, person, variant),
            **_of_domain(arms, person, variant),
        }
    session().flush()
    return world


# The same in every variant.
ALIKE = {
    "filename": "css/app.css",
    "number": 1,
    "version": 1,
    "kind": "dossier",
    "sort_name": "people",
    "topic": "start",
    "form": "html",
    "claim_kind": "training",
}


def _of_dossier(cast: Cast, dossier: Dossier, variant: str) -> dict[str, Any]:
    leaver = session().get_one(Person, cast.people["leaver"])
    position = dossier.present_stewardships[0].position
    return {
        "share_id": _share(dossier, cast).id,
        "dossier_id": dossier.id,
        "owner_id": dossier.id,
        "record_id": dossier.id,
        # Everywhere by the leaver: of a dossier that she may not read, her own note is closed to her too.
        "entry_id": make.entry(dossier, "A note", by=leaver, kind="commitment", language="en").id,
        "pointer_id": pointers.note_pointer(
            make.SYSTEM, dossier, marking="stg_c", system="Registry", position=position
        ).id,
        "file_id": _file(dossier, variant),
        "stewardship_id": dossier.present_stewardships[0].id,
        "question_id": _question(cast, dossier, {"closed": "head", "foreign": "hr"}.get(variant, "stranger")),
    }


def _of_handover(cast: Cast, dossier: Dossier, holder: str, variant: str) -> dict[str, Any]:
    handover = _handover(cast, "past" if variant == "closed" else holder, frozen=variant == "closed")
    if variant != "closed":
        _write_twice(handover, dossier)
    read_back = ReadBack(
        handover_id=handover.id, dossier_id=dossier.id, person_id=cast.people["successor"], text="As I read it"
    )
    session().add(read_back)
    session().flush()
    return {
        "posting_id": handover.posting_id,
        "handover_id": handover.id,
        "read_back_id": read_back.id,
        "heir_id": _heir(cast, handover),
        **_brought_in(handover),
    }


def _of_position(cast: Cast, position: Position, person: Person, variant: str) -> dict[str, Any]:
    contact = make.contact(f"Contact {variant}", kept_by=position, tier=1)
    rooms = ("contacts", "questions", "posts", "handovers", "post")
    return {
        "contact_id": contact.id,
        "keeping_id": session().scalars(select(Keeping.id).where(Keeping.contact_id == contact.id)).one(),
        **_around(contact, position, person, variant),
        "position_id": position.id,
        "person_id": person.id,
        "duty_id": make.duty(position).id,
        "absence_id": _absence(cast, position, variant),
        **{f"{room}_code": position.post.code for room in rooms},
        **_round(cast, position, person, variant),
        **_expertise(cast, person, variant),
    }


def _of_domain(domain: Domain, person: Person, variant: str) -> dict[str, Any]:
    return {"domain_code": domain.code, "domains_code": domain.code, **_pilot(domain, person, variant)}


def _question(cast: Cast, dossier: Dossier, asker: str) -> str:
    """Put to whoever holds the seat that keeps the dossier."""
    account = session().scalars(select(Account).where(Account.person_id == cast.people[asker])).one()
    viewer = viewer_for(account, "en")
    line = line_of_dossier(viewer, dossier)
    return ask(viewer, line, line.candidates[0], title="Who chairs it?", dossier=dossier).id


def _expertise(cast: Cast, person: Person, variant: str) -> dict[str, str]:
    """Something that somebody declares, and a colleague who endorses it."""
    claim = Claim(person_id=person.id, kind="training", title=f"Course {variant}", evidence="I gave it")
    given = Endorsement(claim=claim, by_id=cast.people["colleague"])
    session().add_all([claim, given])
    session().flush()
    return {"claim_id": claim.id, "endorsement_id": given.id}


def _absence(cast: Cast, position: Position, variant: str) -> str:
    """One to come, so that it gives nobody anything yet; of one position on other days."""
    starts = date(2026, 12, 3 if variant == "closed" else 1)
    stand_in = session().get_one(Person, cast.people["privacy"])
    return record_absence(make.SYSTEM, position, stand_in, starts_on=starts, ends_on=starts).id


def _pilot(domain: Domain, person: Person, variant: str) -> dict[str, Any]:
    """A pilot with somebody in it and something to come."""
    pilot = a_pilot(domain, fixed=False, slug=f"pilot-{variant}")
    return {
        "slug": pilot.slug,
        "participant_id": take_in(make.SYSTEM, pilot, person, joined_on=SINCE).id,
        "milestone_id": add_milestone(make.SYSTEM, pilot, name="First intake", due_on=SINCE).id,
    }


def _around(contact: Contact, position: Position, person: Person, variant: str) -> dict[str, Any]:
    """What hangs on a contact: a role, an assistant, what happened, another like it, one that went into it, a file."""
    other, went = (make.contact(f"{word} {variant}", kept_by=position) for word in ("Other", "Went"))
    role = take_role(make.SYSTEM, contact, title="Adviser", ends=read_date("2019"))
    assist(make.SYSTEM, contact, other)
    met = note_interaction(make.SYSTEM, contact, on=date(2026, 11, 2), person=person, position=position)
    upload = ContactUpload(
        person_id=person.id, name="rows.csv", content=b"name\nPia Storm\n", report=Report("contacts").as_json()
    )
    session().add(upload)
    session().flush()
    return {
        "other_id": other.id,
        "role_id": role.id,
        "assistant_id": other.id,
        "interaction_id": met.id,
        "merge_id": merge(make.SYSTEM, went, contact).id,
        "upload_id": upload.id,
    }


def _share(dossier: Dossier, cast: Cast) -> DossierShare:
    """The personnel directorate may read it."""
    return service.share_with(make.SYSTEM, dossier, position=session().get_one(Position, cast.positions["personnel"]))


def _file(dossier: Dossier, variant: str) -> str:
    """A file at the dossier that everybody thinks is a PDF, with its first page drawn already."""
    data = f"file of {variant}".encode()
    sha256 = hashlib.sha256(data).hexdigest()
    checked = Checked(io.BytesIO(data), f"{variant}.pdf", "pdf", len(data), sha256, "read", f"text {variant}", pages=1)
    the_files().store.keep_preview(sha256, 1, b"a picture")
    return add_file(make.SYSTEM, load("dossier", [dossier.id])[dossier.id], checked).id


def _handover(cast: Cast, posting: str, *, frozen: bool) -> Handover:
    """The note of a posting that goes on, or the frozen one of the predecessor."""
    made = start_note(make.SYSTEM, session().get_one(Posting, cast.postings[posting]))
    return freeze(make.SYSTEM, made, reason="Left long ago.") if frozen else made


def _draft(cast: Cast, holder: str) -> str:
    """What the holder was writing."""
    account = session().scalars(select(Account.id).where(Account.person_id == cast.people[holder])).one()
    draft = Draft(account_id=account, address="/dossiers/new", fields={"title": ["Half a"]}, sequence=1)
    session().add(draft)
    session().flush()
    return draft.id


def _watched_search(cast: Cast, holder: str) -> str:
    """What the holder wants to hear of."""
    search = WatchedSearch(person_id=cast.people[holder], text="arms", filters={}, known=[])
    session().add(search)
    session().flush()
    return search.id


def _write_twice(handover: Handover, dossier: Dossier) -> None:
    """So that there is an earlier text of section 1 and of the dossier."""
    for text_ in ("Vote", "Vote on Monday"):
        write_situation(make.SYSTEM, handover, situation="busy", situation_line=text_)
        write_dossier_item(make.SYSTEM, handover, dossier, contingency=text_)


def _brought_in(handover: Handover) -> dict[str, str]:
    """A file that was brought in, of which a part waits for its place."""
    file = BroughtIn(handover_id=handover.id, name="old.docx", sha256=handover.id)
    file.pieces.append(Piece(place=0, title="Odds and ends", text="The key is with the porter."))
    session().add(file)
    session().flush()
    return {"brought_in_id": file.id, "piece_id": file.pieces[0].id}


def _heir(cast: Cast, handover: Handover) -> str:
    """A position that the note is for as well, and that nobody holds."""
    made = make.position(session().get_one(Post, cast.posts["personnel"]), "Vrije functie", "Free position")
    handover.heirs.append(Heir(position_id=made.id))
    session().flush()
    return made.id


def _calendar(cast: Cast, who: str) -> str:
    """The secret address of somebody's calendar."""
    account = session().scalars(select(Account).where(Account.person_id == cast.people[who])).one()
    return make_key(viewer_for(account, "en"))


def _round(cast: Cast, position: Position, person: Person, variant: str) -> dict[str, Any]:
    """A transfer round with a proposal of one move, and a file with moves that HR put there; in New York another."""
    around = open_round(make.SYSTEM, name=variant, starts_on=date(2027, 1, 1), ends_on=date(2028, 1, 1))
    proposal = add_proposal(make.SYSTEM, around, name="A")
    move = propose(make.SYSTEM, proposal, person, position, starts_on=date(2029, 8, 1), ends_on=None)
    upload = RoundUpload(
        person_id=cast.people["stranger" if variant == "foreign" else "hr"],
        proposal_id=proposal.id,
        name="moves.csv",
        content=b"person,start\n",
        report=Report("moves").as_json() | {"moves": {}},
    )
    table = IntakeFile(
        person_id=upload.person_id,
        kind="people",
        name="staff.csv",
        content=b"name\nPia\n",
        report=Report("people").as_json(),
    )
    session().add_all([upload, table])
    session().flush()
    found = {"round_id": around.id, "proposal_id": proposal.id, "move_id": move.id, "waiting_id": upload.id}
    return found | {"intake_id": table.id}


def _invitation(variant: str) -> str:
    guest = make.person(f"Guest {variant}", email=f"guest-{variant}@expertise.example")
    return invite(make.SYSTEM, make.account(guest), days=7)


def add_sessions(world: World) -> None:
    """Once all have signed in: whose session it is."""
    for samples in world.samples.values():
        of_account = select(SignedIn.id).where(SignedIn.account_id == samples["account_id"])
        samples["session_id"] = session().scalars(of_account).one()


def add_programs(cast: Cast, world: World) -> dict[str, str]:
    """A token of everybody; each of those in an address is the leaver's, or the stranger's."""
    programs = {}
    for who, person_id in cast.people.items():
        account = session().scalars(select(Account).where(Account.person_id == person_id)).one()
        viewer = viewer_for(account, "en")
        programs[who] = make_token(viewer, name="Matrix", days=30, may_write=True)
        # Used just now, so that its use changes nothing that the matrix compares.
        tokens_of(viewer)[0].last_used_at = clock.now()
        for samples in world.samples.values():
            if samples["account_id"] == account.id:
                samples["token_id"] = tokens_of(viewer)[0].id
    return programs


def content() -> dict[str, list[tuple[Any, ...]]]:
    """All that the database holds, but for the rows that come and go."""
    begin("read")
    try:
        return {
            table.name: sorted((tuple(row) for row in session().execute(select(table))), key=repr)
            for table in Model.metadata.sorted_tables
            if table.name not in APART
        }
    finally:
        session().rollback()


class Kept:
    """The database and the head of its chain of events as they were, to be put back after each change."""

    def __init__(self, app: Flask) -> None:
        """In the context of the application."""
        self.content = content()
        self._head = app.config["SETTINGS"].audit_head
        self._link = self._head.read_bytes()
        self._copy: sqlite3.Connection | None = None
        if engine().dialect.name == "sqlite":
            self._copy = sqlite3.connect(":memory:")
            with self._database() as there:
                there.backup(self._copy)

    @contextmanager
    def _database(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(str(engine().url.database))) as connection:
            yield connection

    def put_back(self) -> None:
        """Pages where that can be: it takes a hundredth of the time of rows."""
        if self._copy is not None:
            with self._database() as there:
                self._copy.backup(there)
        else:
            _put_rows_back(self.content)
        self._head.write_bytes(self._link)


def _put_rows_back(before: Mapping[str, list[tuple[Any, ...]]]) -> None:
    begin("write")
    for table in reversed(Model.metadata.sorted_tables):
        session().execute(delete(table))
    for table in Model.metadata.sorted_tables:
        rows = before.get(table.name)
        if rows:
            session().execute(insert(table), [dict(zip(table.columns.keys(), row, strict=True)) for row in rows])
    session().commit()
    session().expunge_all()


def routes(app: Flask) -> Iterator[tuple[Rule, str]]:
    """Every route with each of its methods that does something."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda one: one.rule):
        for method in sorted((rule.methods or set()) & {"GET", "POST", "PUT", "PATCH", "DELETE"}):
            yield rule, method
