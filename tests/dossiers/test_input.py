"""What people type wrongly is said at its place and kept; and pages do not ask more when there is more."""

import html
import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from expertise.base.database import session
from expertise.base.errors import Refused
from expertise.base.languages import detect
from expertise.dossiers import entry_service
from expertise.dossiers.models import Dossier
from expertise.people.models import Person
from tests import make
from tests.conftest import Browser, Cast
from tests.dossiers.conftest import Write, seat

Open = Callable[[str], Browser]
Count = Callable[[], AbstractContextManager[list[str]]]


def test_a_wrong_date_is_kept_with_the_words_that_say_how(browser_of: Open, munitions: str) -> None:
    page = browser_of("leaver").post(
        f"/dossiers/{munitions}/entries/new?lang=en",
        kind="commitment",
        title="Working paper",
        body="What I *typed*.",
        date="31-31-2026",
        due_on="soon",
        status=422,
    )
    assert "This is not a date." in page
    assert 'value="31-31-2026"' in page
    assert 'value="soon"' in page
    assert "What I *typed*." in page
    assert 'value="Working paper"' in page
    assert re.search(r'<option selected value="commitment"', page)


def test_a_note_of_a_megabyte_says_so_and_keeps_the_text(browser_of: Open, munitions: str) -> None:
    text = "Everything that I know. " * 46_000
    page = browser_of("leaver").post(
        f"/dossiers/{munitions}/entries/new?lang=en", title="All", body=text, date="2026-11-23", status=422
    )
    assert re.search(r"This text is \d+ kB; at most \d+ kB fits", page)
    assert text.strip() in page
    assert "No notes yet." in browser_of("leaver").get(f"/dossiers/{munitions}", lang="en")


def test_an_empty_note_an_unknown_kind_and_a_dossier_without_a_title_are_refused(
    browser_of: Open, munitions: str, cast: Cast
) -> None:
    leaver = browser_of("leaver")
    new = f"/dossiers/{munitions}/entries/new?lang=en"
    assert "Give the note a title." in leaver.post(new, title=" ", body="", date="2026-11-23", status=422)
    leaver.post(new, title="x", kind="rumour", date="2026-11-23", status=422)
    leaver.post(new, title="x" * 301, date="2026-11-23", status=422)
    assert "Fill this in." in leaver.post("/dossiers/new", title="", position=cast.positions["disarmament"], status=422)
    # Somebody else's position is not among the choices.
    leaver.post("/dossiers/new", title="Mine?", position=cast.positions["newyork"], status=422)


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "<img src=x onerror=alert(1)>",
        "' OR 1=1 --",
        "{{ 7*7 }}",
    ],
)
def test_what_people_write_is_text(browser_of: Open, munitions: str, text: str) -> None:
    leaver = browser_of("leaver")
    page = leaver.post(
        f"/dossiers/{munitions}/entries/new",
        title=text,
        body=text,
        tags=text,
        to_whom=text,
        kind="commitment",
        date="2026-11-23",
    )
    found = re.search(rf'href="(/dossiers/{munitions}/entries/\w{{12}})"', page)
    assert found
    for address in (found[1], f"{found[1]}/edit", f"{found[1]}/revisions", f"/dossiers/{munitions}"):
        shown = leaver.get(address)
        for bad in ("<script>alert", 'href="javascript', "<img src=x", "49</h1>"):
            assert bad not in shown, address
    assert html.escape(text, quote=False).replace("'", "&#39;") in leaver.get(found[1]).replace("&#34;", '"')


def test_a_title_is_one_line_and_nothing_in_it_turns_how_the_rest_is_read(browser_of: Open, munitions: str) -> None:
    leaver = browser_of("leaver")
    title = "Budget \x01\x0b\r\nEND:VCARD \u202efdp.exe\u2066 \u05e9\u05dc\u200f"
    page = leaver.post(f"/dossiers/{munitions}/entries/new", title=title, body="One\n\nTwo", kind="background")
    assert "Budget END:VCARD fdp.exe \u05e9\u05dc\u200f" in page


def test_preview_needs_no_javascript_and_saves_nothing(browser_of: Open, munitions: str) -> None:
    leaver = browser_of("leaver")
    page = leaver.post(
        f"/dossiers/{munitions}/entries/new",
        preview="body",
        title="Draft",
        body="A **bold** <b>step</b>",
        date="2026-11-23",
    )
    assert "<strong>bold</strong>" in page
    assert "A **bold**" in page
    assert "Draft" not in leaver.get(f"/dossiers/{munitions}")
    assert leaver.post("/dossiers/preview", text="a *b*") == "<p>a <em>b</em></p>\n"


def test_the_language_of_a_text_is_told_by_it_and_can_be_corrected(browser_of: Open, munitions: str) -> None:
    assert detect("Gesprek met de voorzitter van de conferentie", otherwise="en") == "nl"
    assert detect("The chair wants a rolling text in March", otherwise="nl") == "en"
    assert detect("La présidence souhaite un texte unique", otherwise="nl") == "fr"
    assert detect("OK", otherwise="nl") == "nl"
    leaver = browser_of("leaver")
    page = leaver.post(
        f"/dossiers/{munitions}/entries/new?lang=en", title="The chair wants a text", language="fr", date="2026-11-23"
    )
    found = re.search(rf'href="(/dossiers/{munitions}/entries/\w{{12}})"', page)
    assert found
    assert "<dd>French</dd>" in leaver.get(found[1])


def test_a_hint_of_a_filter_that_is_nonsense_is_no_mistake_of_ours(browser_of: Open, munitions: str) -> None:
    leaver = browser_of("leaver")
    for query in (
        "page=0",
        "page=x",
        "page=999",
        "whose=x",
        "status=x",
        "sort=x",
        "post=x",
        "domain=x",
        "text=%25_",
        "text=%00",
    ):
        leaver.get(f"/dossiers?{query}")
    for query in ("kind=x", "page=99", "kind=lesson&page=-1"):
        leaver.get(f"/dossiers/{munitions}?{query}")
    for query in ("old=9&new=9", "old=x&new=1"):
        assert leaver.client.get(f"/dossiers/{munitions}/revisions?{query}").status_code in (200, 404)


def test_pages_ask_no_more_questions_when_there_are_more_rows(
    browser_of: Open, cast: Cast, munitions: str, write: Write, count_queries: Count
) -> None:
    leaver = browser_of("leaver")
    addresses = (
        "/dossiers?whose=all",
        f"/dossiers/{munitions}",
        "/posts/GEN-PV",
        f"/positions/{cast.positions['disarmament']}",
    )

    def asked() -> dict[str, int]:
        counted = {}
        for address in addresses:
            leaver.client.get(address)
            with count_queries() as sent:
                leaver.client.get(address)
            counted[address] = len(sent)
        return counted

    def more(number: int) -> None:
        for n in range(number):
            keeper = ("disarmament", "adviser", "newyork", "vienna")[n % 4]
            one = make.dossier(f"Subject {n}", kept_by=seat(cast, keeper), language="en")
            make.entry(one, "note", language="en")
            by = session().get_one(Person, cast.people[("leaver", "head", "stranger")[n % 3]])
            of = session().get_one(Dossier, munitions)
            make.entry(of, f"note {n}", by=by, language="en", kind="commitment" if n % 2 else "lesson")

    write(lambda: more(4))
    before = asked()
    write(lambda: more(24))
    assert asked() == before
    assert max(before.values()) < 40


def test_a_verb_refuses_what_a_form_would_not_send(cast: Cast, munitions: str, as_: Callable) -> None:
    as_("leaver")
    dossier = session().get_one(Dossier, munitions)
    for fields in ({"kind": "rumour"}, {"language": "de"}, {"title": ""}):
        with pytest.raises(Refused):
            entry_service.add_entry(make.SYSTEM, dossier, **{"title": "x", **fields})
    with pytest.raises(TypeError):
        entry_service.add_entry(make.SYSTEM, dossier, title="x", version=3)
