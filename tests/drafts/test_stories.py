"""Nothing that somebody types is lost, nobody else sees it, and nothing is overwritten unseen."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask

from expertise.access.rules import allowed, only
from expertise.access.viewer import NOBODY, Viewer, system
from expertise.base import clock
from expertise.base.database import begin, session
from expertise.drafts.models import Draft
from expertise.drafts.service import MOST_DRAFTS, forget_old_drafts
from tests.conftest import Browser, Cast
from tests.drafts.conftest import Window, field_in, ticket_in
from tests.handovers.conftest import Seat
from tests.handovers.test_story import begin_note

Open = Callable[[str], Browser]
Rows = Callable[[], list[Draft]]
NOTE = {"kind": "background", "title": "Vote", "date": "2026-11-20", "body": ""}


def test_a_note_that_was_cut_off_stands_in_the_form_again(browser_of: Open, munitions: str, rows: Rows) -> None:
    leaver = browser_of("leaver")
    form = f"/dossiers/{munitions}/entries/new"
    window = Window(leaver, form)
    assert "unsaved text" not in window.page
    window.types(title="Vote", body="Twelve states now sup")
    window.types(body="Twelve states now support us.", whole=False)
    page = leaver.get(form, lang="en")
    assert "You have unsaved text of" in page
    assert "Start with an empty form instead" in page
    assert field_in(page, "body") == "Twelve states now support us."
    assert field_in(page, "title") == "Vote"
    # Looking at it changes nothing, and saving it ends it.
    assert len(rows()) == 1
    leaver.post(form, draft=ticket_in(page), **NOTE | {"body": "Twelve states now support us."})
    assert [one.fields for one in rows() if one.closed_at is None] == []
    assert not any("Twelve" in str(one.fields) for one in rows())
    assert "unsaved text" not in leaver.get(form, lang="en")


def test_what_comes_late_never_overwrites_what_is_newer(browser_of: Open, munitions: str) -> None:
    leaver = browser_of("leaver")
    form = f"/dossiers/{munitions}/entries/new"
    window = Window(leaver, form)
    window.types(body="first", sequence=10)
    window.types(body="third", sequence=30)
    late = window.types(body="second", sequence=20, status=409)
    assert late == {"state": "older", "sequence": 30}
    assert field_in(leaver.get(form), "body") == "third"


def test_an_autosave_that_arrives_after_the_form_does_not_bring_the_draft_back(
    browser_of: Open, munitions: str, rows: Rows
) -> None:
    leaver = browser_of("leaver")
    form = f"/dossiers/{munitions}/entries/new"
    never_kept, kept = Window(leaver, form), Window(leaver, form)
    kept.types(body="Twelve")
    for window in (never_kept, kept):
        window.sends(**NOTE | {"body": "Twelve."})
        answer = window.types(body="Twelve.", status=409)
        assert answer["state"] == "closed"
    assert [one for one in rows() if one.closed_at is None] == []
    # Whoever went back and types on goes on under a new ticket, with all of the text.
    kept.ticket = answer["ticket"]
    assert kept.types(body="Thirteen", whole=False, status=409) == {"state": "unknown"}
    kept.types(body="Thirteen")
    assert field_in(leaver.get(form), "body") == "Thirteen"


def test_two_windows_keep_two_drafts_and_each_can_be_opened(browser_of: Open, munitions: str) -> None:
    leaver = browser_of("leaver")
    form = f"/dossiers/{munitions}/entries/new"
    one, other = Window(leaver, form), Window(leaver, form)
    one.types(body="From the train")
    other.types(body="From the office")
    page = leaver.get(form, lang="en")
    assert field_in(page, "body") == "From the office"
    assert "in other windows" in page
    first = re.search(r'href="(/dossiers/[^"]+\?draft=[^"]+)">text of', page)
    assert first
    assert field_in(leaver.get(first[1]), "body") == "From the train"
    # Saving the one leaves the other.
    other.sends(**NOTE | {"body": "From the office"})
    assert field_in(leaver.get(form), "body") == "From the train"


def test_a_draft_that_went_on_elsewhere_after_it_was_put_back_stays(browser_of: Open, munitions: str) -> None:
    leaver = browser_of("leaver")
    form = f"/dossiers/{munitions}/entries/new"
    train = Window(leaver, form)
    train.types(body="Twelve")
    office = Window(leaver, form)
    office.types(body="Twelve states")
    again = Window(leaver, form)
    assert field_in(again.page, "body") == "Twelve states"
    train.types(body="Twelve, says the chair")
    again.sends(**NOTE | {"body": "Twelve states."})
    # What was put back into the window that was saved is done; what was typed since is not.
    page = leaver.get(form, lang="en")
    assert field_in(page, "body") == "Twelve, says the chair"
    assert "in other windows" not in page


def test_a_draft_on_an_older_version_meets_the_page_with_both_texts(browser_of: Open, munitions: str) -> None:
    leaver, head = browser_of("leaver"), browser_of("head")
    edit = f"/dossiers/{munitions}/edit"
    window = Window(leaver, edit)
    fields = {"title": "Cluster munitions", "urgency": "2", "language": "en"}
    window.types(version="1", state_of_play="Thirteen states.", **fields)
    head.post(edit, version="1", state_of_play="Twelve states.", **fields)
    page = leaver.get(edit, lang="en")
    assert "Somebody saved another text since" in page
    assert field_in(page, "state_of_play") == "Thirteen states."
    assert field_in(page, "version") == "1"
    back = Window(leaver, edit)
    lost = back.sends(status=422, version="1", state_of_play="Thirteen states.", **fields)
    assert "Somebody saved this while you were writing" in lost
    assert "Twelve states." in lost
    assert ticket_in(lost) == back.ticket
    # Refused is not saved: the draft is still there.
    assert field_in(leaver.get(edit), "state_of_play") == "Thirteen states."
    back.sends(version="2", state_of_play="Thirteen states.", **fields)
    assert "unsaved text" not in leaver.get(edit, lang="en")
    for text in ("Eleven", "Twelve"):
        assert text in leaver.get(f"/dossiers/{munitions}/revisions?old={'1' if text == 'Eleven' else '2'}&new=3")


def test_one_may_start_from_what_is_saved_or_throw_the_draft_away(browser_of: Open, munitions: str, rows: Rows) -> None:
    leaver = browser_of("leaver")
    edit = f"/dossiers/{munitions}/edit"
    Window(leaver, edit).types(version="1", title="Cluster munitions", state_of_play="Nonsense.")
    page = leaver.get(f"{edit}?draft=none&lang=en")
    assert field_in(page, "state_of_play") == "Eleven states."
    assert "not in the form below" in page
    # Saved without it, the draft stays.
    leaver.post(edit, draft=ticket_in(page), title="Cluster munitions", urgency="2", language="en", version="1")
    assert "Nonsense." in leaver.get(edit)
    leaver.post(f"/drafts/{rows()[0].id}/throw-away")
    assert "Nonsense." not in leaver.get(edit)
    assert "Nonsense." not in str([one.fields for one in rows()])


def test_without_javascript_a_second_button_keeps_the_draft(browser_of: Open, munitions: str, rows: Rows) -> None:
    leaver = browser_of("leaver")
    form = f"/dossiers/{munitions}/entries/new"
    assert 'formaction="/drafts/keep"' in leaver.get(form)
    for text in ("Twelve", "Twelve states", "Twelve states."):
        ticket = ticket_in(leaver.page.text if leaver.page and "draft" in leaver.page.request.url else leaver.get(form))
        page = leaver.post("/drafts/keep", draft=ticket, lang="en", **NOTE | {"body": text})
        assert field_in(page, "body") == text
        assert leaver.page
        assert leaver.page.request.path == form
    # One text, so one draft.
    assert len([one for one in rows() if one.closed_at is None]) == 1
    # The same window once more, after its form was saved: a draft of its own.
    leaver.post(form, draft=ticket, **NOTE | {"body": "Twelve states."})
    leaver.post("/drafts/keep", draft=ticket, **NOTE | {"body": "And one more"})
    assert field_in(leaver.get(form), "body") == "And one more"
    leaver.post("/drafts/keep", draft="no ticket of ours", status=409, body="x y")


def test_signed_out_nothing_is_written_and_the_text_comes_back(browser_of: Open, munitions: str, rows: Rows) -> None:
    leaver = browser_of("leaver")
    form = f"/dossiers/{munitions}/entries/new"
    window = Window(leaver, form)
    window.types(body="Before the night")
    leaver.client.delete_cookie("expertise")
    assert window.types(body="After the night", status=303) is None
    assert leaver.client.get("/drafts/token").status_code == 303
    for address in (form, "/drafts/keep"):
        answer = leaver.client.post(address, data={"draft": window.ticket, "body": "After the night, a whole page"})
        assert answer.status_code == 401
        assert "After the night, a whole page" in answer.text
    # From the page of a form one signs in and is back in that form.
    page = leaver.client.post(form, data={"body": "After the night"}).text
    assert f"/sign-in?next={form.replace('/', '%2F')}" in page or f"/sign-in?next={form}" in page
    assert [one.fields["body"] for one in rows()] == [["Before the night"]]
    leaver.page = None
    leaver.sign_in("leaver@expertise.example")
    assert field_in(leaver.get(form), "body") == "Before the night"
    # With the token of the new session the window that stayed open goes on.
    told = leaver.client.get("/drafts/token").get_json()
    window.token = told["csrf"]
    window.types(body="After the night")
    assert field_in(leaver.get(form), "body") == "After the night"


def test_whoever_signs_in_in_the_same_browser_gets_nothing_of_it(browser_of: Open, munitions: str, rows: Rows) -> None:
    leaver = browser_of("leaver")
    form = f"/dossiers/{munitions}/entries/new"
    window = Window(leaver, form)
    window.types(body="Mine")
    leaver.post("/sign-out")
    assert len(rows()) == 1
    leaver.sign_in("colleague@expertise.example")
    window.token = leaver.token()
    assert window.types(body="Mine and more", status=403) == {"state": "stranger"}
    leaver.post("/drafts/keep", draft=window.ticket, status=409, body="Mine and more")
    assert "Mine" not in leaver.get(form)
    assert [one.fields["body"] for one in rows()] == [["Mine"]]


def test_nobody_else_sees_a_draft_whatever_their_role(
    browser_of: Open, munitions: str, rows: Rows, cast: Cast, app: Flask
) -> None:
    form = f"/dossiers/{munitions}/entries/new"
    Window(browser_of("leaver"), form).types(title="Whisper", body="Whispered over lunch")
    draft = rows()[0].id
    for who in ("head", "hr", "privacy", "admin", "colleague", "successor"):
        other = browser_of(who)
        for page in (
            other.get(form),
            other.get(f"{form}?draft={draft}"),
            other.get("/"),
            other.get("/search?q=whisper"),
        ):
            assert "hispered over" not in page, who
        other.post(f"/drafts/{draft}/throw-away", status=404)
    assert rows()[0].closed_at is None
    # Nor does its writer find it by searching: it is not a record yet.
    assert "hispered over" not in browser_of("leaver").get("/search?q=whispered")


def test_one_rule_answers_for_a_draft_and_for_a_list(as_: Callable[[str], Viewer]) -> None:
    writers = [as_("leaver"), as_("colleague")]
    for viewer in writers:
        session().add(Draft(account_id=viewer.account_id, address="/dossiers/new", fields={}, sequence=1))
    session().flush()
    drafts = session().query(Draft).all()
    for viewer in [*writers, *(as_(who) for who in ("head", "hr", "privacy", "admin")), NOBODY, system()]:
        listed = set(session().query(Draft).where(only(viewer, "draft.own", Draft)))
        assert listed == {one for one in drafts if allowed(viewer, "draft.own", one)}
        assert len(listed) == (1 if viewer in writers else 0)


def test_passwords_and_tokens_are_never_kept(browser_of: Open, munitions: str, rows: Rows) -> None:
    window = Window(browser_of("leaver"), f"/dossiers/{munitions}/entries/new")
    window.types(body="x", password="hunter2", csrf_token="abc", draft=window.ticket, api_token="t", new_password="p")
    assert rows()[0].fields == {"body": ["x"]}


@pytest.mark.parametrize(
    "sent",
    [
        None,
        [],
        {},
        {"fields": []},
        {"fields": {"body": "text"}, "sequence": 1},
        {"fields": {"body": [1]}, "sequence": 1},
        {"fields": {"body": ["x"]}},
        {"fields": {"body": ["x"]}, "sequence": True},
        {"fields": {"body": ["x"]}, "sequence": -1},
        {"fields": {"body": ["x"]}, "sequence": 2**70},
    ],
)
def test_what_is_no_autosave_is_refused(browser_of: Open, munitions: str, rows: Rows, sent: Any) -> None:
    window = Window(browser_of("leaver"), f"/dossiers/{munitions}/entries/new")
    if isinstance(sent, dict):
        sent = sent | {"ticket": window.ticket, "whole": True}
    answer = window.browser.client.post("/drafts", json=sent, headers={"X-CSRFToken": window.token})
    assert answer.status_code == 400
    assert rows() == []


def test_a_ticket_that_was_made_up_opens_nothing(browser_of: Open, munitions: str, rows: Rows) -> None:
    window = Window(browser_of("leaver"), f"/dossiers/{munitions}/entries/new")
    for ticket in ("", "x", window.ticket[:-1], "W10.abc"):
        window.ticket = ticket
        window.types(body="x", status=403)
    # A form with such a ticket is saved all the same: that is what counts.
    window.sends(**NOTE | {"body": "Twelve."})
    assert rows() == []


def test_strange_characters_and_other_values_never_break_the_form(browser_of: Open, munitions: str) -> None:
    leaver = browser_of("leaver")
    form = f"/dossiers/{munitions}/entries/new"
    window = Window(leaver, form)
    answer = leaver.client.post(
        "/drafts",
        data=(
            f'{{"ticket": "{window.ticket}", "sequence": 5, "whole": true, "fields": {{"body": ["a\\u0000b\\ud800c"], '
            '"date": ["31-02-20"], "kind": ["made up"], "post": ["nowhere"], "gone": ["x"], "title": []}}'
        ),
        headers={"X-CSRFToken": window.token, "Content-Type": "application/json"},
    )
    assert answer.status_code == 200
    page = leaver.get(form)
    assert field_in(page, "body") == "ab?c"
    assert field_in(page, "date") == "31-02-20"


def test_what_is_too_large_is_refused_with_a_sentence(browser_of: Open, munitions: str, rows: Rows) -> None:
    window = Window(browser_of("leaver"), f"/dossiers/{munitions}/entries/new")
    told = window.types(body="x" * (1024 * 1024 + 1), status=422)
    assert told == {"state": "refused", "why": "This text is 1025 kB; at most 1024 kB fits."}
    window.types(status=422, **{f"f{number}": "x" for number in range(1001)})
    window.types(status=422, **{"n" * 101: "x"})
    assert rows() == []
    window.types(body="x" * 1024 * 1024)


def test_text_with_a_state_secret_mark_is_refused_and_what_was_kept_of_it_goes(
    browser_of: Open, munitions: str, rows: Rows
) -> None:
    leaver = browser_of("leaver")
    window = Window(leaver, f"/dossiers/{munitions}/entries/new")
    window.types(body="The cable of Tuesday says")
    told = window.types(body="The cable of Tuesday says\nNATO SECRET", status=202)
    assert told["state"] == "refused"
    assert "NATO SECRET" in told["why"]
    assert [one.fields for one in rows()] == [{}]
    leaver.post("/drafts/keep", draft=window.ticket, status=409, body="The cable\nNATO SECRET")
    assert "cable" not in str([one.fields for one in rows()])
    # Without the mark it is kept again.
    window.ticket = window.types(body="The cable of Tuesday is elsewhere", status=409)["ticket"]
    window.types(body="The cable of Tuesday is elsewhere")
    assert next(one for one in rows() if one.closed_at is None).fields == {
        "body": ["The cable of Tuesday is elsewhere"]
    }


def test_a_program_gone_wild_is_stopped(browser_of: Open, munitions: str, app: Flask, rows: Rows) -> None:
    window = Window(browser_of("leaver"), f"/dossiers/{munitions}/entries/new")
    window.types(body="x")
    first = rows()[0]
    with app.app_context():
        begin("write")
        for number in range(MOST_DRAFTS - 1):
            session().add(Draft(id=f"{number:012}", account_id=first.account_id, address="/", fields={}, sequence=1))
        session().commit()
    assert window.types(body="still kept") == {"state": "saved"}
    other = Window(window.browser, f"/dossiers/{munitions}/edit")
    assert other.types(title="x", status=422)["state"] == "refused"


def test_old_drafts_are_forgotten_and_young_ones_are_not(
    browser_of: Open, munitions: str, app: Flask, rows: Rows
) -> None:
    leaver = browser_of("leaver")
    form = f"/dossiers/{munitions}/entries/new"
    Window(leaver, form).types(body="of November")
    done = Window(leaver, f"{form}?draft=none")
    done.types(body="done")
    done.sends(to=form, **NOTE | {"body": "done"})

    def forget() -> int:
        with app.app_context():
            begin("write")
            gone = forget_old_drafts(days=60)
            session().commit()
        return gone

    assert forget() == 0
    with time_machine.travel(clock.now() + timedelta(days=2)):
        assert forget() == 1
        assert [one.fields["body"] for one in rows()] == [["of November"]]
    with time_machine.travel(clock.now() + timedelta(days=61)):
        assert forget() == 1
    assert rows() == []


def test_the_desk_names_what_is_not_finished_in_a_fixed_number_of_queries(
    browser_of: Open, munitions: str, app: Flask, seat: Seat, count_queries: Any
) -> None:
    leaver = browser_of("leaver")
    assert "not finished" not in leaver.get("/?lang=en")
    note = begin_note(leaver, seat)
    forms = [
        f"/dossiers/{munitions}/edit",
        f"{note}/edit/6",
        f"{note}/edit/2/{seat.urgent}",
        f"/contacts/{seat.near}/edit",
    ]
    for form in forms:
        Window(leaver, form).types(text="x")
    with count_queries() as few:
        page = leaver.get("/?lang=en")
    assert "4 texts are not finished" in page
    for text in ("Dossier: Cluster munitions", "Handover: People inside", "Handover: Autonomous", "Contact: Ilse"):
        assert text in page
    for form in (f"/dossiers/{seat.urgent}/edit", f"/dossiers/{seat.second}/edit", "/dossiers/new", "/contacts/new"):
        Window(leaver, form).types(text="x")
    with count_queries() as many:
        assert "8 texts are not finished" in leaver.get("/?lang=en")
    assert len(many) == len(few)


def test_of_a_dossier_that_one_may_no_longer_read_the_desk_says_nothing(
    browser_of: Open, munitions: str, app: Flask
) -> None:
    stranger, leaver = browser_of("stranger"), browser_of("leaver")
    Window(stranger, f"/dossiers/{munitions}/entries/new").types(body="Heard in New York")
    assert "New note: Cluster munitions" in stranger.get("/?lang=en")
    leaver.post(f"/dossiers/{munitions}/reach", reach="restricted")
    page = stranger.get("/?lang=en")
    assert "Cluster" not in page
    assert "not finished" not in page


def test_every_long_form_keeps_drafts(browser_of: Open, munitions: str, seat: Seat, rows: Rows) -> None:
    leaver = browser_of("leaver")
    note = begin_note(leaver, seat)
    added = leaver.post(f"/dossiers/{munitions}/entries/new", **NOTE)
    entry = re.search(r'href="(/dossiers/[^"]+/entries/[^"/?]+)"[^>]*>Vote', added)
    keeping = re.search(r'href="(/contacts/[^"]+/keepings/[^"]+)"', leaver.get(f"/contacts/{seat.near}"))
    assert entry
    assert keeping
    forms = {
        "/dossiers/new": "summary",
        f"/dossiers/{munitions}/edit": "summary",
        f"/dossiers/{munitions}/entries/new": "body",
        f"{entry[1]}/edit": "body",
        "/contacts/new": "notes",
        f"/contacts/{seat.near}/edit": "notes",
        "/contacts/log": "summary",
        f"/contacts/{seat.far}/keep": "sensitivities",
        keeping[1]: "sensitivities",
        f"{note}/edit/0": "reachable_how",
        f"{note}/edit/1": "situation_line",
        f"{note}/edit/2/{seat.urgent}": "contingency",
        f"{note}/edit/3": f"told_{seat.promise}",
        f"{note}/edit/4": f"why_{seat.near}",
        f"{note}/edit/10": "advice",
        **{f"{note}/edit/{number}": "text" for number in (5, 6, 7, 8, 9, 11)},
    }
    for form, name in forms.items():
        window = Window(leaver, form)
        assert "js/drafts.js" in window.page, form
        window.types(**{name: "2026-11-20" if name.startswith("told") else "Half a sentence that"})
        assert field_in(leaver.get(form), name).startswith(("Half", "2026-11-20")), form
    assert len(rows()) == len(forms)


def test_what_happened_with_a_contact_is_kept_where_it_is_noted(browser_of: Open, seat: Seat, rows: Rows) -> None:
    leaver = browser_of("leaver")
    window = Window(leaver, "/contacts/log")
    window.types(summary="She will call")
    assert field_in(leaver.get("/contacts/log", lang="en"), "summary") == "She will call"
    window.sends(to="/contacts/log", listed=seat.near, kind="call", on="2026-11-20", summary="She will call back.")
    assert all(one.closed_at for one in rows())


def test_a_box_and_a_choice_come_back_as_they_were(browser_of: Open, seat: Seat) -> None:
    leaver = browser_of("leaver")
    note = begin_note(leaver, seat)
    leaver.post(f"{note}/edit/11", version="0", none="y")
    window = Window(leaver, f"{note}/edit/11")
    assert "checked" in window.page
    answer = leaver.client.post(
        "/drafts",
        json={
            "ticket": window.ticket,
            "sequence": 1,
            "whole": True,
            "fields": {"text": ["Who"], "none": [], "version": ["1"]},
        },
        headers={"X-CSRFToken": window.token},
    )
    assert answer.status_code == 200
    assert "checked" not in leaver.get(f"{note}/edit/11")
    Window(leaver, f"{note}/edit/1").types(situation="on_fire", version="0")
    assert re.search(r'checked[^>]*value="on_fire"|value="on_fire"[^>]*checked', leaver.get(f"{note}/edit/1"))


def test_an_autosave_costs_little(browser_of: Open, munitions: str, count_queries: Any) -> None:
    window = Window(browser_of("leaver"), f"/dossiers/{munitions}/entries/new")
    window.types(body="x")
    with count_queries() as sent:
        window.types(body="x" * 4000, whole=False)
    # Beside who it is (as on every page): the row is looked up, and written once.
    about = [one.split()[0] for one in sent if "FROM draft" in one or " draft " in one]
    assert about == ["SELECT", "UPDATE"]
    # On PostgreSQL a transaction first takes the lock that keeps imports apart (base/database.py).
    others = [one.split()[0] for one in sent if not one.startswith("LOCK ")]
    assert others.count("SELECT") == len(others) - 1
