"""A transfer round: HR proposes, looks at what it would do, compares two proposals, and takes one over."""

import re
from datetime import date

import pytest
import time_machine
from sqlalchemy import func, select

from expertise.base.database import begin, session
from expertise.domains.service import file_position
from expertise.people.models import Person
from expertise.posts.models import Position, Posting
from expertise.posts.service import end_posting
from expertise.rotation.models import Move, Proposal
from tests import make
from tests.rotation.rounds import ROUND, begin_round, move, propose


def cell(page, measure):
    """The figures beside a measure."""
    row = page.partition(f'<th scope="row">{measure}</th>')[2].partition("</tr>")[0]
    cells = re.findall(r'<td class="num"[^>]*>(.*?)</td>', row, re.DOTALL)
    return [int(re.sub(r"<[^>]+>|better", "", one).strip()) for one in cells]


def postings(app):
    with app.app_context():
        found = session().scalar(select(func.count()).select_from(Posting))
        session().rollback()
    return found


def test_a_round_from_the_first_idea_to_the_decision(hr, app, cast):
    with app.app_context():
        begin("write")
        seat = session().get_one(Position, cast.positions["vienna"])
        make.dossier("Arms control", kept_by=seat, from_on=date(2024, 8, 1), language="en", urgency=1)
        make.contact("Close", kept_by=seat, tier=1)
        session().commit()
    before = postings(app)
    around = begin_round(hr)
    one = propose(hr, around, "A")
    page = move(hr, one, "Tijmen", "arms control vienna", "2027-08-01")
    assert "Tijmen Oudeland stands in the proposal." in page
    # Vienna is filled the day after its holder leaves, and New York is left empty.
    assert cell(page, "Dossiers left with nobody") == [1, 0]
    assert cell(page, "Contacts of tier 1 left with nobody") == [1, 0]
    other = propose(hr, around, "B")
    move(hr, other, "Tijmen", "Counsellor Vienna", "2027-09-01")
    compared = hr.get(f"{around}/compare", one=one.rpartition("/")[2], other=other.rpartition("/")[2])
    assert cell(compared, "Dossiers left with nobody") == [1, 0, 1]
    assert cell(compared, "of these of urgency 1") == [1, 0, 1]
    assert "Arms control" in compared.partition("Only in B")[2]
    # Nothing of it is a posting yet, and nobody else sees it.
    assert postings(app) == before
    page = hr.post(f"{one}/take-over", reason="Vienna cannot wait.", version="1")
    assert "1 posting is planned." in page
    assert "Vienna cannot wait." in page
    with app.app_context():
        tijmen = session().get_one(Posting, cast.postings["stranger"])
        assert tijmen.ends_on == date(2027, 7, 31)
        made = session().scalars(select(Posting).where(Posting.position_id == cast.positions["vienna"])).all()[-1]
        assert (made.person_id, made.starts_on) == (cast.people["stranger"], date(2027, 8, 1))
        assert session().scalars(select(Move.posting_id).where(Move.posting_id.is_not(None))).all() == [made.id]
        session().rollback()
    # What was decided stays as it is.
    page = hr.get(other)
    assert "Propose a move" not in page
    hr.post(f"{other}/take-over", status=422, reason="Too late", version="1")
    assert "decided" in hr.page.text
    assert "Tijmen Oudeland comes on 1 Aug 2027" in hr.get("/rotation")


def never_came(hr, app, person_id, position_id):
    """HR says of the posting that was made of a move that its person never came; the page that answers."""
    with app.app_context():
        begin("read")
        asked = select(Posting).where(Posting.person_id == person_id, Posting.position_id == position_id)
        made = session().scalars(asked).one()
        # Past `post`, whose `status` is that of the answer.
        fields = {"starts_on": made.starts_on.isoformat(), "status": "never_served", "csrf_token": hr.token()}
        posting_id = made.id
    return hr.client.post(f"/postings/{posting_id}/change", data=fields, follow_redirects=True).text


def end_of(app, posting_id):
    with app.app_context():
        begin("read")
        return session().get_one(Posting, posting_id).ends_on


def test_who_was_named_and_never_came_stays_where_they_were(hr, app, cast):
    one = propose(hr, begin_round(hr), "A")
    move(hr, one, "Tijmen", "arms control vienna", "2027-08-01")
    hr.post(f"{one}/take-over", reason="Vienna cannot wait.", version="1")
    assert end_of(app, cast.postings["stranger"]) == date(2027, 7, 31)
    page = never_came(hr, app, cast.people["stranger"], cast.positions["vienna"])
    assert "Tijmen Oudeland stays in First Secretary First Committee, PR New York: it ends on 30 Jun 2029 again" in page
    assert end_of(app, cast.postings["stranger"]) == date(2029, 6, 30)
    # Said a second time, of a posting that was mended by hand meanwhile, nothing moves.
    hr.post(f"/postings/{cast.postings['stranger']}/end", ends_on="2028-01-31")
    never_came(hr, app, cast.people["stranger"], cast.positions["vienna"])
    assert end_of(app, cast.postings["stranger"]) == date(2028, 1, 31)


def test_but_not_where_somebody_goes_elsewhere_instead(hr, app, cast):
    one = propose(hr, begin_round(hr), "A")
    move(hr, one, "Tijmen", "arms control vienna", "2027-08-01")
    hr.post(f"{one}/take-over", reason="Vienna cannot wait.", version="1")
    hr.post(f"/positions/{cast.positions['adviser']}/place", person="Tijmen", starts_on="2027-09-01")
    assert "stays in" not in never_came(hr, app, cast.people["stranger"], cast.positions["vienna"])
    assert end_of(app, cast.postings["stranger"]) == date(2027, 7, 31)


def test_an_end_that_was_mended_long_before_stays_mended(hr, app, cast):
    with time_machine.travel("2026-10-01 10:00+02:00"), app.app_context():
        begin("write")
        end_posting(make.SYSTEM, session().get_one(Posting, cast.postings["stranger"]), date(2027, 7, 31))
        session().commit()
    with time_machine.travel("2026-11-23 10:00+01:00"):
        hr.sign_in(cast.email("hr"))
        hr.post(f"/positions/{cast.positions['vienna']}/place", person="Tijmen", starts_on="2027-08-01")
        assert "stays in" not in never_came(hr, app, cast.people["stranger"], cast.positions["vienna"])
    assert end_of(app, cast.postings["stranger"]) == date(2027, 7, 31)


def test_a_round_in_dutch(hr):
    hr.get("/rotation/rounds?lang=nl")
    around = begin_round(hr)
    one = propose(hr, around, "Voorstel A")
    page = move(hr, one, "Tijmen", "wapenbeheersing wenen")
    assert "Tijmen Oudeland staat in het voorstel." in page
    assert "Domeinen die leeglopen" in page


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"name": ""}, "Fill this in."),
        ({"starts_on": "soon"}, "date"),
        ({"ends_on": "2027-05-31"}, "The end is before the start."),
        ({"ends_on": "2099-05-31"}, "at most five years"),
        ({"name": "TOP SECRET//NATO"}, ""),
    ],
)
def test_a_bad_round_keeps_what_was_typed_and_says_why(hr, changed, why):
    page = hr.post("/rotation/rounds/new", status=422, **(ROUND | changed))
    assert why in page
    assert "2028-05-31" in page or "ends_on" in changed
    assert "Nothing was saved" in page


def test_two_rounds_or_proposals_of_one_name_are_told_apart(hr):
    around = begin_round(hr)
    assert "Another round has this name." in hr.post("/rotation/rounds/new", status=422, **ROUND)
    propose(hr, around, "A")
    assert "Another proposal of this round has this name." in hr.post(around, status=422, name="A")


@pytest.mark.parametrize(
    ("who", "where", "day", "why"),
    [
        ("Nobody Known", "vienna counsellor", "2027-08-01", "Nobody in the staff list fits"),
        ("Tijmen", "no such seat", "2027-08-01", "No position has all of these words"),
        ("Tijmen", "geneva", "2027-08-01", "More than one position fits."),
        ("Tijmen", "vienna counsellor", "32-13-2027", "date"),
        ("Tijmen", "vienna counsellor", "", "Fill this in."),
    ],
)
def test_a_bad_move_keeps_what_was_typed_and_says_why(hr, who, where, day, why):
    one = propose(hr, begin_round(hr), "A")
    page = hr.post(f"{one}/moves/new", status=422, person=who, position=where, starts_on=day)
    assert why in page
    assert who in page
    assert where in page
    assert "Withdraw" not in hr.get(one)


def test_somebody_moves_once_in_a_proposal_and_an_end_lies_after_the_start(hr):
    one = propose(hr, begin_round(hr), "A")
    move(hr, one, "Tijmen", "vienna counsellor")
    fields = {"person": "Tijmen", "position": "careers adviser", "starts_on": "2027-08-01"}
    assert "moves already" in hr.post(f"{one}/moves/new", status=422, **fields)
    fields |= {"person": "Joris", "ends_on": "2027-07-01"}
    assert "The end is before the start." in hr.post(f"{one}/moves/new", status=422, **fields)


def test_without_an_end_a_move_lasts_a_tour_of_the_position(hr, app, cast):
    hr.post(
        f"/positions/{cast.positions['vienna']}/change",
        title_nl="Raad wapenbeheersing", title_en="Counsellor Arms Control", rotates="y", tour_months="48",
    )  # fmt: skip
    one = propose(hr, begin_round(hr), "A")
    assert "31 Jul 2031" in move(hr, one, "Tijmen", "vienna counsellor")


def test_a_move_is_withdrawn_and_a_proposal_struck_out_or_copied(hr, app):
    around = begin_round(hr)
    one = propose(hr, around, "A")
    page = move(hr, one, "Tijmen", "vienna counsellor")
    like = propose(hr, around, "B", like=one.rpartition("/")[2])
    assert "1 move" in hr.get(like)
    hr.post(re.search(r'action="(/rotation/moves/\w+/withdraw)"', page)[1])
    assert "No moves yet." in hr.get(one)
    hr.post(f"{like}/drop")
    hr.get(like, status=404)
    assert 'name="name"' in hr.get(around)


def test_an_empty_proposal_is_not_taken_over_and_a_reason_is_needed(hr):
    one = propose(hr, begin_round(hr), "A")
    assert "no moves yet" in hr.post(f"{one}/take-over", status=422, reason="Why not", version="1")
    move(hr, one, "Tijmen", "vienna counsellor")
    assert "Fill this in." in hr.post(f"{one}/take-over", status=422, reason="", version="1")


def test_of_two_who_decide_at_once_the_second_is_told(hr, browser_of):
    around = begin_round(hr)
    one = propose(hr, around, "A")
    move(hr, one, "Tijmen", "vienna counsellor")
    hr.post(f"{one}/take-over", reason="First", version="1")
    hr.post(f"{one}/take-over", reason="Second", version="1", status=409)


def test_one_move_that_cannot_be_taken_over_leaves_all_of_it_undone(hr, app, cast):
    with app.app_context():
        begin("write")
        tijmen = session().get_one(Person, cast.people["stranger"])
        make.posting(tijmen, session().get_one(Position, cast.positions["personnel"]), date(2028, 1, 1))
        session().commit()
    before = postings(app)
    one = propose(hr, begin_round(hr), "A")
    move(hr, one, "Joris", "first committee")
    move(hr, one, "Tijmen", "vienna counsellor")
    page = hr.post(f"{one}/take-over", status=422, reason="All of it", version="1")
    assert "Tijmen Oudeland: is named for another position" in page
    assert "All of it" in page
    assert postings(app) == before
    with app.app_context():
        assert session().scalar(select(Proposal.taken_over_at)) is None
        assert session().get_one(Posting, cast.postings["predecessor"]).ends_on == date(2027, 7, 31)
        session().rollback()


def test_nobody_but_hr_reads_of_a_round(hr, browser_of):
    around = begin_round(hr)
    one = propose(hr, around, "A")
    for who in ("head", "leaver", "admin", "privacy"):
        other = browser_of(who)
        for address in ("/rotation/rounds", around, one, f"{one}/moves.csv", f"{one}/take-over"):
            other.get(address, status=404)


def test_a_person_who_goes_on_in_the_own_domain_is_counted(hr, app, cast):
    with app.app_context():
        begin("write")
        arms = make.domain("arms", "Wapens", "Arms")
        for key in ("vienna", "newyork"):
            file_position(make.SYSTEM, session().get_one(Position, cast.positions[key]), [arms])
        session().commit()
    one = propose(hr, begin_round(hr), "A")
    page = move(hr, one, "Tijmen", "vienna counsellor")
    assert cell(page, "Who go on in a domain of theirs") == [0, 1]
    # Two seats work on it on the first day, and one is held once Tijmen goes from the one to the other.
    assert cell(page, "Domains that thin out") == [1, 1]


def test_rounds_and_proposals_get_other_names_and_two_who_do_so_are_told(hr):
    around = begin_round(hr)
    one = propose(hr, around, "A")
    hr.post(f"{one}/rename", name="Everybody once", version="1")
    assert "<h1>Everybody once</h1>" in hr.page.text
    hr.post(f"{one}/rename", status=409, name="Too late", version="1")
    propose(hr, around, "B")
    assert "Another proposal of this round has this name." in hr.post(
        f"{one}/rename", status=422, name="B", version="2"
    )
    change = {"name": "Zomer 2027", "starts_on": "2027-06-01", "ends_on": "2028-06-30", "version": "1"}
    assert "Zomer 2027" in hr.post(f"{around}/change", **change)
    assert "30 Jun 2028" in hr.page.text
    hr.post(f"{around}/change", status=409, **change)
    page = hr.post(f"{around}/change", status=422, **(change | {"version": "2", "ends_on": "2027-05-31"}))
    assert "The end is before the start." in page
    hr.post("/rotation/rounds/new", **(ROUND | {"name": "Winter"}))
    page = hr.post(f"{around}/change", status=422, **(change | {"version": "2", "name": "Winter"}))
    assert "Another round has this name." in page
    move(hr, one, "Tijmen", "vienna counsellor")
    hr.post(f"{one}/take-over", reason="So be it.", version="2")
    hr.post(f"{around}/change", status=422, **(change | {"version": "2", "ends_on": "2028-07-31"}))
    assert "This round is decided" in hr.page.text
    assert "Summer again" in hr.post(f"{around}/change", **(change | {"version": "2", "name": "Summer again"}))


def test_more_moves_ask_no_more_queries(hr, app, cast, count_queries):
    one = propose(hr, begin_round(hr), "A")
    move(hr, one, "Tijmen", "vienna counsellor")
    with count_queries() as sent:
        hr.get(one)
    before = len(sent)
    with app.app_context():
        begin("write")
        proposal = session().scalars(select(Proposal)).one()
        at = make.post("NAI", "Ambassade Nairobi", "Embassy Nairobi")
        for number in range(8):
            where = make.position(at, f"Functie {number}", f"Position {number}")
            someone = make.person(f"Mover {number}")
            session().add(Move(proposal=proposal, person=someone, position=where, starts_on=date(2027, 8, 1)))
        session().commit()
    with count_queries() as sent:
        assert "9 moves" in hr.get(one)
    assert len(sent) <= before
