"""The rotation board: who comes and goes, seen by HR, by a head of mission and by everybody, on a page and as files."""

import csv
import io
import re
from datetime import date

import pytest
from icalendar import Calendar
from sqlalchemy import select

from expertise.access.rules import allowed, only
from expertise.base.database import begin, session
from expertise.domains.service import file_position
from expertise.people.models import Person
from expertise.posts.absences import record_absence
from expertise.posts.models import Position
from expertise.posts.service import change_position
from expertise.rotation.queries import Filters, board, openings
from expertise.rotation.regions import REGIONS, countries_in
from tests import make

GAP = "gap 37 d"


def told(page):
    """The table of the board, without the drawing above it."""
    return page.partition("Position by position")[2]


def test_hr_sees_every_departure_gap_and_arrival_of_eighteen_months(browser_of):
    page = browser_of("hr").get("/rotation")
    assert "Nov 2026 – Apr 2028" in page
    assert "in 18 months" in page
    table = told(page)
    assert "Femke Wolderink leaves on 5 Dec 2026" in table
    assert f"{GAP} from 6 Dec 2026" in table
    assert "Daan Esselbrug comes on 11 Jan 2027" in table
    assert "Joris Anneveldt leaves on 31 Jul 2027" in table
    # The drawing says the same, and is not read out.
    assert '<div class="board wide" aria-hidden="true">' in page
    assert GAP in page.partition("Position by position")[0]


def test_the_board_speaks_dutch(browser_of):
    page = browser_of("hr").get("/rotation?lang=nl")
    assert "Femke Wolderink vertrekt op 5 dec 2026" in page
    assert "in 18 maanden" in page


def test_a_head_of_mission_sees_the_own_post_and_no_other(browser_of):
    page = browser_of("head").get("/rotation?show=all")
    assert "Femke Wolderink" in page
    assert "Joris Anneveldt" not in page
    assert "Embassy Vienna" not in page
    assert "Simulate moves" not in page


def test_who_oversees_nothing_is_led_to_where_a_seat_comes_free(browser_of):
    browser = browser_of("stranger")
    page = browser.get("/rotation")
    assert browser.page.request.path == "/rotation/vacancies"
    assert "Counsellor Arms Control" in page
    assert "%" not in told(page)
    browser.get("/rotation/board.csv", status=404)
    browser.get("/rotation/board.ics", status=404)
    browser.get("/rotation/at-risk", status=404)


def test_candidates_reach_whom_the_position_names_and_the_incumbent(browser_of, app, cast):
    with app.app_context():
        begin("write")
        seat = session().get_one(Position, cast.positions["vienna"])
        change_position(make.SYSTEM, seat, tour_months=48, languages="Duits B2", point_of_contact="wen-p@example.org")
        session().commit()
    page = browser_of("stranger").get("/rotation/vacancies")
    for words in ("48 months", "German B2", "wen-p@example.org", "Joris Anneveldt", "1 Aug 2027"):
        assert words in page
    # Somebody is named already for the seat that Femke leaves.
    assert "First Secretary Disarmament" not in page


def test_a_seat_that_is_filled_meanwhile_is_no_vacancy_any_more(browser_of, app, cast):
    with app.app_context():
        begin("write")
        newcomer = make.person("Wout Zandvliet")
        make.posting(newcomer, session().get_one(Position, cast.positions["vienna"]), date(2027, 8, 1))
        session().commit()
    assert "Counsellor Arms Control" not in browser_of("stranger").get("/rotation/vacancies")


@pytest.mark.parametrize(
    ("query", "seen", "hidden"),
    [
        ("show=gaps", "First Secretary Disarmament", "Permanent Representative<"),
        ("from=2028-02", "Permanent Representative", "Femke Wolderink leaves"),
        ("region=019&show=all", "First Secretary First Committee", "First Secretary Disarmament"),
        ("region=hq&show=all", "Careers adviser", "First Secretary Disarmament"),
    ],
)
def test_the_board_is_narrowed(browser_of, query, seen, hidden):
    table = told(browser_of("hr").get(f"/rotation?{query}"))
    assert seen in table
    assert hidden not in table


def test_a_post_and_a_domain_narrow_the_board(browser_of, app, cast):
    with app.app_context():
        begin("write")
        arms, cluster = make.domain("arms", "Wapens", "Arms"), make.domain("cluster", "Clustermunitie", "Cluster")
        cluster.parent = arms
        file_position(make.SYSTEM, session().get_one(Position, cast.positions["vienna"]), [cluster])
        session().commit()
        arms_id = arms.id
    hr = browser_of("hr")
    table = told(hr.get("/rotation", domain=arms_id, show="all"))
    assert "Counsellor Arms Control" in table
    assert "First Secretary Disarmament" not in table
    table = told(hr.get("/rotation", post=cast.posts["geneva"], show="all"))
    assert "First Secretary Disarmament" in table
    assert "Counsellor Arms Control" not in table


@pytest.mark.parametrize(
    "query", ["from=2027-13", "from=x", "region=XX", "show=none", "page=-3", "page=99999", "post=z"]
)
def test_what_is_no_filter_is_no_error(browser_of, query):
    browser_of("hr").get(f"/rotation?{query}")
    browser_of("hr").get(f"/rotation/vacancies?{query}")
    browser_of("hr").get(f"/rotation/at-risk?{query}")


def test_an_empty_board_says_what_belongs_there(browser_of):
    page = browser_of("hr").get("/rotation?from=2046-01")
    assert "Nobody comes or goes here in these months" in page


def test_who_acts_is_named_in_the_gap_and_does_not_end_it(browser_of, app, cast):
    with app.app_context():
        begin("write")
        noor = session().get_one(Person, cast.people["colleague"])
        seat = session().get_one(Position, cast.positions["disarmament"])
        make.posting(noor, seat, date(2026, 12, 6), date(2027, 1, 10), acting=True)
        session().commit()
    table = told(browser_of("hr").get("/rotation"))
    assert f"{GAP}, acting: Noor Habbema from 6 Dec 2026" in table


def test_an_absence_is_neither_departure_nor_gap(as_, cast):
    before = board(as_("hr"))
    seat = session().get_one(Position, cast.positions["disarmament"])
    noor = session().get_one(Person, cast.people["colleague"])
    record_absence(make.SYSTEM, seat, noor, starts_on=date(2026, 11, 23), ends_on=date(2026, 11, 27))
    after = board(as_("hr"))
    assert (after.gaps, after.departures, after.arrivals) == (before.gaps, before.departures, before.arrivals)


def test_days_that_leaver_and_successor_have_together_are_counted(as_, cast):
    seat = session().get_one(Position, cast.positions["vienna"])
    make.posting(make.person("Wout Zandvliet"), seat, date(2027, 7, 18))
    found = board(as_("hr"))
    line = next(one for one in found.page.rows if one.seat.id == seat.id)
    assert [(two.before.person_name, two.days) for two in line.overlaps] == [("Joris Anneveldt", 14)]
    assert line.gaps == ()


def test_somebody_who_left_the_service_leaves_a_gap(as_, cast):
    session().get_one(Person, cast.people["stranger"]).left_on = date(2026, 10, 31)
    line = next(one for one in board(as_("hr")).page.rows if one.seat.id == cast.positions["newyork"])
    assert line.holders == ()
    assert line.gaps[0].start == date(2026, 11, 1)


def test_a_seat_that_does_not_rotate_or_is_abolished_has_no_gap(as_, cast):
    seat = session().get_one(Position, cast.positions["vienna"])
    seat.rotates = False
    line = next(one for one in board(as_("hr")).page.rows if one.seat.id == seat.id)
    assert line.gaps == ()
    seat.rotates, seat.abolished_on = True, date(2027, 7, 31)
    line = next(one for one in board(as_("hr")).page.rows if one.seat.id == seat.id)
    assert line.gaps == ()
    assert not any(one.position.id == seat.id for one in openings(as_("hr")).rows)


def test_the_figure_of_the_note_stands_at_the_departure_for_hr(browser_of, cast):
    hr = browser_of("hr")
    desk = hr.get("/")
    percent = desk.partition("Femke Wolderink")[2].partition(" % ready")[0].rsplit(None, 1)[-1].rpartition(">")[2]
    assert percent.isdigit()
    row = told(hr.get("/rotation")).partition("First Secretary Disarmament")[2].partition("</tr>")[0]
    assert f"{percent} %" in row


def test_the_board_as_a_file_has_a_row_for_each_change(browser_of):
    browser = browser_of("hr")
    text = browser.get("/rotation/board.csv?show=all").lstrip("\ufeff")
    rows = [row for row in csv.DictReader(io.StringIO(text)) if row["position"] == "First Secretary Disarmament"]
    assert [(row["what"], row["from"], row["until"], row["days"], row["person"]) for row in rows] == [
        ("departure", "", "2026-12-05", "", "Femke Wolderink"),
        ("arrival", "2027-01-11", "", "", "Daan Esselbrug"),
        ("gap", "2026-12-06", "2027-01-11", "37", ""),
    ]
    head = browser_of("head").get("/rotation/board.csv?show=all")
    assert "Femke Wolderink" in head
    assert "Joris Anneveldt" not in head


def test_the_board_goes_into_a_calendar(browser_of):
    browser = browser_of("hr")
    browser.get("/rotation/board.ics")
    assert browser.page.mimetype == "text/calendar"
    events = Calendar.from_ical(browser.page.data).walk("VEVENT")
    found = {(str(one["summary"]), one["dtstart"].dt) for one in events}
    where = "PR Geneva, First Secretary Disarmament"
    assert (f"Femke Wolderink leaves: {where}", date(2026, 12, 5)) in found
    assert (f"Nobody there: {where}", date(2026, 12, 6)) in found
    assert (f"Daan Esselbrug comes: {where}", date(2027, 1, 11)) in found


def _full_post(app, code, seats):
    """A post of which every holder leaves in March, and holds a dossier alone."""
    with app.app_context():
        begin("write")
        at = make.post(code, f"Ambassade {code}", f"Embassy {code}")
        for number in range(seats):
            seat = make.position(at, f"Functie {number}", f"Position {number}")
            make.posting(make.person(f"Holder {number}"), seat, date(2024, 1, 1), date(2027, 3, number + 1))
            make.dossier(f"Dossier {number}", kept_by=seat, from_on=date(2024, 1, 1), language="en")
        session().commit()


def test_more_positions_ask_no_more_queries(browser_of, app, cast, count_queries):
    browser = browser_of("hr")
    _full_post(app, "WEN-2", 1)
    pages = ("/rotation?show=all", "/rotation/vacancies", "/rotation/at-risk", "/rotation/board.csv")
    for page in pages:
        browser.get(page)
    before = {}
    for page in pages:
        with count_queries() as sent:
            browser.get(page)
        before[page] = len(sent)
    _full_post(app, "NAI", 8)
    for page in pages:
        with count_queries() as sent:
            browser.get(page)
        assert len(sent) <= before[page], page


def test_each_country_lies_in_one_part_of_the_world():
    found = [code for region in REGIONS for code in countries_in(region)]
    assert len(found) == len(set(found)) > 220
    lies = {code: region for region in REGIONS for code in countries_in(region)}
    assert [lies[code] for code in ("NL", "TR", "US", "KE", "AU", "XK")] == ["150", "142", "019", "002", "009", "150"]


def test_the_same_rule_answers_one_position_and_the_board(as_, cast):

    for who in cast.people:
        viewer = as_(who)
        listed = set(session().scalars(select(Position.id).where(only(viewer, "rotation.board", Position))))
        one_by_one = {one.id for one in session().scalars(select(Position)) if allowed(viewer, "rotation.board", one)}
        assert listed == one_by_one, who
        assert bool(listed) == (who in {"hr", "head"})


def test_filters_that_fit_nothing_give_an_empty_board(as_):
    assert board(as_("hr"), Filters(domain="none")).page.total == 0


def test_a_restricted_dossier_moves_nothing_for_who_may_not_read_it(app, cast, browser_of):
    """The same world twice, with and without a dossier of which HR knows nothing."""
    leaving = cast.postings["leaver"]
    paths = ("/rotation", "/rotation?show=all", "/rotation/at-risk", "/rotation/board.csv", "/rotation/board.ics", "/")

    def seen():
        hr = browser_of("hr")
        return [re.sub(r'"[\w.-]{60,}"|"once" value="\w+"|DTSTAMP:\w+', "", hr.get(path)) for path in paths]

    with app.app_context():
        begin("write")
        seat = session().get_one(Position, cast.positions["disarmament"])
        make.dossier("Cluster munitions", kept_by=seat, state_of_play="Rests.", next_step="Wait.")
        session().commit()
    before = seen()
    assert "%" in before[0]
    own = browser_of("leaver").get(f"/postings/{leaving}/handover")
    with app.app_context():
        begin("write")
        seat = session().get_one(Position, cast.positions["disarmament"])
        make.dossier("Zoutwaterkist", kept_by=seat, reach="restricted", urgency=1)
        session().commit()
    for page, earlier in zip(seen(), before, strict=True):
        assert page == earlier
    # The leaver, who reads it, is told that it is not ready.
    assert browser_of("leaver").get(f"/postings/{leaving}/handover") != own
