"""A frozen note is sealed with its files: each change shows, and what the law strikes is on record."""

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from hashlib import sha256
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from flask.cli import ScriptInfo
from sqlalchemy import String, inspect

from expertise.access.viewer import system
from expertise.base.database import Model, begin, session
from expertise.cli import main
from expertise.contacts.models import Contact
from expertise.contacts.personal import erase
from expertise.files.models import File
from expertise.files.service import the_files
from expertise.handovers.acts import freeze
from expertise.handovers.models import Frozen, Handover, HandoverDossier, HandoverRelation, SectionText, WeekOneItem
from expertise.handovers.note import hash_of
from tests.conftest import Browser
from tests.files.conftest import send
from tests.handovers.conftest import Seat
from tests.handovers.test_lessons import sign_and_freeze
from tests.handovers.test_story import begin_note

Open = Callable[[str], Browser]
Change = Callable[[Handover], None]
# Ids, and choices out of a short list, which the walk through the content changes all the same.
NO_WORDS = {"id", "language", "marking", "situation", "confidence", "plan", "content_hash"}


@pytest.fixture
def note(app: Flask, browser_of: Open, seat: Seat) -> str:
    """Frozen, with the name of Ilse Marquandt in its advice, and a file."""
    leaver = browser_of("leaver")
    made = begin_note(leaver, seat)
    leaver.post(f"{made}/edit/10", version="0", advice="Ask Ilse Marquandt, and nobody but ILSE MARQUANDT.")
    send(leaver, f"handover/{made[-12:]}", "seats.txt", b"Who sits where")
    sign_and_freeze(app, made)
    return made[-12:]


def verified(app: Flask, note: str) -> Result:
    """`expertise handover verify`."""
    return CliRunner().invoke(main, ["handover", "verify", note], obj=ScriptInfo(create_app=lambda: app))


def told(app: Flask, note: str) -> Any:
    """`expertise handover show --json`."""
    shown = CliRunner().invoke(main, ["handover", "show", note, "--json"], obj=ScriptInfo(create_app=lambda: app))
    return json.loads(shown.stdout)


def change(app: Flask, note: str, how: Change) -> None:
    """Do something to it behind its back."""
    with app.app_context():
        begin("write")
        how(session().get_one(Handover, note))
        session().commit()


def a_word(note: Handover) -> None:
    assert note.frozen
    note.frozen.content = note.frozen.content | {"advice": "Ask nobody."}


def a_word_and_the_hash(note: Handover) -> None:
    a_word(note)
    assert note.frozen
    note.content_hash = hash_of(note.frozen.content)


def the_reason(note: Handover) -> None:
    assert note.frozen
    note.frozen.reason = "Because she asked for it."


def the_bytes_of_the_file(_note: Handover) -> None:
    file = session().query(File).one()
    assert file.sha256
    path = the_files().store.path(file.sha256)
    path.chmod(0o600)
    path.write_bytes(b"Who sat where.")


def the_name_of_the_file(_note: Handover) -> None:
    session().query(File).one().name = "other.txt"


def the_file_itself(_note: Handover) -> None:
    session().delete(session().query(File).one())


@pytest.mark.parametrize(
    ("how", "what", "on_the_page"),
    [
        (a_word, "the text", True),
        (a_word_and_the_hash, "the hash itself", False),
        (the_reason, "the reason why it was frozen", True),
        (the_bytes_of_the_file, "the file seats.txt", False),
        (the_name_of_the_file, "the name of the file seats.txt", True),
        (the_file_itself, "the file seats.txt is gone", True),
    ],
)
def test_each_change_shows(
    app: Flask, browser_of: Open, note: str, how: Change, what: str, *, on_the_page: bool
) -> None:
    assert verified(app, note).exit_code == 0
    assert told(app, note)["altered"] == []
    assert "unaltered since" in browser_of("leaver").get(f"/handovers/{note}", lang="en")
    change(app, note, how)
    assert verified(app, note).exit_code == 1
    assert told(app, note)["altered"] == [what]
    assert ("altered: tell your administrator" in browser_of("leaver").get(f"/handovers/{note}")) == on_the_page


def leaves_of(content: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to each single thing that a content says."""
    if isinstance(content, dict | list):
        for key, one in content.items() if isinstance(content, dict) else enumerate(content):
            yield from leaves_of(one, (*way, key))
    else:
        yield way


def texts_in(kind: type[Model]) -> list[str]:
    """The columns of a table in which people write: a new one is found by itself."""
    return [
        one.key
        for one in inspect(kind).column_attrs
        if isinstance(one.columns[0].type, String) and not one.columns[0].foreign_keys and one.key not in NO_WORDS
    ]


def test_every_text_column_of_a_note_is_sealed_and_nothing_written_behind_it_shows(
    app: Flask, browser_of: Open, seat: Seat
) -> None:
    leaver = browser_of("leaver")
    note = begin_note(leaver, seat)[-12:]

    def write(sign: str) -> list[str]:
        said = []
        with app.app_context():
            begin("write")
            row = session().get_one(Handover, note)
            if sign == "before":
                row.week_one.append(WeekOneItem(place=0, text=""))
                row.dossier_rows.append(HandoverDossier(dossier_id=seat.urgent))
                row.relation_rows.append(HandoverRelation(contact_id=seat.near))
                row.texts.append(SectionText(number=7))
            for one in (row, row.week_one[0], row.dossier_rows[0], row.relation_rows[0], row.texts[-1]):
                for name in texts_in(type(one)):
                    setattr(one, name, f"{sign} {type(one).__name__} {name}")
                    said.append(f"{sign} {type(one).__name__} {name}")
            session().commit()
        return said

    before = write("before")
    with app.app_context():
        begin("write")
        freeze(system(), session().get_one(Handover, note), reason="Evacuated in a night.")
        session().commit()
        content = session().get_one(Handover, note).frozen.content
    sealed = json.dumps(content)
    assert [one for one in (*before, "Evacuated in a night.") if one not in sealed] == []
    # One thing after the other is changed: each alone gives another hash.
    kept, ways = hash_of(content), list(leaves_of(content))
    assert len(ways) > 100
    for way in ways:
        other = deepcopy(content)
        place = other
        for key in way[:-1]:
            place = place[key]
        place[way[-1]] = f"{place[way[-1]]}."
        assert hash_of(other) != kept, way
    # What is written behind it afterwards is not what is read.
    after = write("after")
    page = leaver.get(f"/handovers/{note}")
    assert "before SectionText text" in page
    assert [one for one in after if one in page] == []
    assert told(app, note)["altered"] == []


def erase_ilse(app: Flask, seat: Seat) -> None:
    """The privacy officer erases her."""
    with app.app_context():
        begin("write")
        erase(system(), session().get_one(Contact, seat.near))
        session().commit()


def test_what_the_law_strikes_is_on_record_with_both_hashes(
    app: Flask, browser_of: Open, seat: Seat, note: str
) -> None:
    before = told(app, note)["content_hash"]
    erase_ilse(app, seat)
    after = told(app, note)
    assert after["altered"] == []
    (one,) = after["struck"]
    assert (one["old_hash"], one["new_hash"]) == (before, after["content_hash"])
    assert before != after["content_hash"]
    # Two in the advice, and her relation, which went as a whole.
    assert one["places"] == 3
    page = browser_of("leaver").get(f"/handovers/{note}", lang="nl")
    assert "3 plaatsen over een persoon" in page
    assert before[:16] in page
    assert "sindsdien onveranderd" in page
    assert "marquandt" not in page.lower()
    with app.app_context():
        begin("read")
        content = session().query(Frozen).one().content
        assert sha256(b"Who sits where").hexdigest() == content["enclosed"][0]["sha256"]


def test_striking_does_not_wash_away_that_somebody_altered_it(app: Flask, seat: Seat, note: str) -> None:
    def differently(one: Handover) -> None:
        assert one.frozen
        one.frozen.content = one.frozen.content | {"differently": "Ilse Marquandt was right."}

    change(app, note, differently)
    erase_ilse(app, seat)
    assert told(app, note)["altered"] == ["the text"]
    assert verified(app, note).exit_code == 1
