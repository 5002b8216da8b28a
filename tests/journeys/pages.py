"""Every kind of page there is, who looks at it, and which record of the demo it is seen with.

A new GET route that nobody lists here fails `test_every_kind_of_page_is_listed`: add it to PAGES, or to NO_PAGES with
the reason why nobody looks at it.
"""

import io
import re
from dataclasses import dataclass
from typing import Any

from flask import Flask
from sqlalchemy import func, select

from expertise.base.database import begin, session
from expertise.contacts.models import Contact, Interaction, Keeping
from expertise.demo.ministry import PASSWORD
from expertise.domains.models import Domain
from expertise.dossiers.models import Dossier, Entry, EntryRevision
from expertise.experts.models import Claim
from expertise.handovers.models import Handover, ReadBack
from expertise.people.models import Account, Person
from expertise.pilots.models import Participant, Pilot
from expertise.posts.models import Duty, Position, Posting
from expertise.questions.models import Question
from expertise.rotation.models import Proposal
from tests.conftest import Browser

LEAVER = "femke.wolderink@expertise.example"
SUCCESSOR = "daan.esselbrug@expertise.example"
ARRIVED = "sem.vaartveld@expertise.example"
HEAD = "hanneke.oosterdiep@expertise.example"
HR = "gerda.pauwvliet@expertise.example"
ADMIN = "ilse-marie.knoopsma@expertise.example"
PRIVACY = "bertrand.schuurbiers@expertise.example"
OUTSIDER = "kwame.adjei-brouwer@expertise.example"
NOBODY = ""

# Answers for machines, and addresses that only lead to another page.
NO_PAGES = {
    *(
        "static",
        "health.healthz",
        "health.readyz",
        "search.as_json",
        "search.beginnings",
        "search.glossary_csv",
        "contacts.alike",
        *("contacts.report_csv", "contacts.to_mend", "rotation.report_csv", "rotation.to_mend"),
        *("intake.report_csv", "intake.to_mend", "intake.empty_table"),
        "drafts.token",
    ),
    *("health.metrics", "people.organisation_out", "people.organisation_back", "people.organisation_sign_out"),
    "people.second_step",  # leads to signing in, until a password was right
    "experts.export",
    "guide.index",  # leads to the first topic
    *("files.content", "files.picture", "contacts.card", "handovers.take_along", "handovers.calendar_feed"),
    *("rotation.board_csv", "rotation.board_calendar", "rotation.moves_csv"),
    "pilots.report_file",
    *("api.description", "api.me", "api.search", "api.experts", "api.posts", "api.post", "api.people", "api.person"),
    *("api.domains", "api.domain", "api.dossiers", "api.dossier", "api.entries", "api.entry", "api.contacts"),
    *("api.contact", "api.handovers", "api.handover", "api.rotation"),
}


@dataclass(frozen=True)
class Kind:
    """A kind of page: its endpoint, who looks, the address with places for ids, and whether its form can be refused."""

    endpoint: str
    who: str
    address: str
    form: bool = False
    name: str = ""

    @property
    def label(self) -> str:
        """How a test is called."""
        return f"{self.endpoint}{'-' + self.name if self.name else ''}"


PAGES = (
    Kind("home.desk", LEAVER, "/"),
    Kind("home.desk", HR, "/", name="hr"),
    Kind("home.desk", HEAD, "/", name="head"),
    Kind("home.desk", ADMIN, "/", name="nothing"),
    Kind("people.sign_in", NOBODY, "/sign-in", form=True),
    Kind("people.invitation", NOBODY, "/invitation/{invitation}", form=True),
    Kind("people.invitation", NOBODY, "/invitation/over", name="over"),
    Kind("people.account", LEAVER, "/account", form=True),
    Kind("people.second_factor", LEAVER, "/account/second-factor"),
    Kind("people.prove", LEAVER, "/account/prove", form=True),
    Kind("people.accounts", ADMIN, "/admin/accounts"),
    Kind("people.manage", ADMIN, "/admin/accounts/{account}", form=True),
    Kind("people.new_account", ADMIN, "/admin/accounts/new", form=True),
    Kind("people.accounts", ADMIN, "/admin/accounts?text=zzzz", name="empty"),
    Kind("people.invitations", ADMIN, "/admin/invitations"),
    Kind("people.roles", ADMIN, "/admin/roles"),
    Kind("admin.index", ADMIN, "/admin"),
    Kind("admin.index", HR, "/admin", name="hr"),
    Kind("admin.settings", ADMIN, "/admin/settings"),
    Kind("admin.system", ADMIN, "/admin/system"),
    Kind("admin.audit", ADMIN, "/admin/audit"),
    Kind("search.vocabulary", ADMIN, "/admin/vocabulary", name="empty"),
    Kind("search.new_pair", ADMIN, "/admin/vocabulary/new", form=True),
    Kind("intake.index", ADMIN, "/admin/import"),
    Kind("intake.choose", ADMIN, "/admin/import/vocabulary", form=True),
    Kind("intake.trial", HR, "/admin/imports/{table_file}", form=True),
    Kind("watching.index", LEAVER, "/watching"),
    Kind("posts.absence", LEAVER, "/positions/{position}/absence", form=True),
    Kind("posts.merge_position", HR, "/positions/{position}/merge"),
    Kind("posts.merge_position", HR, "/positions/{position}/merge?other={other_position}", name="plan"),
    Kind("posts.merge_post", HR, "/posts/{post}/merge"),
    Kind("contacts.index", LEAVER, "/contacts"),
    Kind("contacts.index", LEAVER, "/contacts?text=zzzz", name="empty"),
    Kind("contacts.show", LEAVER, "/contacts/{contact}"),
    Kind("contacts.show", OUTSIDER, "/contacts/{contact}", name="outsider"),
    Kind("contacts.edit", LEAVER, "/contacts/{contact}/edit", form=True),
    Kind("contacts.keep", LEAVER, "/contacts/{others_contact}/keep", form=True),
    Kind("contacts.keeping", LEAVER, "/contacts/{contact}/keepings/{keeping}", form=True),
    Kind("contacts.new", LEAVER, "/contacts/new", form=True),
    Kind("contacts.log", LEAVER, "/contacts/log", form=True),
    Kind("contacts.interaction", LEAVER, "/contacts/interactions/{interaction}", form=True),
    Kind("contacts.roles", LEAVER, "/contacts/{contact}/roles", form=True),
    Kind("contacts.assistants", LEAVER, "/contacts/{contact}/assistants", form=True),
    Kind("contacts.objection", LEAVER, "/contacts/{contact}/objection", form=True),
    Kind("contacts.merge", LEAVER, "/contacts/{contact}/merge/{mine_too}"),
    Kind("contacts.upload", LEAVER, "/contacts/import", form=True),
    Kind("contacts.trial", LEAVER, "/contacts/import/{upload}"),
    Kind("contacts.code", LEAVER, "/contacts/{contact}/code"),
    Kind("contacts.privacy", PRIVACY, "/contacts/{contact}/privacy"),
    Kind("contacts.review", LEAVER, "/contacts/review"),
    Kind("contacts.after_rotation", HR, "/contacts/after-rotation"),
    Kind("contacts.network_of_post", LEAVER, "/posts/{post}/network"),
    Kind("privacy.notice", NOBODY, "/privacy"),
    Kind("privacy.people", PRIVACY, "/privacy/people?text=e"),
    Kind("privacy.person", PRIVACY, "/privacy/people/{person}"),
    Kind("guide.show", LEAVER, "/help/searching"),
    Kind("dossiers.network", LEAVER, "/dossiers/{dossier}/network"),
    Kind("experts.profile", LEAVER, "/people/{person}/expertise", name="own"),
    Kind("experts.profile", SUCCESSOR, "/people/{person}/expertise", name="colleague"),
    Kind("experts.profile", HR, "/people/{person}/expertise", name="hr"),
    Kind("experts.declare", LEAVER, "/people/{person}/expertise/new/domain", form=True),
    Kind("experts.declare", LEAVER, "/people/{person}/expertise/new/language", form=True, name="language"),
    Kind("experts.change", LEAVER, "/people/{person}/expertise/{claim}", form=True),
    Kind("experts.endorse", SUCCESSOR, "/people/{person}/expertise/{claim}/endorse", form=True),
    Kind("experts.who", LEAVER, "/who-knows", name="nothing"),
    Kind("experts.who", LEAVER, "/who-knows?q=clustermunitie"),
    Kind("experts.who", LEAVER, "/who-knows?q=zzzz", name="empty"),
    Kind("experts.who", LEAVER, "/who-knows?q=cyber&domain=zzzz&post=zzzz&region=zzzz", name="refused"),
    Kind("experts.who", HR, "/who-knows?q=clustermunitie", name="hr"),
    Kind("experts.compare", HR, "/who-knows/coverage?domain=cyber&domain=navo"),
    Kind("domains.index", HR, "/domains"),
    Kind("domains.show", LEAVER, "/domains/{domain}"),
    Kind("domains.change", HR, "/domains/{domain}/change", form=True),
    Kind("domains.merge", HR, "/domains/{domain}/merge", form=True),
    Kind("domains.keepers", HR, "/domains/{domain}/keepers", form=True),
    Kind("domains.new", HR, "/domains/new", form=True),
    Kind("domains.file_position", HR, "/positions/{position}/domains"),
    Kind("dossiers.index", LEAVER, "/dossiers"),
    Kind("dossiers.index", OUTSIDER, "/dossiers?whose=all", name="all"),
    Kind("dossiers.index", LEAVER, "/dossiers?whose=all&text=zzzz", name="empty"),
    Kind("dossiers.show", LEAVER, "/dossiers/{dossier}"),
    Kind("dossiers.show", OUTSIDER, "/dossiers/{dossier}", name="outsider"),
    Kind("dossiers.edit", LEAVER, "/dossiers/{dossier}/edit", form=True),
    Kind("dossiers.new", LEAVER, "/dossiers/new", form=True),
    Kind("dossiers.keeping", LEAVER, "/dossiers/{dossier}/keeping"),
    Kind("dossiers.revisions", LEAVER, "/dossiers/{dossier}/revisions"),
    Kind("dossiers.entry", LEAVER, "/dossiers/{dossier}/entries/{entry}"),
    Kind("dossiers.edit_entry", LEAVER, "/dossiers/{dossier}/entries/{entry}/edit", form=True),
    Kind("dossiers.entry_revisions", LEAVER, "/dossiers/{dossier}/entries/{entry}/revisions"),
    Kind("dossiers.new_entry", LEAVER, "/dossiers/{dossier}/entries/new", form=True),
    Kind("dossiers.new_pointer", LEAVER, "/dossiers/{dossier}/pointers/new", form=True),
    Kind("files.adding", LEAVER, "/files/of/dossier/{dossier}", form=True),
    Kind("files.show", LEAVER, "/files/{file}"),
    Kind("handovers.show", LEAVER, "/handovers/{note}"),
    Kind("handovers.show", ARRIVED, "/handovers/{frozen}", name="frozen"),
    Kind("handovers.of_posting", LEAVER, "/postings/{posting}/handover"),
    Kind("handovers.edit", LEAVER, "/handovers/{note}/edit"),
    *(
        Kind("handovers.edit_section", LEAVER, f"/handovers/{{note}}/edit/{n}", form=n in (0, 1, 3, 4), name=str(n))
        for n in range(13)
    ),
    Kind("handovers.edit_dossier", LEAVER, "/handovers/{note}/edit/2/{dossier}", form=True),
    Kind("handovers.section_history", LEAVER, "/handovers/{note}/edit/10/history"),
    Kind("handovers.section_history", LEAVER, "/handovers/{note}/edit/11/history", name="empty"),
    Kind("handovers.dossier_history", LEAVER, "/handovers/{note}/edit/2/{dossier}/history"),
    Kind("handovers.sign", LEAVER, "/handovers/{note}/sign"),
    Kind("handovers.freeze", HEAD, "/handovers/{note}/freeze", form=True),
    Kind("handovers.freeze_unwritten", HEAD, "/postings/{unwritten}/handover/freeze", form=True),
    Kind("handovers.introductions_of", LEAVER, "/handovers/{note}/introductions"),
    Kind("handovers.letter", LEAVER, "/handovers/{note}/introductions/{contact}/letter"),
    Kind("handovers.importing", LEAVER, "/handovers/{note}/import"),
    Kind("handovers.tray_of", LEAVER, "/handovers/{note}/tray"),
    Kind("handovers.remark", ARRIVED, "/handovers/{frozen}/remarks", form=True),
    Kind("handovers.heirs", LEAVER, "/handovers/{note}/heirs", form=True),
    Kind("handovers.blocked", HEAD, "/posts/{post}/handovers"),
    Kind("handovers.lessons", LEAVER, "/handovers/{note}/lessons"),
    Kind("handovers.changes", ARRIVED, "/handovers/{frozen}/changes"),
    Kind("handovers.score", LEAVER, "/handovers/{received}/score", form=True),
    Kind("handovers.scores", HR, "/handovers/scores"),
    Kind("handovers.calendar_page", LEAVER, "/account/calendar"),
    Kind("people.tokens_page", LEAVER, "/account/tokens", form=True),
    Kind("pilots.index", HR, "/pilots"),
    Kind("pilots.show", HR, "/pilots/ontwapening-2023"),
    Kind("pilots.show", HR, "/pilots/cyber-2024", name="cannot-tell"),
    Kind("pilots.show", HR, "/pilots/ontwapening-2023?as_of=2023-06-01", name="earlier"),
    Kind("pilots.new", HR, "/pilots/new", form=True),
    Kind("pilots.change", HR, "/pilots/ontwapening-2023/change", form=True),
    Kind("pilots.chain", HR, "/pilots/ontwapening-2023/chain"),
    Kind("pilots.people", HR, "/pilots/ontwapening-2023/people"),
    Kind("pilots.add_person", HR, "/pilots/ontwapening-2023/people/new", form=True),
    Kind("pilots.change_person", HR, "/pilots/ontwapening-2023/people/{participant}", form=True),
    Kind("pilots.add_milestone", HR, "/pilots/ontwapening-2023/milestones/new", form=True),
    Kind("pilots.add_evaluation", HR, "/pilots/ontwapening-2023/evaluations/new", form=True),
    Kind("pilots.add_measure", HR, "/pilots/ontwapening-2023/measures/new", form=True),
    Kind("pilots.add_measurement", HR, "/pilots/ontwapening-2023/measurements/new", form=True),
    Kind("pilots.decide", HR, "/pilots/ontwapening-2023/decision", form=True),
    Kind("pilots.mine", LEAVER, "/pilots/mine"),
    Kind("questions.index", LEAVER, "/questions"),
    Kind("questions.index", ADMIN, "/questions", name="empty"),
    Kind("questions.show", LEAVER, "/questions/{question}"),
    Kind("questions.show", OUTSIDER, "/questions/{answered}", name="answered"),
    Kind("questions.answer", LEAVER, "/questions/{question}/answer", form=True),
    Kind("questions.pass_on", LEAVER, "/questions/{question}/pass-on", form=True),
    Kind("questions.decline", LEAVER, "/questions/{question}/decline", form=True),
    Kind("questions.new", LEAVER, "/questions/new"),
    Kind("questions.new", LEAVER, "/questions/new?title=ontwapening&q=Genève", name="full"),
    Kind("questions.new", LEAVER, "/questions/new?title=zzzz", name="nothing"),
    Kind("questions.ask_dossier", OUTSIDER, "/dossiers/{dossier}/ask", form=True),
    Kind("questions.ask_position", OUTSIDER, "/positions/{position}/ask", form=True),
    Kind("questions.ask_person", OUTSIDER, "/people/{person}/ask", form=True),
    Kind("questions.writing_list", LEAVER, "/posts/{post}/writing-list"),
    Kind("posts.index", LEAVER, "/posts"),
    Kind("posts.index", LEAVER, "/posts?text=zzzz", name="empty"),
    Kind("posts.show", LEAVER, "/posts/{post}"),
    Kind("posts.show", HR, "/posts/{post}", name="hr"),
    Kind("posts.position", LEAVER, "/positions/{position}"),
    Kind("posts.position", HR, "/positions/{position}", name="hr"),
    Kind("posts.people", LEAVER, "/people"),
    Kind("posts.people", LEAVER, "/people?text=zzzz", name="empty"),
    Kind("posts.person", LEAVER, "/people/{person}"),
    Kind("posts.change", HR, "/posts/{post}/change", form=True),
    Kind("posts.close", HR, "/posts/{post}/close", form=True),
    Kind("posts.new", HR, "/posts/new", form=True),
    Kind("posts.new_position", HR, "/posts/{post}/positions/new", form=True),
    Kind("posts.change_position", HR, "/positions/{position}/change", form=True),
    Kind("posts.abolish", HR, "/positions/{position}/abolish", form=True),
    Kind("posts.place", HR, "/positions/{position}/place", form=True),
    Kind("posts.change_posting", HR, "/postings/{posting}/change", form=True),
    Kind("posts.end", HR, "/postings/{posting}/end", form=True),
    Kind("posts.new_duty", LEAVER, "/positions/{position}/duties/new", form=True),
    Kind("posts.change_duty", LEAVER, "/duties/{duty}/change", form=True),
    Kind("people.new_person", HR, "/people/new", form=True),
    Kind("people.change_person", HR, "/people/{person}/change", form=True),
    Kind("search.results", LEAVER, "/search"),
    Kind("search.results", LEAVER, "/search?q=wapenbeheersing", name="full"),
    Kind("search.results", LEAVER, "/search?q=zzzzqqq", name="empty"),
    Kind("search.alike", LEAVER, "/search/like/dossier/{dossier}"),
    Kind("search.results", LEAVER, "/search?q=wapens&kind=nothing", name="filtered"),
    Kind("rotation.board", HR, "/rotation"),
    Kind("rotation.board", HEAD, "/rotation?show=all", name="head"),
    Kind("rotation.board", HR, "/rotation?from=2046-01", name="empty"),
    Kind("rotation.openings", LEAVER, "/rotation/vacancies"),
    Kind("rotation.openings", LEAVER, "/rotation/vacancies?from=2046-01", name="empty"),
    Kind("rotation.at_risk", HR, "/rotation/at-risk"),
    Kind("rotation.at_risk", HEAD, "/rotation/at-risk", name="head"),
    Kind("rotation.at_risk", HR, "/rotation/at-risk?from=2046-01", name="empty"),
    Kind("rotation.rounds", HR, "/rotation/rounds"),
    Kind("rotation.new_round", HR, "/rotation/rounds/new", form=True),
    Kind("rotation.show_round", HR, "/rotation/rounds/{round}", form=True),
    Kind("rotation.change_round", HR, "/rotation/rounds/{round}/change", form=True),
    Kind("rotation.show_proposal", HR, "/rotation/proposals/{proposal}"),
    Kind("rotation.rename_proposal", HR, "/rotation/proposals/{proposal}/rename", form=True),
    Kind("rotation.compare", HR, "/rotation/rounds/{round}/compare?one={proposal}&other={other_proposal}"),
    Kind("rotation.new_move", HR, "/rotation/proposals/{proposal}/moves/new", form=True),
    Kind("rotation.take_over", HR, "/rotation/proposals/{proposal}/take-over", form=True),
    Kind("rotation.upload", HR, "/rotation/proposals/{proposal}/import", form=True),
    Kind("rotation.trial", HR, "/rotation/imports/{moves_file}", form=True),
    # Errors are pages as well.
    Kind("error", LEAVER, "/no-such-page", name="404"),
    Kind("error", NOBODY, "/no-such-page", name="404-nobody"),
)


def records(app: Flask) -> dict[str, str]:
    """For each place in an address a record of the demo that has much to show."""
    with app.app_context():
        begin("read")
        leaver = _first(select(Person).where(Person.email == LEAVER))
        note = _first(select(Handover).join(Posting).where(Posting.person_id == leaver.id))
        found = {
            "person": leaver.id,
            "account": _first(select(Account.id).where(Account.person_id == leaver.id)),
            "claim": _first(
                select(Claim.id).where(Claim.person_id == leaver.id, Claim.kind == "domain").order_by(Claim.id)
            ),
            "participant": _first(
                select(Participant.id).join(Pilot).where(Pilot.slug == "ontwapening-2023").order_by(Participant.id)
            ),
            **_of_posts(note.posting.position),
            **_of_notes(leaver, note),
            **_of_dossiers(leaver),
            **_of_contacts(leaver, note.posting.position),
            **_of_rounds(),
        }
    found["table_file"] = _table_file(app)
    found["moves_file"] = _moves_file(app, found["proposal"])
    return found | {"invitation": _invitation(app), "file": _file(app, found["dossier"]), "upload": _upload(app)}


def _first(query: Any) -> Any:
    """The first that the demo has: it has one of each."""
    found = session().scalars(query).unique().first()
    assert found is not None, str(query)
    return found


def _of_posts(seat: Position) -> dict[str, str]:
    beside = select(Position.id).where(Position.post_id == seat.post_id, Position.id != seat.id)
    return {
        "position": seat.id,
        "other_position": _first(beside.order_by(Position.id)),
        "post": seat.post.code,
        "duty": _first(select(Duty.id).where(Duty.position_id == seat.id)),
        "domain": _first(select(Domain.code).where(Domain.parent_id.is_not(None)).order_by(Domain.code)),
    }


def _of_notes(leaver: Person, note: Handover) -> dict[str, str]:
    arrived = _frozen_for(ARRIVED) or _first(
        select(Handover).join(ReadBack).where(Handover.posting_id != note.posting_id).order_by(Handover.id)
    )
    return {
        "note": note.id,
        "posting": note.posting_id,
        "received": _first(select(Handover.id).where(Handover.received_by_id == leaver.id)),
        "frozen": arrived.id,
        "unwritten": _unwritten(note.posting.position.post_id),
    }


def _of_dossiers(leaver: Person) -> dict[str, str]:
    entry = session().scalars(
        select(Entry)
        .join(EntryRevision)
        .where(Entry.author_id == leaver.id, Entry.dossier.has(reach="open"))
        .order_by(Entry.id)
    ).first() or _most_written(leaver.id)
    asked = select(Question).where(Question.asked_id == leaver.id, Question.state == "open")
    answered = select(Question).where(Question.entry_id.is_not(None)).order_by(Question.id)
    return {
        "dossier": entry.dossier_id,
        "entry": entry.id,
        "question": _first(asked).id,
        "answered": _first(answered).id,
    }


def _of_contacts(leaver: Person, seat: Position) -> dict[str, str]:
    kept = select(Keeping).where(Keeping.position_id == seat.id)
    keeping = _first(kept.order_by(Keeping.tier, Keeping.id))
    others = Contact.id.not_in(select(Keeping.contact_id).where(Keeping.position_id == seat.id))
    return {
        "contact": keeping.contact_id,
        "keeping": keeping.id,
        "others_contact": _first(select(Contact.id).where(others)),
        "mine_too": _first(
            kept.where(Keeping.contact_id != keeping.contact_id).order_by(Keeping.contact_id)
        ).contact_id,
        "interaction": _first(
            select(Interaction.id).where(Interaction.person_id == leaver.id).order_by(Interaction.id)
        ),
    }


def _of_rounds() -> dict[str, str]:
    one, other = session().scalars(select(Proposal).order_by(Proposal.name)).all()[:2]
    return {"round": one.round_id, "proposal": one.id, "other_proposal": other.id}


def _most_written(author: str) -> Entry:
    """A note by somebody in the open dossier that has most of them."""
    dossier = session().scalars(
        select(Entry.dossier_id)
        .join(Dossier)
        .where(Entry.author_id == author, Dossier.reach == "open")
        .group_by(Entry.dossier_id)
        .order_by(func.count().desc(), Entry.dossier_id)
    )
    return (
        session()
        .scalars(select(Entry).where(Entry.dossier_id == dossier.first(), Entry.author_id == author).order_by(Entry.id))
        .all()[0]
    )


def _unwritten(post: str) -> str:
    """A posting of today at this post, not the head's own, in whose note nobody wrote."""
    written = select(Handover.posting_id)
    found = (
        session()
        .scalars(
            select(Posting)
            .join(Posting.position)
            .join(Posting.person)
            .where(
                Posting.position.has(post_id=post),
                Posting.id.not_in(written),
                Person.email != HEAD,
                Posting.status == "held",
                Posting.starts_on <= "2026-11-23",
            )
            .order_by(Posting.ends_on.is_(None), Posting.ends_on.desc())
        )
        .first()
    )
    assert found
    return found.id


def _frozen_for(email: str) -> Handover | None:
    """The frozen note that was left to somebody."""
    mine = select(Posting.position_id).join(Posting.person).where(Person.email == email)
    return (
        session()
        .scalars(
            select(Handover)
            .join(Posting)
            .where(Posting.position_id.in_(mine), Handover.frozen_at.is_not(None), Handover.received_at.is_(None))
            .order_by(Handover.id)
        )
        .first()
    )


def _invitation(app: Flask) -> str:
    """The address in an invitation that is open: the administrator makes one, and the link is shown once."""
    admin = Browser(app.test_client()).sign_in(ADMIN, PASSWORD)
    page = admin.post("/admin/accounts/new", email="nieuw@expertise.example", name="Nieuw Gezicht", role="staff")
    link = re.search(r"/invitation/([\w-]{20,})", page)
    assert link, page
    return link[1]


def _file(app: Flask, dossier: str) -> str:
    """An attachment of a dossier: the demo has none, so the leaver adds one."""
    leaver = Browser(app.test_client()).sign_in(LEAVER, PASSWORD)
    text = b"Notulen: de verantwoordelijkheidsverdeling bij de ontwapeningsonderhandelingen."
    page = leaver.post(f"/files/of/dossier/{dossier}", file=(io.BytesIO(text), "Verantwoordelijkheidsverdeling.txt"))
    link = re.search(r"/files/(\w{12})\b", page)
    assert link, page
    return link[1]


def _upload(app: Flask) -> str:
    """A file with contacts between trial and deed: one good row, one bad."""
    leaver = Browser(app.test_client()).sign_in(LEAVER, PASSWORD)
    table = b"name,email\nIlse Verantwoordelijkheidsman,ilse@organisatie.example\nPiet,geen adres\n"
    leaver.post("/contacts/import", file=(io.BytesIO(table), "contacten.csv"))
    assert leaver.page
    found = re.fullmatch(r"/contacts/import/(\w+)", leaver.page.request.path)
    assert found, leaver.page.text
    return found[1]


def _table_file(app: Flask) -> str:
    """A file with postings between trial and deed: one good row, one bad, and one to look at."""
    hr = Browser(app.test_client()).sign_in(HR, PASSWORD)
    rows = ("2021-08-01,2020-01-01", "gisteren,2027-09-01", "2019,")
    table = "person,post,title,start,end\n" + "".join(f"{OUTSIDER},GEN-PV,Waarnemer,{one}\n" for one in rows)
    hr.post("/admin/import/postings", file=(io.BytesIO(table.encode()), "plaatsingen.csv"))
    assert hr.page
    found = re.fullmatch(r"/admin/imports/(\w+)", hr.page.request.path)
    assert found, hr.page.text
    return found[1]


def _moves_file(app: Flask, proposal: str) -> str:
    """A file with moves between trial and deed: one good row, one bad."""
    hr = Browser(app.test_client()).sign_in(HR, PASSWORD)
    table = f"person,post,title,start\n{OUTSIDER},GEN-PV,First Secretary Disarmament,2027-09-01\nnobody,GEN-PV,x,2027\n"
    hr.post(f"/rotation/proposals/{proposal}/import", file=(io.BytesIO(table.encode()), "overplaatsingen.csv"))
    assert hr.page
    found = re.fullmatch(r"/rotation/imports/(\w+)", hr.page.request.path)
    assert found, hr.page.text
    return found[1]
