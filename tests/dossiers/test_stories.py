"""A dossier from its opening to its closing, as people see it."""

import re
from collections.abc import Callable
from datetime import date

from expertise.base.database import session
from expertise.dossiers import entry_service, service
from expertise.dossiers.models import Dossier
from expertise.people.models import Person
from tests import make
from tests.conftest import Browser, Cast
from tests.dossiers.conftest import Write

Open = Callable[[str], Browser]


def at(browser: Browser) -> str:
    """The path on which a browser ended."""
    assert browser.page
    return browser.page.request.path


def note_in(page: str, title: str) -> str:
    """The address of a note in a page."""
    found = re.search(rf'href="(/dossiers/[^"]+/entries/[^"/?]+)"[^>]*>{re.escape(title)}', page)
    assert found, title
    return found[1]


def test_the_leaver_opens_a_dossier_with_a_title_and_her_position_keeps_it(browser_of: Open, cast: Cast) -> None:
    leaver = browser_of("leaver")
    page = leaver.post(
        "/dossiers/new?lang=en",
        title="Explosive weapons in populated areas",
        position=cast.positions["disarmament"],
        state_of_play="The political declaration is open for signature.",
        next_step="Ask who signs",
        next_step_on="2026-12-01",
    )
    assert "Dossier opened." in page
    assert "First Secretary Disarmament" in page
    assert "1 Dec 2026" in page
    assert "Explosive weapons" in leaver.get("/dossiers", lang="en")
    assert "Explosive weapons" in browser_of("stranger").get("/dossiers", whose="all", text="weapons")


def test_a_note_needs_four_fields_and_says_its_own_language(browser_of: Open, munitions: str, write: Write) -> None:
    leaver = browser_of("leaver")
    form = leaver.get(f"/dossiers/{munitions}/entries/new", lang="en")
    assert 'value="2026-11-23"' in form
    page = leaver.post(
        f"/dossiers/{munitions}/entries/new",
        kind="meeting_report",
        title="Gesprek met de voorzitter over clustermunitie",
        body="De voorzitter wil *één* tekst.",
        date="2026-11-23",
    )
    assert "Note added." in page
    note = leaver.get(note_in(page, "Gesprek met de voorzitter over clustermunitie"))
    assert "<em>één</em>" in note
    assert "Femke Wolderink" in note
    assert re.search(r"<dt>Language</dt><dd>Dutch", note)


def test_a_note_without_a_title_takes_its_first_line(browser_of: Open, munitions: str) -> None:
    page = browser_of("colleague").post(
        f"/dossiers/{munitions}/entries/new",
        kind="lesson",
        title="",
        body="## Ask first\n\nThen write.",
        date="2026-11-20",
    )
    assert note_in(page, "Ask first")


def test_a_revised_note_keeps_what_it_said_and_can_take_it_back(browser_of: Open, munitions: str) -> None:
    leaver = browser_of("leaver")
    new = f"/dossiers/{munitions}/entries/new"
    address = note_in(leaver.post(new, title="Vote", body="Eleven states agree.", date="2026-11-01"), "Vote")
    page = leaver.post(
        f"{address}/edit", kind="decision", title="Vote", body="Twelve states agree.", date="2026-11-01", version="1"
    )
    assert "Twelve states agree." in page
    history = leaver.get(f"{address}/revisions", lang="en")
    assert re.search(r"<del>.*?Eleven.*?</del>", history)
    assert re.search(r"<ins>.*?Twelve.*?</ins>", history)
    assert "Decision" in history or "decision" in history
    back = leaver.post(f"{address}/revisions/1/restore", version="2")
    assert "Eleven states agree." in back
    assert "3 texts, each kept" in leaver.get(f"{address}/revisions")


def test_saving_without_a_change_makes_no_revision(browser_of: Open, munitions: str) -> None:
    leaver = browser_of("leaver")
    address = note_in(
        leaver.post(f"/dossiers/{munitions}/entries/new", title="Vote", body="Same.", date="2026-11-01"), "Vote"
    )
    leaver.post(f"{address}/edit", kind="background", title="Vote", body="Same.", date="2026-11-01", version="1")
    assert "One text, never changed" in leaver.get(f"{address}/revisions", lang="en")


def test_verified_is_not_edited(browser_of: Open, munitions: str, write: Write) -> None:
    before = write(lambda: (lambda one: (one.version, one.written_at))(session().get_one(Dossier, munitions)))
    page = browser_of("leaver").post(f"/dossiers/{munitions}/verify?lang=en")
    assert "Verified today." in page
    assert "by First Secretary Disarmament" in page
    after = write(lambda: (lambda one: (one.version, one.written_at))(session().get_one(Dossier, munitions)))
    assert after == before


def test_a_line_to_take_that_expired_says_so_and_the_earlier_ones_stay(
    browser_of: Open, munitions: str, write: Write
) -> None:
    leaver = browser_of("leaver")
    assert "valid until 15 Jan 2027" in leaver.get(f"/dossiers/{munitions}", lang="en")
    write(
        lambda: service.change_dossier(
            make.SYSTEM,
            session().get_one(Dossier, munitions),
            line_to_take="One exception.",
            line_valid_until=date(2026, 2, 1),
            line_cleared_by="Legal",
        )
    )
    page = leaver.get(f"/dossiers/{munitions}")
    assert "expired on 1 Feb 2026" in page
    assert "cleared by Legal" in page
    assert "1 earlier line" in page


def test_a_commitment_is_kept_or_open_after_all(browser_of: Open, munitions: str) -> None:
    leaver = browser_of("leaver")
    page = leaver.post(
        f"/dossiers/{munitions}/entries/new?lang=en",
        kind="commitment",
        title="Working paper in French",
        to_whom="The chair",
        due_on="2026-11-01",
        date="2026-05-04",
    )
    assert "overdue" in page
    address = note_in(page, "Working paper in French")
    assert "kept 23 Nov 2026" in leaver.post(f"{address}/settle", outcome="kept")
    reopened = leaver.post(f"{address}/settle", outcome="open")
    assert "It was kept" in reopened
    leaver.post(f"{address}/settle", outcome="eaten", status=409)


def test_the_chain_names_all_holders_with_the_gaps_between_them(browser_of: Open, munitions: str) -> None:
    page = browser_of("stranger").get(f"/dossiers/{munitions}", lang="en")
    assert "The chain: 2 holders and the next" in page
    for words in ("Joris Anneveldt", "Femke Wolderink", "Daan Esselbrug", "after a gap of 48 days", "Embassy Vienna"):
        assert words in page, words
    assert "gap 37 d" in page
    assert "Noor Habbema" in page  # stays


def test_the_successor_gets_it_and_the_leaver_loses_it_without_anybody_doing_anything(
    browser_of: Open, munitions: str
) -> None:
    import time_machine

    with time_machine.travel("2027-02-01T09:00:00+01:00", tick=True):
        successor, leaver = browser_of("successor"), browser_of("leaver")
        assert "Cluster munitions" in successor.get("/dossiers", whose="mine")
        assert at(successor) == "/dossiers"
        successor.get(f"/dossiers/{munitions}/edit")
        leaver.get(f"/dossiers/{munitions}")
        leaver.get(f"/dossiers/{munitions}/edit", status=404)


def test_an_unkept_dossier_can_be_taken_up_by_whoever_holds_a_position(
    browser_of: Open, cast: Cast, write: Write
) -> None:
    dossier = write(lambda: make.dossier("Old files on landmines", language="en").id)
    stranger = browser_of("stranger")
    assert "Take it up" in stranger.get(f"/dossiers/{dossier}", lang="en")
    page = stranger.post(f"/dossiers/{dossier}/take-up", position=cast.positions["newyork"])
    assert "Your position keeps this dossier" in page
    assert "Take it up" not in browser_of("leaver").get(f"/dossiers/{dossier}", lang="en")
    browser_of("leaver").post(f"/dossiers/{dossier}/take-up", position=cast.positions["disarmament"], status=404)


def test_nobody_takes_up_a_dossier_for_a_position_of_somebody_else(browser_of: Open, cast: Cast, write: Write) -> None:
    dossier = write(lambda: make.dossier("Old files", language="en").id)
    browser_of("stranger").post(f"/dossiers/{dossier}/take-up", position=cast.positions["disarmament"], status=404)


def test_a_dossier_is_given_to_another_position_and_let_go(browser_of: Open, cast: Cast, munitions: str) -> None:
    leaver = browser_of("leaver")
    page = leaver.post(
        f"/dossiers/{munitions}/keeping/give?lang=en&post={cast.posts['newyork']}", position=cast.positions["newyork"]
    )
    assert "This position now keeps the dossier" in page
    browser_of("stranger").get(f"/dossiers/{munitions}/edit")
    ends = re.findall(
        rf'action="(/dossiers/{munitions}/keeping/[^"]+/end)"', leaver.get(f"/dossiers/{munitions}/keeping")
    )
    assert len(ends) == 2
    leaver.post(ends[0])
    browser_of("leaver").get(f"/dossiers/{munitions}/edit", status=404)


def test_a_closed_dossier_leaves_the_list_and_can_be_opened_again(browser_of: Open, munitions: str) -> None:
    leaver = browser_of("leaver")
    assert "This dossier is closed" in set_status(leaver, munitions, "archived")
    assert "Cluster munitions" not in leaver.get("/dossiers?whose=mine&status=active")
    assert "Cluster munitions" in leaver.get("/dossiers?whose=mine&status=archived")
    assert "Dossier opened again." in set_status(leaver, munitions, "active")


def set_status(browser: Browser, dossier: str, status: str) -> str:
    fields = {"status": status, "csrf_token": browser.token()}
    return browser.client.post(f"/dossiers/{dossier}/status?lang=en", data=fields, follow_redirects=True).text


def test_posts_domains_and_contacts_are_filed_and_shown_on_their_pages(
    browser_of: Open, cast: Cast, munitions: str, write: Write
) -> None:
    domain, contact = write(
        lambda: (make.domain("disarmament", "Ontwapening", "Disarmament").id, make.contact("Ilse Marquandt").id)
    )
    leaver = browser_of("leaver")
    filing = f"/dossiers/{munitions}/filing"
    leaver.post(filing, what="domains", add=domain)
    leaver.post(filing, what="contacts", add=contact)
    leaver.post(filing, what="posts", add=cast.posts["newyork"])
    for address in ("/domains/disarmament", f"/contacts/{contact}", "/posts/NYC-PV", "/posts/GEN-PV"):
        assert "Cluster munitions" in leaver.get(address), address
    assert f"/positions/{cast.positions['disarmament']}" in leaver.get(f"/dossiers/{munitions}")
    assert "Cluster munitions" in leaver.get(f"/positions/{cast.positions['disarmament']}")
    leaver.post(filing, what="domains", drop=domain)
    assert "Cluster munitions" not in leaver.get("/domains/disarmament")
    leaver.post(filing, what="everything", add=domain, status=404)


def test_only_its_author_and_the_keepers_change_a_note(
    browser_of: Open, cast: Cast, munitions: str, write: Write
) -> None:
    def written() -> str:
        by = session().get_one(Person, cast.people["stranger"])
        return make.entry(session().get_one(Dossier, munitions), "From New York", by=by, language="en").id

    address = f"/dossiers/{munitions}/entries/{write(written)}/edit"
    for who, status in (("stranger", 200), ("leaver", 200), ("head", 200), ("colleague", 404), ("hr", 404)):
        browser_of(who).get(address, status=status)


def test_a_note_cannot_be_written_in_the_name_of_another(cast: Cast, munitions: str, as_: Callable) -> None:
    import pytest

    from expertise.base.errors import Refused

    viewer = as_("leaver")
    dossier = session().get_one(Dossier, munitions)
    with pytest.raises(Refused):
        entry_service.add_entry(viewer, dossier, title="x", author=session().get_one(Person, cast.people["head"]))


def test_each_page_speaks_both_languages_and_stands_when_empty(browser_of: Open, cast: Cast, munitions: str) -> None:
    leaver = browser_of("leaver")
    for language, words in (("nl", "Stand van zaken"), ("en", "State of play")):
        assert words in leaver.get(f"/dossiers/{munitions}", lang=language)
        for address in (
            "",
            "/edit",
            "/revisions",
            "/keeping",
            "/entries/new?kind=commitment",
            "/entries/new?kind=nonsense",
        ):
            leaver.get(f"/dossiers/{munitions}{address}")
        assert ("Geen dossier past" if language == "nl" else "No dossier fits") in leaver.get("/dossiers", text="zzzz")
    assert "keeps no dossier yet" in browser_of("head").get("/dossiers", whose="mine", lang="en")
