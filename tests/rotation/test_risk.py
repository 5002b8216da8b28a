"""Knowledge at risk: what only one person holds who leaves, why, and what this viewer can do about it."""

import re
from datetime import date

from expertise.base.database import begin, session
from expertise.domains.service import file_position
from expertise.dossiers.service import give_to_keep
from expertise.people.models import Person
from expertise.posts.models import Position
from expertise.rotation.risk import risks
from tests import make

SINCE = date(2024, 1, 1)


def seat_of(cast, key):
    return session().get_one(Position, cast.positions[key])


def kept(cast, title, key="disarmament", **fields):
    return make.dossier(title, kept_by=seat_of(cast, key), from_on=SINCE, language="en", **fields)


def stage(app, cast, *makers):
    """Store what the story needs."""
    with app.app_context():
        begin("write")
        made = [one(cast) for one in makers]
        found = [getattr(one, "id", None) for one in made]
        session().commit()
    return found


def row_of(page, title):
    found = re.search(rf"<tr>(?:(?!</tr>).)*{re.escape(title)}.*?</tr>", page, re.DOTALL)
    return found[0] if found else ""


def test_a_dossier_with_one_holder_who_leaves_is_a_line_that_says_why(browser_of, app, cast):
    stage(app, cast, lambda cast: kept(cast, "Cluster munitions", urgency=1))
    row = row_of(browser_of("hr").get("/rotation/at-risk"), "Cluster munitions")
    for words in (
        "one holder",
        "gap of 37 days",
        "handover",
        "5 Dec 2026",
        "urgency 1",
        "1 local colleague stays",
    ):
        assert words in row, words
    assert "Name who acts until then" in row
    assert "Femke" not in row  # lines speak of positions, never of persons


def test_who_will_act_in_the_gap_is_told_and_not_asked_for_again(browser_of, app, cast):
    def named(cast):
        noor = session().get_one(Person, cast.people["colleague"])
        return make.posting(noor, seat_of(cast, "disarmament"), date(2026, 12, 6), date(2027, 1, 10), acting=True)

    stage(app, cast, lambda cast: kept(cast, "Cluster munitions"), named)
    row = row_of(browser_of("hr").get("/rotation/at-risk"), "Cluster munitions")
    assert "gap of 37 days, acting: Noor Habbema" in row
    assert "Name who acts until then" not in row


def test_it_says_so_in_dutch(browser_of, app, cast):
    stage(app, cast, lambda cast: kept(cast, "Clustermunitie"))
    row = row_of(browser_of("hr").get("/rotation/at-risk?lang=nl"), "Clustermunitie")
    assert "één houder, gat van 37 dagen" in row


def test_a_second_holder_takes_it_off_the_list(as_, cast):
    dossier = kept(cast, "Cluster munitions")
    assert [one.kept.title for one in risks(as_("hr")).dossiers] == ["Cluster munitions"]
    give_to_keep(make.SYSTEM, dossier, seat_of(cast, "adviser"))
    assert risks(as_("hr")).dossiers == []


def test_a_second_seat_of_the_same_person_is_no_second_holder(as_, cast):
    dossier = kept(cast, "Cluster munitions")
    leaver = session().get_one(Person, cast.people["leaver"])
    other = make.position(session().get_one(Position, cast.positions["disarmament"]).post, "Tweede", "Second")
    make.posting(leaver, other, SINCE, date(2026, 12, 5))
    give_to_keep(make.SYSTEM, dossier, other)
    assert [one.kept.title for one in risks(as_("hr")).dossiers] == ["Cluster munitions"]


def test_who_stays_leaves_nothing_at_risk(as_, cast):
    kept(cast, "Human rights", "personnel")
    assert risks(as_("hr")).dossiers == []


def test_a_dossier_that_nobody_holds_now_stands_there_too(as_, cast):
    empty = make.position(seat_of(cast, "vienna").post, "Leeg", "Empty")
    make.posting(make.person("Gone Long"), empty, SINCE, date(2026, 10, 31))
    make.dossier("Orphan", kept_by=empty, from_on=SINCE, language="en")
    (one,) = risks(as_("hr")).dossiers
    assert (one.kept.title, one.holder, one.leaves, one.band) == ("Orphan", None, None, 0)


def test_what_happens_soonest_comes_first_and_within_that_the_most_urgent(as_, cast):
    kept(cast, "Late and urgent", "vienna", urgency=1)
    kept(cast, "Soon", urgency=3)
    kept(cast, "Soon and urgent", urgency=1)
    titles = [one.kept.title for one in risks(as_("hr")).dossiers]
    assert titles == ["Soon and urgent", "Soon", "Late and urgent"]


def test_a_restricted_dossier_leaves_no_shadow_for_who_may_not_read_it(browser_of, app, cast):
    browser = browser_of("hr")

    def shown():
        page = browser.get("/rotation/at-risk").partition("<h1>")[2].partition("<footer")[0]
        # How far a note is counts over all of it, for everybody alike (handovers/queries.py).
        return re.sub(r"handover \d+ %", "handover", page)

    stage(app, cast, lambda cast: kept(cast, "Open matter"))
    before = shown()
    stage(app, cast, lambda cast: kept(cast, "Hidden matter", reach="restricted"))
    assert shown() == before
    # The head of the post that it belongs to reads it, and sees it.
    assert "Hidden matter" in browser_of("head").get("/rotation/at-risk")


def test_a_head_sees_only_what_the_own_post_loses(browser_of, app, cast):
    stage(app, cast, lambda cast: kept(cast, "Geneva's"), lambda cast: kept(cast, "Vienna's", "vienna"))
    page = browser_of("head").get("/rotation/at-risk")
    assert "Geneva&#39;s" in page
    assert "Vienna&#39;s" not in page


def test_each_line_has_something_that_this_viewer_can_do(browser_of, app, cast):
    stage(app, cast, lambda cast: kept(cast, "With successor"), lambda cast: kept(cast, "Without", "vienna"))
    hr = browser_of("hr")
    page = hr.get("/rotation/at-risk")
    assert f"/positions/{cast.positions['vienna']}/place" in row_of(page, "Without")
    assert "Name a successor" in row_of(page, "Without")
    assert "Name who acts until then" in row_of(page, "With successor")
    for title in ("Without", "With successor"):
        hr.get(re.findall(r'href="([^"]+)"', row_of(page, title))[-1])
    head = browser_of("head")
    row = row_of(head.get("/rotation/at-risk"), "With successor")
    link = re.findall(r'href="([^"]+)"', row)[-1]
    assert head.get(link)


def test_contacts_of_tier_one_are_counted_and_others_not(browser_of, app, cast):
    stage(
        app,
        cast,
        lambda cast: kept(cast, "Cluster munitions"),
        lambda cast: make.contact("Close", kept_by=seat_of(cast, "disarmament"), tier=1),
        lambda cast: make.contact("Far", kept_by=seat_of(cast, "disarmament"), tier=2),
    )
    row = row_of(browser_of("hr").get("/rotation/at-risk"), "Cluster munitions")
    assert 'data-label="Contacts, tier 1">1</td>' in row


def test_a_domain_of_which_at_most_one_is_left_thins_out(as_, cast):
    arms = make.domain("arms", "Wapens", "Arms")
    for key in ("disarmament", "vienna", "personnel"):
        file_position(make.SYSTEM, seat_of(cast, key), [arms])
    # Three today, two leave, one is named to come: two are left.
    assert risks(as_("hr")).domains == []
    file_position(make.SYSTEM, seat_of(cast, "personnel"), [])
    (thin,) = risks(as_("hr")).domains
    assert (thin.domain.code, thin.now, thin.leave, thin.come, thin.left) == ("arms", 2, 2, 1, 1)


def test_a_post_that_loses_half_stands_there(browser_of, app, cast):
    page = browser_of("hr").get("/rotation/at-risk")
    assert "Posts where half or more leave" not in page

    def second(cast):
        seat = make.position(seat_of(cast, "vienna").post, "Tweede", "Second")
        return make.posting(make.person("Also Leaves"), seat, SINCE, date(2027, 8, 31))

    stage(app, cast, second)
    page = browser_of("hr").get("/rotation/at-risk").partition("Posts where half or more leave")[2]
    assert "Embassy Vienna" in page


def test_nothing_at_risk_is_said(browser_of):
    assert "No dossier depends on one person" in browser_of("hr").get("/rotation/at-risk")
