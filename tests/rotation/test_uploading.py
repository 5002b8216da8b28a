"""The yearly round out of a file: what is new, changed and gone is seen before it is taken in."""

import csv
import io
import re
from datetime import date

import pytest
from openpyxl import Workbook
from sqlalchemy import select

from expertise.base.database import begin, session
from tests import make
from tests.rotation.rounds import begin_round, move, propose


def upload(hr, proposal, text, name="round.csv"):
    content = text if isinstance(text, bytes) else text.encode()
    return hr.post(f"{proposal}/import", file=(io.BytesIO(content), name))


def test_the_yearly_file_is_seen_before_it_is_taken_over(hr, cast):
    one = propose(hr, begin_round(hr), "A")
    move(hr, one, "Tijmen", "vienna counsellor", "2027-08-01")
    page = upload(
        hr,
        one,
        "person,post,title,start,end\n"
        f"{cast.email('stranger')},WEN,Counsellor Arms Control,2027-09-01,2031-08-31\n"
        f"{cast.email('predecessor')},NYC-PV,First Secretary First Committee,2027-08-15,\n"
        "nobody@example.org,WEN,Counsellor Arms Control,2027-08-15,\n"
        f"{cast.email('leaver')},WEN,Counsellor Arms Control,2027-08,\n"
        f"{cast.email('colleague')},NO-SUCH,None,2027-08-01,\n",
    )
    assert "1 move would be new" in page
    change = page.partition("What would change")[2].partition("What would be new")[0]
    assert "Tijmen Oudeland" in change
    assert "<del>1 Aug 2027 – …</del>" in change
    assert "<ins>1 Sep 2027 – 31 Aug 2031</ins>" in change
    assert "Joris Anneveldt" in page.partition("What would be new")[2]
    for why in ("Nobody in the staff list has this", "A move needs the day.", "There is no such position."):
        assert why in page
    # Nothing changed yet, and without a tick nothing does.
    trial = hr.page.request.path
    assert "1 move ·" in hr.get(one)
    assert "Some rows have an error." in hr.post(trial, status=422, seen=seen_on(page))
    page = hr.post(trial, keep_good="y", seen=seen_on(page))
    assert "1 move is new, 1 changed, 0 withdrawn, 3 rows left out." in page
    assert "2 moves ·" in page
    hr.get(trial, status=404)
    # The same file again changes nothing.
    again = upload(hr, one, hr.get(f"{one}/moves.csv").encode())
    assert "0 moves would be new" in again
    assert "There is nothing to take in." in again


def seen_on(page):
    """The mark of what a trial shows, as its form carries it."""
    return re.search(r'name="seen"[^>]*value="(\w+)"', page)[1]


def test_a_move_that_the_file_no_longer_names_stays_unless_it_is_ticked(hr, cast):
    one = propose(hr, begin_round(hr), "A")
    move(hr, one, "Tijmen", "vienna counsellor")
    move(hr, one, "Joris", "first committee", "2027-08-15")
    move(hr, one, "Noor", "careers adviser", "2027-09-01")
    only = f"person,position,start\n{cast.email('stranger')},{cast.positions['vienna']},2027-08-01\n"
    page = upload(hr, one, only)
    gone = page.partition("In the proposal, and not in the file")[2]
    assert "Joris Anneveldt" in gone
    assert "Noor Habbema" in gone
    assert "Tijmen" not in gone
    # A row in error does not make its move one of which the file says nothing; and who is named is not struck.
    page = upload(hr, one, only + f"{cast.email('predecessor')},none,2027-08-15\n")
    assert "Joris" not in page.partition("and not in")[2].partition("What to look at")[0]
    page = upload(hr, one, only)
    page = hr.post(hr.page.request.path, seen=seen_on(page), gone=[cast.people["predecessor"], cast.people["stranger"]])
    assert "0 moves are new, 0 changed, 1 withdrawn, 0 rows left out." in page
    assert "Joris Anneveldt" not in page.partition('id="moves"')[2]
    assert "2 moves ·" in page
    page = upload(hr, one, only + f"{cast.email('head')},{cast.positions['newyork']},2027-08-01\n")
    page = hr.post(hr.page.request.path, seen=seen_on(page), all_gone="y")
    assert "1 move is new, 0 changed, 1 withdrawn" in page


def test_what_changed_since_the_trial_is_shown_before_it_is_done(hr, app, cast):
    one = propose(hr, begin_round(hr), "A")
    page = upload(hr, one, f"person,position,start\n{cast.email('stranger')},{cast.positions['vienna']},2027-08-01\n")
    trial, seen = hr.page.request.path, seen_on(page)
    move(hr, one, "Tijmen", "careers adviser")
    page = hr.post(trial, status=422, seen=seen)
    assert "changed since you looked" in page
    assert "<ins>Counsellor Arms Control" in page
    assert "Careers adviser" in hr.get(one).partition('id="moves"')[2]
    # Also what the file itself leads to: the tour of the seat became another one.
    seen = seen_on(page)
    fields = {"title_nl": "Raad wapenbeheersing", "title_en": "Counsellor Arms Control", "rotates": "y"}
    hr.post(f"/positions/{cast.positions['vienna']}/change", **fields, tour_months="48")
    page = hr.post(trial, status=422, seen=seen)
    assert "31 Jul 2031" in page
    assert "0 moves are new, 1 changed" in hr.post(trial, seen=seen_on(page))


def test_the_yearly_file_may_be_a_workbook(hr, cast):
    one = propose(hr, begin_round(hr), "A")
    book = Workbook()
    book.active.append(["medewerker", "functie", "van"])
    book.active.append([cast.email("stranger"), cast.positions["vienna"], date(2027, 8, 1)])
    out = io.BytesIO()
    book.save(out)
    assert "1 move would be new" in upload(hr, one, out.getvalue(), "ronde.xlsx")


@pytest.mark.parametrize(
    ("content", "name", "why"),
    [
        (b"", "leeg.csv", "Choose a file that is not empty."),
        (b"\x00\x01\x02", "x.xlsx", ""),
        (b"name\nx\n", "heads.csv", "No column gives this field"),
        (b'{"person": [1, {}]}\n', "x.jsonl", ""),
    ],
)
def test_a_file_that_is_none_is_refused_in_words(hr, content, name, why):
    one = propose(hr, begin_round(hr), "A")
    page = hr.post(f"{one}/import", status=422 if not content else 200, file=(io.BytesIO(content), name))
    assert why in page
    assert "No moves yet." in hr.get(one)


def test_the_moves_of_a_proposal_are_a_file_that_can_be_read_again(hr, cast):
    around = begin_round(hr)
    one = propose(hr, around, "A")
    move(hr, one, "Tijmen", "vienna counsellor", ends_on="2031-07-31")
    text = hr.get(f"{one}/moves.csv")
    (row,) = csv.DictReader(io.StringIO(text.lstrip("\ufeff")))
    assert (row["start"], row["end"], row["post"]) == ("2027-08-01", "2031-07-31", "WEN")
    other = propose(hr, around, "B")
    assert "1 move would be new" in upload(hr, other, text.encode())


def test_a_file_of_somebody_else_is_not_there(hr, app, cast):
    one = propose(hr, begin_round(hr), "A")
    upload(hr, one, f"person,position,start\n{cast.email('stranger')},{cast.positions['vienna']},2027-08-01\n")
    trial = hr.page.request.path
    with app.app_context():
        begin("write")
        second = make.person("Second Hand", email="second@expertise.example")
        account = make.account(second, role="hr")
        account.password_hash = session().scalar(select(type(account).password_hash).limit(1))
        session().commit()
    other = type(hr)(app.test_client()).sign_in("second@expertise.example")
    other.get(trial, status=404)
    other.get(one)
