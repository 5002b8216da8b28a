"""A person planted everywhere: the copy lists every place, and an erasure leaves no byte of them."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select

from expertise.audit.models import Event
from expertise.base import clock
from expertise.base.database import Model, begin, engine, session
from expertise.base.striking import struck
from expertise.cli import main
from expertise.contacts import interaction_service, merging, service
from expertise.contacts.models import Contact, ContactUpload
from expertise.dossiers.entry_service import revise_entry
from expertise.dossiers.models import Dossier, DossierPointer
from expertise.dossiers.service import change_dossier, file_under
from expertise.drafts.models import Draft
from expertise.handovers.acts import freeze
from expertise.handovers.models import Handover, ReadBack, SectionRevision
from expertise.handovers.models_beside import BroughtIn, Piece, Remark, Scoring
from expertise.handovers.service import plan_introduction, start_note, write_advice, write_section, write_situation
from expertise.people.models import Account, Person
from expertise.posts.models import Position, Posting
from expertise.questions.models import Question, QuestionStep, SearchMiss
from expertise.search.models import RecentSearch
from expertise.search.service import drain
from expertise.watching.models import WatchedSearch
from tests import make
from tests.conftest import Browser, Cast, Template
from tests.files.conftest import send

Open = Callable[[str], Browser]
NAME, EMAIL = "Ilse Märquandt", "ilse@zwerfkei.example"
NEEDLES = ("märquandt", "m\\u00e4rquandt", "rquandt", "zwerfkei")
# Where the copy must say that texts name them: table and column.
PLACES = {
    *(("contact", one) for one in ("notes", "role")), ("keeping", "sensitivities"), ("contact_merge", "moved"),
    ("interaction", "summary"), ("interaction", "follow_up"),
    ("dossier", "summary"), ("dossier_revision", "content"), ("dossier_pointer", "reference"),
    ("entry", "title"), ("entry", "body"), ("entry", "to_whom"), ("entry_revision", "content"),
    ("handover", "situation_line"), ("handover", "advice"), ("handover_relation", "why"), ("section_text", "text"),
    ("section_revision", "content"), ("frozen", "content"), ("read_back", "text"), ("remark", "text"),
    ("scoring", "missed"), ("brought_in", "name"), ("piece", "text"),
    ("question", "title"), ("question", "answer"), ("question_step", "why"), ("search_miss", "words"),
    ("recent_search", "text"), ("watched_search", "text"), ("draft", "fields"), ("contact_upload", "name"),
    ("duty", "when_where"), ("position", "portfolio"), ("file", "name"), ("file", "content"),
}  # fmt: skip


def seat(cast: Cast) -> Position:
    return session().get_one(Position, cast.positions["disarmament"])


def plant(app: Flask, cast: Cast) -> tuple[str, str, str]:
    """Ilse Märquandt in all rooms; her id, and those of a colleague of hers and of a dossier."""
    with app.app_context(), app.test_request_context():
        begin("write")
        contact = make.contact(NAME, kept_by=seat(cast), tier=1, email=EMAIL, sensitivities=f"{NAME} is deaf")
        service.take_role(make.SYSTEM, contact, title="Adviser", organisation="UNIDIR")
        other = make.contact("Pia Storm", notes=f"Married to\n{NAME}", role=f"Assistant of {NAME}", kept_by=seat(cast))
        twin = make.contact("I. Märquandt", email=EMAIL.upper(), external_id="c-9")
        twin.name = f"{NAME} (old)"
        merging.merge(make.SYSTEM, twin, contact)
        note_meetings(contact, other)
        dossier = make.dossier(kept_by=seat(cast), summary=f"Ask {NAME}")
        change_dossier(make.SYSTEM, dossier, summary=f"Ask {NAME.upper()} again")
        file_under(make.SYSTEM, dossier, contacts=[contact])
        entry = make.entry(dossier, f"Talk with {NAME}", body=f"Write to {EMAIL}", kind="commitment", to_whom=NAME)
        revise_entry(make.SYSTEM, entry, title=f"Talk with {NAME.title()}", body=f"Written to {EMAIL}")
        plant_note(cast, contact)
        plant_rest(cast, dossier.id)
        session().commit()
        drain()
        return contact.id, other.id, dossier.id


def note_meetings(contact: Contact, other: Contact) -> None:
    """With her alone, and with somebody else."""
    day = date(2026, 11, 1)
    interaction_service.note_interaction(make.SYSTEM, contact, on=day, summary=f"Lunch with {NAME}")
    interaction_service.note_interaction(
        make.SYSTEM, [contact, other], on=day, summary=f"{NAME.upper()} and Pia", follow_up=f"Call {NAME}"
    )


def plant_note(cast: Cast, contact: Contact) -> None:
    """A running note and one that was frozen, with all that stands beside it."""
    posting = session().get_one(Posting, cast.postings["leaver"])
    note = start_note(make.SYSTEM, posting)
    write_situation(make.SYSTEM, note, situation="busy", situation_line=f"{NAME} is angry")
    write_section(make.SYSTEM, note, 6, text=f"Ask {NAME}")
    write_advice(make.SYSTEM, note, advice=f"Trust {NAME}")
    plan_introduction(make.SYSTEM, note, contact, plan="letter", why=f"{NAME} decides")
    session().flush()
    freeze(make.SYSTEM, note, reason=f"{NAME} wants it")
    who = cast.people["successor"]
    brought = BroughtIn(handover_id=note.id, person_id=who, name=f"{NAME}.docx", sha256="0" * 64)
    session().add_all(
        [
            Remark(handover_id=note.id, person_id=who, number=1, text=f"Met {NAME}"),
            Scoring(handover_id=note.id, person_id=who, missed=f"More on {NAME}"),
            SectionRevision(handover_id=note.id, number=6, version=1, content={"text": f"Once {NAME}"}, at=clock.now()),
            brought,
        ]
    )
    session().flush()
    session().add(Piece(brought_in_id=brought.id, place=1, title="", text=f"About {NAME}", source="body"))


def plant_rest(cast: Cast, dossier_id: str) -> None:
    """Questions, searches, drafts, an upload, duties."""
    leaver, account = cast.people["leaver"], session().scalar(select(Account.id).limit(1))
    question = Question(
        title=f"Who is {NAME}?",
        body="",
        answer=f"{NAME} is…",
        language="en",
        asker_id=leaver,
        asked_id=cast.people["head"],
    )
    session().add(question)
    session().flush()
    frozen = session().scalars(select(Handover)).first()
    assert frozen
    session().add_all(
        [
            QuestionStep(question_id=question.id, person_id=leaver, number=1, why=f"Ask {NAME}"),
            SearchMiss(post_id=cast.posts["geneva"], words=NAME.lower(), on=date(2026, 11, 1)),
            RecentSearch(person_id=leaver, text=NAME, searched_at=clock.now()),
            WatchedSearch(person_id=leaver, text=NAME, filters={}, known=[], fresh=[], told=[]),
            Draft(account_id=account, address="/x", fields={"body": [f"Dear {NAME}"]}, sequence=1),
            ContactUpload(person_id=leaver, name=f"{NAME}.csv", content=NAME.encode(), report={}),
            DossierPointer(
                dossier_id=dossier_id,
                marking="nato_c",
                system="X",
                reference=NAME,
                position_id=cast.positions["adviser"],
            ),
            ReadBack(handover_id=frozen.id, person_id=leaver, dossier_id=dossier_id, text=f"I see {NAME}"),
        ]
    )
    make.duty(seat(cast), when_where=f"With {NAME}")
    seat(cast).portfolio = f"Whatever {NAME} asks"


def attach(browser: Browser, contact_id: str, dossier_id: str) -> None:
    """A file of hers, one that names her inside, and one that does so by its name."""
    send(browser, f"contact/{contact_id}", "card.txt", f"{NAME} {EMAIL}".encode())
    send(browser, f"dossier/{dossier_id}", "minutes.txt", f"Present: {NAME}".encode())
    send(browser, f"dossier/{dossier_id}", f"Letter to {NAME}.txt", b"Dear all")


def bytes_that_name_them(instance: Path) -> list[str]:
    """Files of the installation in which a needle stands, whatever the capitals."""
    found = []
    for path in instance.rglob("*"):
        text = path.read_bytes().decode("utf-8", "ignore").lower() if path.is_file() else ""
        found += [f"{path.relative_to(instance)}: {one}" for one in NEEDLES if one in text]
    return found


def rows_that_name_them() -> list[tuple[str, Any]]:
    """Rows of any table in which a needle stands."""
    rows = (
        (table.name, tuple(row)) for table in Model.metadata.sorted_tables for row in session().execute(select(table))
    )
    return [(name, row) for name, row in rows if any(one in repr(row).lower() for one in NEEDLES)]


def test_the_copy_lists_every_place_and_an_erasure_leaves_no_byte(
    browser_of: Open, app: Flask, cast: Cast, make_app: Any, empty_template: Template, tmp_path: Path
) -> None:
    app.config["FILE_CHECK_SECONDS"] = 10.0
    contact_id, other_id, dossier_id = plant(app, cast)
    attach(browser_of("leaver"), contact_id, dossier_id)
    privacy = browser_of("privacy")
    page = privacy.get(f"/contacts/{contact_id}/privacy", lang="en")
    assert "2 files" in page
    given = json.loads(privacy.post(f"/contacts/{contact_id}/copy"))
    listed = {(one["table"], one["in"]) for one in given["named_in"]}
    assert listed >= PLACES, PLACES - listed
    assert len(PLACES) >= 25
    assert [one["name"] for one in given["files"]] == ["card.txt"]
    assert given["log"]
    assert given["merged"]
    instance = Path(app.config["INSTANCE"])
    before = bytes_that_name_them(instance)
    assert any("index" in one for one in before), before
    assert app.test_cli_runner().invoke(main, ["backup", str(tmp_path / "backup")]).exit_code == 0

    done = app.test_cli_runner().invoke(main, ["contact", "erase", contact_id, "--with-files", "--also", "M. Ilse"])
    assert done.exit_code == 0, done.output
    with app.app_context():
        begin("read")
        assert rows_that_name_them() == []
        assert "Married to\n[…]" in session().get_one(Contact, other_id).notes
        assert session().get_one(Contact, other_id).role == "Assistant of […]"
        sqlite = engine().dialect.name == "sqlite"
        session().rollback()
    left = bytes_that_name_them(instance)
    # PostgreSQL keeps its bytes elsewhere, and takes them away in its own time.
    assert left == [] or (not sqlite and not [one for one in left if "index" in one]), left
    # The backup is older than that: put back elsewhere, she comes with it, and the ledger lets her go again.
    other = make_app(empty_template, EXPERTISE_SECRET_KEY=app.config["SECRET_KEY"])
    put_back = ["restore", str(tmp_path / "backup"), "--erasures", str(instance / "erasures.jsonl"), "--json"]
    done = other.test_cli_runner().invoke(main, put_back)
    assert done.exit_code == 0, done.output
    # The record, and the one that had gone into it.
    assert (json.loads(done.stdout)["erased_again"], json.loads(done.stdout)["unread"]) == (2, 0)
    with other.app_context():
        begin("read")
        assert rows_that_name_them() == []
        assert "Married to\n[…]" in session().get_one(Contact, other_id).notes
        session().rollback()
    assert not sqlite or bytes_that_name_them(Path(other.config["INSTANCE"])) == []
    assert "Erased." not in browser_of("leaver").get("/contacts", whose="all", text="pia", lang="en")


def test_names_are_struck_as_whole_words_whatever_stands_between_them() -> None:
    assert struck("ILSE  märquandt, ilse\nMärquandt's", [NAME]) == "[…], […]'s"
    assert struck("The EU and Europe", ["EU"]) == "The […] and Europe"
    assert struck("Ilse alone", [NAME]) == "Ilse alone"


def test_whoever_left_becomes_a_former_colleague_and_takes_all_that_was_theirs(
    browser_of: Open, app: Flask, cast: Cast
) -> None:
    name, person_id = "Joris Anneveldt", cast.people["predecessor"]
    browser_of("predecessor").get("/search", q="anything")
    with app.app_context():
        begin("write")
        person = session().get_one(Person, person_id)
        dossier = make.dossier(kept_by=seat(cast), summary=f"Begun by {name}")
        entry = make.entry(dossier, "His note", by=person)
        account = session().scalar(select(Account).where(Account.person_id == person_id))
        assert account
        session().add(Draft(account_id=account.id, address="/x", fields={"body": ["Mine"]}, sequence=1))
        session().add(RecentSearch(person_id=person_id, text="mine", searched_at=clock.now()))
        session().commit()
        drain()
    run = app.test_cli_runner().invoke
    given = json.loads(run(main, ["person", "export", cast.email("predecessor")]).output)
    assert given["person"]["name"] == name
    assert given["tables"]["draft"][0]["fields"] == {"body": ["Mine"]}
    assert given["tables"]["entry"][0]["title"] == "His note"
    assert "body" not in given["tables"]["entry"][0]
    assert {"posting", "account", "signed_in", "recent_search"} <= set(given["tables"])
    assert "password_hash" not in given["tables"]["account"][0]
    assert {(one["table"], one["in"]) for one in given["named_in"]} >= {("dossier", "summary")}
    refused = run(main, ["person", "erase", cast.email("predecessor")])
    assert refused.exit_code == 1
    with app.app_context():
        begin("write")
        session().get_one(Person, person_id).left_on = date(2026, 11, 1)
        session().commit()
    done = run(main, ["person", "erase", cast.email("predecessor")])
    assert done.exit_code == 0, done.output
    colleague = browser_of("colleague")
    page = colleague.get(f"/dossiers/{dossier.id}/entries/{entry.id}")
    assert "Former colleague" in page
    assert "Begun by […]" in colleague.get(f"/dossiers/{dossier.id}")
    with app.app_context():
        begin("read")
        assert session().get_one(Posting, cast.postings["past"]).person.name == "Oud-collega / Former colleague"
        for table in Model.metadata.sorted_tables:
            for row in session().execute(select(table)):
                assert not {"anneveldt", "predecessor@"} & {
                    one for one in ("anneveldt", "predecessor@") if one in repr(tuple(row)).lower()
                }, (table.name, row)
        assert not session().scalar(select(Draft.id))
        session().rollback()
    assert not [
        one for one in Path(app.config["INSTANCE"]).rglob("*") if one.is_file() and b"Anneveldt" in one.read_bytes()
    ]


def test_what_has_had_its_time_goes_and_a_dry_run_only_counts(app: Flask, cast: Cast) -> None:
    with app.app_context():
        begin("write")
        long_ago = clock.today() - timedelta(days=200)
        old = make.contact("Pia Storm", kept_by=seat(cast), retain_until=long_ago).id
        young = make.contact("Quinten Lang", kept_by=seat(cast), retain_until=clock.today() - timedelta(days=20)).id
        dossier_id = make.dossier(kept_by=seat(cast), summary="Agreed with Pia Storm").id
        session().commit()
    run = app.test_cli_runner().invoke
    counted = json.loads(run(main, ["retention", "run", "--dry-run", "--json"]).output)
    assert counted == {"contacts": 1, "uploads": 0, "dry_run": True}
    assert found(app, Contact, old)
    assert "contacts\t1" in run(main, ["retention", "run"]).output
    assert not found(app, Contact, old)
    assert found(app, Contact, young)
    # What colleagues wrote has a term of its own.
    assert found(app, Dossier, dossier_id).summary == "Agreed with Pia Storm"


def found(app: Flask, model: Any, record_id: str) -> Any:
    """A record by id, read anew."""
    with app.app_context():
        begin("read")
        one = session().get(model, record_id)
        session().expunge_all()
        session().rollback()
        return one


def test_the_privacy_officer_gives_a_copy_and_lets_somebody_go_in_two_steps(
    browser_of: Open, app: Flask, cast: Cast
) -> None:
    """On pages: what it comes to is shown before anything is done."""
    name, person_id = "Joris Anneveldt", cast.people["predecessor"]
    with app.app_context():
        begin("write")
        dossier_id = make.dossier(kept_by=seat(cast), summary=f"Begun by {name}, called Jo A.").id
        contact = make.contact("Pia Storm", kept_by=seat(cast), retain_until=clock.today() - timedelta(days=9)).id
        session().commit()
    privacy, page = browser_of("privacy"), f"/privacy/people/{person_id}"
    listed = privacy.get("/privacy/people", text="annevel", lang="en")
    assert page in listed
    assert contact in privacy.get("/contacts/review", which="expired")
    assert json.loads(privacy.post(f"{page}/copy"))["person"]["name"] == name
    assert "cannot become nameless" in privacy.get(page, lang="en")
    assert "cannot become nameless" in privacy.post(f"{page}/erase?lang=en", status=422, name=name, confirm="1")
    with app.app_context():
        begin("write")
        session().get_one(Person, person_id).left_on = date(2026, 11, 1)
        session().commit()
    fields = {"also": "Jo A.", "name": "joris anneveldt"}
    assert "This is not the name" in privacy.post(f"{page}/erase?lang=en", status=422, **fields | {"name": "Joris"})
    asked = privacy.post(f"{page}/erase?lang=en", **fields)
    assert "Nothing was changed yet" in asked
    assert "Named in: Dossiers" in asked
    assert found(app, Person, person_id).name == name
    assert "Erased." in privacy.post(f"{page}/erase?lang=en", confirm="1", **fields)
    assert found(app, Person, person_id).name == "Oud-collega / Former colleague"
    assert "a former colleague already" in privacy.get(page, lang="en")
    assert found(app, Dossier, dossier_id).summary == "Begun by […], called […]"
    with app.app_context():
        begin("read")
        done = ("person.given", "person.erased")
        query = select(Event.action).where(Event.object_id == person_id, Event.action.in_(done))
        assert session().scalars(query.order_by(Event.number)).all() == list(done)
        session().rollback()
    assert person_id in (Path(app.config["INSTANCE"]) / "erasures.jsonl").read_text()
    for who in ("hr", "admin", "leaver"):
        browser_of(who).get("/privacy/people", status=404)
