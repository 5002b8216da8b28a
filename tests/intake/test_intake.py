"""HR fills an installation out of files: tried out, refused row by row, mended, brought in, and never half."""

import csv
import io
from collections.abc import Callable
from urllib.parse import urlsplit

import openpyxl
from flask import Flask
from sqlalchemy import select

from expertise.base.database import session
from expertise.domains.models import Domain
from expertise.intake.models import IntakeFile
from expertise.people.models import Person
from expertise.posts.models import Position, Post, Posting
from tests.conftest import Browser, command
from tests.make import Cast

PAGE = "/admin/import"


def _sent(who: Browser, kind: str, content: bytes | str, name: str = "file.csv") -> str:
    """The page of the trial, or the form with what is wrong with the file."""
    data = content.encode() if isinstance(content, str) else content
    return who.post(f"{PAGE}/{kind}", file=(io.BytesIO(data), name))


def _here(who: Browser) -> str:
    assert who.page
    return who.page.request.path


def _count(app: Flask, model: type) -> int:
    with app.app_context():
        return len(session().scalars(select(model)).all())


def test_a_bad_file_is_tried_out_its_good_rows_go_in_and_its_bad_ones_come_back_mended(
    app: Flask, browser_of: Callable[[str], Browser]
) -> None:
    """Semicolons, Latin-1, a day as Excel counts it, a double, a wrong day: nothing goes in before it is said."""
    hr, before = browser_of("hr"), _count(app, Person)
    table = (
        "personeelsnummer;naam;e-mail;left_on\r\np-1;Zoë Brük;zoe@bz.example;45473\r\n"
        "p-2;Piet Pen;geen adres;\r\np-1;Zoë nog eens;z2@bz.example;\r\np-3;Ada Gans;ada@bz.example;31-02-2024\r\n"
    )
    page = _sent(hr, "people", table.encode("latin-1"), "personeel.csv")
    trial = _here(hr)
    for said in ("3 rows have an error", "Windows-1252", "no e-mail address", "Read as 2024-06-30", "Row 2 is about"):
        assert said in page
    assert "Tick that the good ones may go in" in hr.post(trial, status=422)
    assert _count(app, Person) == before

    assert "1 row was taken in" in hr.post(trial, keep_good="y")
    # Back, and once more: what was done is done once.
    assert "1 row was taken in" in hr.post(trial, keep_good="y")
    assert _count(app, Person) == before + 1

    mend = hr.get(f"{trial}/to-mend")
    rows = list(csv.reader(io.StringIO(mend.removeprefix("\ufeff"))))
    assert rows[0] == ["# what is wrong", "personeelsnummer", "naam", "e-mail", "left_on"]
    assert [row[1] for row in rows[1:]] == ["p-2", "p-1", "p-3"]
    assert rows[1][0].startswith("Row 3: e-mail: This is no e-mail address")
    good = mend.replace("geen adres", "piet@bz.example").replace("31-02-2024", "29-02-2024").replace("p-1", "p-4")
    page = _sent(hr, "people", good, "personeel.csv")
    assert "3 rows can go in" in page
    assert "No field has this name" not in page
    hr.post(_here(hr))
    with app.app_context():
        names = dict(session().execute(select(Person.external_id, Person.name)).all())
        assert (names["p-1"], names["p-3"], names["p-4"]) == ("Zoë Brük", "Ada Gans", "Zoë nog eens")


def test_an_empty_ministry_is_filled_in_the_order_that_the_page_gives(
    app: Flask, browser_of: Callable[[str], Browser]
) -> None:
    """Themes out of SKOS, posts in Dutch words, positions, and postings out of a workbook that overlap."""
    hr = browser_of("hr")
    page = hr.get(PAGE)
    assert page.index("Domains") < page.index("Postings")
    assert "Vocabulary" not in page
    skos = """@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix : <http://example.org/t/> .
        :a a skos:Concept ; skos:prefLabel "ruimte"@nl, "space"@en ; skos:notation "space" .
        :b a skos:Concept ; skos:prefLabel "satellieten"@nl, "satellites"@en ; skos:broader :a ."""
    assert "2 rows can go in" in _sent(hr, "domains", skos, "themes.ttl")
    hr.post(_here(hr))
    assert "cannot be used" in (page := _sent(hr, "domains", "@prefix nonsense", "themes.ttl"))
    large = io.BytesIO(b" " * (4 * 1024 * 1024 + 1))
    assert "at most 4 MB" in hr.get(f"{PAGE}/domains")
    assert "expertise import domains FILE" in hr.post(f"{PAGE}/domains", status=422, file=(large, "themes.ttl"))
    # The test client keeps a large body in a file of its own, and forgets it.
    assert hr.page
    hr.page.request.environ["wsgi.input"].close()
    assert "not SKOS that can be read" in page
    _sent(hr, "posts", "code;naam;soort;land\nOSL;Ambassade Oslo;ambassade;Noorwegen\n")
    hr.post(_here(hr))
    assert "No post has this" in _sent(hr, "positions", "post;titel;domains\nZZZ;Raad;space\nOSL;Raad;space\n")
    hr.post(_here(hr), keep_good="y")
    book = openpyxl.Workbook()
    for row in (
        ["person", "post", "title", "van", "tot"],
        ["leaver@expertise.example", "OSL", "Raad", 45200, "2027-01"],
    ):
        book.active.append(row)
    book.save(out := io.BytesIO())
    page = _sent(hr, "postings", out.getvalue(), "postings.xlsx")
    assert "also holds First Secretary Disarmament" in page
    assert "Read as 2023-10-01" in page
    hr.post(_here(hr))
    assert hr.get(f"{PAGE}/postings/empty.csv").startswith("\ufeffexternal_id,person,post")
    with app.app_context():
        assert session().scalars(select(Domain.code).where(Domain.code == "space")).one()
        post = session().scalars(select(Post).where(Post.code == "OSL")).one()
        assert (post.kind, post.country) == ("embassy", "NO")
        seat = session().scalars(select(Position).where(Position.post_id == post.id)).one()
        assert session().scalars(select(Posting).where(Posting.position_id == seat.id)).one().ends_precision == "month"


def test_our_own_themes_are_tried_out_like_any_file(app: Flask, browser_of: Callable[[str], Browser]) -> None:
    """And a second time everything is there."""
    hr = browser_of("hr")
    assert "rows can go in" in hr.post(f"{PAGE}/domains/seed")
    hr.post(_here(hr))
    assert _count(app, Domain) > 20
    assert "All our themes are there already" in hr.post(f"{PAGE}/domains/seed")


def test_a_file_with_a_mark_of_a_state_secret_is_kept_nowhere(
    app: Flask, browser_of: Callable[[str], Browser], cast: Cast
) -> None:
    """Not for a trial either, and not where the mark stands in a column that is not read."""
    secret = "name,email,note\nPia Storm,pia@bz.example,Stg. GEHEIM\n"
    hr = browser_of("hr")
    hr.get(f"{PAGE}/people")
    assert "Stg. GEHEIM" in hr.post(f"{PAGE}/people", status=422, file=(io.BytesIO(secret.encode()), "a.csv"))
    leaver = browser_of("leaver")
    assert "Stg. GEHEIM" in leaver.post("/contacts/import", status=422, file=(io.BytesIO(secret.encode()), "a.csv"))
    assert _count(app, IntakeFile) == 0
    assert b"GEHEIM" not in b"".join(one.read_bytes() for one in app.config["INSTANCE"].rglob("*") if one.is_file())


def test_what_cannot_be_read_is_said_and_nothing_waits(browser_of: Callable[[str], Browser]) -> None:
    """No file, an empty one, one with heads alone, and one with other heads."""
    hr = browser_of("hr")
    assert "not empty" in hr.post(f"{PAGE}/people", status=422)
    assert "no rows in this file" in _sent(hr, "people", "name,email\n")
    assert "cannot be used" in (page := _sent(hr, "people", "foo;bar\n1;2\n"))
    assert "Take them in" not in page


def test_who_finds_an_empty_installation_is_told_how_to_begin(app: Flask) -> None:
    """The first administrator comes in, and the desk is a beginning."""
    made = command(app, "accounts", "add", "first@bz.example", "--name", "Ada Minnaard", "--role", "admin")
    # A whole link, which a browser takes as it stands.
    assert "open http://" in made
    address = urlsplit(made.split("open ")[1].split()[0]).path
    first = Browser(app.test_client())
    first.get(f"{address}?lang=en")
    page = first.post(address, password="ochtendmist boven de duinen", again="ochtendmist boven de duinen")
    assert "still empty" in page
    assert PAGE in page
    assert "Start with domains" in first.get(PAGE)


def test_a_workbook_as_people_keep_it_comes_in_at_once(app: Flask, browser_of: Callable[[str], Browser]) -> None:
    """A title above the heads, names in three columns, merged cells, empty rows, heads on each page, a stray remark."""
    hr = browser_of("hr")
    staff = openpyxl.Workbook()
    staff.active["A1"] = "Personeelsoverzicht"
    staff.active.merge_cells("A1:D1")
    for row in (
        [],
        [None, "ROEPNAAM", "Tussenvoegsel", "Achternaam", "E-mailadres"],
        [None, "Jan", "van der", "Berg", "jan@bz.example", None, "belt nog"],
        [],
        [None, "ROEPNAAM", "Tussenvoegsel", "Achternaam", "E-mailadres"],
        [None, "Zoë", None, "Brük", "zoe@bz.example"],
    ):
        staff.active.append(row)
    staff.save(out := io.BytesIO())
    page = _sent(hr, "people", out.getvalue(), "Overzicht.XLSX")
    for said in ("2 rows can go in", "heads were found in this row", "Column 7 has no head", "heads once more"):
        assert said in page
    hr.post(_here(hr))
    assert "Everything is there already" in _sent(hr, "people", out.getvalue(), "again.xlsx")

    seats = openpyxl.Workbook()
    for row in (
        ["Standplaats", "Functie", "Naam", "Ingangsdatum", "Tot en met"],
        ["PR Geneva", "Raad", "Jan van der Berg", "1-8-2026", "31-7-2029"],
        [None, "Attaché", "Zoë Brük", "1-8-2026", 47330],
        [None, "Attaché", "Niemand Zo", "1-8-2026", None],
    ):
        seats.active.append(row)
    seats.active.merge_cells("A2:A4")
    seats.save(out := io.BytesIO())
    page = _sent(hr, "postings", out.getvalue(), "plaatsingen.xlsx")
    assert "Cells are merged" in page
    # The column is named as it stands in the file.
    assert '<td data-label="Column">Naam</td>' in page
    assert '<td data-label="Column">person</td>' not in page
    mend = openpyxl.load_workbook(io.BytesIO(hr.client.get(f"{_here(hr)}/to-mend").data)).active
    assert [[one.value for one in row] for row in mend.iter_rows()][1][1:] == [
        "PR Geneva", "Attaché", "Niemand Zo", "1-8-2026", None
    ]  # fmt: skip
    hr.post(_here(hr), keep_good="y")
    with app.app_context():
        names = (
            select(Posting.starts_on, Person.name).join(Person).where(Person.name.in_(["Zoë Brük", "Jan van der Berg"]))
        )
        assert sorted(one.name for one in session().execute(names)) == ["Jan van der Berg", "Zoë Brük"]


def test_what_is_no_table_is_told_as_what_it_is_and_no_cell_is_lost_on_the_way_back(
    browser_of: Callable[[str], Browser],
) -> None:
    """A PDF, a picture, a document; then rows with more cells than heads and with a quote that is never closed."""
    hr = browser_of("hr")
    for content, said in (
        (b"%PDF-1.7\n", "a PDF file"),
        (b"\x89PNG\r\n\x1a\n", "a picture"),
        (b"<html><table>", "a web page"),
    ):
        assert f"This is {said}" in _sent(hr, "people", content, "staff.xls")
    table = 'naam;e-mail;naam 2;\nJan;jan@bz.example;x;y;2e kamer\nPiet;piet@bz.example;x;y\n"Ada" G;ada@bz.example;;\n'
    assert "2 rows have an error" in _sent(hr, "people", table)
    mend = hr.get(f"{_here(hr)}/to-mend")
    rows = list(csv.reader(io.StringIO(mend.removeprefix("\ufeff"))))
    assert [row[1:] for row in rows] == [
        ["naam", "e-mail", "naam 2", ""],
        ["Jan", "jan@bz.example", "x", "y", "2e kamer"],
        ['"Ada" G;ada@bz.example;;'],
    ]
    # As it is it says the same once more: nothing has moved into another column.
    assert "2 rows have an error" in _sent(hr, "people", mend)
